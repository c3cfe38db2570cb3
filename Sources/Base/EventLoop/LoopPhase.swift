// What is done once a tick instead of once a request: one transaction for all the mutations of a
// tick, one snapshot for all its reads.

/// Work at the end of a loop's tick.
///
/// Called on every loop of the group, each on its own thread.
package protocol LoopPhase: Sendable {
    /// Whether there is something to commit; then the loop polls once more, without waiting, before
    /// it calls `commit`, so that requests which have arrived meanwhile join the batch.
    func hasPending(on loop: EventLoop) -> Bool

    /// The jobs have run: commit what they collected and resume who waits for it. Called again as
    /// long as that makes jobs, so it must be cheap when there is nothing to do.
    func commit(on loop: EventLoop)

    /// The loop is about to wait: let go of what must not be held over a wait.
    func endTick(on loop: EventLoop)
}

extension LoopPhase {
    /// Polls once more every tick, where a phase does not say whether that is worth it.
    package func hasPending(on loop: EventLoop) -> Bool { true }
    /// Nothing to let go of.
    package func endTick(on loop: EventLoop) {}
}
