// The files of contents that are too large for a row. A content is written to `contents/XX/ID`, complete
// before the commit that refers to it, and removed after the commit that no longer does; what a crash
// leaves behind has nothing that refers to it. An id is never used twice while the store is open, so a
// file never changes once it is complete.

@preconcurrency import Glibc
import Platform
import Synchronization

/// The folder of content files, and the ids of contents.
final class ContentFolder: Sendable {
    /// The store's data folder.
    let root: String
    /// Whether files and folders are on the disk before a commit may refer to them.
    let isDurable: Bool
    private let lastID: Atomic<Int64>
    private let janitor = WorkerThread()
    /// Files that were read of late, still open: to open and close one costs a fifth of sending 64 KiB of it.
    private let opened = Locked<[Int64: OpenFile]>([:])

    /// Makes the folders.
    ///
    /// - Parameters:
    ///   - root: The store's data folder.
    ///   - isDurable: For `Durability.full`.
    ///   - lastID: The largest id that the catalog refers to.
    /// - Throws: `SystemError` when a folder can't be made.
    init(root: String, isDurable: Bool, lastID: Int64) throws {
        self.root = root
        self.isDurable = isDurable
        self.lastID = Atomic(lastID)
        try Folder.create("\(root)/contents")
        if isDurable {
            // All of them now, so that no commit has to wait for a new folder to reach the disk.
            for shard in 0..<ContentFolder.shardCount {
                try Folder.create("\(root)/contents/\(ContentFolder.name(shard))")
            }
            try Folder.synchronize("\(root)/contents")
            try Folder.synchronize(root)
        }
    }

    /// An id for a new content, in a row or a file.
    func newID() -> Int64 { lastID.add(1, ordering: .relaxed).newValue }

    func path(_ id: Int64) -> String {
        let shard = ContentFolder.name(Int(id & 0xFF))
        return "\(root)/contents/\(shard)/\(ContentFolder.name(of: id))"
    }

    /// The name of a content's file.
    static func name(of id: Int64) -> String { hex(id, digits: 16) }

    /// The highest id that was given out.
    var highestID: Int64 { lastID.load(ordering: .relaxed) }

    /// A version with its bytes, when they are not in the catalog.
    ///
    /// - Throws: `StoreError.contentMissing` when its file is not there.
    func open(_ version: StoredVersion) throws(StoreError) -> StoredObject? {
        if let bytes = version.bytes {
            return StoredObject(version: version, content: .inline(bytes))
        }
        switch version.record.content {
        case .empty: return StoredObject(version: version, content: .inline([]))
        case .row: return nil
        case .file(let id):
            let file = try open(id, size: version.record.attributes.size)
            return StoredObject(version: version, content: .file(file))
        }
    }

    /// So many files stay open.
    private static let openedCount = 64
    /// Larger ones are closed: opening one costs nothing beside sending it, and one that is removed
    /// keeps its space as long as it is open.
    private static let openedBytes: Int64 = 1 << 20

    private func open(_ id: Int64, size: Int64) throws(StoreError) -> OpenFile {
        if let file = opened.withLock({ $0[id] }) { return file }
        let path = path(id)
        guard let file = try? OpenFile(path, .read) else { throw .contentMissing(path: path) }
        guard size <= ContentFolder.openedBytes else { return file }
        // Whichever gives way is closed outside of the lock.
        _ = opened.withLock { files in
            let isFull = files.count >= ContentFolder.openedCount
            let other = isFull ? files.first?.key : nil
            let closing = other.flatMap { files.removeValue(forKey: $0) }
            files[id] = file
            return closing
        }
        return file
    }

    /// Makes the file of a new content.
    func create(_ id: Int64) throws(SystemError) -> OpenFile {
        do throws(SystemError) {
            return try OpenFile(path(id), .create)
        } catch  where error.code == ENOENT {
            try Folder.create("\(root)/contents/\(ContentFolder.name(Int(id & 0xFF)))")
            return try OpenFile(path(id), .create)
        }
    }

    /// Waits until the entries of complete files are on the disk.
    func synchronizeEntries(of ids: [Int64]) throws(SystemError) {
        for shard in Set(ids.map { Int($0 & 0xFF) }) {
            try Folder.synchronize("\(root)/contents/\(ContentFolder.name(shard))")
        }
    }

    // MARK: Removing

    /// Removes files that nothing refers to any more, off the loop: unlinking a large file takes long.
    func remove(_ ids: [Int64]) {
        _ = opened.withLock { files in ids.compactMap { files.removeValue(forKey: $0) } }
        let paths = ids.map(path)
        let isTaken = janitor.post { for path in paths { unlink(path) } }
        if !isTaken { for path in paths { unlink(path) } }
    }

    /// Files that are about to be removed and stay for the time being.
    struct Hold {
        fileprivate let isReleased = Monitor(false)

        /// Lets the removals go on.
        func release() {
            isReleased.withLock { $0 = true }
            isReleased.wakeAll()
        }
    }

    /// Keeps the files that are let go of from now on, until the hold is released.
    ///
    /// - Throws: `StoreError.closed`.
    func holdRemovals() throws(StoreError) -> Hold {
        let hold = Hold()
        let isTaken = janitor.post { hold.isReleased.wait(until: { $0 }, then: { _ in }) }
        guard isTaken else { throw .closed }
        return hold
    }

    /// Waits until removed files are gone.
    func settle() { janitor.settle() }

    func close() {
        janitor.close()
        opened.withLock { $0 = [:] }
    }

    /// Removes what a crash left behind.
    ///
    /// That is files that were being written, that no commit came to refer to, or that were about to be
    /// removed. Other names are left alone.
    ///
    /// - Parameters:
    ///   - root: The store's data folder.
    ///   - isReferred: Whether the catalog refers to the file of an id.
    /// - Throws: `SystemError` when a folder can't be read.
    static func sweep(root: String, isReferred: (Int64) -> Bool) throws(SystemError) {
        for shard in 0..<shardCount {
            let folder = "\(root)/contents/\(name(shard))"
            guard fileExists(folder) else { continue }
            for name in try Folder.names(in: folder) {
                guard let id = id(name), !isReferred(id) else { continue }
                unlink("\(folder)/\(name)")
            }
        }
    }

    // MARK: Names

    private static let shardCount = 256

    private static func name(_ shard: Int) -> String { hex(Int64(shard), digits: 2) }

    /// The id in a file's name, or nil when the store did not make it.
    private static func id(_ name: String) -> Int64? {
        name.utf8.count == 16 ? Int64(name, radix: 16) : nil
    }
}

/// A number in lower-case hexadecimal digits with leading zeros.
private func hex(_ value: Int64, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
}
