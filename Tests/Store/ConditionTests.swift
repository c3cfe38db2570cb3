import Platform
import Testing

@testable import Store

@Suite struct ConditionTests {
    private static func version(isDeleteMarker: Bool = false) -> ObjectRecord {
        ObjectRecord(
            bucket: 1,
            key: [1],
            sequence: 7,
            metageneration: 2,
            isNull: true,
            isDeleteMarker: isDeleteMarker,
            modified: Timestamp(seconds: 0),
            attributes: .simple(etag: "e"),
            content: .empty
        )
    }

    /// Whether each condition holds for no object, and for one with etag e, generation 7/2.
    @Test(arguments: [
        (WriteCondition.none, true, true),
        (.ifNoneExists, true, false),
        (.ifExists, false, true),
        (.ifMatch(etag: "e"), false, true),
        (.ifMatch(etag: "f"), false, false),
        (.ifNoneMatch(etag: "e"), true, false),
        (.ifNoneMatch(etag: "f"), true, true),
        (.ifGenerationMatch(0), true, false),
        (.ifGenerationMatch(7), false, true),
        (.ifGenerationNotMatch(0), false, true),
        (.ifGenerationNotMatch(7), true, false),
        (.ifMetagenerationMatch(2), false, true),
        (.ifMetagenerationMatch(1), false, false),
        (.ifMetagenerationNotMatch(2), true, false),
        (.all([]), true, true),
        (.all([.ifGenerationMatch(7), .ifMetagenerationMatch(2)]), false, true),
        (.all([.ifGenerationMatch(7), .ifMetagenerationMatch(3)]), false, false),
    ])
    func holds(_ condition: WriteCondition, withoutObject: Bool, withObject: Bool) {
        #expect(condition.holds(for: nil) == withoutObject)
        #expect(condition.holds(for: ConditionTests.version()) == withObject)
        #expect(condition.holds(for: ConditionTests.version(isDeleteMarker: true)) == withoutObject)
    }

    @Test(arguments: [Durability.normal, .full])
    func ofManyCreateOnlyPutsExactlyOneWins(_ durability: Durability) async throws {
        let open = try OpenStore(durability: durability)
        let bucket = try await open.bucket()
        for round in 0..<rounds(short: durability == .full ? 3 : 20, long: 500) {
            let wins = try await open.atOnce(64) { store, index in
                do {
                    // Every third content is a file.
                    let content = pattern(index % 3 == 0 ? 20_000 : 100, seed: UInt8(index))
                    try await store.put(bucket, "k\(round)", content, condition: .ifNoneExists)
                    return true
                } catch StoreError.preconditionFailed {
                    return false
                }
            }
            #expect(wins.filter { $0 }.count == 1)
            let winner = try #require(wins.firstIndex(of: true))
            let size = winner % 3 == 0 ? 20_000 : 100
            let content = try await open.onLoop(round) { try $0.bytes(bucket, "k\(round)") }
            #expect(content == pattern(size, seed: UInt8(winner)))
        }
    }

    @Test func aChainOfConditionalReplacesLosesNoUpdate() async throws {
        let open = try OpenStore()
        let bucket = try await open.bucket()
        let start = try await open.onLoop { try await $0.put(bucket, "counter", [0]) }
        // 16 tasks add 1 each 10 times; a lost race is tried again with what is there now.
        _ = try await open.atOnce(16) { store, _ in
            for _ in 0..<10 {
                while true {
                    guard let object = try store.read(bucket: bucket, key: Array("counter".utf8))
                    else { throw StoreError.closed }
                    let next = [try object.bytes()[0] + 1]
                    do {
                        try await store.put(
                            bucket,
                            "counter",
                            next,
                            condition: .ifGenerationMatch(object.record.sequence)
                        )
                        break
                    } catch StoreError.preconditionFailed {}
                }
            }
        }
        let end = try await open.onLoop(1) {
            try $0.read(bucket: bucket, key: Array("counter".utf8))
        }
        #expect(try end?.bytes() == [160])
        #expect(try #require(end).record.sequence >= start.sequence + 160)
    }

    @Test func everybodyReadsWhatWasAcknowledgedToAnybody() async throws {
        let open = try OpenStore()
        let bucket = try await open.bucket()
        for round in 0..<rounds(short: 300, long: 10_000) {
            // Written on one loop, read at once on the other and on none.
            let value = [UInt8(truncatingIfNeeded: round)]
            try await open.onLoop(round) { store in
                _ = try store.bytes(bucket, "k")
                try await store.put(bucket, "k", value)
                #expect(try store.bytes(bucket, "k") == value)
            }
            #expect(try await open.onLoop(round + 1) { try $0.bytes(bucket, "k") } == value)
            #expect(try open.store.bytes(bucket, "k") == value)
        }
    }

    @Test func oneFailureInABatchLeavesTheOthersAlone() async throws {
        let open = try OpenStore(loops: 1)
        let bucket = try await open.bucket()
        try await open.onLoop { try await $0.put(bucket, "taken", [9]) }
        let outcomes = try await open.atOnce(40) { store, index in
            do {
                switch index % 4 {
                case 0: try await store.put(bucket, "taken", [1], condition: .ifNoneExists)
                case 1: try await store.put(bucket + 100, "k", [1])
                case 2: try await store.deleteBucket(bucket)
                default: try await store.put(bucket, "k\(index)", [1])
                }
                return "done"
            } catch {
                switch error as? StoreError {
                case .preconditionFailed: return "precondition"
                case .noSuchBucket: return "no bucket"
                case .bucketNotEmpty: return "not empty"
                default: return "\(error)"
                }
            }
        }
        for (index, outcome) in outcomes.enumerated() {
            #expect(outcome == ["precondition", "no bucket", "not empty", "done"][index % 4])
        }
        let count = try await open.onLoop { try $0.list(bucket: bucket, ListQuery()).entries.count }
        #expect(count == 11)
    }

    /// Mutations decide before they write; one that does not is undone all the same, alone.
    @Test func aMutationThatFailsHalfWayLeavesNothingAndTheOthersAlone() async throws {
        let open = try OpenStore(loops: 1)
        let bucket = try await open.bucket()
        let outcomes = try await open.atOnce(30) { store, index in
            guard index % 10 == 5 else {
                try await store.put(bucket, "k\(index)", pattern(index * 1_000))
                return true
            }
            do {
                try await store.change { catalog in
                    try catalog.database.run("DELETE FROM objects")
                    _ = try catalog.createBucket(
                        name: "half",
                        dialect: .s3,
                        account: "",
                        region: "",
                        settings: ""
                    )
                    if index == 5 { throw StoreError.noSuchBucket }
                    try catalog.database.run("INSERT INTO missing VALUES (1)")
                }
                return true
            } catch {
                return false
            }
        }
        #expect(outcomes.enumerated().allSatisfy { $0.element == ($0.offset % 10 != 5) })
        try await open.onLoop { store async throws in
            #expect(try store.list(bucket: bucket, ListQuery()).entries.count == 27)
            #expect(try store.buckets().map(\.name) == ["bucket"])
            for index in 0..<30 where index % 10 != 5 {
                #expect(try store.bytes(bucket, "k\(index)") == pattern(index * 1_000))
            }
        }
        #expect(try open.contentFiles().count == 12)
    }
}
