// The tags of an object: put, get, delete; and those that come with an upload.

import HTTP
import Store
import World
import XML

enum PutObjectTagging {
    static let operation = Operation(
        "PutObjectTagging",
        .put,
        .object,
        parameter: "tagging",
        action: "s3:PutObjectTagging"
    ) { exchange throws(S3Error) in
        let tags = try TagSet.read(await SettingsDocument.read(exchange, "Tagging"), limit: 10)
        let field = ObjectTags.field(tags)
        guard try await exchange.note("tagging", field.isEmpty ? nil : field) else {
            throw .noSuchKey(exchange.key)
        }
        return exchange.response(200)
    }
}

enum GetObjectTagging {
    static let operation = Operation(
        "GetObjectTagging",
        .get,
        .object,
        parameter: "tagging",
        action: "s3:GetObjectTagging"
    ) { exchange throws(S3Error) in
        guard let record = try exchange.readRecord() else { throw try exchange.missingKey() }
        let tags = try record.attributes.property("tagging").map(ObjectTags.read) ?? []
        // An object without tags has an empty set, unlike a bucket [recorded].
        return exchange.response(200, xml: TagSet.document(tags))
    }
}

enum DeleteObjectTagging {
    static let operation = Operation(
        "DeleteObjectTagging",
        .delete,
        .object,
        parameter: "tagging",
        action: "s3:DeleteObjectTagging"
    ) { exchange throws(S3Error) in
        guard try await exchange.note("tagging", nil) else { throw .noSuchKey(exchange.key) }
        return exchange.response(204)
    }
}

/// Tags in the form of the field `x-amz-tagging`: `a=1&b=2`.
enum ObjectTags {
    /// Reads the field.
    static func read(_ field: String) throws(S3Error) -> [Tag] {
        guard let query = try? Query(Array(field.utf8)[...]) else { throw invalid(field) }
        var tags: [Tag] = []
        for (name, value) in query.pairs { tags.append(Tag(key: name, value: value)) }
        do { try TagSet.check(tags, limit: 10) } catch {
            // [recorded]
            throw error.code == "InvalidTag" ? invalid(field) : error
        }
        return tags
    }

    /// The field is no list of tags [recorded].
    private static func invalid(_ field: String) -> S3Error {
        .invalidArgument(
            "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters "
                + "without tag name duplicates.",
            name: "x-amz-tagging",
            value: field
        )
    }

    static func field(_ tags: [Tag]) -> String {
        tags.map { "\(encoded($0.key))=\(encoded($0.value))" }.joined(separator: "&")
    }

    private static func encoded(_ text: String) -> String {
        PercentEncoding.encode(Array(text.utf8))
    }
}

extension Exchange {
    /// Changes what is kept beside the object; false when there is none.
    fileprivate func note(_ name: String, _ value: String?) async throws(S3Error) -> Bool {
        do {
            return try await cloud.store.rewrite(bucket: bucket.id, key: key) {
                $0.setting(name, to: value)
            } != nil
        } catch {
            throw refusal(of: error, .none)
        }
    }
}
