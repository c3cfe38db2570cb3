import Testing

@testable import Store

/// A question to a bucket and the answer, in short: common prefixes have a `*` behind them.
struct ListingCase: Sendable, CustomTestStringConvertible {
    var prefix = ""
    var delimiter: String?
    var after: String?
    var limit = 1_000
    let entries: [String]
    var next: String?

    var testDescription: String {
        "prefix `\(prefix)` delimiter `\(delimiter ?? "")` after `\(after ?? "")` limit \(limit)"
    }
}

@Suite struct ListingTests {
    private static let keys = [
        "a", "a/", "a/1", "a/2", "a/b/1", "a/b/2", "a0", "b/1", "b/2", "c", "d//1", "d//2", "e:2",
        "e::1",
    ]

    @Test(arguments: [
        ListingCase(entries: keys),
        ListingCase(prefix: "a", entries: ["a", "a/", "a/1", "a/2", "a/b/1", "a/b/2", "a0"]),
        ListingCase(prefix: "a/b", entries: ["a/b/1", "a/b/2"]),
        ListingCase(prefix: "nothing", entries: []),
        ListingCase(
            delimiter: "/",
            entries: ["a", "a/*", "a0", "b/*", "c", "d/*", "e:2", "e::1"]
        ),
        ListingCase(prefix: "a", delimiter: "/", entries: ["a", "a/*", "a0"]),
        ListingCase(prefix: "a/", delimiter: "/", entries: ["a/", "a/1", "a/2", "a/b/*"]),
        ListingCase(prefix: "a/b", delimiter: "/", entries: ["a/b/*"]),
        ListingCase(prefix: "d/", delimiter: "/", entries: ["d//*"]),
        ListingCase(prefix: "e", delimiter: "::", entries: ["e:2", "e::*"]),
        ListingCase(
            delimiter: "b/",
            entries: [
                "a", "a/", "a/1", "a/2", "a/b/*", "a0", "b/*", "c", "d//1", "d//2", "e:2", "e::1",
            ]
        ),
        ListingCase(delimiter: "", entries: keys),
        // After.
        ListingCase(after: "a/2", limit: 2, entries: ["a/b/1", "a/b/2"], next: "a/b/2"),
        ListingCase(after: "a/20", limit: 1, entries: ["a/b/1"], next: "a/b/1"),
        ListingCase(after: "e::1", entries: []),
        ListingCase(prefix: "b", after: "a", entries: ["b/1", "b/2"]),
        ListingCase(prefix: "b", after: "c", entries: []),
        ListingCase(
            delimiter: "/",
            after: "a/",
            entries: ["a0", "b/*", "c", "d/*", "e:2", "e::1"]
        ),
        // A key inside of what is rolled up: there is more of it.
        ListingCase(delimiter: "/", after: "a/1", limit: 2, entries: ["a/*", "a0"], next: "a0"),
        ListingCase(prefix: "a/", delimiter: "/", after: "a/", entries: ["a/1", "a/2", "a/b/*"]),
        // Limits.
        ListingCase(limit: 0, entries: []),
        ListingCase(limit: 1, entries: ["a"], next: "a"),
        ListingCase(limit: 14, entries: keys),
        ListingCase(limit: 13, entries: keys.dropLast(), next: "e:2"),
        ListingCase(delimiter: "/", limit: 2, entries: ["a", "a/*"], next: "a/"),
        ListingCase(prefix: "b", delimiter: "/", limit: 1, entries: ["b/*"]),
    ])
    func answers(_ example: ListingCase) async throws {
        let open = try OpenStore(loops: 1)
        let bucket = try await open.bucket()
        let others = [try await open.bucket("before"), try await open.bucket("after")]
        let page = try await open.onLoop { store in
            for key in ListingTests.keys.reversed() { try await store.put(bucket, key, []) }
            for other in others { try await store.put(other, "a/other", []) }
            return try store.list(
                bucket: bucket,
                ListQuery(
                    prefix: Array(example.prefix.utf8),
                    delimiter: example.delimiter.map { Array($0.utf8) },
                    after: example.after.map { Array($0.utf8) },
                    limit: example.limit
                )
            )
        }
        #expect(page.entries.map(\.short) == example.entries)
        #expect(page.next.map { String(decoding: $0, as: UTF8.self) } == example.next)
        #expect(page.isTruncated == (example.next != nil))
    }

