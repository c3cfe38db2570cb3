// The switches of S3 Block Public Access of one bucket: put, get, delete.

import HTTP
import World
import XML

enum PutPublicAccessBlock {
    static let operation = Operation(
        "PutPublicAccessBlock",
        .put,
        .bucket,
        parameter: "publicAccessBlock",
        action: "s3:PutBucketPublicAccessBlock"
    ) { exchange throws(S3Error) in
        let root = try await SettingsDocument.read(exchange, "PublicAccessBlockConfiguration")
        var block = PublicAccessBlock()
        for child in root.children {
            let isOn = try SettingsDocument.bool(child)
            // Each that is left out is off [documented].
            switch child.name {
            case "BlockPublicAcls": block.blockPublicACLs = isOn
            case "IgnorePublicAcls": block.ignorePublicACLs = isOn
            case "BlockPublicPolicy": block.blockPublicPolicy = isOn
            case "RestrictPublicBuckets": block.restrictPublicBuckets = isOn
            default: throw .malformedXML
            }
        }
        let wanted = block
        try await exchange.changeSettings { $0.publicAccessBlock = wanted }
        return exchange.response(200)
    }
}

enum GetPublicAccessBlock {
    static let operation = Operation(
        "GetPublicAccessBlock",
        .get,
        .bucket,
        parameter: "publicAccessBlock",
        action: "s3:GetBucketPublicAccessBlock"
    ) { exchange throws(S3Error) in
        // The bucket's own, whatever its account says [documented].
        guard let block = exchange.bucket.bucket.settings.publicAccessBlock else {
            throw .noSuchPublicAccessBlock(exchange.bucketName)
        }
        var xml = XMLWriter()
        xml.element("PublicAccessBlockConfiguration", namespace: s3Namespace) { xml in
            xml.element("BlockPublicAcls", "\(block.blockPublicACLs)")
            xml.element("IgnorePublicAcls", "\(block.ignorePublicACLs)")
            xml.element("BlockPublicPolicy", "\(block.blockPublicPolicy)")
            xml.element("RestrictPublicBuckets", "\(block.restrictPublicBuckets)")
        }
        return exchange.response(200, xml: xml)
    }
}

enum DeletePublicAccessBlock {
    /// Needs the action that puts it [documented: DeletePublicAccessBlock].
    static let operation = Operation(
        "DeletePublicAccessBlock",
        .delete,
        .bucket,
        parameter: "publicAccessBlock",
        action: "s3:PutBucketPublicAccessBlock"
    ) { exchange throws(S3Error) in
        try await exchange.changeSettings { $0.publicAccessBlock = nil }
        return exchange.response(204)
    }
}

/// The documents in which settings are put.
enum SettingsDocument {
    /// The root of the request's document.
    ///
    /// - Throws: `MalformedXML` for another root, or no XML at all.
    static func read(_ exchange: Exchange, _ root: String) async throws(S3Error) -> XMLElement {
        let bytes = try await exchange.document()
        guard let element = try? XML.parse(bytes), element.name == root else { throw .malformedXML }
        return element
    }

    /// `true` or `false`, in whatever case [reported].
    static func bool(_ element: XMLElement) throws(S3Error) -> Bool {
        switch element.trimmedText.lowercased() {
        case "true": return true
        case "false": return false
        default: throw .malformedXML
        }
    }
}

extension S3Error {
    /// Source: [recorded].
    static func noSuchPublicAccessBlock(_ bucket: String) -> S3Error {
        S3Error(
            404,
            "NoSuchPublicAccessBlockConfiguration",
            "The public access block configuration was not found",
            [("BucketName", bucket)]
        )
    }
}
