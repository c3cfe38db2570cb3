// UploadPartCopy: a part that is made of an object, or of a range of it, which never leaves the server.

import Cloud
import Digest
import HTTP
import HTTPServer
import Platform
import Store
import XML

enum UploadPartCopy {
    /// A PUT of a part with `x-amz-copy-source`.
    ///
    /// What it needs of the source is decided when that is known.
    static let operation = Operation(
        "UploadPartCopy",
        .put,
        .object,
        parameter: "uploadId",
        action: "s3:PutObject",
        perform: perform
    )

    private static func perform(_ exchange: Exchange) async throws(S3Error) -> Response {
        let headers = exchange.headers
        for field in unmodelled where headers.contains(field) {
            throw .notImplemented(header: "\(field)")
        }
        try exchange.refuseCustomerKey()
        let number = try PartNumber.parse(exchange.query["partNumber"] ?? "")
        let upload = try exchange.upload()
        try exchange.authorizePart(of: upload)
        let source = try CopySource(headers.first("x-amz-copy-source") ?? "")
        let object = try source.object(for: exchange)
        let range = try range(headers.first("x-amz-copy-source-range"), of: object.record)
        if Int64(range.count) > S3Limits.objectBytes { throw .copySourceTooLarge }

        let declared = MultipartChecksum(note: upload.note)
        let algorithm = (declared ?? .preset).algorithm
        let sink = UploadSink(
            exchange.cloud.store,
            sizeBytes: Int64(range.count),
            includesSHA256: false,
            checksum: algorithm
        )
        do {
            try await CopyObject.read(object, range, into: sink)
        } catch {
            throw S3Error(storing: error)
        }
        let attributes = ObjectAttributes(
            etag: sink.hasher.md5.hex,
            checksums: [
                StoredChecksum(algorithm: algorithm.rawValue, value: sink.checksum.base64())
            ],
            owner: exchange.bucket.account,
            writer: exchange.principal.arn
        )
        let part = try await exchange.putPart(number, of: upload, attributes, sink.content)

        var xml = XMLWriter()
        xml.element("CopyPartResult", namespace: s3Namespace) { xml in
            xml.element("LastModified", part.modified.iso8601(milliseconds: true))
            xml.element("ETag", "\"\(part.attributes.etag)\"")
            if declared != nil, let value = part.checksum(algorithm) {
                xml.element(algorithm.element, value)
            }
        }
        var response = exchange.response(200, xml: xml)
        response.fields.addEncryption(of: upload.attributes)
        return response
    }

    /// The bytes to copy: all of them, or exactly those of `bytes=first-last`.
    ///
    /// - Throws: `InvalidArgument` [recorded].
    private static func range(
        _ value: String?,
        of source: ObjectRecord
    ) throws(S3Error) -> Range<Int64> {
        let size = source.attributes.size
        guard let value else { return 0..<size }
        guard case .span(let first, let last?)? = ByteRange(value) else {
            throw .invalidArgument(
                "The x-amz-copy-source-range value must be of the form bytes=first-last where first "
                    + "and last are the zero-based offsets of the first and last bytes to copy",
                name: "x-amz-copy-source-range",
                value: value
            )
        }
        guard last < size else {
            throw .invalidArgument(
                "Range specified is not valid for source object of size: \(size)",
                name: "x-amz-copy-source-range",
                value: value
            )
        }
        return first..<last + 1
    }

    private static let unmodelled: [StaticString] = [
        "x-amz-copy-source-server-side-encryption-customer-algorithm"
    ]
}
