import EventLoop
@preconcurrency import Glibc
import Platform
import Synchronization

@testable import Store

/// A store in a temporary folder, on loops of its own; both are gone when the test is over.
final class OpenStore: Sendable {
    let folder: String
    let group: LoopGroup
    let store: Store
    private let ownsFolder: Bool
    private let isOpen = Atomic(true)

    /// Opens the store in `folder`, or in a new one.
    init(
        folder: String? = nil,
        loops: Int = 2,
        durability: Durability = .normal,
        clock: @escaping @Sendable () -> Timestamp = { Timestamp(seconds: 1_000) }
    ) throws {
        ownsFolder = folder == nil
        self.folder = try folder ?? Folder.temporary(prefix: "store-test-")
        group = try LoopGroup(count: loops)
        store = try Store(
            folder: self.folder,
            group: group,
            durability: durability,
            clock: clock
        )
        try group.start()
    }

    /// Ends the loops and closes the store; the folder stays.
    func close() {
        guard isOpen.exchange(false, ordering: .relaxed) else { return }
        group.stopAndWait()
        store.close()
    }

    deinit {
        close()
        if ownsFolder { try? Folder.remove(folder) }
    }

    /// Runs `body` as a task on one of the loops and gives its result.
    @discardableResult
    func onLoop<Result: Sendable>(
        _ index: Int = 0,
        _ body: @escaping @Sendable (Store) async throws -> Result
    ) async throws -> Result {
        let outcome = Locked<Swift.Result<Result, any Error>?>(nil)
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            group.loops[index % group.loops.count].spawn { [store] in
                do {
                    let result = try await body(store)
                    outcome.withLock { $0 = .success(result) }
                } catch {
                    outcome.withLock { $0 = .failure(error) }
                }
                continuation.resume()
            }
        }
        guard let outcome = outcome.withLock({ $0 }) else { fatalError("no outcome") }
        return try outcome.get()
    }

    /// Runs `count` tasks at once, in turn on all loops, and gives their results in order.
    func atOnce<Result: Sendable>(
        _ count: Int,
        _ body: @escaping @Sendable (Store, Int) async throws -> Result
    ) async throws -> [Result] {
        try await withThrowingTaskGroup(of: (Int, Result).self) { tasks in
            for index in 0..<count {
                tasks.addTask {
                    (index, try await self.onLoop(index) { try await body($0, index) })
                }
            }
            return try await tasks.reduce(into: []) { $0.append($1) }
                .sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// A bucket with a name of its own.
    func bucket(_ name: String = "bucket") async throws -> Int64 {
        try await onLoop {
            try await $0.createBucket(
                name: name,
                dialect: .s3,
                account: "111122223333",
                region: "eu-west-1",
                settings: "{}"
            )
        }.id
    }

    /// The files of contents that are in the folder.
    func contentFiles() throws -> [String] {
        store.settle()
        let shards = try Folder.names(in: "\(folder)/contents")
        return try shards.flatMap { shard in
            try Folder.names(in: "\(folder)/contents/\(shard)").map { "contents/\(shard)/\($0)" }
        }
    }
}

extension Store {
    /// Puts an object as short as tests like it.
    @discardableResult
    func put(
        _ bucket: Int64,
        _ key: String,
        _ content: [UInt8],
        etag: String = "etag",
        condition: WriteCondition = .none
    ) async throws(StoreError) -> ObjectRecord {
        let writer = newContent(expectedSize: nil)
        try append(content, to: writer)
        return try await put(
            bucket: bucket,
            key: Array(key.utf8),
            attributes: .simple(etag: etag),
            content: writer,
            condition: condition
        )
    }

    /// Appends in pieces of 10,000 bytes.
    func append(_ content: [UInt8], to writer: ContentWriter) throws(StoreError) {
        var rest = content[...]
        while !rest.isEmpty {
            let piece = [UInt8](rest.prefix(10_000))
            rest = rest.dropFirst(piece.count)
            do { try piece.withUnsafeBytes { try writer.append($0) } } catch {
                throw StoreError(error)
            }
        }
    }

    /// The bytes of an object, or nil when there is none.
    func bytes(_ bucket: Int64, _ key: String) throws -> [UInt8]? {
        try read(bucket: bucket, key: Array(key.utf8)).map { try $0.bytes() }
    }
}

extension StoredObject {
    func bytes() throws -> [UInt8] {
        switch content {
        case .inline(let bytes): return bytes
        case .file(let file):
            var bytes = [UInt8](repeating: 0, count: Int(try file.size()))
            _ = try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
            return bytes
        }
    }
}

extension ObjectAttributes {
    static func simple(etag: String = "etag") -> ObjectAttributes {
        ObjectAttributes(
            etag: etag,
            owner: "111122223333",
            writer: "arn:aws:iam::111122223333:user/u"
        )
    }
}

/// `count` bytes that differ from place to place and from seed to seed.
func pattern(_ count: Int, seed: UInt8 = 0) -> [UInt8] {
    Array(patternSource[Int(seed) * 7..<Int(seed) * 7 + count])
}

private let patternSource: [UInt8] = (0..<210_000).map {
    UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8)
}

/// How often a test repeats what can't be seen in one go; more with `TEST_COUNTS=long`.
func rounds(short: Int, long: Int) -> Int {
    getenv("TEST_COUNTS").map { String(cString: $0) } == "long" ? long : short
}
