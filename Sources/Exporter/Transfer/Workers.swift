// A few threads that work through a list. Deliveries wait for the network most of the time, so plain
// threads that block are the simplest thing that is right.

@preconcurrency import Glibc
import Platform

/// A bounded number of threads for blocking work.
package enum Workers {
    /// Calls `work` once for every item, on up to `count` threads, and returns when all are done.
    ///
    /// Items are taken in order; with one worker (or one item) everything runs on the calling thread.
    package static func run<Item: Sendable>(
        _ items: [Item],
        count: Int,
        work: @escaping @Sendable (Item) -> Void
    ) {
        let next = Locked(0)
        let body: @Sendable () -> Void = {
            while true {
                let index = next.withLock { value in
                    defer { value += 1 }
                    return value
                }
                guard index < items.count else { return }
                work(items[index])
            }
        }
        let extra = (1..<max(1, min(count, items.count))).compactMap { _ in start(body) }
        body()
        for thread in extra { pthread_join(thread, nil) }
    }

    /// What a thread is to do, boxed for the way through `void *`.
    private final class Job: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// nil when the system has no thread left; the others do the work then.
    private static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
        var thread = pthread_t()
        let job = Unmanaged.passRetained(Job(body))
        let result = pthread_create(
            &thread,
            nil,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<Job>.fromOpaque(pointer).takeRetainedValue().body()
                return nil
            },
            job.toOpaque()
        )
        guard result == 0 else {
            job.release()
            return nil
        }
        return thread
    }
}
