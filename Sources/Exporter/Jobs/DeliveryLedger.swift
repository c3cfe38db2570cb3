// The state as deliveries running side by side share it: one at a time, each step a transaction of its own.

import Platform
import State

/// The state behind a lock, for the time of a run.
///
/// `@unchecked Sendable` is right because the database is reached only inside `locked`, and whoever made the
/// ledger leaves the state alone until the run is over.
final class DeliveryLedger: @unchecked Sendable {
    private let state: State
    private let gate = Locked(())

    init(_ state: State) { self.state = state }

    /// Uses the state while nobody else does.
    func locked<Result>(_ body: (State) throws -> Result) throws -> Result {
        try gate.withLock { _ in try body(state) }
    }

    /// Renders a file into the spool folder; of the state this needs only the folder's path, which never
    /// changes, so it does not wait for the others.
    func render(_ file: DueFile) throws -> RenderedFile { try renderToSpool(file, in: state) }
}
