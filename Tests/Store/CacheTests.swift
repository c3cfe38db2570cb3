import EventLoop
import Platform
import Testing

@testable import Store

/// What was read or written before is in memory, and never out of date.
@Suite struct CacheTests {
    let open: OpenStore

    init() throws { open = try OpenStore() }

    private static let key = Array("k".utf8)

    /// Whether the store would answer a read without asking the catalog.
    private func isKept(_ bucket: Int64, _ key: [UInt8] = key) -> Bool {
        open.store.cache.find(bucket: bucket, key: key)?.bytes != nil
    }

    @Test func keepsWhatWasWrittenAndWhatWasRead() async throws {
        let bucket = try await open.bucket()
        try await open.onLoop { try await $0.put(bucket, "k", [1, 2]) }
        #expect(isKept(bucket))
        open.store.cache.removeAll()
        #expect(try await open.onLoop(1) { try $0.bytes(bucket, "k") } == [1, 2])
        #expect(isKept(bucket))
        #expect(try await open.onLoop { try $0.bytes(bucket, "k") } == [1, 2])
    }

    @Test(arguments: [0, 1, 4_096, 4_097, 16_384, 16_385])
    func keepsFewBytesAndOfMoreOnlyTheRecord(_ count: Int) async throws {
        let bucket = try await open.bucket()
        let record = try await open.onLoop { try await $0.put(bucket, "k", pattern(count)) }
        for _ in 0..<2 {
            #expect(isKept(bucket) == (count <= ObjectCache.contentBytes))
            #expect(open.store.cache.find(bucket: bucket, key: Self.key)?.record == record)
            #expect(try await open.onLoop(1) { try $0.bytes(bucket, "k") } == pattern(count))
            open.store.cache.removeAll()
            #expect(try await open.onLoop(1) { try $0.bytes(bucket, "k") } == pattern(count))
        }
    }

    /// Each way in which the current version of a key changes.
    enum Way: CaseIterable { case put, delete, deleteMany, complete, clear }

