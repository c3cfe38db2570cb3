// Snapshots: world, buckets, objects and uploads as they are at one moment, to come back to. Contents in files
// are shared by hard links, so a snapshot costs a link for each of them and a copy of the catalog, in which
// the small contents are. Copying goes on beside reads and writes: it works on what a reading transaction sees.
//
// A restored catalog goes into the living one in one transaction: it is done wholly or not at all, whatever
// happens, and no write is half before it and half after.

import EventLoop
@preconcurrency import Glibc
import Platform
import SQLite

/// What the snapshots' thread owns.
///
/// `@unchecked Sendable` is right because only that thread touches `folder`.
final class Snapshots: @unchecked Sendable {
    let thread = WorkerThread()
    var folder: SnapshotFolder

    init(dataFolder: String) throws { folder = try SnapshotFolder(dataFolder: dataFolder) }
}

extension Store {
    /// So many snapshots there may be at once.
    package static let snapshotCapacity = 1_000

    /// The tables that a snapshot is made of, besides the facts.
    private static let tables = ["buckets", "objects", "contents", "files", "uploads", "parts"]

    /// All snapshots in the order of their names.
    package func listSnapshots() async throws(StoreError) -> [SnapshotRecord] {
        try await onSnapshots { folder in try folder.names.map { try Store.record($0, in: folder) }
        }
    }

    /// The snapshot of a name, or nil.
    package func snapshot(_ name: SnapshotName) async throws(StoreError) -> SnapshotRecord? {
        try await onSnapshots { folder in
            try folder.place(of: name) == nil ? nil : Store.record(name, in: folder)
        }
    }

    /// Keeps everything that was acknowledged until now under a name, in place of what it was before.
    ///
    /// - Throws: `StoreError.tooManySnapshots`, `.noSpace` and others; then nothing has changed.
    package func makeSnapshot(_ name: SnapshotName) async throws(StoreError) -> SnapshotRecord {
        try await onSnapshots { folder in
            if folder.place(of: name) == nil, folder.names.count >= Store.snapshotCapacity {
                throw StoreError.tooManySnapshots
            }
            let place = try folder.begin()
            do {
                try self.fill(place)
                try folder.publish(place, as: name, isDurable: self.contents.isDurable)
            } catch {
                try? Folder.remove(place.path)
                throw error
            }
            return try Store.record(name, in: folder)
        }
    }

    /// Removes a snapshot.
    ///
    /// - Returns: false when there was none.
    package func removeSnapshot(_ name: SnapshotName) async throws(StoreError) -> Bool {
        try await onSnapshots { folder in try folder.remove(name) }
    }

    /// Brings back world, buckets, objects and uploads of a snapshot.
    ///
    /// Buckets and uploads that were begun after it are gone for those who still know them, because no number
    /// is given twice.
    ///
    /// - Parameters:
    ///   - name: The snapshot.
    ///   - adopt: Understands the snapshot's world document and buckets, before anything has changed, and gives
    ///     what makes them visible: that is called right after the commit, while no other can come.
    /// - Throws: `StoreError.noSuchSnapshot`, or why it failed; then nothing has changed.
    package func restoreSnapshot(
        _ name: SnapshotName,
        _ adopt: @escaping @Sendable (String, [BucketRecord]) throws -> @Sendable () -> Void
    ) async throws {
        let refusal = Locked<(any Error)?>(nil)
        try await onSnapshots { folder in
            guard let place = folder.place(of: name) else { throw StoreError.noSuchSnapshot }
            let (document, buckets) = try Store.opening(place) { catalog in
                (
                    try catalog.first("SELECT value FROM facts WHERE name = 'world'") {
                        $0.text(0)
                    },
                    try BucketRecord.all(in: catalog)
                )
            }
            let publish: @Sendable () -> Void
            do { publish = try adopt(document ?? "", buckets) } catch {
                return refusal.withLock { $0 = error }
            }
            try self.queue.exclusively { try self.bringBack(place, to: $0, publish) }
        }
        if let refusal = refusal.withLock({ $0 }) { throw refusal }
    }

    // MARK: Making

