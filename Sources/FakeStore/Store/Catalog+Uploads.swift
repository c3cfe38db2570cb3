// Uploads in parts: the changes to them, each inside the transaction of its batch.

import Platform
import SQLite

extension Catalog {
    /// Begins an upload.
    func createUpload(
        bucket: Int64,
        key: [UInt8],
        initiator: String,
        attributes: ObjectAttributes
    ) throws -> UploadRecord {
        guard liveBuckets.contains(bucket) else { throw StoreError.noSuchBucket }
        var attributes = attributes
        if let current = try current(bucket: bucket, key: key), !current.isDeleteMarker {
            attributes.list.add(.replaces, [])
        }
        let (now, sequence) = try stamp()
        try database.run(
            """
            INSERT INTO uploads (id, bucket, key, dialect, initiator, created, condition, received,
                details)
            VALUES (?, ?, ?, 's3', ?, ?, '', 0, ?)
            """,
            [
                .integer(sequence), .integer(bucket), .bytes(key), .text(initiator),
                .integer(now.microseconds), .bytes(attributes.list.bytes),
            ]
        )
        return UploadRecord(
            id: sequence,
            bucket: bucket,
            key: key,
            initiator: initiator,
            created: now,
            attributes: attributes
        )
    }

    /// Writes a part, over the one that has its number.
    func putPart(_ put: PutPartMutation) throws -> PartRecord {
        guard try upload(put.upload, bucket: put.bucket, key: put.key) != nil else {
            throw StoreError.noSuchUpload
        }
        let old = try part(put.number, of: put.upload)
        let content = try write(put.content, replacing: old?.content ?? .empty)
        let (now, _) = try stamp()
        var attributes = put.attributes
        attributes.size = put.content.size
        let statement = try database.prepare(
            """
            INSERT OR REPLACE INTO parts (upload, number, size, etag, modified, content, file,
                details)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """
        )
        try statement.bind(put.upload, at: 1)
        try statement.bind(Int64(put.number), at: 2)
        try statement.bind(attributes.size, at: 3)
        try statement.bind(attributes.etag, at: 4)
        try statement.bind(now.microseconds, at: 5)
        try statement.bind(content, at: 6)
        try statement.bind(attributes.list.bytes, at: 8)
        try statement.run()
        return PartRecord(
            number: put.number,
            modified: now,
            attributes: attributes,
            content: content
        )
    }

    /// Makes an upload its object, and gives up its parts.
    ///
    /// - Returns: The object; the same again when the upload has been completed and its object is
    ///   still the current one.
    func completeUpload(_ complete: CompleteMutation) throws -> ObjectRecord {
        let (bucket, key) = (complete.upload.bucket, complete.upload.key)
        let current = try current(bucket: bucket, key: key)
        guard try upload(complete.upload.id, bucket: bucket, key: key) != nil else {
            if let current, current.attributes.upload == complete.upload.id { return current }
            throw StoreError.noSuchUpload
        }
        // The parts were joined before the transaction: they must still be those.
        for expected in complete.parts {
            guard let found = try part(expected.number, of: complete.upload.id),
                found.attributes.etag == expected.attributes.etag,
                found.attributes.size == expected.attributes.size
            else { throw StoreError.noSuchPart(number: expected.number) }
        }
        guard complete.condition.holds(for: current) else {
            throw StoreError.preconditionFailed(current: current)
        }
        let content: ContentReference
        if let joined = complete.joined {
            content = try write(joined, replacing: current?.content ?? .empty)
        } else {
            // One part is the object as it is.
            content = try keepOnlyPart(of: complete.upload.id, number: complete.parts[0].number)
            if let current { try release(current.content) }
        }
        try removeUpload(complete.upload.id)
        var attributes = complete.attributes
        attributes.size = complete.parts.reduce(0) { $0 + $1.attributes.size }
        return try write(
            bucket: bucket,
            key: key,
            attributes: attributes,
            content: content,
            isNew: current == nil
        )
    }

    /// Takes a part out of its upload without giving up its content.
    private func keepOnlyPart(of upload: Int64, number: Int) throws -> ContentReference {
        guard let part = try part(number, of: upload) else {
            throw StoreError.noSuchPart(number: number)
        }
        try database.run(
            "DELETE FROM parts WHERE upload = ? AND number = ?",
            [.integer(upload), .integer(Int64(number))]
        )
        return part.content
    }

