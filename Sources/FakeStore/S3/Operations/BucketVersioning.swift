// Versioning: the store keeps one version of each object, so a bucket tells that it never had more.

import HTTP
import XML

enum GetBucketVersioning {
    static let operation = Operation(
        "GetBucketVersioning",
        .get,
        .bucket,
        parameter: "versioning",
        action: "s3:GetBucketVersioning"
    ) { exchange throws(S3Error) in
        var xml = XMLWriter()
        // Without a status: versioning was never on [documented].
        xml.element("VersioningConfiguration", namespace: s3Namespace) { _ in }
        return exchange.response(200, xml: xml)
    }
}

enum PutBucketVersioning {
    static let operation = Operation(
        "PutBucketVersioning",
        .put,
        .bucket,
        parameter: "versioning",
        action: "s3:PutBucketVersioning"
    ) { _ throws(S3Error) in
        throw .notModelled("versions of objects")
    }
}
