// Listing as a machine over rows in key order: which rows become entries, where to jump to, when the
// page is full. It asks the database nothing; `Reader` feeds it.

import SQLite

/// Collects one page of a list.
struct Lister {
    /// So many older versions of one key are stepped over before a jump to the next key pays.
    private static let versionsBeforeJump = 8

    private let bucket: Int64
    private let prefix: [UInt8]
    private let delimiter: [UInt8]?
    private let limit: Int

    private var entries: [ListEntry] = []
    private var isTruncated = false
    /// Where the next pass begins; nil when there is none.
    private var start: [UInt8]?
    /// How many older versions were seen since the last current one.
    private var olderVersions = 0

    /// Keys end before this; nil when nothing bounds them.
    let upperBound: [UInt8]?

    init(bucket: Int64, query: ListQuery) {
        precondition(query.limit >= 0, "a list of \(query.limit)")
        self.bucket = bucket
        prefix = query.prefix
        delimiter = query.delimiter.flatMap { $0.isEmpty ? nil : $0 }
        limit = query.limit
        upperBound = query.prefix.successor
        entries.reserveCapacity(min(limit, 1_000))
        start = limit == 0 ? nil : firstKey(after: query.after)
    }

    /// The least key that may be listed, or nil when none may.
    private func firstKey(after: [UInt8]?) -> [UInt8]? {
        guard let after else { return prefix }
        var first = after + [0]
        // `after` is what rolled up the last entry of the page before: go on behind all of it.
        if commonPrefix(of: after[...])?.count == after.count {
            guard let behind = after.successor else { return nil }
            first = behind
        }
        return first.lexicographicallyPrecedes(prefix) ? prefix : first
    }

    /// Where to begin the next pass over the rows; nil when the page is done.
    mutating func takeStart() -> [UInt8]? {
        defer { start = nil }
        return start
    }

    /// Takes the current row of a scan.
    ///
    /// - Returns: Whether to go to the next row; else see `takeStart`.
    mutating func take(_ row: Statement) -> Bool {
        if row.integer(11) != 0 {
            olderVersions += 1
            if olderVersions < Lister.versionsBeforeJump { return true }
            start = row.bytes(10) + [0]
            return false
        }
        olderVersions = 0
        if row.integer(3) != 0 { return true }  // A delete marker: no object.
        if entries.count == limit {
            isTruncated = true
            return false
        }
        let key = row.bytes(10)
        guard let common = commonPrefix(of: key[...]) else {
            entries.append(.object(ObjectRecord(bucket: bucket, key: key, row: row)))
            return true
        }
        let rolledUp = [UInt8](common)
        entries.append(.commonPrefix(rolledUp))
        start = rolledUp.successor
        return false
    }

    /// What the delimiter rolls a key up into, or nil when it stands for itself.
    private func commonPrefix(of key: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        delimiter.flatMap { key.commonPrefix(after: prefix, to: $0) }
    }

    /// What was collected.
    var page: ListPage {
        let next: [UInt8]? =
            switch entries.last {
            case .object(let record) where isTruncated: record.key
            case .commonPrefix(let prefix) where isTruncated: prefix
            default: nil
            }
        return ListPage(entries: entries, isTruncated: isTruncated, next: next)
    }
}

extension [UInt8] {
    /// The least byte string that is greater than all that begin with this one; nil when there is none.
    var successor: [UInt8]? {
        guard let last = lastIndex(where: { $0 != 0xFF }) else { return nil }
        var result = Array(self[...last])
        result[last] += 1
        return result
    }
}

extension ArraySlice<UInt8> {
    /// What a delimiter rolls a key up into: all to its first end behind the prefix; nil when there is none.
    func commonPrefix(after prefix: [UInt8], to delimiter: [UInt8]) -> ArraySlice<UInt8>? {
        guard starts(with: prefix) else { return nil }
        var place = startIndex + prefix.count
        while place + delimiter.count <= endIndex {
            if self[place...].starts(with: delimiter) { return self[..<(place + delimiter.count)] }
            place += 1
        }
        return nil
    }
}
