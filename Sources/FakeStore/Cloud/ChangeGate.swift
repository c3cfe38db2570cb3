// Changes of the world happen one after the other: each checks, is made durable, and becomes
// visible before the next one begins. Requests for objects never pass here.

import Platform

/// Lets one change through at a time, in the order of arrival, without blocking a loop.
final class ChangeGate: Sendable {
    private struct State {
        var isTaken = false
        var waiting: [UnsafeContinuation<Void, Never>] = []
    }

    private let state = Locked(State())

    /// Runs `change` while no other change runs.
    func pass<Result>(_ change: () async throws -> Result) async throws -> Result {
        await enter()
        defer { leave() }
        return try await change()
    }

    private func enter() async {
        let isMine = state.withLock { state in
            if state.isTaken { return false }
            state.isTaken = true
            return true
        }
        if isMine { return }
        await withUnsafeContinuation { continuation in
            // Whoever leaves hands the gate over without opening it, so a free one is ours at once.
            let isMine = state.withLock { state in
                if state.isTaken {
                    state.waiting.append(continuation)
                    return false
                }
                state.isTaken = true
                return true
            }
            if isMine { continuation.resume() }
        }
    }

    private func leave() {
        let next = state.withLock { state -> UnsafeContinuation<Void, Never>? in
            if state.waiting.isEmpty {
                state.isTaken = false
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
