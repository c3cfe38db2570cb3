// What a test or a demo does behind the protocols' back: back to the start, another world, a bucket's
// policy, an object of the owner's.

import Cloud
import HTTP
import Platform
import Policy
import Store
import World

extension FakeStore {
    /// Why a change was refused.
    public enum ChangeError: Error, CustomStringConvertible {
        /// There is no bucket of this name.
        case noSuchBucket(String)
        /// The policy or world can't be read, or S3 would not take it.
        case refused(String)
        /// The store failed.
        case failed(String)

        public var description: String {
            switch self {
            case .noSuchBucket(let name): "there is no bucket `\(name)`"
            case .refused(let text), .failed(let text): text
            }
        }
    }

    /// An object's content and the hash of it that its entity tag tells.
    public struct Object: Sendable {
        /// The content.
        public let bytes: [UInt8]
        /// The entity tag without quotes.
        public let etag: String
        /// The ARN of whoever wrote it.
        public let writer: String
    }
}

extension FakeStore.Server {
    /// Makes everything as it was right after the start: world, objects, journal, faults, clock.
    public func reset() async throws(FakeStore.ChangeError) {
        try await changing { try await self.cloud.reset() }
    }

    /// Makes another world of the store's; objects of buckets that it still names stay.
    ///
    /// - Parameter world: The new world.
    /// - Throws: `ChangeError.refused` when the world can't be read, or moves a bucket.
    public func replaceWorld(_ world: FakeStore.World) async throws(FakeStore.ChangeError) {
        let definition: WorldDefinition
        do {
            switch world {
            case .empty: definition = .standard()
            case .file(let path): definition = try .load(path: path)
            case .json(let text):
                definition = try .parse(
                    text,
                    folder: "",
                    keepingSecretsOf: cloud.world.definition
                )
            }
        } catch {
            throw .refused("\(error)")
        }
        try await changing { try await self.cloud.replaceWorld(definition) }
    }

    /// The names of the buckets, sorted.
    public var buckets: [String] { cloud.state.buckets.keys.sorted() }

    /// Puts a policy on a bucket in place of the one that is there, or takes it off.
    ///
    /// - Parameters:
    ///   - policy: The document's JSON text; nil takes the policy off.
    ///   - name: The bucket.
    /// - Throws: `ChangeError.refused` when S3 would not take the policy.
    public func setBucketPolicy(
        _ policy: String?,
        on name: String
    ) async throws(FakeStore.ChangeError) {
        let bucket = try bucket(name)
        var document: PolicyDocument?
        if let policy {
            do {
                document = try PolicyDocument.parse(
                    policy,
                    file: "policy of \(name)",
                    kind: .bucket
                )
            } catch {
                throw .refused("\(error)")
            }
            if cloud.world.publicAccessBlock(of: bucket.bucket).blockPublicPolicy,
                document?.publicStatement != nil
            {
                throw .refused(
                    "the policy allows everyone, and public access to `\(name)` is blocked: "
                        + "S3 would refuse it (BlockPublicPolicy)"
                )
            }
        }
        let compiled = document
        try await changing { try await self.cloud.updateBucket(bucket) { $0.policy = compiled } }
    }

    /// Puts an object as the bucket's owner would, without a request in the journal.
    ///
    /// - Parameters:
    ///   - bytes: The content.
    ///   - key: The object's key.
    ///   - name: The bucket.
    ///   - contentType: The content's type.
    /// - Throws: `ChangeError.noSuchBucket`, or `.failed` when the store can't keep it.
    public func putObject(
        _ bytes: [UInt8],
        key: String,
        bucket name: String,
        contentType: String = "binary/octet-stream"
    ) async throws(FakeStore.ChangeError) {
        let bucket = try bucket(name)
        try await changing {
            try await self.cloud.putObject(
                bytes,
                under: Array(key.utf8),
                in: bucket,
                headers: [("Content-Type", contentType)]
            )
        }
    }

    /// Reads an object without a request in the journal.
    ///
    /// - Parameters:
    ///   - key: The object's key.
    ///   - name: The bucket.
    /// - Returns: The object, or nil when there is none.
    /// - Throws: `ChangeError.noSuchBucket`, or `.failed` when the store can't be read.
    public func object(
        key: String,
        bucket name: String
    ) throws(FakeStore.ChangeError) -> FakeStore.Object? {
        let bucket = try bucket(name)
        do {
            guard let found = try cloud.store.read(bucket: bucket.id, key: Array(key.utf8)) else {
                return nil
            }
            let attributes = found.record.attributes
            return FakeStore.Object(
                bytes: try found.content.bytes(count: attributes.size),
                etag: attributes.etag,
                writer: attributes.writer
            )
        } catch {
            throw .failed("\(error)")
        }
    }

    /// The keys of a bucket in byte order.
    ///
    /// - Parameters:
    ///   - name: The bucket.
    ///   - prefix: What the keys begin with.
    /// - Returns: The keys.
    /// - Throws: `ChangeError.noSuchBucket`, or `.failed` when the store can't be read.
    public func keys(
        bucket name: String,
        prefix: String = ""
    ) throws(FakeStore.ChangeError) -> [String] {
        let bucket = try bucket(name)
        var keys: [String] = []
        var query = ListQuery(prefix: Array(prefix.utf8))
        do {
            while true {
                let page = try cloud.store.list(bucket: bucket.id, query)
                for case .object(let record) in page.entries {
                    keys.append(String(decoding: record.key, as: UTF8.self))
                }
                guard let next = page.next else { return keys }
                query.after = next
            }
        } catch {
            throw .failed("\(error)")
        }
    }

    private func bucket(_ name: String) throws(FakeStore.ChangeError) -> CloudBucket {
        guard let bucket = cloud.state.bucket(name) else { throw .noSuchBucket(name) }
        return bucket
    }

    /// Runs a change on one of the store's loops, where its commits belong.
    func changing(
        _ change: @escaping @Sendable () async throws -> Void
    ) async throws(FakeStore.ChangeError) {
        do {
            try await Task(executorPreference: cloud.group.next()) { try await change() }.value
        } catch let error as WorldError {
            throw .refused("\(error)")
        } catch StoreError.noSuchSnapshot {
            throw .refused("\(StoreError.noSuchSnapshot)")
        } catch {
            throw .failed("\(error)")
        }
    }
}

extension StoredContent {
    /// The whole content; for objects that fit into memory.
    fileprivate func bytes(count: Int64) throws(SystemError) -> [UInt8] {
        switch self {
        case .inline(let bytes): return bytes
        case .file(let file):
            var bytes = [UInt8](repeating: 0, count: Int(count))
            var done = 0
            while done < bytes.count {
                let start = done
                let count: Int
                do {
                    count = try bytes.withUnsafeMutableBytes {
                        try file.read(
                            into: UnsafeMutableRawBufferPointer(rebasing: $0[start...]),
                            at: Int64(start)
                        )
                    }
                } catch let error as SystemError {
                    throw error
                } catch {
                    preconditionFailure("unexpected error: \(error)")
                }
                if count == 0 { break }
                done += count
            }
            return bytes
        }
    }
}
