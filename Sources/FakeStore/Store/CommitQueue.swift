// Group commit. Mutations are collected during a loop's tick; at its end the loop that finds the
// writing connection free commits everything queued, also the other loops', in one transaction, and
// resumes the waiting tasks in batches. With durable commits a thread
// does it instead, because waiting for the disk would hold up the loop's connections. Callers that are
// on no loop commit for themselves.

import EventLoop
import Platform
import Synchronization

/// The queue of mutations in front of the one writing connection.
///
/// `@unchecked Sendable` is right because `catalog` is touched only by the one who has set `isBusy`,
/// and a loop's `collected` only by that loop's thread.
final class CommitQueue: @unchecked Sendable {
    private struct State {
        var waiting: [Mutation] = []
        /// Somebody is committing; only they touch the catalog.
        var isBusy = false
    }

    /// What one loop has collected in its tick.
    private final class Collector {
        let loop: ObjectIdentifier
        var collected: [Mutation] = []

        init(_ loop: EventLoop) { self.loop = ObjectIdentifier(loop) }
    }

    /// A loop commits so many batches for others before it goes back to its own connections.
    private static let roundsPerTick = 4

    /// Grows with every commit, after it and before its answers: a reader whose snapshot is older
    /// takes a new one, and so everybody reads what was acknowledged.
    let commits = Atomic<UInt64>(0)

    private let state = Monitor(State())
    private var catalog: Catalog?
    private let folder: ContentFolder
    private let cache: ObjectCache
    private let collectors: [Collector]
    /// Commits when they must wait for the disk.
    private let thread: WorkerThread?
    /// A loop went back to its connections and left a queue behind.
    private let isLeftOver = Atomic<Bool>(false)

    init(
        catalog: Catalog,
        folder: ContentFolder,
        cache: ObjectCache,
        loops: [EventLoop],
        durability: Durability
    ) {
        self.catalog = catalog
        self.folder = folder
        self.cache = cache
        collectors = loops.map(Collector.init)
        thread = durability == .full ? WorkerThread() : nil
    }

    // MARK: Submitting

    /// Has a mutation committed.
    ///
    /// - Throws: Why it was not; then it has changed nothing.
    func submit(_ mutation: Mutation) async throws(StoreError) {
        if let loop = EventLoop.current, let collector = collector(of: loop) {
            mutation.loop = loop
            await withUnsafeContinuation { continuation in
                mutation.waiter = continuation
                collector.collected.append(mutation)
            }
        } else if thread != nil {
            await withUnsafeContinuation { continuation in
                mutation.waiter = continuation
                queue([mutation])
            }
        } else {
            commitDirectly(mutation)
        }
        if let failure = mutation.failure { throw StoreError(failure) }
    }

    private func collector(of loop: EventLoop) -> Collector? {
        guard loop.index < collectors.count, collectors[loop.index].loop == ObjectIdentifier(loop)
        else { return nil }  // A loop of somebody else's group.
        return collectors[loop.index]
    }

    /// Whether a loop has something to commit.
    func hasPending(on loop: EventLoop) -> Bool { !collectors[loop.index].collected.isEmpty }

    /// The end of a loop's tick: commits what it collected, or leaves it to who is committing.
    func commit(on loop: EventLoop) {
        let collector = collectors[loop.index]
        if collector.collected.isEmpty {
            guard isLeftOver.load(ordering: .relaxed),
                isLeftOver.exchange(false, ordering: .acquiring)
            else { return }
        }
        let collected = collector.collected
        collector.collected.removeAll(keepingCapacity: true)
        if thread != nil {
            queue(collected)
            return
        }
        let isMine = state.withLock { state in
            state.waiting.append(contentsOf: collected)
            if state.isBusy { return false }
            state.isBusy = true
            return true
        }
        if isMine { commitWaiting(on: loop, rounds: CommitQueue.roundsPerTick) }
    }

    /// Leaves mutations to the thread.
    private func queue(_ mutations: [Mutation]) {
        let mustPost = state.withLock { state in
            state.waiting.append(contentsOf: mutations)
            if state.isBusy { return false }
            state.isBusy = true
            return true
        }
        guard mustPost else { return }
        let isTaken = thread?.post { self.commitWaiting(on: nil, rounds: .max) } ?? false
        // A closed store: its catalog is gone, which fails them.
        if !isTaken { commitWaiting(on: nil, rounds: .max) }
    }

    /// Waits for the writing connection and commits: for tasks on no loop.
    private func commitDirectly(_ mutation: Mutation) {
        state.wait(until: { !$0.isBusy }) { state in
            state.isBusy = true
            state.waiting.append(mutation)
        }
        commitWaiting(on: nil, rounds: 1)
    }

