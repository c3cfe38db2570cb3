// Object Ownership of a bucket: put, get, delete.

import HTTP
import World
import XML

enum PutBucketOwnershipControls {
    static let operation = Operation(
        "PutBucketOwnershipControls",
        .put,
        .bucket,
        parameter: "ownershipControls",
        action: "s3:PutBucketOwnershipControls"
    ) { exchange throws(S3Error) in
        let root = try await SettingsDocument.read(exchange, "OwnershipControls")
        // Exactly one rule [documented].
        guard root.children.count == 1, let rule = root.child("Rule"),
            let text = rule.child("ObjectOwnership")?.trimmedText,
            let ownership = ObjectOwnership(rawValue: text), ownership != .none
        else { throw .malformedXML }
        try await exchange.changeSettings { $0.ownership = ownership }
        return exchange.response(200)
    }
}

enum GetBucketOwnershipControls {
    static let operation = Operation(
        "GetBucketOwnershipControls",
        .get,
        .bucket,
        parameter: "ownershipControls",
        action: "s3:GetBucketOwnershipControls"
    ) { exchange throws(S3Error) in
        let ownership = exchange.bucket.bucket.settings.ownership
        guard ownership != .none else {
            throw .ownershipControlsNotFound(exchange.bucketName)
        }
        var xml = XMLWriter()
        xml.element("OwnershipControls", namespace: s3Namespace) { xml in
            xml.element("Rule") { $0.element("ObjectOwnership", ownership.rawValue) }
        }
        return exchange.response(200, xml: xml)
    }
}

enum DeleteBucketOwnershipControls {
    /// Needs the action that puts them [documented: DeleteBucketOwnershipControls].
    static let operation = Operation(
        "DeleteBucketOwnershipControls",
        .delete,
        .bucket,
        parameter: "ownershipControls",
        action: "s3:PutBucketOwnershipControls"
    ) { exchange throws(S3Error) in
        try await exchange.changeSettings { $0.ownership = .none }
        return exchange.response(204)
    }
}

extension S3Error {
    /// Source: [recorded].
    static func ownershipControlsNotFound(_ bucket: String) -> S3Error {
        S3Error(
            404,
            "OwnershipControlsNotFoundError",
            "The bucket ownership controls were not found",
            [("BucketName", bucket)]
        )
    }
}
