// Buckets and objects: the catalog in SQLite, large contents in files, both in one folder that one
// process holds. A write is acknowledged when it has survived what `Durability` promises; an object is
// wholly there or not at all. The store knows no dialect: names, conditions and settings are checked
// and understood above it. Time is passed in.

import EventLoop
import Platform
import SQLite
import Synchronization

/// The store of one fake cloud.
///
/// It works best from tasks on the loops of its group, where writes of one tick share a commit and
/// reads share a snapshot; from anywhere else it works, one call at a time.
///
/// `@unchecked Sendable` is right because a loop's reader is touched only by that loop's thread (and by
/// `close`, when the loops have ended), and everything else is behind a lock.
package final class Store: @unchecked Sendable {
    /// The data folder.
    package let folder: String
    let queue: CommitQueue
    let cache = ObjectCache()
    let contents: ContentFolder
    let snapshots: Snapshots
    let clock: @Sendable () -> Timestamp
    private let hashes: HashQueue
    /// Joins the parts of uploads.
    let joiner = WorkerThread()
    let catalogPath: String
    /// Held until `close`.
    private let lock: Locked<FolderLock?>
    private let readers: [LoopReader]
    /// For tasks on no loop.
    private let sharedReader: Locked<Reader?>

    /// The reading connection of one loop, opened when it is first used.
    private final class LoopReader {
        let loop: ObjectIdentifier
        var reader: Reader?

        init(_ loop: EventLoop) { self.loop = ObjectIdentifier(loop) }
    }

    /// Opens the folder, or makes it; brings its schema up to date; removes what a crash left behind;
    /// and takes part in the ticks of the group's loops.
    ///
    /// - Parameters:
    ///   - folder: The data folder.
    ///   - group: The loops, not started yet.
    ///   - durability: What an acknowledged write survives.
    ///   - clock: The time of writes.
    /// - Throws: `FolderLock.Held` when another process has the folder, `SchemaTooNew` when a newer
    ///   program wrote it, `SQLiteError` or `SystemError` when it can't be used.
    package init(
        folder: String,
        group: LoopGroup,
        durability: Durability,
        clock: @escaping @Sendable () -> Timestamp
    ) throws {
        self.folder = folder
        try Folder.create(folder)
        lock = Locked(try FolderLock(folder: folder))
        self.clock = clock
        snapshots = try Snapshots(dataFolder: folder)
        catalogPath = "\(folder)/catalog.sqlite"
        let database = try Database(
            catalogPath,
            .init(
                synchronous: durability == .full ? .full : .off,
                foreignKeys: false,
                // The folder's lock says so.
                isOnlyProcess: true
            )
        )
        try database.migrate(Schema.migrations)

        let files = try database.rows("SELECT id FROM files ORDER BY id") { $0.integer(0) }
        try ContentFolder.sweep(root: folder) { files.contains(sorted: $0) }
        let lastRow = try database.first("SELECT max(id) FROM contents") { $0.integer(0) } ?? 0
        let limit =
            try database.first("SELECT value FROM facts WHERE name = 'content'") { $0.integer(0) }
        contents = try ContentFolder(
            root: folder,
            isDurable: durability == .full,
            lastID: max(lastRow, files.last ?? 0, limit ?? 0)
        )
        queue = CommitQueue(
            catalog: try Catalog(
                database: database,
                folder: contents,
                cache: cache,
                clock: clock
            ),
            folder: contents,
            cache: cache,
            loops: group.loops,
            durability: durability
        )
        readers = group.loops.map(LoopReader.init)
        sharedReader = Locked(try Reader(path: catalogPath, folder: contents))
        hashes = HashQueue(loops: group.loops)
        // First, because what was hashed is then committed in the same tick.
        group.add(hashes)
        group.add(Tick(store: self))
    }

    /// Finishes what is queued and closes the files; call it when the group's loops have ended.
    ///
    /// Whatever is asked of the store later fails with `StoreError.closed`.
    package func close() {
        for slot in readers { slot.reader = nil }
        isClosed.store(true, ordering: .releasing)
        cache.removeAll()
        sharedReader.withLock { $0 = nil }
        hashes.close()
        joiner.close()
        snapshots.thread.close()
        queue.close()
        contents.close()
        lock.withLock { $0 = nil }
    }

    private let isClosed = Atomic<Bool>(false)

    /// Waits until the files of removed contents are gone.
    func settle() { contents.settle() }

    // MARK: Reading

    /// Asks a reading connection with a snapshot that holds everything acknowledged until now.
    func read<Result>(_ body: (Reader) throws -> Result) throws(StoreError) -> Result {
        do {
            if isClosed.load(ordering: .acquiring) { throw StoreError.closed }
            if let loop = EventLoop.current, loop.index < readers.count,
                readers[loop.index].loop == ObjectIdentifier(loop)
            {
                let slot = readers[loop.index]
                let reader = try slot.reader ?? Reader(path: catalogPath, folder: contents)
                slot.reader = reader
                try reader.refresh(queue.commits)
                return try body(reader)
            }
            return try sharedReader.withLock { reader in
                guard let reader else { throw StoreError.closed }
                defer { reader.endSnapshot() }
                try reader.refresh(queue.commits)
                return try body(reader)
            }
        } catch {
            throw StoreError(error)
        }
    }

    /// Has a change committed and gives its result.
    func change<Result>(
        _ body: @escaping (Catalog) throws -> Result
    ) async throws(StoreError) -> Result {
        let mutation = BlockMutation(body)
        try await queue.submit(mutation)
        guard let result = mutation.result else {
            preconditionFailure("committed without a result")
        }
        return result
    }

    fileprivate func endTick(on loop: EventLoop) { readers[loop.index].reader?.endSnapshot() }
}

