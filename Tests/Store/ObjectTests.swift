import Platform
import Testing

@testable import Store

@Suite struct ObjectTests {
    let open: OpenStore

    init() throws { open = try OpenStore() }

    @Test func givesBackWhatWasPut() async throws {
        let bucket = try await open.bucket()
        let attributes = ObjectAttributes(
            etag: "9b2cf535f27731c974343645a3985328",
            md5: pattern(16),
            checksums: [
                StoredChecksum(algorithm: "CRC32", value: "AAAAAA=="),
                StoredChecksum(algorithm: "SHA256", value: "YWJj-2", isComposite: true),
            ],
            headers: [("Content-Type", "text/csv"), ("Cache-Control", "")],
            userMetadata: [("b", "1"), ("a", String(repeating: "é", count: 200)), ("b", "2")],
            storageClass: "GLACIER_IR",
            encryption: "aws:kms",
            owner: "111122223333",
            writer: "arn:aws:iam::111122223333:user/u"
        )
        let (put, read) = try await open.onLoop { store in
            let writer = store.newContent(expectedSize: 3)
            try store.append([1, 2, 3], to: writer)
            let put = try await store.put(
                bucket: bucket,
                key: Array("a/b".utf8),
                attributes: attributes,
                content: writer
            )
            return (put, try store.read(bucket: bucket, key: Array("a/b".utf8)))
        }
        let object = try #require(read)
        #expect(object.record == put)
        #expect(try object.bytes() == [1, 2, 3])
        #expect(put.key == Array("a/b".utf8) && put.bucket == bucket)
        #expect(put.modified == Timestamp(seconds: 1_000))
        #expect(put.isNull && !put.isDeleteMarker && put.metageneration == 1)
        let back = object.record.attributes
        #expect(back.size == 3)
        #expect(back.etag == "9b2cf535f27731c974343645a3985328")
        #expect(back.md5 == pattern(16))
        #expect(back.checksums == attributes.checksums && back.checksums.count == 2)
        #expect(back.headers.map(\.name) == ["Content-Type", "Cache-Control"])
        #expect(back.headers.map(\.value) == ["text/csv", ""])
        #expect(back.userMetadata.map(\.name) == ["b", "a", "b"])
        #expect(back.userMetadata[1].value == String(repeating: "é", count: 200))
        #expect(back.storageClass == "GLACIER_IR")
        #expect(back.encryption == "aws:kms")
        #expect(back.owner == "111122223333")
        #expect(back.writer == "arn:aws:iam::111122223333:user/u")
    }

    @Test func knowsNoObjectThatWasNotPut() async throws {
        let bucket = try await open.bucket()
        try await open.onLoop { store in
            try await store.put(bucket, "ab", [1])
            for key in ["a", "abc", "AB", "ab/", ""] {
                #expect(try store.head(bucket: bucket, key: Array(key.utf8)) == nil)
            }
            #expect(try store.head(bucket: bucket + 1, key: Array("ab".utf8)) == nil)
        }
    }