    /// Commits what is queued, at most `rounds` times, and lets go of the connection.
    private func commitWaiting(on loop: EventLoop?, rounds: Int) {
        var rounds = rounds
        while true {
            let batch = state.withLock { state in
                if rounds == 0 || state.waiting.isEmpty {
                    state.isBusy = false
                    return [Mutation]()
                }
                let batch = state.waiting
                state.waiting = []
                return batch
            }
            if batch.isEmpty { break }
            rounds -= 1
            commit(batch)
            resume(batch, on: loop)
        }
        state.wakeAll()
        passOn()
    }

    /// Wakes a loop for what this one leaves in the queue.
    private func passOn() {
        let next = state.withLock { state in
            state.isBusy ? nil : state.waiting.first.map { $0.loop }
        }
        guard let next else { return }
        isLeftOver.store(true, ordering: .releasing)
        // A loop whose task waits here is not closed, so that it takes this.
        next?.spawn {}
    }

    /// Tells the waiting tasks: those of this loop at once, those of another with one wake-up.
    private func resume(_ batch: [Mutation], on loop: EventLoop?) {
        var others: [[UnsafeContinuation<Void, Never>]] = []
        for mutation in batch {
            guard let waiter = mutation.waiter else { continue }
            mutation.waiter = nil
            if let home = mutation.loop, home !== loop {
                if others.isEmpty { others = Array(repeating: [], count: collectors.count) }
                others[home.index].append(waiter)
            } else {
                waiter.resume()
            }
        }
        for (index, waiters) in others.enumerated() where !waiters.isEmpty {
            batch.first { $0.loop?.index == index }?.loop?.post(waiters)
        }
    }

    // MARK: Committing

    /// Commits a batch in one transaction; where that does not work, each mutation in its own.
    private func commit(_ batch: [Mutation]) {
        guard let catalog else {
            for mutation in batch { mutation.failure = StoreError.closed }
            return
        }
        let ready = prepare(batch)
        if ready.isEmpty { return }
        do {
            try commitTogether(ready, in: catalog)
        } catch {
            // The transaction is undone: a full disk, say. What fits alone may still get through.
            for mutation in ready {
                mutation.failure = nil
                do { try commitTogether([mutation], in: catalog) } catch {
                    mutation.failure = error
                }
            }
        }
    }

    /// Completes content files, and has them on the disk where that is promised.
    ///
    /// - Returns: The mutations that can go on.
    private func prepare(_ batch: [Mutation]) -> [Mutation] {
        for mutation in batch {
            do { try mutation.prepare() } catch { mutation.failure = error }
        }
        let ready = batch.filter { $0.failure == nil }
        guard folder.isDurable else { return ready }
        do {
            try folder.synchronizeEntries(of: ready.compactMap(\.contentFile))
            return ready
        } catch {
            for mutation in ready where mutation.contentFile != nil { mutation.failure = error }
            return ready.filter { $0.failure == nil }
        }
    }

    /// One transaction for all of them; one that is refused has its `failure` set.
    ///
    /// - Throws: Why the whole transaction was undone.
    private func commitTogether(_ batch: [Mutation], in catalog: Catalog) throws {
        let changes = catalog.database.totalChangedRows
        do {
            try catalog.begin()
            for mutation in batch { mutation.failure = try catalog.run(mutation) }
            try catalog.commit()
        } catch {
            try catalog.undo()
            throw error
        }
        // Where all were refused, snapshots stay good.
        if catalog.database.totalChangedRows != changes { commits.add(1, ordering: .releasing) }
        catalog.publishChanges()
        for mutation in batch where mutation.failure == nil { mutation.committed() }
        let garbage = catalog.takeGarbage()
        if !garbage.isEmpty { folder.remove(garbage) }
    }

    // MARK: Alone

    /// Waits for the writing connection, and keeps everybody else from committing during `body`.
    ///
    /// Never on a loop: `body` may take long.
    ///
    /// - Throws: `StoreError.closed`, or what `body` throws.
    func exclusively<Result>(_ body: (Catalog) throws -> Result) throws -> Result {
        state.wait(until: { !$0.isBusy }) { $0.isBusy = true }
        // What was queued meanwhile is next.
        defer { commitWaiting(on: nil, rounds: 1) }
        guard let catalog else { throw StoreError.closed }
        return try body(catalog)
    }

    /// Lets everybody forget what was read before; by who has the writing connection, after a commit.
    func announceEverythingChanged() {
        commits.add(1, ordering: .releasing)
        cache.removeAll()
    }

    // MARK: Closing

    /// Ends the writing connection after what is queued; later mutations fail.
    func close() {
        thread?.close()
        state.wait(until: { !$0.isBusy }) { $0.isBusy = true }
        catalog = nil
        commitWaiting(on: nil, rounds: .max)
    }
}
