// What the calls of multipart uploads do with the store, with its failures put in S3's words.

import Cloud
import HTTP
import Platform
import Store

extension Exchange {
    /// The `uploadId` of the request.
    var uploadID: String { query["uploadId"] ?? "" }

    /// The upload that the request names.
    ///
    /// - Throws: `NoSuchUpload`.
    func upload() throws(S3Error) -> UploadRecord {
        guard let upload = try findUpload() else { throw .noSuchUpload(uploadID) }
        return upload
    }

    /// The upload that the request names, or nil.
    func findUpload() throws(S3Error) -> UploadRecord? {
        guard let id = UploadID.parse(uploadID) else { return nil }
        do { return try cloud.store.upload(id, bucket: bucket.id, key: key) } catch {
            throw S3Error(storing: error)
        }
    }

    /// The object that the named upload was completed to, while it is the current one.
    func completedObject() throws(S3Error) -> ObjectRecord? {
        guard let id = UploadID.parse(uploadID) else { return nil }
        do { return try cloud.store.completed(id, bucket: bucket.id, key: key) } catch {
            throw S3Error(storing: error)
        }
    }

    /// Decides on the key of the upload that a part is for: both actions [documented: UploadPart,
    /// "Permissions"; reported: aws/aws-cli#4251].
    func authorizePart(of upload: UploadRecord) throws(S3Error) {
        let attributes = upload.attributes
        if attributes.isEncrypted(as: "AES256") { return }
        try authorizeKey("kms:GenerateDataKey", of: attributes, key: key, in: bucket)
        try authorizeKey("kms:Decrypt", of: attributes, key: key, in: bucket)
    }

    func createUpload(_ attributes: ObjectAttributes) async throws(S3Error) -> UploadRecord {
        do {
            return try await cloud.store.createUpload(
                bucket: bucket.id,
                key: key,
                initiator: principal.arn,
                attributes: attributes
            )
        } catch {
            throw uploadRefusal(of: error)
        }
    }

    func putPart(
        _ number: Int,
        of upload: UploadRecord,
        _ attributes: ObjectAttributes,
        _ content: ContentWriter
    ) async throws(S3Error) -> PartRecord {
        do {
            return try await cloud.store.putPart(
                number,
                of: upload,
                attributes: attributes,
                content: content
            )
        } catch {
            throw uploadRefusal(of: error)
        }
    }

    func parts(
        of upload: UploadRecord,
        after number: Int = 0,
        limit: Int = PartNumber.range.upperBound
    ) throws(S3Error) -> [PartRecord] {
        do { return try cloud.store.parts(of: upload, after: number, limit: limit) } catch {
            throw S3Error(storing: error)
        }
    }

    func uploads(_ query: UploadQuery) throws(S3Error) -> UploadPage {
        do { return try cloud.store.uploads(bucket: bucket.id, query) } catch {
            throw S3Error(storing: error)
        }
    }

    func complete(
        _ upload: UploadRecord,
        _ parts: [NamedPart],
        _ attributes: ObjectAttributes,
        _ condition: WriteCondition
    ) async throws(S3Error) -> ObjectRecord {
        do {
            return try await cloud.store.complete(
                upload,
                parts: parts,
                attributes: attributes,
                condition: condition
            )
        } catch StoreError.noSuchPart(let number) {
            let etag = parts.first { $0.number == number }?.etag ?? ""
            throw .invalidPart(upload: uploadID, number: number, etag: etag)
        } catch StoreError.noSuchUpload {
            throw .noSuchUpload(uploadID)
        } catch {
            throw refusal(of: error, condition)
        }
    }

    func abort(_ upload: UploadRecord) async throws(S3Error) {
        do { try await cloud.store.abort(upload) } catch { throw uploadRefusal(of: error) }
    }

    private func uploadRefusal(of error: StoreError) -> S3Error {
        switch error {
        case .noSuchUpload: .noSuchUpload(uploadID)
        case .noSuchBucket: .noSuchBucket(bucketName)
        default: S3Error(storing: error)
        }
    }
}

extension S3Error {
    /// Source: [recorded].
    static func noSuchUpload(_ id: String) -> S3Error {
        S3Error(
            404,
            "NoSuchUpload",
            "The specified upload does not exist. The upload ID may be invalid, or the upload may have been "
                + "aborted or completed.",
            [("UploadId", id)]
        )
    }

    /// Source: [recorded], the two spaces too.
    static func invalidPart(upload: String, number: Int, etag: String) -> S3Error {
        S3Error(
            400,
            "InvalidPart",
            "One or more of the specified parts could not be found.  The part may not have been uploaded, "
                + "or the specified entity tag may not match the part's entity tag.",
            [("UploadId", upload), ("PartNumber", "\(number)"), ("ETag", etag)]
        )
    }

    /// Source: [recorded].
    static func invalidPartOrder(upload: String) -> S3Error {
        S3Error(
            400,
            "InvalidPartOrder",
            "The list of parts was not in ascending order. Parts must be ordered by part number.",
            [("UploadId", upload)]
        )
    }

    /// Source: [recorded].
    static func entityTooSmall(_ part: PartRecord) -> S3Error {
        S3Error(
            400,
            "EntityTooSmall",
            "Your proposed upload is smaller than the minimum allowed size",
            [
                ("ProposedSize", "\(part.attributes.size)"),
                ("MinSizeAllowed", "\(S3Limits.partBytes)"), ("PartNumber", "\(part.number)"),
                ("ETag", part.attributes.etag),
            ]
        )
    }

    /// Source: [recorded].
    static func conditionalRequestConflict(_ condition: String, _ key: [UInt8]) -> S3Error {
        S3Error(
            409,
            "ConditionalRequestConflict",
            "The conditional request cannot succeed due to a conflicting operation against this resource.",
            [("Condition", condition), ("Key", String(decoding: key, as: UTF8.self))]
        )
    }

    /// Source: [reported: OpenStack Swift's test suite, which is run against AWS as well].
    static func invalidPartNumber(requested: Int, actualCount: Int) -> S3Error {
        S3Error(
            416,
            "InvalidPartNumber",
            "The requested partnumber is not satisfiable",
            [("PartNumberRequested", "\(requested)"), ("ActualPartCount", "\(actualCount)")]
        )
    }
}
