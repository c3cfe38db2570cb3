// The tags of a bucket: put, get, delete.

import HTTP
import World
import XML

enum PutBucketTagging {
    static let operation = Operation(
        "PutBucketTagging",
        .put,
        .bucket,
        parameter: "tagging",
        action: "s3:PutBucketTagging"
    ) { exchange throws(S3Error) in
        let wanted = try TagSet.read(await SettingsDocument.read(exchange, "Tagging"), limit: 50)
        try await exchange.changeSettings { $0.tags = wanted }
        return exchange.response(204)
    }
}

enum GetBucketTagging {
    static let operation = Operation(
        "GetBucketTagging",
        .get,
        .bucket,
        parameter: "tagging",
        action: "s3:GetBucketTagging"
    ) { exchange throws(S3Error) in
        let tags = exchange.bucket.bucket.settings.tags
        guard !tags.isEmpty else { throw .noSuchTagSet(exchange.bucketName) }
        return exchange.response(200, xml: TagSet.document(tags))
    }
}

enum DeleteBucketTagging {
    /// Needs the action that puts them [documented: DeleteBucketTagging].
    static let operation = Operation(
        "DeleteBucketTagging",
        .delete,
        .bucket,
        parameter: "tagging",
        action: "s3:PutBucketTagging"
    ) { exchange throws(S3Error) in
        try await exchange.changeSettings { $0.tags = [] }
        return exchange.response(204)
    }
}

/// Tags as S3 takes and tells them.
enum TagSet {
    /// Reads a `Tagging` document.
    ///
    /// - Throws: `MalformedXML`, and what `check` throws.
    static func read(_ root: XMLElement, limit: Int) throws(S3Error) -> [Tag] {
        guard let set = root.child("TagSet") else { throw .malformedXML }
        var tags: [Tag] = []
        for child in set.children {
            guard child.name == "Tag", let key = child.text(of: "Key"),
                let value = child.text(of: "Value")
            else { throw .malformedXML }
            tags.append(Tag(key: key, value: value))
        }
        try check(tags, limit: limit)
        return tags
    }

    /// Refuses tags that S3 does not take [documented: "Categorizing your storage using tags"].
    ///
    /// - Parameters:
    ///   - tags: The tags.
    ///   - limit: How many there may be: 50 for a bucket, 10 for an object.
    /// - Throws: `BadRequest`, `InvalidTag`.
    static func check(_ tags: [Tag], limit: Int) throws(S3Error) {
        guard tags.count <= limit else {
            throw limit == 10
                ? S3Error(400, "BadRequest", "Object tags cannot be greater than 10")
                : S3Error(400, "BadRequest", "Bucket tag count cannot be greater than 50")
        }
        var keys = Set<String>()
        for tag in tags {
            guard (1...128).contains(tag.key.unicodeScalars.count) else {
                throw S3Error(400, "InvalidTag", "The TagKey you have provided is invalid")
            }
            guard tag.value.unicodeScalars.count <= 256 else {
                throw S3Error(400, "InvalidTag", "The TagValue you have provided is invalid")
            }
            guard !tag.key.hasPrefix("aws:") else {
                throw S3Error(400, "InvalidTag", "System tags cannot be added/updated by requester")
            }
            guard keys.insert(tag.key).inserted else {
                // [recorded]
                throw S3Error(
                    400,
                    "InvalidTag",
                    "Cannot provide multiple Tags with the same key",
                    [("TagKey", tag.key)]
                )
            }
        }
    }

    static func document(_ tags: [Tag]) -> XMLWriter {
        var xml = XMLWriter()
        xml.element("Tagging", namespace: s3Namespace) { xml in
            xml.element("TagSet") { xml in
                for tag in tags {
                    xml.element("Tag") { xml in
                        xml.element("Key", tag.key)
                        xml.element("Value", tag.value)
                    }
                }
            }
        }
        return xml
    }
}

extension S3Error {
    /// Source: [recorded].
    static func noSuchTagSet(_ bucket: String) -> S3Error {
        S3Error(404, "NoSuchTagSet", "The TagSet does not exist", [("BucketName", bucket)])
    }
}
