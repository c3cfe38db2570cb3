// Listing as a machine over rows in key order: which rows become entries, where to jump to, when the
// page is full. It asks the database nothing; `Reader` feeds it.

/// Picks one page of a list out of rows.
struct Lister {
    /// So many older versions of one key are stepped over before a jump to the next key pays.
    private static let versionsBeforeJump = 8

    private let prefix: [UInt8]
    private let delimiter: [UInt8]?
    private let limit: Int

    private var count = 0
    private var isTruncated = false
    /// The entry that fills the page.
    private var last: [UInt8] = []
    /// Where the next pass begins; nil when there is none.
    private var start: [UInt8]?
    /// How many older versions were seen since the last current one.
    private var olderVersions = 0

    /// Keys end before this; nil when nothing bounds them.
    let upperBound: [UInt8]?

    init(_ query: ListQuery) {
        precondition(query.limit >= 0, "a list of \(query.limit)")
        prefix = query.prefix
        delimiter = query.delimiter.flatMap { $0.isEmpty ? nil : $0 }
        limit = query.limit
        upperBound = query.prefix.successor
        start = limit == 0 ? nil : firstKey(after: query.after)
    }

    /// The least key that may be listed, or nil when none may.
    private func firstKey(after: [UInt8]?) -> [UInt8]? {
        guard let after else { return prefix }
        var first = after + [0]
        // `after` is what rolled up the last entry of the page before: go on behind all of it.
        if let delimiter, after.commonPrefix(after: prefix, to: delimiter)?.count == after.count {
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
    /// - Parameters:
    ///   - object: the row.
    ///   - sink: gets the entry that it makes, if any.
    /// - Returns: Whether to go to the next row; else see `takeStart`.
    mutating func take(_ object: ListedObject, into sink: inout some ListSink) -> Bool {
        guard object.isCurrent else {
            olderVersions += 1
            if olderVersions < Lister.versionsBeforeJump { return true }
            start = [UInt8](object.key) + [0]
            return false
        }
        olderVersions = 0
        if object.isDeleteMarker { return true }
        if count == limit {
            isTruncated = true
            return false
        }
        count += 1
        if let delimiter {
            let key = object.key
            if let common = key.commonPrefix(after: prefix, to: delimiter) {
                let common = UnsafeRawBufferPointer(rebasing: common)
                sink.add(commonPrefix: common)
                let rolledUp = [UInt8](common)
                if count == limit { last = rolledUp }
                start = rolledUp.successor
                return false
            }
        }
        if count == limit { last = [UInt8](object.key) }
        sink.add(object)
        return true
    }

    /// How the page ended.
    var end: ListEnd {
        ListEnd(count: count, isTruncated: isTruncated, next: isTruncated ? last : nil)
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

extension Collection<UInt8> where Index == Int {
    /// What a delimiter rolls a key up into: all to its first end behind the prefix; nil when there is none.
    func commonPrefix(after prefix: [UInt8], to delimiter: [UInt8]) -> SubSequence? {
        guard starts(with: prefix) else { return nil }
        var place = startIndex + prefix.count
        while place + delimiter.count <= endIndex {
            if self[place] == delimiter[0], self[place...].starts(with: delimiter) {
                return self[..<(place + delimiter.count)]
            }
            place += 1
        }
        return nil
    }
}
