// The loops of one server: as many threads as cores, started and stopped together. Any number of
// groups can live in one process; nothing here is global.

import CSystem
@preconcurrency import Glibc
import Platform

/// Event loops on threads of their own.
package final class LoopGroup: Sendable {
    /// The loops; each at its `index`.
    package let loops: [EventLoop]

    private struct State {
        var phases: [any LoopPhase] = []
        var threads: [pthread_t] = []
        var isStarted = false
        var turn = 0
    }

    private let state = Locked(State())

    /// Loops for `count` threads; as many as there are cores if it is nil.
    package init(count: Int? = nil) throws(SystemError) {
        let count = count ?? max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        precondition(count > 0, "a group of \(count) loops")
        var loops: [EventLoop] = []
        for index in 0..<count { loops.append(try EventLoop(index: index)) }
        self.loops = loops
    }

    /// Adds work for the end of every tick of every loop; before `start`.
    package func add(_ phase: any LoopPhase) {
        state.withLock { state in
            precondition(!state.isStarted, "phases are added before the loops start")
            state.phases.append(phase)
        }
    }

    /// Starts the threads; once.
    package func start() throws(SystemError) {
        try state.withLock { state throws(SystemError) in
            precondition(!state.isStarted, "the loops were started already")
            state.isStarted = true
            for loop in loops {
                loop.use(state.phases)
                state.threads.append(try startThread(named: "loop-\(loop.index)") { loop.run() })
            }
            // The loops let go of the phases when they end; nothing else may hold them longer.
            state.phases = []
        }
    }

    /// The next loop in turn, for spreading connections evenly.
    package func next() -> EventLoop {
        state.withLock { state in
            state.turn = (state.turn + 1) % loops.count
            return loops[state.turn]
        }
    }

    /// Ends the loops: sockets and timers stop waiting, and when the last task has ended, the
    /// threads do.
    ///
    /// Returns when they have; the second time at once. Never from a loop.
    package func stopAndWait() {
        precondition(EventLoop.current == nil, "a loop can't wait for its own end")
        for loop in loops { loop.stop() }
        let threads = state.withLock { state in
            defer { state.threads = [] }
            return state.threads
        }
        for thread in threads { pthread_join(thread, nil) }
    }

    /// As `stopAndWait`, waiting on a thread made for it instead of the caller's.
    package func stop() async {
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            let thread = try? startThread(named: "loop-stop") {
                self.stopAndWait()
                continuation.resume()
            }
            if let thread {
                pthread_detach(thread)
            } else {
                stopAndWait()
                continuation.resume()
            }
        }
    }
}

/// A thread with a name and with every signal blocked: signals belong to the program.
package func startThread(
    named name: String,
    _ body: @escaping @Sendable () -> Void
) throws(SystemError) -> pthread_t {
    final class Start {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            (self.name, self.body) = (name, body)
        }
    }
    var thread = pthread_t()
    let start = Unmanaged.passRetained(Start(name: name, body: body))
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    let result = pthread_create(
        &thread,
        nil,
        { pointer in
            guard let pointer else { return nil }
            let start = Unmanaged<Start>.fromOpaque(pointer).takeRetainedValue()
            csystem_name_thread(start.name)
            start.body()
            return nil
        },
        start.toOpaque()
    )
    pthread_sigmask(SIG_SETMASK, &before, nil)
    guard result == 0 else {
        start.release()
        throw SystemError(call: "pthread_create", code: result)
    }
    return thread
}