    /// Gives up an upload and its parts.
    func abortUpload(_ id: Int64, bucket: Int64, key: [UInt8]) throws {
        guard try upload(id, bucket: bucket, key: key) != nil else {
            throw StoreError.noSuchUpload
        }
        try removeUpload(id)
    }

    /// Removes the rows of an upload and its parts, and what only they refer to.
    func removeUpload(_ id: Int64) throws {
        let parts = try PartRecord.of(upload: id, in: database)
        for part in parts { try release(part.content) }
        try database.run("DELETE FROM parts WHERE upload = ?", [.integer(id)])
        try database.run("DELETE FROM uploads WHERE id = ?", [.integer(id)])
    }

    /// The ids of a bucket's uploads.
    func uploads(of bucket: Int64) throws -> [Int64] {
        try database.rows("SELECT id FROM uploads WHERE bucket = ?", [.integer(bucket)]) {
            $0.integer(0)
        }
    }

    private func upload(_ id: Int64, bucket: Int64, key: [UInt8]) throws -> UploadRecord? {
        try UploadRecord.find(id, bucket: bucket, key: key, in: database)
    }

    private func part(_ number: Int, of upload: Int64) throws -> PartRecord? {
        try database.first(
            "SELECT \(PartRecord.columns) FROM parts WHERE upload = ? AND number = ?",
            [.integer(upload), .integer(Int64(number))],
            PartRecord.init(row:)
        )
    }
}

/// Writes a part.
final class PutPartMutation: ContentMutation, @unchecked Sendable {
    let upload: Int64
    let bucket: Int64
    let key: [UInt8]
    let number: Int
    let attributes: ObjectAttributes
    private(set) var record: PartRecord?

    init(
        upload: Int64,
        bucket: Int64,
        key: [UInt8],
        number: Int,
        attributes: ObjectAttributes,
        content: ContentWriter
    ) {
        self.upload = upload
        self.bucket = bucket
        self.key = key
        self.number = number
        self.attributes = attributes
        super.init(content: content)
    }

    override func apply(to catalog: Catalog) throws { record = try catalog.putPart(self) }
}

/// Makes an upload its object.
final class CompleteMutation: Mutation, @unchecked Sendable {
    let upload: UploadRecord
    let parts: [PartRecord]
    /// All parts in one content; nil when there is only one part, which is taken as it is.
    let joined: ContentWriter?
    let attributes: ObjectAttributes
    let condition: WriteCondition
    private(set) var record: ObjectRecord?

    init(
        upload: UploadRecord,
        parts: [PartRecord],
        joined: ContentWriter?,
        attributes: ObjectAttributes,
        condition: WriteCondition
    ) {
        precondition(joined != nil || parts.count == 1, "\(parts.count) parts were not joined")
        self.upload = upload
        self.parts = parts
        self.joined = joined
        self.attributes = attributes
        self.condition = condition
    }

    override func prepare() throws { try joined?.complete() }

    override var contentFile: Int64? { joined?.fileID }

    override func apply(to catalog: Catalog) throws {
        record = try catalog.completeUpload(self)
    }

    override func committed() {
        // When another request completed the upload first, nothing refers to what was joined here.
        if let joined, let record, let id = joined.fileID, record.content != .file(id) { return }
        joined?.keep()
    }
}

extension UploadRecord {
    /// The upload of an id, when it is for this key.
    static func find(
        _ id: Int64,
        bucket: Int64,
        key: [UInt8],
        in database: Database
    ) throws -> UploadRecord? {
        try database.first(
            "SELECT \(columns) FROM uploads WHERE id = ? AND bucket = ? AND key = ?",
            [.integer(id), .integer(bucket), .bytes(key)],
            UploadRecord.init(row:)
        )
    }
}

extension PartRecord {
    /// Parts of an upload in the order of their numbers.
    static func of(
        upload: Int64,
        after number: Int = 0,
        limit: Int = -1,
        in database: Database
    ) throws -> [PartRecord] {
        try database.rows(
            """
            SELECT \(columns) FROM parts WHERE upload = ? AND number > ? ORDER BY number LIMIT ?
            """,
            [.integer(upload), .integer(Int64(number)), .integer(Int64(limit))],
            PartRecord.init(row:)
        )
    }
}
