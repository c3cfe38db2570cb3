// A reading connection: one for each loop, and one for tasks on no loop. A loop's reads of one tick see
// one snapshot of the catalog, unless a commit happens in between: then the next read takes a new one,
// so that everybody reads what was acknowledged to anybody.

import Platform
import SQLite
import Synchronization

/// A reading connection with its snapshot; used by one thread at a time.
final class Reader {
    let database: Database
    let folder: ContentFolder
    private let begin: Statement
    private let end: Statement
    private let findRecord: Statement
    private let findObject: Statement
    private let scan: Statement
    private let scanBelow: Statement
    /// The commit counter as it was before the open snapshot; nil when none is open.
    private(set) var snapshot: UInt64?

    init(path: String, folder: ContentFolder) throws {
        database = try Database(
            path,
            .init(access: .readOnly, foreignKeys: false, isOnlyProcess: true)
        )
        self.folder = folder
        // A list of 1,000 common prefixes looks at 2,200 pages of a catalog with a million keys, and would read
        // each anew in the 2 MB that SQLite keeps. Memory is taken only as pages are read.
        try database.execute("PRAGMA cache_size = -12288")
        begin = try database.prepare("BEGIN DEFERRED")
        end = try database.prepare("COMMIT")
        findRecord = try database.prepare(
            """
            SELECT \(ObjectRecord.columns) FROM objects
            WHERE bucket = ?1 AND key = ?2 AND age = 0
            """
        )
        findObject = try database.prepare(
            """
            SELECT \(ObjectRecord.columns), bytes FROM objects
            LEFT JOIN contents ON contents.id = objects.content
            WHERE bucket = ?1 AND key = ?2 AND age = 0
            """
        )
        scan = try database.prepare(Reader.scan(ListedObject.columns, isBounded: false))
        scanBelow = try database.prepare(Reader.scan(ListedObject.columns, isBounded: true))
    }

    // MARK: The snapshot

    /// Makes sure that the snapshot holds everything that was acknowledged until now.
    func refresh(_ commits: borrowing Atomic<UInt64>) throws {
        let counter = commits.load(ordering: .acquiring)
        if snapshot == counter { return }
        endSnapshot()
        // Deferred: the snapshot is taken by the first query, and so after the counter was read.
        try begin.run()
        snapshot = counter
    }

    /// Lets go of the snapshot; while one is held the log can't start over.
    func endSnapshot() {
        if snapshot == nil { return }
        snapshot = nil
        do { try end.run() } catch { database.rollback() }
    }

    // MARK: Objects

    /// The current version of a key, or nil when there is none or it is a delete marker.
    func record(bucket: Int64, key: [UInt8]) throws -> ObjectRecord? {
        try find(findRecord, bucket: bucket, key: key) {
            ObjectRecord(bucket: bucket, key: key, row: findRecord)
        }
    }

    /// The current version with its bytes.
    ///
    /// - Throws: `StoreError.contentMissing` when its file is not there, perhaps because a commit
    ///   after this snapshot has removed it.
    func object(bucket: Int64, key: [UInt8]) throws -> StoredObject? {
        try find(findObject, bucket: bucket, key: key) {
            let record = ObjectRecord(bucket: bucket, key: key, row: findObject)
            let bytes: [UInt8]? =
                switch record.content {
                case .empty: []
                case .row: findObject.bytes(10)
                case .file: nil
                }
            let isSmall = record.attributes.size <= ObjectCache.contentBytes
            let version = StoredVersion(record: record, bytes: isSmall ? bytes : nil)
            if let bytes { return StoredObject(version: version, content: .inline(bytes)) }
            return try folder.open(version)
        }
    }

    private func find<Result>(
        _ statement: Statement,
        bucket: Int64,
        key: [UInt8],
        _ read: () throws -> Result?
    ) throws -> Result? {
        try key.withUnsafeBytes { key in
            defer { statement.reset() }
            try statement.bind(bucket, at: 1)
            try statement.bindBorrowed(key, at: 2)
            guard try statement.step(), statement.integer(3) == 0 else { return nil }
            return try read()
        }
    }

    // MARK: Listing

    /// One page of a list, entry by entry.
    func list(
        bucket: Int64,
        _ query: ListQuery,
        into sink: inout some ListSink
    ) throws -> ListEnd {
        var lister = Lister(query)
        let statement = lister.upperBound == nil ? scan : scanBelow
        return try list(bucket, &lister, ListedObject(row: statement, first: 0), &sink)
    }

    /// One page of a list, as values.
    func list(bucket: Int64, _ query: ListQuery) throws -> ListPage {
        var lister = Lister(query)
        var collector = PageCollector(bucket: bucket)
        let statement = try database.prepare(
            Reader.scan(PageCollector.columns, isBounded: lister.upperBound != nil)
        )
        let row = ListedObject(row: statement, first: PageCollector.listedColumn)
        let end = try list(bucket, &lister, row, &collector)
        return ListPage(entries: collector.entries, isTruncated: end.isTruncated, next: end.next)
    }

    private func list(
        _ bucket: Int64,
        _ lister: inout Lister,
        _ row: ListedObject,
        _ sink: inout some ListSink
    ) throws -> ListEnd {
        let statement = row.row
        defer { statement.reset() }
        try statement.bind(bucket, at: 1)
        if let bound = lister.upperBound { try statement.bind(bound, at: 3) }
        // Each pass begins where the one before said that nothing in between is of interest.
        while let start = lister.takeStart() {
            statement.reset()
            try statement.bind(start, at: 2)
            while try statement.step(), lister.take(row, into: &sink) {}
        }
        return lister.end
    }

    /// Versions of a bucket's keys in order, from a key on and perhaps below another one.
    private static func scan(_ columns: String, isBounded: Bool) -> String {
        """
        SELECT \(columns) FROM objects
        WHERE bucket = ?1 AND key >= ?2 \(isBounded ? "AND key < ?3" : "") ORDER BY key, age
        """
    }

    // MARK: Buckets and the world

    func buckets() throws -> [BucketRecord] { try BucketRecord.all(in: database) }

    func bucket(named name: String) throws -> BucketRecord? {
        try BucketRecord.named(name, in: database)
    }

    func worldDocument() throws -> String? {
        try database.first("SELECT value FROM facts WHERE name = 'world'") { $0.text(0) }
    }
}
