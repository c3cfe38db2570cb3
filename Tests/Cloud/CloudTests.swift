import EventLoop
import Glibc
import Platform
import Policy
import Store
import Testing
import World

@testable import Cloud

/// A cloud in a folder, with its loops running.
private struct TestCloud {
    let cloud: Cloud
    let group: LoopGroup

    init(folder: String) throws {
        group = try LoopGroup(count: 1)
        let clock = CloudClock()
        cloud = Cloud(
            store: try Store(
                folder: folder,
                group: group,
                durability: .normal,
                clock: { clock.now() }
            ),
            journal: Journal(),
            clock: clock,
            requestIDs: RequestIDs(seed: 1),
            group: group
        )
        try group.start()
    }

    func end() async {
        await group.stop()
        cloud.store.close()
    }

    /// The content of an object, or nil.
    func content(_ bucket: String, _ key: String) throws -> String? {
        guard let bucket = cloud.state.bucket(bucket),
            let object = try cloud.store.read(bucket: bucket.id, key: Array(key.utf8))
        else { return nil }
        switch object.content {
        case .inline(let bytes): return String(decoding: bytes, as: UTF8.self)
        case .file(let file):
            let bytes = try OpenFile.contents(of: file.path)
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}

/// Runs `body` with a folder that is removed afterwards.
private func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = try Folder.temporary(prefix: "cloud-test-")
    do {
        try await body(folder)
    } catch {
        try? Folder.remove(folder)
        throw error
    }
    try Folder.remove(folder)
}

private func write(_ text: String, to path: String) throws {
    let file = try OpenFile(path, .replace)
    try Array(text.utf8).withUnsafeBytes { try file.write($0, at: 0) }
}

private func start(
    _ definition: WorldDefinition,
    isGiven: Bool = true,
    replaces: Bool = false,
    buckets: [String] = []
) -> WorldStart {
    var start = WorldStart()
    start.definition = definition
    start.isGiven = isGiven
    start.replaces = replaces
    start.buckets = buckets
    return start
}

private func world(_ buckets: [String]) throws -> WorldDefinition {
    let list = buckets.map { "{\"name\":\"\($0)\"}" }.joined(separator: ",")
    return try WorldDefinition.parse(
        """
        {"accounts":[{"id":"111122223333","users":[{"name":"u","accessKeys":[
        {"id":"AKIAEXAMPLE000000001","secret":"secret-secret-secret"}]}],"buckets":[\(list)]}]}
        """
    )
}

@Suite("The cloud and its world")
struct CloudTests {
    @Test func beginsWithTheBucketsOfItsWorld() async throws {
        try await withFolder { folder in
            let test = try TestCloud(folder: folder)
            try await test.cloud.begin(
                start(try world(["acme-billing", "acme-other"]), buckets: ["extra-bucket"])
            )
            let state = test.cloud.state
            #expect(state.buckets.keys.sorted() == ["acme-billing", "acme-other", "extra-bucket"])
            #expect(state.bucket("extra-bucket")?.account == "111122223333")
            #expect(state.world.buckets.keys.sorted() == state.buckets.keys.sorted())
            #expect(state.bucket("acme-billing")?.region == "us-east-1")
            await test.end()
        }
    }

    @Test func makesChangesAndDeletesBucketsForGood() async throws {
        try await withFolder { folder in
            var test = try TestCloud(folder: folder)
            try await test.cloud.begin(start(try world(["old-bucket"])))
            let bucket = try await test.cloud.createBucket("new-bucket", account: "111122223333")
            try await test.cloud.updateBucket(bucket) { $0.publicAccessBlock = false }
            let old = try #require(test.cloud.state.bucket("old-bucket"))
            try await test.cloud.deleteBucket(old)
            #expect(test.cloud.world.bucket("old-bucket") == nil)
            await test.end()

            test = try TestCloud(folder: folder)
            try await test.cloud.begin(start(WorldDefinition(), isGiven: false))
            #expect(test.cloud.state.buckets.keys.sorted() == ["new-bucket"])
            let kept = test.cloud.state.bucket("new-bucket")?.bucket.settings
            #expect(kept == BucketSettings(publicAccessBlock: false))
            await test.end()
        }
    }

