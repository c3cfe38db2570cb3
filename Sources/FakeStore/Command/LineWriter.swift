// Lines for stderr from threads that must not wait: a terminal that was stopped, or a pipe that nobody
// reads, would stop a serving loop with everything on it.

import EventLoop
@preconcurrency import Glibc
import Platform

/// Writes lines on a thread of its own, and drops them when they come faster than they are taken.
///
/// `@unchecked Sendable` is right because everything that changes is in `state`, and the semaphore is
/// made for threads.
final class LineWriter: @unchecked Sendable {
    private struct State {
        var waiting: [UInt8] = []
        var droppedLines = 0
        var isClosed = false
        var isRunning = false
    }

    /// What may wait at most; more is dropped, and its number said.
    private static let waitingBytes = 1 << 20

    private let descriptor: Int32
    private let state = Locked(State())
    private let arrivals: UnsafeMutablePointer<sem_t>
    private let ends: UnsafeMutablePointer<sem_t>

    init(descriptor: Int32) {
        self.descriptor = descriptor
        arrivals = .allocate(capacity: 1)
        sem_init(arrivals, 0, 0)
        ends = .allocate(capacity: 1)
        sem_init(ends, 0, 0)
    }

    deinit {
        for semaphore in [arrivals, ends] {
            sem_destroy(semaphore)
            semaphore.deallocate()
        }
    }

    /// Takes a line without its end; from any thread, without waiting for the reader.
    func write(_ line: String) {
        let mustWake = state.withLock { state in
            if state.isClosed { return false }
            if state.waiting.count + line.utf8.count > LineWriter.waitingBytes {
                state.droppedLines += 1
                return false
            }
            let isFirst = state.waiting.isEmpty
            state.waiting.append(contentsOf: line.utf8)
            state.waiting.append(UInt8(ascii: "\n"))
            if !state.isRunning { state.isRunning = start() }
            return isFirst
        }
        if mustWake { sem_post(arrivals) }
    }

    /// Writes what waits, unless its reader takes longer than a second.
    func close() {
        let isRunning = state.withLock { state in
            state.isClosed = true
            return state.isRunning
        }
        guard isRunning else { return }
        sem_post(arrivals)
        var limit = timespec()
        clock_gettime(CLOCK_REALTIME, &limit)
        limit.tv_sec += 1
        while sem_timedwait(ends, &limit) != 0, errno == EINTR {}
    }

    private func run() {
        while true {
            while sem_wait(arrivals) != 0 {}
            let (text, isLast) = state.withLock { state in
                var text = String(decoding: state.waiting, as: UTF8.self)
                state.waiting.removeAll(keepingCapacity: true)
                if state.droppedLines > 0 {
                    text += "fakestore: \(state.droppedLines) lines were dropped here\n"
                    state.droppedLines = 0
                }
                return (text, state.isClosed)
            }
            FakeStoreCommand.write(text, to: descriptor)
            if isLast {
                sem_post(ends)
                return
            }
        }
    }

    private func start() -> Bool {
        guard let thread = try? startThread(named: "lines", { self.run() }) else { return false }
        pthread_detach(thread)
        return true
    }
}
