// Where hashing waits for company: pieces of bodies that arrive on a loop in the same tick are hashed
// together at its end, and those of large bodies, from all loops, on one thread.

import Digest
import EventLoop

/// The hashing of one store.
///
/// `@unchecked Sendable` is right because a loop's `Collector` is touched only by that loop's thread, and
/// everything else is behind a lock.
final class HashQueue: LoopPhase, @unchecked Sendable {
    /// Fewer bytes are hashed at once: waiting for the end of the tick would cost as much.
    static let pieceBytes = 4_096

    /// What one loop has collected in its tick.
    private final class Collector {
        let loop: ObjectIdentifier
        var works: [ContentDigest.Work] = []
        var waiters: [UnsafeContinuation<Void, Never>] = []

        init(_ loop: EventLoop) { self.loop = ObjectIdentifier(loop) }
    }

    private struct State {
        /// Those with pieces for the thread.
        var hashers: [ContentHasher] = []
        /// Whether the thread is at work.
        var isRunning = false
    }

    private let collectors: [Collector]
    private let state = Monitor(State())
    private let thread = WorkerThread()

    init(loops: [EventLoop]) { collectors = loops.map(Collector.init) }

    /// Ends the thread; when the loops have ended.
    func close() { thread.close() }

    // MARK: At the end of a tick

    func hasPending(on loop: EventLoop) -> Bool { !collectors[loop.index].works.isEmpty }

    func commit(on loop: EventLoop) {
        let collector = collectors[loop.index]
        if collector.works.isEmpty { return }
        ContentDigest.update(collector.works)
        collector.works.removeAll(keepingCapacity: true)
        for waiter in collector.waiters { waiter.resume() }
        collector.waiters.removeAll(keepingCapacity: true)
    }

    /// Hashes at the end of this loop's tick, or at once when the caller is on none of the store's loops.
    func update(_ hasher: ContentHasher, _ bytes: UnsafeRawBufferPointer) async {
        let work = ContentDigest.Work(hasher.digest, bytes)
        guard let loop = EventLoop.current, loop.index < collectors.count,
            collectors[loop.index].loop == ObjectIdentifier(loop)
        else { return ContentDigest.update([work]) }
        let collector = collectors[loop.index]
        await withUnsafeContinuation { continuation in
            collector.works.append(work)
            collector.waiters.append(continuation)
        }
    }

    // MARK: On the thread

    func post(_ bytes: UnsafeRawBufferPointer, of hasher: ContentHasher) {
        let mustStart = state.withLock { state in
            if hasher.pieces.isEmpty { state.hashers.append(hasher) }
            hasher.pieces.append(bytes)
            if state.isRunning { return false }
            state.isRunning = true
            return true
        }
        // Without a thread it is done here.
        if mustStart, !thread.post({ self.run() }) { run() }
    }

    /// Hashes until nothing is left: of each content one piece at a time, all of them together.
    private func run() {
        while true {
            let batch = state.withLock { state in
                state.isRunning = !state.hashers.isEmpty
                return state.hashers
            }
            if batch.isEmpty { return }
            ContentDigest.update(
                state.withLock { _ in batch.map { ContentDigest.Work($0.digest, $0.pieces[0]) } }
            )
            let waiters = state.withLock { state in
                let waiters = batch.compactMap { $0.finishPiece() }
                state.hashers.removeAll { $0.pieces.isEmpty }
                return waiters
            }
            for waiter in waiters { waiter.loop.post([waiter.continuation]) }
        }
    }

    func finish(_ count: Int, of hasher: ContentHasher) async {
        guard let loop = EventLoop.current else { preconditionFailure("waiting off a loop") }
        let isFinished = state.withLock { _ in hasher.finishedCount >= count }
        if isFinished { return }
        await withUnsafeContinuation { continuation in
            let isFinished = state.withLock { _ in
                if hasher.finishedCount >= count { return true }
                hasher.waiter = (count, loop, continuation)
                return false
            }
            if isFinished { continuation.resume() }
        }
    }
}

extension ContentHasher {
    /// Counts the oldest piece as finished, behind the queue's lock.
    ///
    /// - Returns: Who waits for that.
    fileprivate func finishPiece() -> (
        loop: EventLoop, continuation: UnsafeContinuation<Void, Never>
    )? {
        pieces.removeFirst()
        finishedCount += 1
        guard let waiter, finishedCount >= waiter.count else { return nil }
        self.waiter = nil
        return (waiter.loop, waiter.continuation)
    }
}
