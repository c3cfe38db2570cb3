import Platform
import Testing

@testable import Store

@Suite struct UploadTests {
    let open: OpenStore
    let bucket: Int64

    init() async throws {
        open = try OpenStore()
        bucket = try await open.bucket()
    }

    @Test func joinsTheNamedPartsInTheirOrder() async throws {
        let bucket = bucket
        try await open.onLoop { store in
            let upload = try await store.begin(bucket, "a")
            // Part 1 comes last, part 2 twice, part 9 is not named.
            try await store.part(upload, 9, pattern(20_000))
            try await store.part(upload, 2, pattern(50_000, seed: 1))
            try await store.part(upload, 2, pattern(40_000, seed: 2), etag: "again")
            try await store.part(upload, 3, pattern(300, seed: 3))
            try await store.part(upload, 1, pattern(30_000, seed: 4))
            #expect(try store.parts(of: upload).map(\.number) == [1, 2, 3, 9])
            #expect(
                try store.parts(of: upload).map(\.attributes.size) == [30_000, 40_000, 300, 20_000]
            )
            #expect(try store.parts(of: upload, after: 1, limit: 2).map(\.number) == [2, 3])

            let object = try await store.complete(upload, [(1, "1"), (2, "again"), (3, "3")])
            #expect(object.attributes.size == 70_300)
            #expect(object.attributes.partSizes == [30_000, 40_000, 300])
            #expect(
                try store.bytes(bucket, "a") == pattern(30_000, seed: 4)
                    + pattern(40_000, seed: 2) + pattern(300, seed: 3)
            )
            #expect(try store.uploads(bucket: bucket).entries.isEmpty)
        }
        #expect(try open.contentFiles().count == 1)
    }

    @Test(arguments: [0, 1, 16_384, 16_385, 70_000])
    func takesASinglePartAsItIs(_ size: Int) async throws {
        let bucket = bucket
        try await open.onLoop { store in
            try await store.put(bucket, "a", pattern(50_000, seed: 9))
            let upload = try await store.begin(bucket, "a")
            try await store.part(upload, 5, pattern(size))
            #expect(
                try await store.complete(upload, [(5, "5")]).attributes.partSizes == [Int64(size)]
            )
            #expect(try store.bytes(bucket, "a") == pattern(size))
        }
        #expect(try open.contentFiles().count == (size > ContentWriter.inlineLimitBytes ? 1 : 0))
    }

    @Test func joinsManySmallPartsIntoARow() async throws {
        let bucket = bucket
        try await open.onLoop { store in
            let upload = try await store.begin(bucket, "a")
            for number in 1...20 { try await store.part(upload, number, pattern(3, seed: 1)) }
            try await store.complete(upload, (1...20).map { ($0, "\($0)") })
            #expect(
                try store.bytes(bucket, "a") == (1...20).flatMap { _ in pattern(3, seed: 1) }
            )
        }
        #expect(try open.contentFiles().isEmpty)
    }

    @Test func refusesPartsThatAreNotThere() async throws {
        let bucket = bucket
        try await open.onLoop { store in
            let upload = try await store.begin(bucket, "a")
            try await store.part(upload, 1, pattern(20_000))
            for wrong in [[(2, "2")], [(1, "other")], [(1, "1"), (2, "2")]] {
                let error = await #expect(throws: StoreError.self) {
                    try await store.complete(upload, wrong)
                }
                guard case .noSuchPart(wrong.last?.0) = error else {
                    Issue.record("\(String(describing: error)) for \(wrong)")
                    continue
                }
            }
            #expect(try store.bytes(bucket, "a") == nil)
            #expect(try store.parts(of: upload).count == 1)
        }
    }

    @Test func keepsTheConditionOfACompletion() async throws {
        let bucket = bucket
        try await open.onLoop { store in
            let first = try await store.begin(bucket, "a")
            #expect(!first.beganOverAnObject)
            try await store.put(bucket, "a", [1], etag: "old")
            let second = try await store.begin(bucket, "a")
            #expect(second.beganOverAnObject)
            try await store.part(first, 1, pattern(20_000))
            try await store.part(first, 2, pattern(20_000))
            for condition in [WriteCondition.ifNoneExists, .ifMatch(etag: "x")] {
                await #expect(throws: StoreError.self) {
                    try await store.complete(first, [(1, "1"), (2, "2")], condition: condition)
                }
            }
            #expect(try store.bytes(bucket, "a") == [1])
            #expect(try store.parts(of: first).count == 2)
            try await store.complete(first, [(1, "1"), (2, "2")], condition: .ifMatch(etag: "old"))
            #expect(try store.bytes(bucket, "a") == pattern(20_000) + pattern(20_000))
        }
        #expect(try open.contentFiles().count == 1)
    }

    @Test func answersARepeatedCompletionWithTheSameObject() async throws {
        let bucket = bucket
        try await open.onLoop { store in
            let upload = try await store.begin(bucket, "a")
            try await store.part(upload, 1, pattern(20_000))
            try await store.part(upload, 2, pattern(20_000))
            let parts = [(1, "1"), (2, "2")]
            let object = try await store.complete(upload, parts, condition: .ifNoneExists)
            #expect(
                try await store.complete(upload, parts, condition: .ifNoneExists) == object
            )
            #expect(
                try store.completed(upload.id, bucket: bucket, key: Array("a".utf8)) == object
            )
            try await store.put(bucket, "a", [1])
            let error = await #expect(throws: StoreError.self) {
                try await store.complete(upload, parts)
            }
            guard case .noSuchUpload = error else {
                Issue.record("\(String(describing: error))"); return
            }
        }
    }

    @Test func freesTheSpaceOfAnAbortedUpload() async throws {
        let bucket = bucket
        try await open.onLoop { store in
            let upload = try await store.begin(bucket, "a")
            for number in 1...3 { try await store.part(upload, number, pattern(20_000)) }
            try await store.part(upload, 4, pattern(2_000))
            try await store.abort(upload)
            #expect(try store.upload(upload.id, bucket: bucket, key: Array("a".utf8)) == nil)
            #expect(try store.parts(of: upload).isEmpty)
            await #expect(throws: StoreError.self) { try await store.abort(upload) }
            await #expect(throws: StoreError.self) {
                try await store.part(upload, 5, pattern(20_000))
            }
        }
        #expect(try open.contentFiles().isEmpty)
    }

    @Test func findsAnUploadOnlyUnderItsKey() async throws {
        let bucket = bucket
        let other = try await open.bucket("other")
        try await open.onLoop { store in
            let upload = try await store.begin(bucket, "a")
            #expect(try store.upload(upload.id, bucket: bucket, key: Array("a".utf8)) == upload)
            #expect(try store.upload(upload.id, bucket: bucket, key: Array("b".utf8)) == nil)
            #expect(try store.upload(upload.id, bucket: other, key: Array("a".utf8)) == nil)
            #expect(try store.upload(upload.id + 1, bucket: bucket, key: Array("a".utf8)) == nil)
        }
    }

    @Test func deletesABucketWithItsUploads() async throws {
        let bucket = bucket
        try await open.onLoop { store in
            let upload = try await store.begin(bucket, "a")
            try await store.part(upload, 1, pattern(20_000))
            try await store.deleteBucket(bucket)
            #expect(try store.uploads(bucket: bucket).entries.isEmpty)
        }
        #expect(try open.contentFiles().isEmpty)
    }

    @Test func clearsUploadsToo() async throws {
        let bucket = bucket
        try await open.onLoop { store in
            let upload = try await store.begin(bucket, "a")
            try await store.part(upload, 1, pattern(20_000))
            try await store.clear()
            await #expect(throws: StoreError.self) {
                try await store.part(upload, 2, pattern(20_000))
            }
        }
        #expect(try open.contentFiles().isEmpty)
    }

    // MARK: Listing

    @Test(arguments: [
        ("", "", "", 100, "a1 a2 b/x1 b/y1 b/y2 c1"),
        ("b/", "", "", 100, "b/x1 b/y1 b/y2"),
        ("", "/", "", 100, "a1 a2 b/ c1"),
        ("b", "/", "", 100, "b/"),
        ("b/", "/", "", 100, "b/x1 b/y1 b/y2"),
        ("", "", "a", 100, "b/x1 b/y1 b/y2 c1"),
        ("", "", "a+1", 100, "a2 b/x1 b/y1 b/y2 c1"),
        ("", "/", "b/", 100, "c1"),
        ("", "", "b/", 100, "b/x1 b/y1 b/y2 c1"),
        ("", "", "c", 100, ""),
        ("", "", "", 2, "a1 a2 …"),
        ("", "/", "", 3, "a1 a2 b/ …"),
        ("", "/", "", 4, "a1 a2 b/ c1"),
        ("", "", "", 0, ""),
    ])
    func lists(
        prefix: String,
        delimiter: String,
        after: String,
        limit: Int,
        expected: String
    )
        async throws
    {
        let bucket = bucket
        try await open.onLoop { store in
            var names: [Int64: String] = [:]
            for name in ["c1", "a1", "b/y1", "a2", "b/x1", "b/y2"] {
                names[try await store.begin(bucket, String(name.dropLast())).id] = name
            }
            var query = UploadQuery()
            query.prefix = Array(prefix.utf8)
            query.delimiter = delimiter.isEmpty ? nil : Array(delimiter.utf8)
            query.limit = limit
            if after == "a+1" {
                query.afterKey = Array("a".utf8)
                query.afterUpload = names.first { $0.value == "a1" }?.key
            } else if !after.isEmpty {
                query.afterKey = Array(after.utf8)
            }
            let page = try store.uploads(bucket: bucket, query)
            let found = page.entries.map { entry in
                switch entry {
                case .upload(let upload): names[upload.id] ?? "?"
                case .commonPrefix(let prefix): String(decoding: prefix, as: UTF8.self)
                }
            }
            #expect((found + (page.isTruncated ? ["…"] : [])).joined(separator: " ") == expected)
        }
    }

    // MARK: Races and crashes

    @Test func letsOneOfManyCompletionsMakeTheObject() async throws {
        let bucket = bucket
        for round in 0..<rounds(short: 5, long: 100) {
            let key = "a\(round)"
            let upload = try await open.onLoop { store in
                let upload = try await store.begin(bucket, key)
                try await store.part(upload, 1, pattern(20_000, seed: 1))
                try await store.part(upload, 2, pattern(20_000, seed: 2))
                return upload
            }
            let objects = try await open.atOnce(8) { store, _ in
                try await store.complete(upload, [(1, "1"), (2, "2")], condition: .ifNoneExists)
            }
            #expect(Set(objects.map(\.sequence)).count == 1)
            #expect(
                try await open.onLoop { try $0.bytes(bucket, key) }
                    == pattern(20_000, seed: 1) + pattern(20_000, seed: 2)
            )
            #expect(try open.contentFiles().count == round + 1)
        }
    }

    @Test func neverMixesAPartThatIsReplacedMeanwhile() async throws {
        let bucket = bucket
        for round in 0..<rounds(short: 10, long: 200) {
            let key = "a\(round)"
            let upload = try await open.onLoop { store in
                let upload = try await store.begin(bucket, key)
                try await store.part(upload, 1, pattern(20_000, seed: 1))
                try await store.part(upload, 2, pattern(20_000, seed: 2), etag: "old")
                return upload
            }
            // Completing, replacing a part and aborting at once: whoever wins, an object is whole.
            _ = try await open.atOnce(3) { store, index in
                do {
                    switch index {
                    case 0: try await store.complete(upload, [(1, "1"), (2, "old")])
                    case 1:
                        try await store.part(upload, 2, pattern(20_000, seed: 3), etag: "new")
                    default: try await store.abort(upload)
                    }
                } catch StoreError.noSuchPart, StoreError.noSuchUpload {
                    // Somebody else was first.
                }
                return 0
            }
            let bytes = try await open.onLoop { try $0.bytes(bucket, key) }
            #expect(
                bytes == nil || bytes == pattern(20_000, seed: 1) + pattern(20_000, seed: 2)
            )
            try await open.onLoop { store in
                _ = try await store.delete(bucket: bucket, key: Array(key.utf8))
            }
            #expect(try open.contentFiles().isEmpty)
        }
    }

    @Test(arguments: Durability.allCases)
    func keepsUploadsOverARestart(_ durability: Durability) async throws {
        let folder = try Folder.temporary(prefix: "store-test-")
        defer { try? Folder.remove(folder) }
        let first = try OpenStore(folder: folder, durability: durability)
        let bucket = try await first.bucket()
        let upload = try await first.onLoop { store in
            let upload = try await store.begin(bucket, "a")
            try await store.part(upload, 1, pattern(20_000, seed: 1))
            try await store.part(upload, 2, pattern(200, seed: 2))
            return upload
        }
        first.close()
        // What a crash leaves while parts are joined.
        try Folder.create("\(folder)/contents/01")
        _ = try OpenFile("\(folder)/contents/01/00000000000fff01", .create)

        let second = try OpenStore(folder: folder, durability: durability)
        #expect(try second.contentFiles().count == 1)
        try await second.onLoop { store in
            #expect(try store.uploads(bucket: bucket).entries == [.upload(upload)])
            let next = try await store.begin(bucket, "a")
            #expect(next.id > upload.id)
            try await store.part(upload, 3, pattern(30_000, seed: 3))
            try await store.complete(upload, [(1, "1"), (2, "2"), (3, "3")])
            #expect(
                try store.bytes(bucket, "a") == pattern(20_000, seed: 1) + pattern(200, seed: 2)
                    + pattern(30_000, seed: 3)
            )
        }
        second.close()
    }
}

