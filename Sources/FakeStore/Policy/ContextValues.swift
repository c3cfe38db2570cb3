// The context keys of a request. Conditions read them; until conditions are known, they are only
// carried so that the journal can show them.

/// The condition keys of a request with their values, each marked with where it came from.
package struct ContextValues: Sendable, Equatable {
    /// Where a value came from.
    package enum Source: String, Sendable {
        /// The bytes of the request itself.
        case request
        /// What the world says, for example the caller's tags.
        case world
        /// What the wire can't carry: told by the `x-fakestore-context` header or a case.
        case assumed
    }

    /// One key with its values.
    package struct Entry: Sendable, Equatable {
        package var key: String
        package var values: [String]
        package var source: Source

        package init(key: String, values: [String], source: Source) {
            self.key = key
            self.values = values
            self.source = source
        }
    }

    /// In the order in which they were set.
    package private(set) var entries: [Entry] = []

    package init() {}

    /// Sets a key; a key set before, whatever its case, is replaced.
    package mutating func set(_ key: String, to values: [String], source: Source) {
        let entry = Entry(key: key, values: values, source: source)
        let folded = key.lowercased()
        if let index = entries.firstIndex(where: { $0.key.lowercased() == folded }) {
            entries[index] = entry
        } else {
            entries.append(entry)
        }
    }

    /// The entry of a key; names of keys ignore case.
    package subscript(key: String) -> Entry? {
        let folded = key.lowercased()
        return entries.first { $0.key.lowercased() == folded }
    }
}