    @Test func refusesANameThatIsTaken() async throws {
        try await withFolder { folder in
            let test = try TestCloud(folder: folder)
            try await test.cloud.begin(start(try world(["acme-billing"])))
            await #expect {
                try await test.cloud.createBucket("acme-billing", account: "111122223333")
            } throws: { error in
                guard case StoreError.bucketExists(let bucket) = error else { return false }
                return bucket.account == "111122223333"
            }
            await test.end()
        }
    }

    @Test func refusesToChangeABucketThatWasMadeAnew() async throws {
        try await withFolder { folder in
            let test = try TestCloud(folder: folder)
            try await test.cloud.begin(start(try world(["acme-billing"])))
            let old = try #require(test.cloud.state.bucket("acme-billing"))
            try await test.cloud.deleteBucket(old)
            try await test.cloud.createBucket("acme-billing", account: "111122223333")
            await #expect(throws: StoreError.self) {
                try await test.cloud.updateBucket(old) { $0.publicAccessBlock = false }
            }
            #expect(
                test.cloud.state.bucket("acme-billing")?.bucket.settings.publicAccessBlock == true
            )
            await test.end()
        }
    }

    @Test func readsTheWorldsObjectsFromTheirFiles() async throws {
        try await withFolder { folder in
            try write("a,b\n", to: "\(folder)/small.csv")
            try write(String(repeating: "0123456789", count: 100_000), to: "\(folder)/large.csv")
            try write(
                """
                {"accounts":[{"id":"111122223333","buckets":[{"name":"acme-billing","objects":[
                {"key":"a/small.csv","file":"small.csv"},{"key":"large.csv","file":"large.csv"}]}]}]}
                """,
                to: "\(folder)/world.json"
            )
            let test = try TestCloud(folder: "\(folder)/data")
            try await test.cloud.begin(
                start(try WorldDefinition.load(path: "\(folder)/world.json"))
            )
            #expect(try test.content("acme-billing", "a/small.csv") == "a,b\n")
            #expect(try test.content("acme-billing", "large.csv")?.utf8.count == 1_000_000)
            let bucket = try #require(test.cloud.state.bucket("acme-billing"))
            let record = try test.cloud.store.head(
                bucket: bucket.id,
                key: Array("a/small.csv".utf8)
            )
            #expect(record?.attributes.etag == "f69f5b72bc79a92dc70c63c9aa142e36")
            await test.end()
        }
    }

    @Test func goesBackToTheStart() async throws {
        try await withFolder { folder in
            let test = try TestCloud(folder: folder)
            let cloud = test.cloud
            try await cloud.begin(start(try world(["acme-billing"]), buckets: ["extra-bucket"]))
            let bucket = try await cloud.createBucket("new-bucket", account: "111122223333")
            try await cloud.putObject(Array("x".utf8), under: Array("k".utf8), in: bucket)
            let kept = try #require(cloud.state.bucket("acme-billing"))
            try await cloud.putObject(Array("x".utf8), under: Array("k".utf8), in: kept)
            cloud.clock.set(.fixed(Timestamp(seconds: 5)))
            cloud.journal.record(JournalTests.entry(1))
            try await cloud.reset()
            #expect(cloud.state.buckets.keys.sorted() == ["acme-billing", "extra-bucket"])
            #expect(try test.content("acme-billing", "k") == nil)
            #expect(cloud.clock.setting == .real)
            #expect(cloud.journal.lastSequence == 0)
            await test.end()
        }
    }

    @Test func replacesTheWorldAndKeepsWhatItStillNames() async throws {
        try await withFolder { folder in
            let test = try TestCloud(folder: folder)
            let cloud = test.cloud
            try await cloud.begin(start(try world(["gone-bucket", "kept-bucket"])))
            for name in ["gone-bucket", "kept-bucket"] {
                let bucket = try #require(cloud.state.bucket(name))
                for index in 0..<3 {
                    try await cloud.putObject(
                        Array("\(index)".utf8),
                        under: Array("k\(index)".utf8),
                        in: bucket
                    )
                }
            }
            try await cloud.replaceWorld(try world(["kept-bucket", "new-bucket"]))
            #expect(cloud.state.buckets.keys.sorted() == ["kept-bucket", "new-bucket"])
            #expect(try test.content("kept-bucket", "k2") == "2")
            #expect(try cloud.store.buckets().map(\.name) == ["kept-bucket", "new-bucket"])
            await test.end()
        }
    }

    @Test func refusesToMoveABucketAndChangesNothing() async throws {
        try await withFolder { folder in
            let test = try TestCloud(folder: folder)
            let cloud = test.cloud
            try await cloud.begin(start(try world(["acme-billing"])))
            let moved = try WorldDefinition.parse(
                """
                {"accounts":[{"id":"444455556666","buckets":[{"name":"acme-billing"},
                {"name":"new-bucket"}]}]}
                """
            )
            await #expect(throws: WorldError.self) { try await cloud.replaceWorld(moved) }
            #expect(cloud.state.buckets.keys.sorted() == ["acme-billing"])
            #expect(cloud.state.world.accounts["111122223333"] != nil)
            await test.end()
        }
    }

    @Test func aFolderKeepsItsWorld() async throws {
        try await withFolder { folder in
            let first = try world(["first-bucket"])
            let second = try world(["second-bucket"])
            var test = try TestCloud(folder: folder)
            try await test.cloud.begin(start(first))
            try await test.cloud.replaceWorld(try world(["first-bucket", "later-bucket"]))
            await test.end()

            // The file it began with is known again only while the world is what it was.
            test = try TestCloud(folder: folder)
            await #expect(throws: WorldError.self) { try await test.cloud.begin(start(second)) }
            await test.end()

            test = try TestCloud(folder: folder)
            try await test.cloud.begin(start(WorldDefinition.standard(), isGiven: false))
            #expect(test.cloud.state.buckets.keys.sorted() == ["first-bucket", "later-bucket"])
            #expect(test.cloud.world.credential(accessKeyID: "AKIAEXAMPLE000000001") != nil)
            await test.end()

            test = try TestCloud(folder: folder)
            try await test.cloud.begin(start(second, replaces: true))
            #expect(test.cloud.state.buckets.keys.sorted() == ["second-bucket"])
            await test.end()

            test = try TestCloud(folder: folder)
            try await test.cloud.begin(start(second))
            #expect(test.cloud.state.buckets.keys.sorted() == ["second-bucket"])
            await test.end()
        }
    }

    @Test func finishesAChangeThatACrashInterrupted() async throws {
        try await withFolder { folder in
            try write("late\n", to: "\(folder)/late.csv")
            let data = "\(folder)/data"
            var test = try TestCloud(folder: data)
            try await test.cloud.begin(start(try world(["gone-bucket", "kept-bucket"])))
            let kept = try #require(test.cloud.state.bucket("kept-bucket"))
            try await test.cloud.putObject(Array("x".utf8), under: Array("k".utf8), in: kept)
            // What a change has saved before its first step.
            try await test.cloud.store.saveWorld(
                """
                {"settled":false,"world":{"accounts":[{"id":"111122223333","buckets":[
                {"name":"kept-bucket","objects":[{"key":"late.csv","file":"\(folder)/late.csv"}]},
                {"name":"new-bucket"}]}]}}
                """
            )
            await test.end()

            test = try TestCloud(folder: data)
            try await test.cloud.begin(start(WorldDefinition.standard(), isGiven: false))
            #expect(test.cloud.state.buckets.keys.sorted() == ["kept-bucket", "new-bucket"])
            #expect(try test.content("kept-bucket", "k") == "x")
            #expect(try test.content("kept-bucket", "late.csv") == "late\n")
            await test.end()
        }
    }

    @Test func makesManyBucketsAtOnceWithoutLosingOne() async throws {
        try await withFolder { folder in
            let test = try TestCloud(folder: folder)
            let cloud = test.cloud
            try await cloud.begin(start(try world([])))
            try await withThrowingTaskGroup { group in
                for index in 0..<50 {
                    group.addTask {
                        try await cloud.createBucket("bucket-\(index)", account: "111122223333")
                    }
                }
                try await group.waitForAll()
            }
            #expect(cloud.state.buckets.count == 50)
            #expect(try cloud.store.buckets().count == 50)
            await test.end()
        }
    }
}
