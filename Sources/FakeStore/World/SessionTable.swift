// The sessions that requests have shown, opened once: a request of a session then costs what a request of
// a user does.

import Platform

/// Credentials of sealed sessions by access key id; it lasts as long as the world does not change, because a
/// session's caller has the role's policies of that world.
final class SessionTable: Sendable {
    /// Beyond it all are forgotten and opened anew.
    static let limit = 10_000

    private struct State {
        var table = CredentialTable()
        var count = 0
    }

    private let state = Locked(State())

    subscript(id: Span<UInt8>) -> Credential? {
        // Not by a closure over `id`, which a span may not enter.
        state.withLock { $0.table }[id]
    }

    func add(_ credential: Credential) {
        state.withLock { state in
            if state.count == SessionTable.limit { state = State() }
            state.table.add(credential)
            state.count += 1
        }
    }
}
