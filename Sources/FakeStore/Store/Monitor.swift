// A value behind a lock, and a way to wait until it says so. For threads that wait for work; tasks
// wait with continuations.

@preconcurrency import Glibc

/// Shared state that threads wait for.
///
/// `@unchecked Sendable` is right because `value` is touched only between lock and unlock of `mutex`.
final class Monitor<Value>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private var value: Value

    init(_ value: sending Value) {
        self.value = value
        mutex = .allocate(capacity: 1)
        changed = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Runs `body` with the value while no one else can reach it; `body` must not block.
    @inline(__always)
    func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body(&value)
    }

    /// Waits until `isReady` holds, and runs `body` before anybody can change that.
    func wait<Result>(until isReady: (Value) -> Bool, then body: (inout Value) -> Result) -> Result
    {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !isReady(value) { pthread_cond_wait(changed, mutex) }
        return body(&value)
    }

    /// Lets everybody who waits look again.
    func wakeAll() { pthread_cond_broadcast(changed) }
}