    /// Sizes on both sides of the line between a row and a file, and what they replace.
    @Test(arguments: [0, 1, 16_383, 16_384, 16_385, 100_000], [0, 16_384, 16_385])
    func overwritesEveryKindOfContent(_ first: Int, _ second: Int) async throws {
        let bucket = try await open.bucket("b\(first)-\(second)")
        try await open.onLoop { store in
            let old = try await store.put(bucket, "k", pattern(first), etag: "1")
            #expect(try store.bytes(bucket, "k") == pattern(first))
            let new = try await store.put(bucket, "k", pattern(second, seed: 1), etag: "2")
            #expect(try store.bytes(bucket, "k") == pattern(second, seed: 1))
            #expect(new.sequence > old.sequence)
            #expect(new.attributes.size == Int64(second) && new.attributes.etag == "2")
            #expect(try store.head(bucket: bucket, key: Array("k".utf8)) == new)
        }
        #expect(try open.contentFiles().count == (second > 16_384 ? 1 : 0))
        #expect(
            try await open.onLoop { try await $0.delete(bucket: bucket, key: [0x6B]) }
                != .nothingThere
        )
        #expect(try open.contentFiles().isEmpty)
    }

    @Test func contentsUpTo16KiBAreRowsAndLargerOnesFiles() async throws {
        let bucket = try await open.bucket()
        let contents = try await open.onLoop { store in
            try await store.put(bucket, "row", pattern(16_384))
            try await store.put(bucket, "file", pattern(16_385))
            return [
                try store.read(bucket: bucket, key: Array("row".utf8))?.content,
                try store.read(bucket: bucket, key: Array("file".utf8))?.content,
            ]
        }
        guard case .inline? = contents[0], case .file? = contents[1] else {
            Issue.record("\(contents)")
            return
        }
    }

    @Test func deletesOnceAndSaysWhatWasThere() async throws {
        let bucket = try await open.bucket()
        try await open.onLoop { store in
            let put = try await store.put(bucket, "k", [1])
            #expect(try await store.delete(bucket: bucket, key: [0x6B]) == .removed(put))
            #expect(try await store.delete(bucket: bucket, key: [0x6B]) == .nothingThere)
            #expect(try store.bytes(bucket, "k") == nil)
        }
    }

    @Test func anOpenFileOutlivesItsObject() async throws {
        let bucket = try await open.bucket()
        let object = try await open.onLoop { store in
            try await store.put(bucket, "k", pattern(50_000))
            let object = try store.read(bucket: bucket, key: [0x6B])
            _ = try await store.delete(bucket: bucket, key: [0x6B])
            return object
        }
        #expect(try open.contentFiles().isEmpty)
        #expect(try object?.bytes() == pattern(50_000))
    }

    @Test(arguments: [0, 5, 16_384, 16_385, 200_000])
    func anAbandonedWriterLeavesNothing(_ size: Int) async throws {
        try await open.onLoop { store in
            let writer = store.newContent(expectedSize: nil)
            try store.append(pattern(size), to: writer)
        }
        #expect(try open.contentFiles().isEmpty)
    }

    @Test func aRefusedPutLeavesNothing() async throws {
        let bucket = try await open.bucket()
        try await open.onLoop { store in
            let first = try await store.put(bucket, "k", [1])
            let error = await #expect(throws: StoreError.self) {
                try await store.put(bucket, "k", pattern(50_000), condition: .ifNoneExists)
            }
            guard case .preconditionFailed(let current)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(current == first)
            #expect(try store.bytes(bucket, "k") == [1])
        }
        #expect(try open.contentFiles().isEmpty)
    }

    @Test func keysAreBytesOfAnyKindUpToAnyLength() async throws {
        let bucket = try await open.bucket()
        let keys: [[UInt8]] = [
            [0], [0, 0], [0xFF], [0xFF, 0xFF], [0x80], Array("é".utf8), Array("e\u{301}".utf8),
            [UInt8](0...255), [UInt8](repeating: 0x61, count: 1_024),
            [UInt8](repeating: 0x61, count: 1_023) + [0x62],
        ]
        try await open.onLoop { store in
            for key in keys {
                _ = try await store.put(
                    bucket: bucket,
                    key: key,
                    attributes: .simple(),
                    content: store.newContent(expectedSize: nil)
                )
            }
            for key in keys { #expect(try store.head(bucket: bucket, key: key)?.key == key) }
            let listed = try store.list(bucket: bucket, ListQuery()).entries.map { entry in
                if case .object(let record) = entry { record.key } else { [UInt8]() }
            }
            #expect(listed == keys.sorted { $0.lexicographicallyPrecedes($1) })
        }
    }

    @Test func sequencesFollowTheClockButNeverRepeat() async throws {
        let time = Locked(Timestamp(seconds: 5))
        let open = try OpenStore(clock: { time.withLock { $0 } })
        let bucket = try await open.bucket()
        try await open.onLoop { store in
            #expect(try await store.put(bucket, "a", []).sequence == 5_000_000)
            #expect(try await store.put(bucket, "b", []).sequence == 5_000_001)
            time.withLock { $0 = Timestamp(seconds: 4) }
            let back = try await store.put(bucket, "a", [])
            #expect(back.sequence == 5_000_002)
            #expect(back.modified == Timestamp(seconds: 4))
            time.withLock { $0 = Timestamp(seconds: 6) }
            #expect(try await store.put(bucket, "a", []).sequence == 6_000_000)
        }
    }

    @Test func worksFromATaskOnNoLoop() async throws {
        for durability in Durability.allCases {
            let open = try OpenStore(durability: durability)
            let bucket = try await open.store.createBucket(
                name: "b",
                dialect: .gcs,
                account: "p",
                region: "EU",
                settings: "{}"
            )
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for index in 0..<20 {
                    tasks.addTask {
                        try await open.store.put(bucket.id, "\(index)", pattern(index * 1_000))
                    }
                }
                try await tasks.waitForAll()
            }
            #expect(try open.store.bytes(bucket.id, "19") == pattern(19_000))
            #expect(try open.store.list(bucket: bucket.id, ListQuery()).entries.count == 20)
        }
    }

    @Test func aClosedStoreSaysSo() async throws {
        let bucket = try await open.bucket()
        open.close()
        await #expect(throws: StoreError.self) { try await open.store.put(bucket, "a", []) }
        #expect(throws: StoreError.self) { try open.store.buckets() }
    }
}