/// The store's part in the ticks of its loops.
private struct Tick: LoopPhase {
    let store: Store

    func hasPending(on loop: EventLoop) -> Bool { store.queue.hasPending(on: loop) }
    func commit(on loop: EventLoop) { store.queue.commit(on: loop) }
    func endTick(on loop: EventLoop) { store.endTick(on: loop) }
}

// MARK: - Objects

extension Store {
    /// The current version of a key with its content, or nil.
    package func read(bucket: Int64, key: [UInt8]) throws(StoreError) -> StoredObject? {
        if let version = cache.find(bucket: bucket, key: key),
            let object = try? contents.open(version)
        {
            return object
        }
        return try read { reader in
            // A file that is missing was removed by a commit after the snapshot, most likely: look
            // again. The counter is raised before a file is removed, so that one new snapshot is
            // enough unless yet another commit comes; the count only bounds that.
            for _ in 0..<100 {
                do {
                    return try find(reader)
                } catch StoreError.contentMissing {
                    reader.endSnapshot()
                    try reader.refresh(queue.commits)
                }
            }
            return try find(reader)
        }

        func find(_ reader: Reader) throws -> StoredObject? {
            guard let object = try reader.object(bucket: bucket, key: key) else { return nil }
            cache.add(object.version, foundBy: reader, queue.commits)
            return object
        }
    }

    /// The current version of a key, or nil.
    package func head(bucket: Int64, key: [UInt8]) throws(StoreError) -> ObjectRecord? {
        try version(bucket: bucket, key: key)?.record
    }

    /// The current version of a key, or nil.
    package func version(bucket: Int64, key: [UInt8]) throws(StoreError) -> StoredVersion? {
        if let version = cache.find(bucket: bucket, key: key) { return version }
        return try read { reader in
            guard let record = try reader.record(bucket: bucket, key: key) else { return nil }
            let version = StoredVersion(record: record)
            cache.add(version, foundBy: reader, queue.commits)
            return version
        }
    }

    /// One page of the current versions in byte order.
    package func list(bucket: Int64, _ query: ListQuery) throws(StoreError) -> ListPage {
        try read { try $0.list(bucket: bucket, query) }
    }

    /// One page of the current versions in byte order, handed on entry by entry where they lie.
    package func list(
        bucket: Int64,
        _ query: ListQuery,
        into sink: inout some ListSink
    ) throws(StoreError) -> ListEnd {
        try read { try $0.list(bucket: bucket, query, into: &sink) }
    }