    @Test(arguments: Way.allCases, [0, 1])
    func forgetsAtEachChangeOnAllLoops(_ way: Way, _ reader: Int) async throws {
        let bucket = try await open.bucket()
        try await open.onLoop { try await $0.put(bucket, "k", [1]) }
        #expect(try await open.onLoop(reader) { try $0.bytes(bucket, "k") } == [1])
        var expected: [UInt8]?
        switch way {
        case .put:
            try await open.onLoop { try await $0.put(bucket, "k", [2, 2]) }
            expected = [2, 2]
        case .delete:
            try await open.onLoop { _ = try await $0.delete(bucket: bucket, key: Self.key) }
        case .deleteMany:
            try await open.onLoop { _ = try await $0.delete(bucket: bucket, [(Self.key, .none)]) }
        case .complete:
            try await open.onLoop { store in
                let upload = try await store.createUpload(
                    bucket: bucket,
                    key: Self.key,
                    initiator: "i",
                    attributes: .simple()
                )
                let content = store.newContent(expectedSize: 3)
                try store.append([3, 3, 3], to: content)
                let part = try await store.putPart(
                    1,
                    of: upload,
                    attributes: .simple(etag: "p"),
                    content: content
                )
                _ = try await store.complete(
                    upload,
                    parts: [NamedPart(number: 1, etag: part.attributes.etag)],
                    attributes: .simple(etag: "p-1")
                )
            }
            expected = [3, 3, 3]
        case .clear:
            try await open.onLoop { try await $0.clear() }
        }
        #expect(try await open.onLoop(reader) { try $0.bytes(bucket, "k") } == expected)
        #expect(
            try await open.onLoop(reader) { try $0.head(bucket: bucket, key: Self.key) != nil }
                == (expected != nil)
        )
    }

    @Test func forgetsNothingForAWriteThatIsRefused() async throws {
        let bucket = try await open.bucket()
        try await open.onLoop { try await $0.put(bucket, "k", [1]) }
        await #expect(throws: StoreError.self) {
            try await open.onLoop { try await $0.put(bucket, "k", [2], condition: .ifNoneExists) }
        }
        #expect(isKept(bucket))
        #expect(try await open.onLoop(1) { try $0.bytes(bucket, "k") } == [1])
    }

    /// A reader whose snapshot is older than a commit may find the old version after the commit: it must
    /// not come back into the cache.
    @Test func takesNothingFromASnapshotOlderThanACommit() async throws {
        let bucket = try await open.bucket()
        try await open.onLoop { try await $0.put(bucket, "k", [1]) }
        open.store.cache.removeAll()
        try await open.onLoop { store in
            let reader = try store.read { $0 }
            let old = try #require(try reader.object(bucket: bucket, key: Self.key))
            store.queue.commits.add(1, ordering: .releasing)
            store.cache.add(old.version, foundBy: reader, store.queue.commits)
        }
        #expect(open.store.cache.find(bucket: bucket, key: Self.key) == nil)
    }

    @Test func staysWithinItsBytes() {
        let cache = ObjectCache()
        for index in 0..<20_000 {
            let record = ObjectRecord(
                bucket: 1,
                key: Array("key-\(index)".utf8),
                sequence: 1,
                metageneration: 1,
                isNull: true,
                isDeleteMarker: false,
                modified: Timestamp(seconds: 1),
                attributes: .simple(),
                content: .row(1)
            )
            cache.apply([.written(StoredVersion(record: record, bytes: pattern(1_000)))])
        }
        let kept = (0..<20_000).count { cache.find(bucket: 1, key: Array("key-\($0)".utf8)) != nil }
        // At least half of the bytes, at most all of them; an entry takes some 1,800.
        #expect((2_200...4_800).contains(kept), "\(kept)")
    }

    /// Writers and readers of the same few keys on both loops: who was told of a write reads it.
    @Test func everyoneReadsWhatWasAcknowledged() async throws {
        let bucket = try await open.bucket()
        let count = rounds(short: 300, long: 20_000)
        _ = try await open.atOnce(6) { store, task in
            let name = "k\(task / 2)"
            for step in 0..<count {
                if task % 2 == 0 {
                    try await store.put(bucket, name, [UInt8(step % 200), 7])
                    #expect(try store.bytes(bucket, name) == [UInt8(step % 200), 7])
                } else {
                    // Nothing but whole versions, at the same keys as the writer of the other loop.
                    let bytes = try store.bytes(bucket, name)
                    #expect(bytes == nil || bytes?.count == 2 && bytes?[1] == 7)
                    if step % 64 == 0 { store.cache.removeAll() }
                    await EventLoop.current?.yieldTurn()
                }
            }
        }
    }

    /// Several changes of one key in one transaction: each must know what the one before it did, which no
    /// cache knows yet.
    @Test func seesWhatTheSameTransactionDid() async throws {
        let open = try OpenStore(loops: 1)
        let bucket = try await open.bucket()
        for round in 0..<rounds(short: 10, long: 500) {
            try await open.onLoop { try await $0.put(bucket, "k", [0]) }
            _ = try await open.atOnce(6) { store, task in
                // Rows, files and deletions in turn; all six wait for the same commit.
                switch (task + round) % 3 {
                case 0: try await store.put(bucket, "k", pattern(10, seed: UInt8(task)))
                case 1: try await store.put(bucket, "k", pattern(20_000, seed: UInt8(task)))
                default: _ = try await store.delete(bucket: bucket, key: Self.key)
                }
            }
            let remembered = try await open.onLoop { try $0.bytes(bucket, "k") }
            open.store.cache.removeAll()
            #expect(try await open.onLoop { try $0.bytes(bucket, "k") } == remembered)
            // Nothing is left of the contents that came and went.
            let counts = try await open.onLoop { store in
                try store.read { reader in
                    try ["objects", "contents", "files"].map { table in
                        try reader.database.first("SELECT count(*) FROM \(table)") {
                            $0.integer(0)
                        }
                    }
                }
            }
            switch remembered?.count {
            case nil: #expect(counts == [0, 0, 0])
            case 10: #expect(counts == [1, 1, 0])
            default: #expect(counts == [1, 0, 1])
            }
        }
    }
}