    /// Copies the catalog and links the contents.
    private func fill(_ place: SnapshotFolder.Place) throws {
        let copy = try Database(
            place.catalogPath,
            .init(synchronous: .off, writeAheadLog: false, foreignKeys: false)
        )
        try copy.migrate(Schema.migrations)
        let source = try Database(
            catalogPath,
            .init(
                access: .readWrite,
                synchronous: .off,
                foreignKeys: false,
                isOnlyProcess: true
            )
        )
        try source.run("ATTACH ? AS snapshot", [.text(place.catalogPath)])

        let hold = try queue.exclusively { catalog in
            // Ids of contents are never given twice, as long as some snapshot may refer to them.
            try catalog.saveContentLimit()
            // What this connection sees begins with its first read: this one.
            try source.execute("BEGIN; SELECT count(*) FROM main.facts")
            return try contents.holdRemovals()
        }
        defer { hold.release() }
        for table in Store.tables + ["facts"] {
            try source.execute("INSERT INTO snapshot.\(table) SELECT * FROM main.\(table)")
        }
        let files = try source.rows("SELECT id FROM main.files") { $0.integer(0) }
        try source.execute("COMMIT")
        try source.execute("DETACH snapshot")
        for id in files { try Store.link(contents.path(id), to: place.path(of: id)) }
        try SnapshotRecord.note(clock(), in: copy)
        if contents.isDurable { try place.synchronize() }
    }

    // MARK: Restoring

    /// Makes the snapshot the living catalog; nobody else commits meanwhile.
    private func bringBack(
        _ place: SnapshotFolder.Place,
        to catalog: Catalog,
        _ publish: () -> Void
    ) throws {
        let database = catalog.database
        // Files that commits before this one let go of are gone then, and no others come.
        contents.settle()
        try database.run("ATTACH ? AS snapshot", [.text(place.catalogPath)])
        defer { try? database.execute("DETACH snapshot") }

        let files = try database.rows("SELECT id FROM snapshot.files") { $0.integer(0) }
        var linked: [Int64] = []
        do {
            for id in files where try Store.link(place.path(of: id), to: contents.path(id)) {
                linked.append(id)
            }
            if contents.isDurable { try contents.synchronizeEntries(of: linked) }
            let others = try database.rows(
                "SELECT id FROM main.files WHERE id NOT IN (SELECT id FROM snapshot.files)"
            ) { $0.integer(0) }
            try catalog.begin()
            for table in Store.tables {
                try database.execute(
                    """
                    DELETE FROM main.\(table);
                    INSERT INTO main.\(table) SELECT * FROM snapshot.\(table)
                    """
                )
            }
            try database.execute(
                """
                INSERT OR REPLACE INTO main.facts
                    SELECT name, value FROM snapshot.facts WHERE name = 'world'
                """
            )
            try catalog.commit()
            try catalog.reload()
            queue.announceEverythingChanged()
            publish()
            contents.remove(others)
        } catch {
            try? catalog.undo()
            contents.remove(linked)
            throw error
        }
    }

    // MARK: Files and threads

    /// Gives a file a second name; where the file system can't, it is copied.
    ///
    /// - Returns: false when the name was there already: a content never changes, so it is the same one.
    @discardableResult
    private static func link(_ path: String, to target: String) throws -> Bool {
        if Glibc.link(path, target) == 0 { return true }
        if errno == ENOENT, let slash = target.lastIndex(of: "/") {
            try Folder.create(String(target[..<slash]))
            if Glibc.link(path, target) == 0 { return true }
        }
        switch errno {
        case EEXIST: return false
        case EPERM, EOPNOTSUPP, EMLINK, EXDEV:
            let source = try OpenFile(path, .read)
            let copy = try OpenFile(target, .create)
            try copy.copy(source, count: source.size(), to: 0)
            return true
        default: throw SystemError(call: "link", path: target)
        }
    }

    private static func record(
        _ name: SnapshotName,
        in folder: SnapshotFolder
    ) throws -> SnapshotRecord {
        guard let place = folder.place(of: name) else { throw StoreError.noSuchSnapshot }
        return try opening(place) { try SnapshotRecord(name, $0) }
    }

    /// Opens a snapshot's catalog, brought up to today's schema.
    private static func opening<Result>(
        _ place: SnapshotFolder.Place,
        _ body: (Database) throws -> Result
    ) throws -> Result {
        let catalog = try Database(
            place.catalogPath,
            .init(access: .readWrite, synchronous: .off, writeAheadLog: false, foreignKeys: false)
        )
        try catalog.migrate(Schema.migrations)
        return try body(catalog)
    }

    /// Works on the folder of snapshots, on its thread.
    private func onSnapshots<Value: Sendable>(
        _ work: @escaping @Sendable (inout SnapshotFolder) throws -> Value
    ) async throws(StoreError) -> Value {
        let snapshots = snapshots
        let result = await on(snapshots.thread) { () -> Result<Value, StoreError> in
            do { return .success(try work(&snapshots.folder)) } catch {
                return .failure(StoreError(error))
            }
        }
        return try result.get()
    }
}

extension SnapshotFolder.Place {
    /// Waits until all of it is on the disk.
    fileprivate func synchronize() throws {
        try OpenFile(catalogPath, .update).synchronize()
        try Folder.synchronize(contentsPath)
        try Folder.synchronize(path)
    }
}
