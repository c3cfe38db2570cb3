// A value behind a lock. A pthread mutex, because on Linux `Synchronization.Mutex` of Swift 6.3.1
// takes 23–37 µs under contention (pthread: 0.1–0.5) and gives the thread sanitizer false races
// (swiftlang/swift#88440).
//
// `public` and not `package`, here and in Digest, because Swift 6.3.1 inlines only public functions into
// other modules: of a package's `@inlinable` ones it ignores the attribute.

@preconcurrency import Glibc

/// Shared mutable state: the smallest value that tells the whole story, reachable only under its lock.
///
/// `@unchecked Sendable` is right because `value` is touched only between lock and unlock of `mutex`.
public final class Locked<Value>: @unchecked Sendable {
    @usableFromInline let mutex: UnsafeMutablePointer<pthread_mutex_t>
    @usableFromInline var value: Value

    public init(_ value: sending Value) {
        self.value = value
        mutex = .allocate(capacity: 1)
        let result = pthread_mutex_init(mutex, nil)
        precondition(result == 0, "pthread_mutex_init: \(result)")
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` with the value while no one else can reach it; `body` must not block.
    @inlinable @inline(__always)
    public func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
