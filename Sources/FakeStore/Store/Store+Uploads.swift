// Uploads in parts. Parts are contents of their own; the one who completes an upload has them joined into
// one file, on a thread apart from the loops, before the commit that makes it the object. So an object is
// always one content, a crash in between leaves a file that nothing refers to, and a part that is replaced
// meanwhile is noticed by the commit.

import EventLoop
@preconcurrency import Glibc
import Platform

extension Store {
    /// Begins an upload in parts.
    ///
    /// - Parameters:
    ///   - bucket: The bucket's id.
    ///   - key: The key of the object to be.
    ///   - initiator: The ARN of the principal that begins it.
    ///   - attributes: What the object will be given; its entity tag is not used.
    /// - Returns: The upload, with its id.
    /// - Throws: `StoreError.noSuchBucket` and others.
    package func createUpload(
        bucket: Int64,
        key: [UInt8],
        initiator: String,
        attributes: ObjectAttributes
    ) async throws(StoreError) -> UploadRecord {
        try await change {
            try $0.createUpload(
                bucket: bucket,
                key: key,
                initiator: initiator,
                attributes: attributes
            )
        }
    }

    /// The upload of an id, when it is for this key and going on.
    package func upload(
        _ id: Int64,
        bucket: Int64,
        key: [UInt8]
    ) throws(StoreError) -> UploadRecord? {
        try read { try $0.upload(id, bucket: bucket, key: key) }
    }

    /// Writes a part of an upload, in the place of the one with its number.
    ///
    /// - Throws: `StoreError.noSuchUpload` when it was completed or aborted meanwhile.
    package func putPart(
        _ number: Int,
        of upload: UploadRecord,
        attributes: ObjectAttributes,
        content: ContentWriter
    ) async throws(StoreError) -> PartRecord {
        let mutation = PutPartMutation(
            upload: upload.id,
            bucket: upload.bucket,
            key: upload.key,
            number: number,
            attributes: attributes,
            content: content
        )
        try await queue.submit(mutation)
        guard let record = mutation.record else {
            preconditionFailure("committed without a record")
        }
        return record
    }

    /// Parts of an upload in the order of their numbers; at most `limit`.
    package func parts(
        of upload: UploadRecord,
        after number: Int = 0,
        limit: Int = 10_000
    ) throws(StoreError) -> [PartRecord] {
        try read { try $0.parts(of: upload.id, after: number, limit: limit) }
    }

    /// One page of the uploads that are going on in a bucket.
    package func uploads(
        bucket: Int64,
        _ query: UploadQuery = UploadQuery()
    ) throws(StoreError) -> UploadPage {
        try read { try $0.uploads(bucket: bucket, query) }
    }

    /// Makes an upload its object, under a condition that is checked in the same moment.
    ///
    /// It can be repeated: while the object that came from the upload is the current one, the answer is
    /// that object again, whatever the condition.
    ///
    /// - Parameters:
    ///   - upload: The upload.
    ///   - parts: The parts of the object in their order; at least one.
    ///   - attributes: Everything but the size, which is that of the parts.
    ///   - condition: What must hold for the current version.
    /// - Returns: The object.
    /// - Throws: `StoreError.noSuchUpload`, `.noSuchPart` when a part is not there with this entity tag,
    ///   `.preconditionFailed` and others; then nothing has changed.
    package func complete(
        _ upload: UploadRecord,
        parts: [NamedPart],
        attributes: ObjectAttributes,
        condition: WriteCondition = .none
    ) async throws(StoreError) -> ObjectRecord {
        do throws(StoreError) {
            let (records, joined) = try await join(parts, of: upload)
            let mutation = CompleteMutation(
                upload: upload,
                parts: records,
                joined: joined,
                attributes: attributes,
                condition: condition
            )
            try await queue.submit(mutation)
            guard let record = mutation.record else {
                preconditionFailure("committed without a record")
            }
            return record
        } catch {
            // Parts are missing also when somebody else has completed or aborted the upload meanwhile.
            guard case .noSuchPart = error,
                try self.upload(upload.id, bucket: upload.bucket, key: upload.key) == nil
            else { throw error }
            if let record = try completed(upload.id, bucket: upload.bucket, key: upload.key) {
                return record
            }
            throw .noSuchUpload
        }
    }

    /// The object that an upload was completed to, while it is the current one.
    package func completed(
        _ upload: Int64,
        bucket: Int64,
        key: [UInt8]
    ) throws(StoreError) -> ObjectRecord? {
        let current = try head(bucket: bucket, key: key)
        return current?.attributes.upload == upload ? current : nil
    }

    /// Gives up an upload and the space of its parts.
    ///
    /// - Throws: `StoreError.noSuchUpload`.
    package func abort(_ upload: UploadRecord) async throws(StoreError) {
        try await change {
            try $0.abortUpload(upload.id, bucket: upload.bucket, key: upload.key)
        }
    }

    /// The named parts, and their bytes in one content unless there is only one.
    private func join(
        _ named: [NamedPart],
        of upload: UploadRecord
    ) async throws(StoreError) -> ([PartRecord], ContentWriter?) {
        let stored = try parts(of: upload)
        let byNumber = Dictionary(uniqueKeysWithValues: stored.map { ($0.number, $0) })
        var records: [PartRecord] = []
        for part in named {
            guard let record = byNumber[part.number], record.attributes.etag == part.etag else {
                throw .noSuchPart(number: part.number)
            }
            records.append(record)
        }
        if records.count == 1 { return (records, nil) }
        let sources = records
        let pieces = try read { reader in try sources.map(reader.piece) }
        let content = newContent(expectedSize: nil)
        let failure = await on(joiner) { () -> StoreError? in
            for (piece, record) in zip(pieces, sources) {
                do throws(StoreError) {
                    try piece.append(to: content)
                } catch {
                    if case .system(let error) = error, error.code == ENOENT {
                        // Replaced or aborted since it was looked up.
                        return .noSuchPart(number: record.number)
                    }
                    return error
                }
            }
            return nil
        }
        if let failure { throw failure }
        return (records, content)
    }

    /// Does work that takes long on another thread, and comes back.
    func on<Result: Sendable>(
        _ thread: WorkerThread,
        _ work: @escaping @Sendable () -> Result
    ) async -> Result {
        let outcome = Locked<Result?>(nil)
        let loop = EventLoop.current
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            let finish: @Sendable () -> Void = {
                let result = work()
                outcome.withLock { $0 = result }
                if let loop { loop.resumeLater(continuation) } else { continuation.resume() }
            }
            if !thread.post(finish) { finish() }
        }
        guard let result = outcome.withLock({ $0 }) else {
            preconditionFailure("resumed without a result")
        }
        return result
    }
}

extension PartPiece {
    fileprivate func append(to content: ContentWriter) throws(StoreError) {
        switch self {
        case .bytes(let bytes):
            do { try bytes.withUnsafeBytes { try content.append($0) } } catch {
                throw StoreError(error)
            }
        case .file(let path, let count):
            let file: OpenFile
            do { file = try OpenFile(path, .read) } catch { throw .system(error) }
            try content.append(file, count: count)
        }
    }
}
