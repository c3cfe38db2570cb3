// CreateMultipartUpload: remembers what the object will be given, and hands out an id for its parts.

import HTTP
import HTTPServer
import Store
import XML

enum CreateMultipartUpload {
    static let operation = Operation(
        "CreateMultipartUpload",
        .post,
        .object,
        parameter: "uploads",
        requires: PutObject.requirements
    ) { exchange throws(S3Error) in
        let headers = exchange.headers
        try PutObject.refuseUnmodelled(exchange)
        let properties = try exchange.uploadProperties()
        let encryption = try exchange.uploadEncryption()
        let described = try ObjectHeaders(headers)
        let checksum = try MultipartChecksum.read(headers)
        let attributes = ObjectAttributes(
            etag: "",
            headers: described.fields,
            userMetadata: described.metadata,
            storageClass: described.storageClass,
            encryption: encryption.algorithm.rawValue,
            properties: properties + encryption.properties,
            owner: exchange.ownerOfUpload,
            writer: exchange.principal.arn
        ).noting(checksum?.note ?? "")
        let upload = try await exchange.createUpload(attributes)

        var xml = XMLWriter()
        xml.element("InitiateMultipartUploadResult", namespace: s3Namespace) { xml in
            xml.element("Bucket", exchange.bucketName)
            xml.element("Key", exchange.key)
            xml.element("UploadId", UploadID.text(upload.id))
        }
        var response = exchange.response(200, xml: xml)
        response.fields.add(encryption)
        if let checksum {
            response.fields.add("x-amz-checksum-algorithm", checksum.algorithm.rawValue)
            response.fields.add("x-amz-checksum-type", checksum.kind.rawValue)
        }
        return response
    }
}
