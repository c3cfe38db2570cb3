// UploadPart: one part of an upload, received and checked like an object, kept under its number.

import Digest
import HTTP
import HTTPServer
import Store

enum UploadPart {
    static let operation = Operation(
        "UploadPart",
        .put,
        .object,
        parameter: "uploadId",
        action: "s3:PutObject",
        perform: perform
    )

    private static func perform(_ exchange: Exchange) async throws(S3Error) -> Response {
        if exchange.asks.contains(.encryption) { try exchange.refuseCustomerKey() }
        let number = try PartNumber.parse(exchange.query["partNumber"] ?? "")
        let upload = try exchange.upload()
        try exchange.authorizePart(of: upload)
        let head = try UploadHead(exchange)
        let declared = MultipartChecksum(note: upload.note)
        try check(head.checksum?.algorithm, against: declared)

        let received = try await Upload.receive(
            exchange,
            head,
            preset: (declared ?? .preset).algorithm
        )
        let checksum = received.checksum
        let attributes = ObjectAttributes(
            etag: received.md5.hex,
            checksums: [
                StoredChecksum(algorithm: checksum.algorithm.rawValue, value: checksum.value)
            ],
            owner: exchange.bucket.account,
            writer: exchange.principal.arn
        )
        let part = try await exchange.putPart(number, of: upload, attributes, received.content)

        var response = exchange.response(200)
        response.fields.addEncryption(of: upload.attributes)
        response.fields.addEntityTag(part.attributes.etag)
        if head.checksum != nil || declared != nil {
            response.fields.add(checksum.algorithm.field, checksum.value)
        }
        return response
    }

    /// A part has the checksum of its upload.
    ///
    /// Another algorithm is refused, and none at all where the whole is a checksum of the parts' ones
    /// [reported: OpenStack Swift's test suite, which is run against AWS as well]. An upload that named
    /// none takes any [reported].
    private static func check(
        _ sent: ChecksumAlgorithm?,
        against declared: MultipartChecksum?
    ) throws(S3Error) {
        guard let declared, sent != declared.algorithm else { return }
        if sent == nil, declared.kind == .fullObject { return }
        throw .invalidRequest(
            "Checksum Type mismatch occurred, expected checksum Type: "
                + "\(declared.algorithm.rawValue.lowercased()), actual checksum Type: "
                + (sent?.rawValue.lowercased() ?? "null")
        )
    }
}