extension Store {
    /// Begins an upload as short as tests like it.
    fileprivate func begin(_ bucket: Int64, _ key: String) async throws(StoreError) -> UploadRecord
    {
        try await createUpload(
            bucket: bucket,
            key: Array(key.utf8),
            initiator: "arn:aws:iam::111122223333:user/u",
            attributes: .simple(etag: "")
        )
    }

    /// Puts a part whose entity tag is its number unless something else is said.
    @discardableResult
    fileprivate func part(
        _ upload: UploadRecord,
        _ number: Int,
        _ content: [UInt8],
        etag: String? = nil
    ) async throws(StoreError) -> PartRecord {
        let writer = newContent(expectedSize: nil)
        try append(content, to: writer)
        return try await putPart(
            number,
            of: upload,
            attributes: .simple(etag: etag ?? "\(number)"),
            content: writer
        )
    }

    @discardableResult
    fileprivate func complete(
        _ upload: UploadRecord,
        _ parts: [(Int, String)],
        condition: WriteCondition = .none
    ) async throws(StoreError) -> ObjectRecord {
        let sizes = Dictionary(
            uniqueKeysWithValues: try self.parts(of: upload).map { ($0.number, $0.attributes.size) }
        )
        return try await complete(
            upload,
            parts: parts.map { NamedPart(number: $0.0, etag: $0.1) },
            attributes: upload.attributes.completing(
                upload.id,
                etag: "joined-\(parts.count)",
                checksum: nil,
                partSizes: parts.map { sizes[$0.0] ?? 0 }
            ),
            condition: condition
        )
    }
}
