// Signals for the commands: SIGTERM and SIGINT as something a task can wait for. The library never
// touches signals; a program that wants a graceful end makes one of these first of all.

import CSystem
@preconcurrency import Glibc
import Platform

/// Takes signals instead of their default actions, on a thread of its own.
///
/// The signals are blocked in the calling thread and in those it starts later, so make the watch in
/// `main` before anything starts a thread. They stay blocked after `stop`.
package final class SignalWatch: Sendable {
    private struct State {
        var pending: [Int32] = []
        var waiter: CheckedContinuation<Int32?, Never>?
        var isStopped = false
    }

    private let state = Locked(State())
    private let signals: Int32
    private let stopper: Int32

    /// Starts watching.
    package init(_ numbers: [Int32]) throws(SystemError) {
        var set = sigset_t()
        sigemptyset(&set)
        for number in numbers { sigaddset(&set, number) }
        let result = pthread_sigmask(SIG_BLOCK, &set, nil)
        if result != 0 { throw SystemError(call: "pthread_sigmask", code: result) }
        signals = try retrying("signalfd") { signalfd(-1, &set, Int32(SFD_CLOEXEC)) }
        do {
            stopper = try retrying("eventfd") { eventfd(0, Int32(EFD_CLOEXEC)) }
        } catch {
            close(signals)
            throw error
        }
        let thread = try startThread(named: "signals") { self.run() }
        pthread_detach(thread)
    }

    deinit {
        close(signals)
        close(stopper)
    }

    /// The next signal's number, or nil once the watch was stopped.
    ///
    /// One task waits at a time. Signals that come while none does are kept.
    package func next() async -> Int32? {
        await withCheckedContinuation { continuation in
            let answer: Int32?? = state.withLock { state in
                if !state.pending.isEmpty { return .some(state.pending.removeFirst()) }
                if state.isStopped { return .some(nil) }
                precondition(state.waiter == nil, "one task waits for signals at a time")
                state.waiter = continuation
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    /// Ends the thread, and the wait of `next`.
    package func stop() {
        var one: UInt64 = 1
        _ = write(stopper, &one, 8)
    }

    private func run() {
        var watched = [
            pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
            pollfd(fd: stopper, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            // Every signal is blocked on this thread, so nothing interrupts the call.
            _ = poll(&watched, nfds_t(watched.count), -1)
            if watched[1].revents != 0 { break }
            var info = signalfd_siginfo()
            let size = MemoryLayout<signalfd_siginfo>.size
            guard read(signals, &info, size) == size else { continue }
            deliver(Int32(info.ssi_signo))
        }
        let waiter = state.withLock { state in
            state.isStopped = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: nil)
    }

    private func deliver(_ signal: Int32) {
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            if state.waiter == nil { state.pending.append(signal) }
            return state.waiter
        }
        waiter?.resume(returning: signal)
    }
}
