// The parameters that IAM's calls have in common [documented: API reference, the shapes' constraints].

import JSON
import Policy
import QueryProtocol
import World

enum IAMRule {
    /// Names of users, groups, roles and policies.
    static let name = QueryRule(1...128, pattern: #"[\w+=,.@-]+"#) {
        $0.isASCII && IAMName.isNameByte(UInt8(ascii: $0))
    }
    /// Names of roles and new users, which are shorter.
    static let shortName = QueryRule(1...64, pattern: #"[\w+=,.@-]+"#) {
        $0.isASCII && IAMName.isNameByte(UInt8(ascii: $0))
    }
    static let path = QueryRule(1...512)
    static let arn = QueryRule(20...2_048)
    static let document = QueryRule(1...131_072)
    static let description = QueryRule(0...1_000)
    static let keyID = QueryRule(16...128, pattern: #"[\w]+"#) {
        $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_")
    }
}

extension QueryExchange {
    /// The path of a new entity.
    func path() throws(QueryError) -> String {
        guard let path = try optional("Path", IAMRule.path) else { return "/" }
        guard IAMName.isPath(path) else {
            throw .failed(
                path,
                "path",
                "Member must satisfy regular expression pattern: (\\u002F)|(\\u002F[\\u0021-\\u007F]+\\u002F)"
            )
        }
        return path
    }

    /// What the paths of listed entities begin with.
    func pathPrefix() throws(QueryError) -> String {
        try optional("PathPrefix", IAMRule.path) ?? "/"
    }

    /// The tags of a new entity, or those to add.
    func tags() throws(QueryError) -> [Tag] {
        var tags: [Tag] = []
        for structure in form.structures("Tags") {
            let place = "tags.\(tags.count + 1).member"
            let (key, value) = (structure["Key"] ?? "", structure["Value"] ?? "")
            try check(key, "\(place).key", QueryRule(1...128))
            try check(value, "\(place).value", QueryRule(0...256))
            guard !tags.contains(where: { $0.key.lowercased() == key.lowercased() }) else {
                throw QueryError(
                    400,
                    "InvalidInput",
                    "Duplicate tag keys found. Please note that Tag keys are case insensitive."
                )
            }
            tags.append(Tag(key: key, value: value))
        }
        return tags
    }

    /// A policy document of an identity, which must be of the language's newer version [recorded].
    func identityPolicy(_ name: String = "PolicyDocument") throws(QueryError) -> Document {
        let text = try required(name, IAMRule.document)
        let document = try IAMDocument.parse(text, kind: .identity)
        guard document.version == .v2012 else {
            throw .malformedPolicy("Policy document must be version 2012-10-17 or greater.")
        }
        return Document(document)
    }

    /// A trust policy, whose users and roles are known.
    func trustPolicy(_ name: String) throws(QueryError) -> Document {
        let text = try required(name, IAMRule.document)
        // [recorded] CreateRole says so, where other documents have a syntax error.
        guard (try? JSON.parse(text)) != nil else {
            throw .malformedPolicy("This policy contains invalid Json")
        }
        let document = try IAMDocument.parse(text, kind: .trust)
        if let missing = world.unknownPrincipal(in: document) {
            throw .malformedPolicy("Invalid principal in policy: \"AWS\":\"\(missing)\"")
        }
        guard IAMDocument.size(of: text) <= 2_048 else {
            throw .limitExceeded("Cannot exceed quota for ACLSizePerRole: 2048")
        }
        return Document(document)
    }
}

/// Policy documents as IAM takes them.
enum IAMDocument {
    static func parse(
        _ text: String,
        kind: PolicyDocument.Kind
    ) throws(QueryError) -> PolicyDocument {
        do {
            return try PolicyDocument.parse(text, kind: kind)
        } catch {
            throw QueryError(error)
        }
    }

    /// The characters that count for a limit: white space does not [documented: IAM quotas].
    static func size(of text: String) -> Int {
        text.unicodeScalars.lazy.filter { !$0.properties.isWhitespace }.count
    }
}
