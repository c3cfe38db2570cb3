// A thread that does one piece of work after the other: unlinking files, and commits that wait for
// the disk. Neither may hold up a loop.

@preconcurrency import Glibc
import Platform

/// A background thread with a queue; it starts with the first piece of work.
final class WorkerThread: Sendable {
    private struct State {
        var work: [@Sendable () -> Void] = []
        var thread: pthread_t?
        var isClosed = false
    }

    private let state = Monitor(State())

    /// Does `work` after everything posted before.
    ///
    /// - Returns: false when the thread was closed or can't be started; then nothing was taken in.
    @discardableResult
    func post(_ work: @escaping @Sendable () -> Void) -> Bool {
        let isTaken = state.withLock { state in
            if state.isClosed { return false }
            if state.thread == nil { state.thread = start() }
            guard state.thread != nil else { return false }
            state.work.append(work)
            return true
        }
        state.wakeAll()
        return isTaken
    }

    /// Finishes what was posted and ends the thread.
    ///
    /// Never from the thread itself.
    func close() {
        let thread = state.withLock { state in
            state.isClosed = true
            defer { state.thread = nil }
            return state.thread
        }
        state.wakeAll()
        if let thread { pthread_join(thread, nil) }
    }

    /// Waits until everything posted so far is done.
    func settle() {
        let done = Monitor(false)
        let isTaken = post {
            done.withLock { $0 = true }
            done.wakeAll()
        }
        if isTaken { done.wait(until: { $0 }, then: { _ in }) }
    }

    private func start() -> pthread_t? {
        var thread = pthread_t()
        // Signals belong to the program's main thread.
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let owned = Unmanaged.passRetained(state)
        let result = pthread_create(
            &thread,
            nil,
            { pointer in
                guard let pointer else { return nil }
                WorkerThread.run(
                    Unmanaged<Monitor<State>>.fromOpaque(pointer).takeRetainedValue()
                )
                return nil
            },
            owned.toOpaque()
        )
        guard result == 0 else {
            owned.release()
            return nil
        }
        return thread
    }

    private static func run(_ state: Monitor<State>) {
        while true {
            let work = state.wait(until: { !$0.work.isEmpty || $0.isClosed }) { state in
                defer { state.work = [] }
                return state.work
            }
            if work.isEmpty { return }
            for piece in work { piece() }
        }
    }

    deinit { close() }
}
