import EventLoop
import Platform
import Testing

@testable import Store

@Suite("Snapshots")
struct SnapshotTests {
    private let name = { () -> SnapshotName in
        guard let name = try? SnapshotName("s") else { preconditionFailure("no name") }
        return name
    }()
    private let large = [UInt8](repeating: 7, count: 20_000)

    /// Restores, and tells what the snapshot's world and buckets were.
    private func restore(_ open: OpenStore) async throws -> [String] {
        let seen = Locked<[String]>([])
        try await open.onLoop { [name] store in
            try await store.restoreSnapshot(name) { world, buckets in
                seen.withLock { $0 = [world] + buckets.map(\.name) }
                return { seen.withLock { $0.append("visible") } }
            }
        }
        return seen.withLock { $0 }
    }

    /// Why it fails; nil when it does not. (No closure inside `#expect(throws:)`: the compiler gets it wrong.)
    private func failure(_ body: () async throws -> Void) async -> (any Error)? {
        do {
            try await body()
            return nil
        } catch {
            return error
        }
    }

    @Test func bringBackWhatWasThere() async throws {
        let open = try OpenStore()
        let bucket = try await open.bucket("first")
        try await open.onLoop { [large, name] store in
            try await store.saveWorld("{}")
            try await store.put(bucket, "a", large)
            try await store.put(bucket, "b", [1])
            let record = try await store.makeSnapshot(name)
            #expect((record.buckets, record.objects, record.bytes) == (1, 2, 20_001))
            try await store.put(bucket, "a", [2])
            _ = try await store.delete(bucket: bucket, key: Array("b".utf8))
            try await store.saveWorld("[]")
        }
        let later = try await open.bucket("second")
        #expect(try await restore(open) == ["{}", "first", "visible"])
        try await open.onLoop { store in
            let (a, b) = (Array("a".utf8), Array("b".utf8))
            let found = try (store.head(bucket: bucket, key: a), store.head(bucket: bucket, key: b))
            #expect(found.0?.attributes.size == 20_000 && found.1 != nil)
            let world = try store.worldDocument()
            #expect(world == "{}")
        }
        // Whoever still knows the other bucket finds that it is gone, and no new one is taken for it.
        let failure = await failure {
            _ = try await open.onLoop { try await $0.put(later, "x", [1]) }
        }
        guard case StoreError.noSuchBucket? = failure else {
            Issue.record("expected no bucket, met \(String(describing: failure))")
            return
        }
        let third = try await open.bucket("third")
        #expect(third > later)
    }

    @Test func aDeleteFromBeforeDoesNotTakeTheFileOfARestoredObject() async throws {
        let open = try OpenStore()
        let bucket = try await open.bucket()
        try await open.onLoop { [large, name] store in
            try await store.put(bucket, "a", large)
            _ = try await store.makeSnapshot(name)
            // The file is still there when the restoring begins, and about to go.
            let hold = try store.contents.holdRemovals()
            _ = try await store.delete(bucket: bucket, key: Array("a".utf8))
            async let restored: Void = store.restoreSnapshot(name) { _, _ in {} }
            // Long enough for a restoring that does not wait for the removal to be done before it.
            for _ in 0..<2_000 {
                _ = try store.list(bucket: bucket, ListQuery())
                await EventLoop.current?.yieldTurn()
            }
            hold.release()
            try await restored
            store.settle()
            #expect(try store.read(bucket: bucket, key: Array("a".utf8)) != nil)
        }
        #expect(try open.contentFiles().count == 1)
    }

    @Test func areNotRestoredWhenTheyCannotBeUnderstood() async throws {
        let open = try OpenStore()
        let bucket = try await open.bucket()
        try await open.onLoop { [name] store in
            _ = try await store.makeSnapshot(name)
            try await store.put(bucket, "a", [1])
        }
        let refusal = await failure {
            try await open.onLoop { [name] store in
                try await store.restoreSnapshot(name) { _, _ in
                    throw SnapshotName.Invalid(description: "no")
                }
            }
        }
        #expect(refusal is SnapshotName.Invalid)
        let kept = try await open.onLoop { try $0.head(bucket: bucket, key: Array("a".utf8)) }
        #expect(kept != nil)
    }

    @Test func idsOfContentsAreNeverGivenTwice() async throws {
        let folder = try Folder.temporary(prefix: "store-test-")
        defer { try? Folder.remove(folder) }
        let first = try OpenStore(folder: folder)
        let bucket = try await first.bucket()
        try await first.onLoop { [large, name] store in
            try await store.put(bucket, "a", large)
            _ = try await store.makeSnapshot(name)
            _ = try await store.delete(bucket: bucket, key: Array("a".utf8))
        }
        first.close()
        let second = try OpenStore(folder: folder)
        try await second.onLoop { [name] store in
            // Nothing refers to the file's id any more but the snapshot.
            try await store.put(bucket, "b", [UInt8](repeating: 8, count: 30_000))
            try await store.restoreSnapshot(name) { _, _ in {} }
            let object = try store.read(bucket: bucket, key: Array("a".utf8))
            guard case .file(let file)? = object?.content else {
                Issue.record("no file")
                return
            }
            #expect(try file.size() == 20_000)
        }
        second.close()
    }

    @Test(arguments: ["a", "A-z_0.9", String(repeating: "x", count: 64)])
    func haveNames(_ text: String) throws {
        #expect(try SnapshotName(text).description == text)
    }

    @Test(arguments: [
        "", ".", "..", ".a", "a b", "a/b", "a@1", "ü", String(repeating: "x", count: 65),
    ])
    func haveNoOtherNames(_ text: String) {
        #expect(throws: SnapshotName.Invalid.self) { try SnapshotName(text) }
    }
}
