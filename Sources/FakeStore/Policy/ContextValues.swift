// The context keys of a request, as conditions and variables read them.

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
    /// The folded hash of each entry's key, because every condition looks for one.
    private var hashes: [UInt64] = []

    package init() {}

    /// Sets a key; a key set before, whatever its case, is replaced.
    package mutating func set(_ key: String, to values: [String], source: Source) {
        let entry = Entry(key: key, values: values, source: source)
        let hash = foldedHash(key)
        if let index = index(of: key, hash: hash) {
            entries[index] = entry
        } else {
            entries.append(entry)
            hashes.append(hash)
        }
    }

    /// The entry of a key; names of keys ignore case.
    package subscript(key: String) -> Entry? {
        index(of: key, hash: foldedHash(key)).map { entries[$0] }
    }

    /// The index of a key's entry; nil when it is not there.
    func index(of key: ConditionKey) -> Int? { index(of: key.text, hash: key.hash) }

    private func index(of key: String, hash: UInt64) -> Int? {
        for index in hashes.indices
        where hashes[index] == hash && equalsIgnoringCase(entries[index].key, key) {
            return index
        }
        return nil
    }
}