    /// A writer for the content of an object to be put.
    ///
    /// - Parameter expectedSize: How many bytes will come, where that is known.
    /// - Returns: An empty writer; dropped before a put, it leaves nothing behind.
    package func newContent(expectedSize: Int64?) -> ContentWriter {
        ContentWriter(folder: contents, expectedSize: expectedSize)
    }

    /// What computes the digests of a content while it comes in.
    package func newHasher(includesSHA256: Bool) -> ContentHasher {
        ContentHasher(queue: hashes, includesSHA256: includesSHA256)
    }

    /// Writes an object, under a condition that is checked in the same moment.
    ///
    /// - Parameters:
    ///   - bucket: The bucket's id.
    ///   - key: The object's key.
    ///   - attributes: Everything but the size, which is the content's.
    ///   - content: The bytes, all appended; the writer can't be used again.
    ///   - condition: What must hold for the current version.
    /// - Returns: The new version.
    /// - Throws: `StoreError.preconditionFailed`, `.noSuchBucket`, `.noSpace` and others; then nothing
    ///   has changed.
    package func put(
        bucket: Int64,
        key: [UInt8],
        attributes: ObjectAttributes,
        content: ContentWriter,
        condition: WriteCondition = .none
    ) async throws(StoreError) -> ObjectRecord {
        let mutation = PutMutation(
            bucket: bucket,
            key: key,
            attributes: attributes,
            content: content,
            condition: condition
        )
        try await queue.submit(mutation)
        guard let record = mutation.record else {
            preconditionFailure("committed without a record")
        }
        return record
    }

    /// Deletes an object, under a condition that is checked in the same moment.
    package func delete(
        bucket: Int64,
        key: [UInt8],
        condition: WriteCondition = .none
    ) async throws(StoreError) -> DeleteOutcome {
        try await change { try $0.delete(bucket: bucket, key: key, condition: condition) }
    }

    /// Changes what is noted of the current object, whose content and time stay.
    ///
    /// - Returns: the object as it is now; nil when there is none.
    package func rewrite(
        bucket: Int64,
        key: [UInt8],
        _ change: @escaping @Sendable (ObjectAttributes) -> ObjectAttributes
    ) async throws(StoreError) -> ObjectRecord? {
        try await self.change { try $0.rewrite(bucket: bucket, key: key, change) }
    }
}

// MARK: - Buckets and the world

extension Store {
    /// All buckets in the order of their names.
    package func buckets() throws(StoreError) -> [BucketRecord] { try read { try $0.buckets() } }

    /// The bucket of a name, or nil.
    package func bucket(named name: String) throws(StoreError) -> BucketRecord? {
        try read { try $0.bucket(named: name) }
    }

    /// Makes a bucket; its name has been checked by the dialect.
    ///
    /// - Throws: `StoreError.bucketExists` with the bucket that has the name.
    package func createBucket(
        name: String,
        dialect: BucketDialect,
        account: String,
        region: String,
        settings: String
    ) async throws(StoreError) -> BucketRecord {
        try await change {
            try $0.createBucket(
                name: name,
                dialect: dialect,
                account: account,
                region: region,
                settings: settings
            )
        }
    }

    /// Replaces a bucket's settings.
    package func updateBucket(_ id: Int64, settings: String) async throws(StoreError) {
        try await change { try $0.updateBucket(id, settings: settings) }
    }

    /// Deletes a bucket that holds no objects.
    ///
    /// - Throws: `StoreError.bucketNotEmpty`, `.noSuchBucket`.
    package func deleteBucket(_ id: Int64) async throws(StoreError) {
        try await change { try $0.deleteBucket(id) }
    }

    /// The world's document as it was saved last, or nil.
    package func worldDocument() throws(StoreError) -> String? {
        try read { try $0.worldDocument() }
    }

    /// Saves the world's document.
    package func saveWorld(_ text: String) async throws(StoreError) {
        try await change { try $0.saveWorld(text) }
    }

    /// Removes every bucket, object and the world's document.
    package func clear() async throws(StoreError) { try await change { try $0.clear() } }
}

extension [Int64] {
    /// Whether a sorted array contains a value.
    fileprivate func contains(sorted value: Int64) -> Bool {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low < count && self[low] == value
    }
}
