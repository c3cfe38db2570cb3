@preconcurrency import Glibc
import Platform
import SQLite
import Testing

@testable import Store

@Suite struct RecoveryTests {
    /// A folder that outlives the stores in it.
    final class Folders {
        let path: String
        init() throws { path = try Folder.temporary(prefix: "store-test-") }
        deinit { try? Folder.remove(path) }
    }

    let folders: Folders
    var folder: String { folders.path }

    init() throws { folders = try Folders() }

    @Test(arguments: Durability.allCases)
    func keepsEverythingOverARestart(_ durability: Durability) async throws {
        let first = try OpenStore(folder: folder, durability: durability)
        let bucket = try await first.bucket()
        let records = try await first.onLoop { store in
            try await store.saveWorld("{}")
            return [
                try await store.put(bucket, "empty", []),
                try await store.put(bucket, "file", pattern(70_000)),
                try await store.put(bucket, "row", [1]),
            ]
        }
        first.close()
        let second = try OpenStore(folder: folder, durability: durability)
        try await second.onLoop { store in
            #expect(
                try store.list(bucket: bucket, ListQuery()).entries == records.map(ListEntry.object)
            )
            #expect(try store.bytes(bucket, "empty") == [])
            #expect(try store.bytes(bucket, "file") == pattern(70_000))
            #expect(try store.bytes(bucket, "row") == [1])
            #expect(try store.worldDocument() == "{}")
            // The clock stands still, and yet no sequence or content comes a second time.
            let next = try await store.put(bucket, "next", pattern(70_000, seed: 1))
            #expect(records.allSatisfy { $0.sequence < next.sequence })
            #expect(try store.bytes(bucket, "file") == pattern(70_000))
        }
    }

    @Test func removesWhatACrashLeftBehind() async throws {
        let first = try OpenStore(folder: folder)
        let bucket = try await first.bucket()
        try await first.onLoop { store in
            try await store.put(bucket, "a", pattern(20_000))
            try await store.put(bucket, "b", pattern(30_000))
        }
        let kept = try first.contentFiles()
        #expect(kept.count == 2)
        first.close()
        // Two contents without a commit, and a file of a person.
        try Folder.create("\(folder)/contents/7f")
        for name in ["000000000000007f", "notes.txt"] {
            _ = try OpenFile("\(folder)/contents/7f/\(name)", .create)
        }
        try retrying("link") {
            link("\(folder)/\(kept[0])", "\(folder)/contents/7f/00000000000fff7f")
        }

        let second = try OpenStore(folder: folder)
        #expect(try second.contentFiles() == kept + ["contents/7f/notes.txt"])
        #expect(try await second.onLoop { try $0.bytes(bucket, "a") } == pattern(20_000))
        #expect(try await second.onLoop { try $0.bytes(bucket, "b") } == pattern(30_000))
    }

    @Test func aSecondProcessIsRefusedInWords() throws {
        let first = try OpenStore(folder: folder)
        let error = try #require(throws: FolderLock.Held.self) { try OpenStore(folder: folder) }
        #expect(
            error.description == "`\(folder)` is in use by another process (process \(getpid()))"
        )
        first.close()
    }

    @Test func aFolderOfANewerProgramIsRefusedInWords() throws {
        try OpenStore(folder: folder).close()
        let path = "\(folder)/catalog.sqlite"
        try Database(path).execute("PRAGMA user_version = 99")
        let error = try #require(throws: SchemaTooNew.self) { try OpenStore(folder: folder) }
        #expect(error.description.hasPrefix("`\(path)` was written by a newer version"))
    }

    @Test func aFolderThatCannotBeMadeIsRefused() throws {
        let path = "\(folder)/file"
        _ = try OpenFile(path, .create)
        #expect(throws: SystemError.self) { try OpenStore(folder: path) }
    }

    @Test func aContentRemovedByHandIsMissedAndNotInvented() async throws {
        let open = try OpenStore(folder: folder)
        let bucket = try await open.bucket()
        try await open.onLoop { try await $0.put(bucket, "a", pattern(20_000)) }
        let path = "\(folder)/\(try open.contentFiles()[0])"
        unlink(path)
        let error = await #expect(throws: StoreError.self) {
            try await open.onLoop { try $0.bytes(bucket, "a") }
        }
        #expect(error?.description == "`\(path)` is missing from the data folder")
    }

    /// What the child of the next test wrote as version `version` of a key.
    private static func content(_ version: Int) -> [UInt8] {
        let size = [100, 20_000, 16_384, 0, 70_000][version % 5]
        return withUnsafeBytes(of: version) { [UInt8]($0) }
            + pattern(size, seed: UInt8(version & 0xFF))
    }

    @Test(arguments: [Durability.normal, .full])
    func survivesBeingKilled(_ durability: Durability) async throws {
        for round in 0..<rounds(short: 3, long: 50) {
            // Killed while sixteen tasks write: after this many acknowledgements.
            let acknowledgements = [40, 157, 300][round % 3] + round
            let start = round * 10_000
            let (folder, name) = (folder, durability.rawValue)
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [
                    folder = folder as String, name = name as String, start = start as Int,
                    acknowledgements = acknowledgements as Int
                ] in
                let open = try OpenStore(
                    folder: folder,
                    durability: Durability(rawValue: name) ?? .normal
                )
                let known = try open.store.bucket(named: "bucket")?.id
                let bucket: Int64
                if let known { bucket = known } else { bucket = try await open.bucket() }
                let log = open_log(folder)
                let count = Locked(0)
                _ = try await open.atOnce(16) { store, task in
                    for step in 0..<1_000 {
                        let key = "\(task)-\(step % 5)"
                        let version = start + step
                        try await store.put(bucket, key, RecoveryTests.content(version))
                        let line = Array("\(key) \(version)\n".utf8)
                        _ = line.withUnsafeBytes { write(log, $0.baseAddress, $0.count) }
                        let isEnough = count.withLock {
                            $0 += 1
                            return $0 == acknowledgements
                        }
                        if isEnough { kill(getpid(), SIGKILL) }
                    }
                }
            }
            try await checkAfterKill()
        }
    }

    /// Everything acknowledged is there and whole, or a later write of the same key is.
    private func checkAfterKill() async throws {
        let log = String(decoding: try OpenFile.contents(of: "\(folder)/log"), as: UTF8.self)
        var acknowledged: [String: Int] = [:]
        for line in log.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let version = Int(words[1]) else { continue }
            let key = String(words[0])
            acknowledged[key] = max(acknowledged[key] ?? 0, version)
        }
        #expect(!acknowledged.isEmpty)
        let open = try OpenStore(folder: folder)
        let bucket = try #require(try open.store.bucket(named: "bucket")).id
        let page = try open.store.list(bucket: bucket, ListQuery())
        var files = 0
        for case .object(let record) in page.entries {
            let key = String(decoding: record.key, as: UTF8.self)
            let bytes = try #require(try open.store.bytes(bucket, key))
            let version = bytes.withUnsafeBytes { $0.loadUnaligned(as: Int.self) }
            #expect(bytes == RecoveryTests.content(version), "\(key)")
            #expect(version >= acknowledged[key] ?? 0, "\(key)")
            #expect(record.attributes.size == Int64(bytes.count))
            acknowledged[key] = nil
            if bytes.count > 16_384 { files += 1 }
        }
        #expect(acknowledged.isEmpty)
        #expect(try open.contentFiles().count == files)
        let check = try await open.store.change { catalog in
            try catalog.database.rows("PRAGMA integrity_check") { $0.text(0) }
        }
        #expect(check == ["ok"])
        open.close()
    }
}

/// A file for acknowledgements that outlives a killed process.
private func open_log(_ folder: String) -> Int32 {
    open("\(folder)/log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
}
