// Everything that a dialect needs to answer: who and what there is (`state`), where objects are
// (`store`), what time it is (`clock`), what shall go wrong (`faults`), the next request id, and the journal
// to tell.

import EventLoop
import Platform
import Store
import World

/// The emulated cloud, shared by all dialects and the admin routes.
///
/// Changes of the world (buckets, policies, the whole of it) are made durable by the store first and
/// become visible then, one after the other; a request reads `state` once and works with that.
package final class Cloud: Sendable {
    package let store: Store
    package let journal: Journal
    package let clock: CloudClock
    package let requestIDs: RequestIDs
    package let faults = FaultBook()
    package let group: LoopGroup

    private let current: Locked<CloudState>
    let changes = ChangeGate()
    /// What `reset` goes back to; set by `begin`.
    let start = Locked<WorldStart>(WorldStart())
    /// What seals the tokens of sessions; the data folder keeps it, so that they outlive a restart.
    let sealing = Locked(SessionSealer())

    /// A cloud without anything in it, until `begin` has run.
    package init(
        store: Store,
        journal: Journal,
        clock: CloudClock,
        requestIDs: RequestIDs,
        group: LoopGroup
    ) {
        self.store = store
        self.journal = journal
        self.clock = clock
        self.requestIDs = requestIDs
        self.group = group
        current = Locked(
            CloudState(world: WorldSnapshot(WorldDefinition()), buckets: [:])
        )
    }

    /// The cloud at this moment: one lock, held for a reference count.
    package var state: CloudState { current.withLock { $0 } }

    /// The world at this moment.
    package var world: WorldSnapshot { state.world }

    /// The region of requests that name no bucket.
    package var region: String { state.world.region }

    /// What seals the tokens of sessions.
    package var sealer: SessionSealer { sealing.withLock { $0 } }

    /// A definition ready to be asked, with the sessions that were handed out.
    func snapshot(_ definition: WorldDefinition) -> WorldSnapshot {
        WorldSnapshot(definition, sealer: sealer)
    }

    /// Makes a new state visible; only inside `changes`.
    func publish(_ state: CloudState) { current.withLock { $0 = state } }
}
