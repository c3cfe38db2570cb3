// Listing: the question and a page of the answer.

/// Which objects to list.
package struct ListQuery: Sendable, Equatable {
    /// Only keys that begin with this.
    package var prefix: [UInt8]
    /// Keys that hold this after the prefix are rolled up into one common prefix, which ends with it.
    package var delimiter: [UInt8]?
    /// Only keys after this one in byte order.
    ///
    /// And when it is itself a common prefix of this query,
    /// nothing of what it rolls up. So `ListPage.next` continues a list wherever it stopped.
    package var after: [UInt8]?
    /// How many entries at most; objects and common prefixes count alike.
    package var limit: Int

    /// The whole bucket, 1,000 entries a page, unless something else is said.
    package init(
        prefix: [UInt8] = [],
        delimiter: [UInt8]? = nil,
        after: [UInt8]? = nil,
        limit: Int = 1_000
    ) {
        self.prefix = prefix
        self.delimiter = delimiter
        self.after = after
        self.limit = limit
    }
}

/// One entry of a list.
package enum ListEntry: Sendable, Equatable {
    /// The current version of a key.
    case object(ObjectRecord)
    /// What the delimiter rolled up; ends with it.
    case commonPrefix([UInt8])
}

/// One page of a list.
package struct ListPage: Sendable, Equatable {
    /// In byte order, objects and common prefixes together.
    package let entries: [ListEntry]
    /// Whether more follows.
    package let isTruncated: Bool
    /// The `after` of the next page; nil when this was the last.
    package let next: [UInt8]?
}

/// Collects the entries of a page.
struct PageCollector: ListSink {
    /// The columns that it reads: `ListedObject`'s behind `ObjectRecord`'s.
    static let columns = "\(ObjectRecord.columns), \(ListedObject.columns)"
    /// Where `ListedObject`'s begin.
    static let listedColumn: Int32 = 10

    let bucket: Int64
    private(set) var entries: [ListEntry] = []

    init(bucket: Int64) { self.bucket = bucket }

    mutating func add(_ object: ListedObject) {
        let record = ObjectRecord(bucket: bucket, key: [UInt8](object.key), row: object.row)
        entries.append(.object(record))
    }

    mutating func add(commonPrefix: UnsafeRawBufferPointer) {
        entries.append(.commonPrefix([UInt8](commonPrefix)))
    }
}
