import Platform
import Testing

@testable import Store

/// A small random number generator, so that a failure can be played again from its seed.
private struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        // SplitMix64, https://prng.di.unimi.it/splitmix64.c
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Random operations against a dictionary that does the same.
@Suite struct ModelTests {
    private struct Entry {
        var record: ObjectRecord
        var bytes: [UInt8]
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func doesWhatADictionaryDoes(_ seed: UInt64) async throws {
        let folder = try Folder.temporary(prefix: "store-test-")
        defer { try? Folder.remove(folder) }
        var numbers = SeededNumbers(state: seed)
        var model: [[UInt8]: Entry] = [:]
        var open = try OpenStore(folder: folder)
        let bucket = try await open.bucket()
        for step in 0..<rounds(short: 600, long: 20_000) {
            if step % 250 == 249 {
                open.close()
                open = try OpenStore(folder: folder)
            }
            let key = randomKey(&numbers)
            let current = model[key]
            let condition = randomCondition(current?.record, &numbers)
            switch Int.random(in: 0..<10, using: &numbers) {
            case 0..<5:
                let bytes = pattern(
                    [0, 1, 1_000, 16_384, 16_385, 40_000].randomElement(using: &numbers) ?? 0,
                    seed: UInt8.random(in: 0...255, using: &numbers)
                )
                let record = try await orRefused(condition, current?.record, seed, step) {
                    try await open.onLoop(step) { store in
                        let writer = store.newContent(expectedSize: nil)
                        try store.append(bytes, to: writer)
                        return try await store.put(
                            bucket: bucket,
                            key: key,
                            attributes: .simple(etag: "\(step)"),
                            content: writer,
                            condition: condition
                        )
                    }
                }
                if let record { model[key] = Entry(record: record, bytes: bytes) }
            case 5..<8:
                let outcome = try await orRefused(condition, current?.record, seed, step) {
                    try await open.onLoop(step) {
                        try await $0.delete(bucket: bucket, key: key, condition: condition)
                    }
                }
                if let outcome {
                    #expect(outcome == current.map { .removed($0.record) } ?? .nothingThere)
                    model[key] = nil
                }
            default:
                let query = ListQuery(
                    prefix: Array(
                        randomKey(&numbers).prefix(Int.random(in: 0...2, using: &numbers))
                    ),
                    delimiter: [nil, [1], [0, 0]].randomElement(using: &numbers) ?? nil,
                    after: Bool.random(using: &numbers) ? randomKey(&numbers) : nil,
                    limit: Int.random(in: 1...8, using: &numbers)
                )
                let page = try await open.onLoop(step) { try $0.list(bucket: bucket, query) }
                #expect(page == expected(query, model), "seed \(seed) step \(step): \(query)")
            }
            // From memory, and from the catalog itself.
            if step % 2 == 0 { open.store.cache.removeAll() }
            let object = try await open.onLoop(step + 1) { try $0.read(bucket: bucket, key: key) }
            #expect(object?.record == model[key]?.record, "seed \(seed) step \(step)")
            #expect(try object?.bytes() == model[key]?.bytes, "seed \(seed) step \(step)")
        }
        #expect(try open.contentFiles().count == model.values.count { $0.bytes.count > 16_384 })
        open.close()
    }

    private func randomKey(_ numbers: inout SeededNumbers) -> [UInt8] {
        (0..<Int.random(in: 1...4, using: &numbers)).map { _ in
            [0, 1, 2, 0xFF].randomElement(using: &numbers) ?? 0
        }
    }

    private func randomCondition(
        _ current: ObjectRecord?,
        _ numbers: inout SeededNumbers
    ) -> WriteCondition {
        let etag = Bool.random(using: &numbers) ? current?.attributes.etag ?? "x" : "other"
        let generation = Bool.random(using: &numbers) ? current?.sequence ?? 0 : 77
        let conditions: [WriteCondition] = [
            .none, .none, .none, .ifNoneExists, .ifExists, .ifMatch(etag: etag),
            .ifNoneMatch(etag: etag),
            .ifGenerationMatch(generation), .ifGenerationNotMatch(generation),
        ]
        return conditions.randomElement(using: &numbers) ?? .none
    }

    /// The result of a write, or nil when it was refused; and checks that it was refused rightly.
    private func orRefused<Result>(
        _ condition: WriteCondition,
        _ current: ObjectRecord?,
        _ seed: UInt64,
        _ step: Int,
        _ write: () async throws -> Result
    ) async throws -> Result? {
        do {
            let result = try await write()
            #expect(condition.holds(for: current), "seed \(seed) step \(step)")
            return result
        } catch StoreError.preconditionFailed(let found) {
            #expect(!condition.holds(for: current), "seed \(seed) step \(step)")
            #expect(found == current)
            return nil
        }
    }

    /// A list page written down as the documentation of `ListQuery` says it, without any cleverness.
    private func expected(_ query: ListQuery, _ model: [[UInt8]: Entry]) -> ListPage {
        func rolledUp(_ key: [UInt8]) -> [UInt8]? {
            guard let delimiter = query.delimiter, key.starts(with: query.prefix) else {
                return nil
            }
            let places = query.prefix.count..<max(query.prefix.count, key.count)
            return places.first { key[$0...].starts(with: delimiter) }
                .map { Array(key[..<($0 + delimiter.count)]) }
        }
        let after = query.after ?? []
        var all: [ListEntry] = []
        for key in model.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            guard key.starts(with: query.prefix), after.lexicographicallyPrecedes(key) else {
                continue
            }
            if let prefix = rolledUp(key) {
                if prefix == rolledUp(after), prefix == after { continue }
                if all.last != .commonPrefix(prefix) { all.append(.commonPrefix(prefix)) }
            } else if let entry = model[key] {
                all.append(.object(entry.record))
            }
        }
        let entries = Array(all.prefix(query.limit))
        let isTruncated = all.count > entries.count
        return ListPage(
            entries: entries,
            isTruncated: isTruncated,
            next: isTruncated ? entries.last?.bytes : nil
        )
    }
}

@Suite struct AttributeListTests {
    private let list: AttributeList = {
        var list = AttributeList()
        list.add(.owner, "")
        list.add(.header, "a", String(repeating: "x", count: 127))
        list.add(.header, String(repeating: "n", count: 128), "")
        list.add(.md5, [UInt8](repeating: 0xFF, count: 16_500))
        list.add(.header, "", "é")
        return list
    }()

    @Test func givesBackWhatWasAdded() {
        #expect(list.text(.owner) == "")
        #expect(list.text(.writer) == nil)
        #expect(list.first(.md5)?.count == 16_500)
        let pairs = list.pairs(.header)
        #expect(pairs.map(\.name.utf8.count) == [1, 128, 0])
        #expect(pairs.map(\.value.utf8.count) == [127, 0, 2])
    }

    /// Bytes that were cut or changed on the disk give less or other fields, but never a trap.
    @Test func readsDamagedBytesWithoutATrap() {
        var numbers = SeededNumbers(state: 5)
        for _ in 0..<2_000 {
            var bytes = Array(list.bytes.prefix(Int.random(in: 0...400, using: &numbers)))
            for _ in 0..<3 where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &numbers)
                bytes[place] = UInt8.random(in: 0...255, using: &numbers)
            }
            let damaged = AttributeList(stored: bytes)
            for tag: AttributeList.Tag in [.owner, .writer, .md5, .header, .userMetadata] {
                _ = damaged.first(tag)
                _ = damaged.pairs(tag)
            }
        }
    }
}
