// The faults that are in force, with what they have seen and done. Each is counted for itself under one
// lock, so that among requests at once exactly as many are struck as were asked for.

import HTTP
import Platform
import Policy
import Synchronization
import World

/// The living list of faults.
package final class FaultBook: Sendable {
    /// A fault of the list.
    package struct Entry: Sendable {
        /// Its number, in the order in which faults were added.
        package let id: Int
        package let definition: FaultDefinition
        /// How many requests matched.
        package var matched = 0
        /// How many of them it struck.
        package var fired = 0

        let isOfWorld: Bool
        private let operation: Glob?
        private let bucket: Glob?
        private let key: Glob?

        init(id: Int, _ definition: FaultDefinition, isOfWorld: Bool) {
            self.id = id
            self.definition = definition
            self.isOfWorld = isOfWorld
            operation = definition.match.operation.map { Glob($0) }
            bucket = definition.match.bucket.map { Glob($0) }
            key = definition.match.key.map { Glob($0) }
        }

        func matches(_ operation: String, _ bucket: String, _ key: [UInt8]) -> Bool {
            if let pattern = self.operation, !pattern.matches(operation) { return false }
            if let pattern = self.bucket, bucket.isEmpty || !pattern.matches(bucket) {
                return false
            }
            if let pattern = self.key, key.isEmpty || !pattern.matches(key.span) { return false }
            return true
        }
    }

    /// What strikes one request.
    package struct Strike: Sendable {
        /// How long it waits first: the sum of the delays.
        package var delayMilliseconds = 0
        /// What happens then; nil when there was only a delay.
        package var action: FaultAction?
        /// All of it as it was asked for, for the journal.
        package var words: String
    }

    /// The list is full.
    package struct Full: Error, CustomStringConvertible {
        package var description: String {
            "there are \(FaultBook.capacity) faults already: delete some first"
        }
    }

    /// A list that a request must go through has a bound.
    package static let capacity = 1_000

    private struct State {
        var entries: [Entry] = []
        var lastID = 0

        mutating func next() -> Int {
            lastID += 1
            return lastID
        }
    }

    private let state = Locked(State())
    private let isArmedFlag = Atomic<Bool>(false)

    package init() {}

    /// Whether there is any fault: the one question that every request asks.
    @inline(__always)
    package var isArmed: Bool { isArmedFlag.load(ordering: .relaxed) }

    /// Counts a request, and tells what strikes it.
    ///
    /// Every fault that matches counts it, whatever the others do. All delays that strike are waited for; of the
    /// rest the first in the list is done, and the others that would strike as well have missed their turn.
    ///
    /// - Parameters:
    ///   - operation: The call's name.
    ///   - bucket: Its bucket; empty when it has none.
    ///   - key: Its key; empty when it has none.
    /// - Returns: What strikes it, or nil.
    package func strike(operation: String, bucket: String, key: [UInt8]) -> Strike? {
        state.withLock { state in
            var strike: Strike?
            for index in state.entries.indices
            where state.entries[index].matches(operation, bucket, key) {
                state.entries[index].matched += 1
                let (entry, action) = (state.entries[index], state.entries[index].definition.action)
                guard entry.definition.match.strikes(entry.matched) else { continue }
                var now = strike ?? Strike(words: "")
                if case .delay(let milliseconds) = action {
                    now.delayMilliseconds += milliseconds
                } else if now.action == nil {
                    now.action = action
                } else {
                    continue
                }
                now.words += (now.words.isEmpty ? "" : ", ") + action.description
                state.entries[index].fired += 1
                strike = now
            }
            return strike
        }
    }

    /// The faults in their order, those that can't strike any more included.
    package var entries: [Entry] { state.withLock { $0.entries } }

    /// The fault of a number; nil when there is none.
    package func entry(_ id: Int) -> Entry? { entries.first { $0.id == id } }

    /// Adds a fault behind the others; it has seen no request yet.
    package func add(_ definition: FaultDefinition) throws(Full) -> Entry {
        let added = state.withLock { state -> Entry? in
            guard state.entries.count < FaultBook.capacity else { return nil }
            let entry = Entry(id: state.next(), definition, isOfWorld: false)
            state.entries.append(entry)
            isArmedFlag.store(true, ordering: .relaxed)
            return entry
        }
        guard let added else { throw Full() }
        return added
    }

    /// Takes a fault off the list.
    ///
    /// - Returns: false when it was not there.
    package func remove(_ id: Int) -> Bool {
        state.withLock { state in
            guard let index = state.entries.firstIndex(where: { $0.id == id }) else { return false }
            state.entries.remove(at: index)
            isArmedFlag.store(!state.entries.isEmpty, ordering: .relaxed)
            return true
        }
    }

    /// Takes all faults off the list.
    package func removeAll() {
        state.withLock { state in
            state.entries = []
            isArmedFlag.store(false, ordering: .relaxed)
        }
    }

    /// Forgets everything, and begins with the faults of a world.
    func restart(with definitions: [FaultDefinition]) {
        state.withLock { state in
            state = State()
            setWorlds(definitions, in: &state)
        }
    }

    /// Puts the faults of another world in the place of the world's; those that were added stay.
    func replaceWorlds(_ definitions: [FaultDefinition]) {
        state.withLock { setWorlds(definitions, in: &$0) }
    }

    private func setWorlds(_ definitions: [FaultDefinition], in state: inout State) {
        let others = state.entries.filter { !$0.isOfWorld }
        state.entries =
            definitions.map { Entry(id: state.next(), $0, isOfWorld: true) } + others
        isArmedFlag.store(!state.entries.isEmpty, ordering: .relaxed)
    }
}
