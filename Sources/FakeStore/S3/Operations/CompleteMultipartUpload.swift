// CompleteMultipartUpload: the named parts become the object, once, under the request's condition. Repeated
// with the same parts, it answers the same while that object is still there [reported: adobe/S3Mock#2586 and
// minio/minio#13318, both tried on AWS], whatever the condition [reported: getmoto/moto#8380].

import Digest
import HTTP
import HTTPServer
import Platform
import Store
import XML

enum CompleteMultipartUpload {
    static let operation = Operation(
        "CompleteMultipartUpload",
        .post,
        .object,
        parameter: "uploadId",
        requires: PutObject.requirements,
        perform: perform
    )

    private static func perform(_ exchange: Exchange) async throws(S3Error) -> Response {
        let condition = try WriteCondition.read(exchange.headers)
        let list = try PartList(await exchange.document(limitBytes: S3Limits.partListBytes))
        guard let upload = try exchange.findUpload() else {
            if let object = try exchange.completedObject(),
                object.attributes.etag == MultipartEntityTag.of(parts: list.parts.map(\.etag))
            {
                return answer(exchange, object)
            }
            throw .noSuchUpload(exchange.uploadID)
        }
        // S3 reads the parts to put them together [documented: CompleteMultipartUpload, "Permissions"].
        if !upload.attributes.isEncrypted(as: "AES256") {
            try exchange.authorizeKey(
                "kms:Decrypt",
                of: upload.attributes,
                key: exchange.key,
                in: exchange.bucket
            )
        }
        // The commit decides the condition again.
        try exchange.checkEarly(condition)
        try checkConflict(exchange, upload, condition)
        let records = try list.check(
            against: exchange.parts(of: upload),
            of: upload,
            id: exchange.uploadID
        )
        let size = records.reduce(0) { $0 + $1.attributes.size }
        if let text = exchange.headers.first("x-amz-mp-object-size"), Int64(text) != size {
            throw .invalidRequest(
                "The provided 'x-amz-mp-object-size' header value \(text) does not match what was "
                    + "computed: \(size)"
            )
        }
        let checksum = try wholeChecksum(exchange.headers, upload, records)
        guard let etag = MultipartEntityTag.of(parts: records.map(\.attributes.etag)) else {
            throw .internalError
        }
        let object = try await exchange.complete(
            upload,
            list.parts.map { NamedPart(number: $0.number, etag: $0.etag) },
            upload.attributes.completing(
                upload.id,
                etag: etag,
                checksum: checksum,
                partSizes: records.map(\.attributes.size)
            ),
            condition
        )
        return answer(exchange, object)
    }

    /// Refuses a condition that holds, but only since something changed under the upload [recorded].
    private static func checkConflict(
        _ exchange: Exchange,
        _ upload: UploadRecord,
        _ condition: WriteCondition
    ) throws(S3Error) {
        switch condition {
        case .ifNoneExists where upload.beganOverAnObject:
            throw .conditionalRequestConflict("If-None-Match", exchange.key)
        case .ifMatch:
            if let current = try exchange.readRecord(), current.sequence > upload.id {
                throw .conditionalRequestConflict("If-Match", exchange.key)
            }
        default: return
        }
    }

    /// The checksum of the whole, compared with what the request says of it.
    private static func wholeChecksum(
        _ headers: HeaderFields,
        _ upload: UploadRecord,
        _ parts: [PartRecord]
    ) throws(S3Error) -> StoredChecksum? {
        let declared = MultipartChecksum(note: upload.note)
        let checksum = declared ?? .preset
        if let declared, let kind = headers.first("x-amz-checksum-type"),
            kind != declared.kind.rawValue
        {
            throw .invalidRequest(
                "The upload was created using the \(declared.kind.rawValue) checksum mode. "
                    + "The complete request must use the same checksum mode."
            )
        }
        let whole = checksum.whole(of: parts)
        for algorithm in ChecksumAlgorithm.allCases {
            guard let sent = headers.first(algorithm.field) else { continue }
            if algorithm == checksum.algorithm, whole?.value == sent { continue }
            throw .badChecksum(checksum.algorithm.rawValue.lowercased())
        }
        return whole
    }

    private static func answer(_ exchange: Exchange, _ object: ObjectRecord) -> Response {
        var xml = XMLWriter()
        xml.element("CompleteMultipartUploadResult", namespace: s3Namespace) { xml in
            xml.element("Location", location(exchange))
            xml.element("Bucket", exchange.bucketName)
            xml.element("Key", exchange.key)
            xml.element("ETag", "\"\(object.attributes.etag)\"")
            for checksum in object.attributes.checksums {
                xml.element("Checksum\(checksum.algorithm)", checksum.value)
                xml.element(
                    "ChecksumType",
                    (checksum.isComposite ? MultipartChecksum.Kind.composite : .fullObject).rawValue
                )
            }
        }
        var response = exchange.response(200, xml: xml)
        response.fields.addEncryption(of: object.attributes)
        return response
    }

    /// Where the object is to be had, by the host that the client knows us by.
    private static func location(_ exchange: Exchange) -> String {
        let head = exchange.request.head
        return "http://\(String(decoding: head.host, as: UTF8.self))"
            + String(decoding: head.rawPath, as: UTF8.self)
    }
}