@Suite struct BucketTests {
    let open: OpenStore

    init() throws { open = try OpenStore() }

    @Test func bucketsOfBothDialectsShareTheirNames() async throws {
        try await open.onLoop { store in
            let first = try await store.createBucket(
                name: "n",
                dialect: .gcs,
                account: "project",
                region: "EU",
                settings: "{\"a\":1}"
            )
            let error = await #expect(throws: StoreError.self) {
                try await store.createBucket(
                    name: "n",
                    dialect: .s3,
                    account: "1",
                    region: "r",
                    settings: "{}"
                )
            }
            guard case .bucketExists(first)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            try await store.updateBucket(first.id, settings: "{\"a\":2}")
            var changed = first
            changed.settings = "{\"a\":2}"
            #expect(try store.buckets() == [changed])
            #expect(try store.bucket(named: "n") == changed)
            #expect(try store.bucket(named: "N") == nil)
        }
    }

    @Test func onlyAnEmptyBucketIsDeletedAndItsIdNeverComesBack() async throws {
        let bucket = try await open.bucket()
        try await open.onLoop { store in
            try await store.put(bucket, "k", [])
            var error = await #expect(throws: StoreError.self) {
                try await store.deleteBucket(bucket)
            }
            guard case .bucketNotEmpty? = error else { throw error ?? StoreError.closed }
            _ = try await store.delete(bucket: bucket, key: [0x6B])
            try await store.deleteBucket(bucket)
            error = await #expect(throws: StoreError.self) { try await store.put(bucket, "k", []) }
            guard case .noSuchBucket? = error else { throw error ?? StoreError.closed }
            error = await #expect(throws: StoreError.self) {
                try await store.updateBucket(bucket, settings: "")
            }
            guard case .noSuchBucket? = error else { throw error ?? StoreError.closed }
        }
        #expect(try await open.bucket() > bucket)
    }

    @Test func clearRemovesEverythingButNoSequenceComesBack() async throws {
        let bucket = try await open.bucket()
        let before = try await open.onLoop { store in
            try await store.saveWorld("{}")
            try await store.put(bucket, "small", [1])
            return try await store.put(bucket, "large", pattern(50_000))
        }
        try await open.onLoop { store in
            try await store.clear()
            #expect(try store.buckets().isEmpty)
            #expect(try store.worldDocument() == nil)
            #expect(try store.bytes(bucket, "small") == nil)
        }
        #expect(try open.contentFiles().isEmpty)
        let again = try await open.bucket()
        let after = try await open.onLoop { try await $0.put(again, "small", [1]) }
        #expect(after.sequence > before.sequence)
    }

    @Test func keepsTheWorldsDocument() async throws {
        try await open.onLoop { store in
            #expect(try store.worldDocument() == nil)
            try await store.saveWorld("{\"accounts\":[]}")
            try await store.saveWorld("{\"accounts\":[1]}")
            #expect(try store.worldDocument() == "{\"accounts\":[1]}")
        }
    }
}