    @Test func pagesOfEverySizeAddUpToTheWhole() async throws {
        let open = try OpenStore(loops: 1)
        let bucket = try await open.bucket()
        try await open.onLoop { store in
            for key in ListingTests.keys { try await store.put(bucket, key, []) }
            for delimiter in [nil, [UInt8(ascii: "/")], Array("b/".utf8)] {
                let whole = try store.list(bucket: bucket, ListQuery(delimiter: delimiter)).entries
                for limit in 1...15 {
                    var query = ListQuery(delimiter: delimiter, limit: limit)
                    var entries: [ListEntry] = []
                    repeat {
                        let page = try store.list(bucket: bucket, query)
                        entries += page.entries
                        query.after = page.next
                    } while query.after != nil
                    #expect(entries == whole, "limit \(limit)")
                }
            }
        }
    }

    @Test func prefixesOfTheHighestBytesEndWhereTheyShould() async throws {
        let open = try OpenStore(loops: 1)
        let bucket = try await open.bucket()
        let keys: [[UInt8]] = [
            [0xFE, 0xFF], [0xFF], [0xFF, 0x2F], [0xFF, 0x2F, 1], [0xFF, 0xFF], [0xFF, 0xFF, 1],
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
            func list(_ query: ListQuery) throws -> [[UInt8]] {
                try store.list(bucket: bucket, query).entries.map(\.bytes)
            }
            #expect(try list(ListQuery(prefix: [0xFF])) == Array(keys[1...]))
            #expect(try list(ListQuery(prefix: [0xFF, 0xFF])) == Array(keys[4...]))
            #expect(try list(ListQuery(prefix: [0xFE])) == [keys[0]])
            #expect(try list(ListQuery(prefix: [0xFF, 0xFF, 0xFF])).isEmpty)
            #expect(try list(ListQuery(delimiter: [0xFF])) == [[0xFE, 0xFF], [0xFF]])
            #expect(try list(ListQuery(delimiter: [0xFF], after: [0xFF])).isEmpty)
            #expect(
                try list(ListQuery(delimiter: [0x2F])) == [
                    keys[0], keys[1], keys[2], keys[4], keys[5],
                ]
            )
        }
    }

    @Test func stepsOverOlderVersionsAndDeleteMarkers() async throws {
        let open = try OpenStore(loops: 1)
        let bucket = try await open.bucket()
        try await open.onLoop { store in
            for key in ["a", "b", "c/1", "d"] { try await store.put(bucket, key, []) }
            // Rows as versioning will write them: 20 older versions of each, markers on b and c/1.
            try await store.change { catalog in
                try catalog.database.execute(
                    """
                    WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 20)
                    INSERT INTO objects SELECT bucket, key, 100 - i, i, 1, 0, 0, size, etag, modified, NULL,
                        NULL, details FROM objects, n WHERE age = 0;
                    UPDATE objects SET is_delete_marker = 1
                        WHERE age = 0 AND key IN (x'62', x'632F31');
                    """
                )
                catalog.noteEverythingChanged()
            }
            #expect(try store.list(bucket: bucket, ListQuery()).entries.map(\.short) == ["a", "d"])
            #expect(try store.head(bucket: bucket, key: [0x62]) == nil)
            let page = try store.list(
                bucket: bucket,
                ListQuery(delimiter: [UInt8(ascii: "/")], limit: 1)
            )
            #expect(page.entries.map(\.short) == ["a"])
            #expect(page.isTruncated)
            let rest = try store.list(
                bucket: bucket,
                ListQuery(delimiter: [UInt8(ascii: "/")], after: page.next)
            )
            #expect(rest.entries.map(\.short) == ["d"])
        }
    }
}

extension ListEntry {
    var bytes: [UInt8] {
        switch self {
        case .object(let record): record.key
        case .commonPrefix(let prefix): prefix
        }
    }

    var short: String {
        let text = String(decoding: bytes, as: UTF8.self)
        if case .object = self { return text }
        return text + "*"
    }
}
