// Objects that the world names, read from their files, and objects put or read without a request:
// what a test or a demo does behind the protocols' back.

import Digest
import EventLoop
import Platform
import Store
import World

/// An object of the world that is not in the store yet.
struct WorldObject {
    let bucket: String
    let object: ObjectDefinition
    /// The way to it in the world, for errors.
    let path: String

    /// Finds out now whether the file can be read.
    func check() throws(WorldError) { _ = try open() }

    func open() throws(WorldError) -> OpenFile {
        do {
            return try OpenFile(object.file, .read)
        } catch {
            throw .noFile(path: path, reason: error.description)
        }
    }
}

extension Cloud {
    /// How much of a file is read at a time.
    private static let chunkBytes = 256 * 1_024

    /// The objects to read from files: those that the world of before does not name the same way;
    /// when a change is resumed, those that are missing.
    func newObjects(
        of definition: WorldDefinition,
        beside before: CloudState,
        isResumed: Bool
    ) -> [WorldObject] {
        var known: [String: [ObjectDefinition]] = [:]
        if !isResumed {
            for account in before.world.definition.accounts {
                for bucket in account.buckets { known[bucket.name] = bucket.objects }
            }
        }
        var objects: [WorldObject] = []
        for (accountIndex, account) in definition.accounts.enumerated() {
            for (bucketIndex, bucket) in account.buckets.enumerated() {
                for (index, object) in bucket.objects.enumerated()
                where !(known[bucket.name]?.contains(object) ?? false) {
                    if isResumed, let present = before.bucket(bucket.name),
                        let found = try? store.head(
                            bucket: present.id,
                            key: Array(object.key.utf8)
                        ),
                        !found.isDeleteMarker
                    {
                        continue
                    }
                    objects.append(
                        WorldObject(
                            bucket: bucket.name,
                            object: object,
                            path: "accounts[\(accountIndex)].buckets[\(bucketIndex)]"
                                + ".objects[\(index)].file"
                        )
                    )
                }
            }
        }
        return objects
    }

    func put(_ object: WorldObject, into bucket: CloudBucket) async throws {
        let file = try object.open()
        let size = try file.size()
        let content = store.newContent(expectedSize: size)
        var digest = MD5()
        var offset: Int64 = 0
        let chunk = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Int(min(max(size, 1), Int64(Cloud.chunkBytes))),
            alignment: 64
        )
        defer { chunk.deallocate() }
        while true {
            let count = try file.read(into: chunk, at: offset)
            if count == 0 { break }
            let piece = UnsafeRawBufferPointer(rebasing: chunk[..<count])
            digest.update(piece)
            try content.append(piece)
            offset += Int64(count)
            // Other connections of this loop go on while a large file is read.
            if let loop = EventLoop.current { await loop.yieldTurn() }
        }
        try await store(
            content,
            md5: digest.finalize(),
            under: Array(object.object.key.utf8),
            in: bucket
        )
    }

    /// Puts an object as the owner of the bucket would.
    package func putObject(
        _ bytes: [UInt8],
        under key: [UInt8],
        in bucket: CloudBucket,
        headers: [(name: String, value: String)] = []
    ) async throws {
        let content = store.newContent(expectedSize: Int64(bytes.count))
        var digest = MD5()
        digest.update(bytes)
        try bytes.withUnsafeBytes { try content.append($0) }
        try await store(
            content,
            md5: digest.finalize(),
            under: key,
            in: bucket,
            headers: headers
        )
    }

    private func store(
        _ content: ContentWriter,
        md5: MD5.Value,
        under key: [UInt8],
        in bucket: CloudBucket,
        headers: [(name: String, value: String)] = []
    ) async throws {
        let attributes = ObjectAttributes(
            etag: md5.hex,
            md5: Array(md5.bytes),
            headers: headers,
            owner: bucket.account,
            writer: "arn:aws:iam::\(bucket.account):root"
        )
        _ = try await store.put(
            bucket: bucket.id,
            key: key,
            attributes: attributes,
            content: content
        )
    }
}
