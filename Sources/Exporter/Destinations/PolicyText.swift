// The policy documents that Verify offers for pasting, for the real bucket and the real principal.

import JSON

/// Builds the policies that let a principal write to a bucket.
package struct PolicyText: Sendable {
    package let bucket: String
    package let prefix: String

    package init(bucket: String, prefix: String) {
        self.bucket = bucket
        self.prefix = prefix
    }

    /// What a policy must cover: the objects, not the bucket.
    package var resource: String { "arn:aws:s3:::\(bucket)/\(prefix)*" }

    /// The statement for the bucket's policy; `principal` is a user or role ARN.
    package func bucketPolicy(principal: String, replacing: Bool = false) -> JSONNode {
        PolicyText.document([
            ("Sid", .text("BillingExportWrite")), ("Effect", .text("Allow")),
            ("Principal", .members([("AWS", .text(principal))])), ("Action", actions(replacing)),
            ("Resource", .text(resource)),
        ])
    }

    /// The same for the principal's own policy.
    package func identityPolicy(replacing: Bool = false) -> JSONNode {
        PolicyText.document([
            ("Sid", .text("BillingExportWrite")), ("Effect", .text("Allow")),
            ("Action", actions(replacing)), ("Resource", .text(resource)),
        ])
    }

    /// What would let our own files be replaced, and where it belongs: within one account the caller's own policy
    /// is enough, from outside the bucket's has to name the caller.
    package func replacing(
        by caller: String?,
        owner: String?
    ) -> (place: String, json: JSONNode?) {
        let principal = caller.map(PolicyText.principal(of:))
        if let principal, PolicyText.account(of: principal) == owner {
            return ("policy of \(principal)", identityPolicy(replacing: true))
        }
        return (
            "bucket policy of `\(bucket)`",
            principal.map { bucketPolicy(principal: $0, replacing: true) }
        )
    }

    /// The trust policy of the customer's role: the platform's principal may take it, if it names the external
    /// id that the two agreed on.
    package static func trust(principal: String, externalID: String?) -> JSONNode {
        var statement: [(String, JSONNode)] = [
            ("Sid", .text("PlatformAssume")), ("Effect", .text("Allow")),
            ("Principal", .members([("AWS", .text(principal))])),
            ("Action", .text("sts:AssumeRole")),
        ]
        if let externalID {
            let id: JSONNode = .members([("sts:ExternalId", .text(externalID))])
            statement.append(("Condition", .members([("StringEquals", id)])))
        }
        return document(statement)
    }

    /// What the platform's own principal needs: it may take these roles.
    package static func assume(role arn: String) -> JSONNode {
        document([
            ("Sid", .text("AssumeCustomerRoles")), ("Effect", .text("Allow")),
            ("Action", .text("sts:AssumeRole")), ("Resource", .text(arn)),
        ])
    }

    /// What lets Verify tell our own refusals from the customer's: a principal may ask what its own policies say.
    package static func simulate(principal: String) -> JSONNode {
        document([
            ("Sid", .text("ExplainOwnRefusals")), ("Effect", .text("Allow")),
            ("Action", .text("iam:SimulatePrincipalPolicy")), ("Resource", .text(principal)),
        ])
    }

    /// The lifecycle configuration that ends unfinished uploads after a week; the rule belongs beside those
    /// that the bucket has (PutBucketLifecycleConfiguration replaces all of them).
    package func lifecycle() -> JSONNode {
        let rule: JSONNode = .members([
            ("ID", .text("BillingExportUnfinishedUploads")), ("Status", .text("Enabled")),
            ("Filter", .members([("Prefix", .text(prefix))])),
            (
                "AbortIncompleteMultipartUpload",
                .members([("DaysAfterInitiation", JSONNode(.number("7")))])
            ),
        ])
        return .members([("Rules", .list([rule]))])
    }

    /// The ARN to put into a policy for a caller: a session's policies and principals name its role.
    ///
    /// A role's path is not part of its sessions' ARNs, so a role with a path has to be completed.
    package static func principal(of caller: String) -> String {
        let parts = caller.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[2] == "sts", parts[5].hasPrefix("assumed-role/") else {
            return caller
        }
        let names = parts[5].split(separator: "/")
        guard names.count >= 2 else { return caller }
        return "arn:\(parts[1]):iam::\(parts[4]):role/\(names[1])"
    }

    /// The account in an ARN; nil where there is none.
    package static func account(of arn: String) -> String? {
        let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, !parts[4].isEmpty else { return nil }
        return String(parts[4])
    }

    private func actions(_ replacing: Bool) -> JSONNode {
        replacing ? .list([.text("s3:PutObject"), .text("s3:GetObject")]) : .text("s3:PutObject")
    }

    private static func document(_ statement: [(String, JSONNode)]) -> JSONNode {
        .members([("Version", .text("2012-10-17")), ("Statement", .list([.members(statement)]))])
    }
}

extension JSONNode {
    /// A string.
    static func text(_ text: String) -> JSONNode { JSONNode(.string(text)) }

    /// An array.
    static func list(_ elements: [JSONNode]) -> JSONNode { JSONNode(.array(elements)) }

    /// An object.
    static func members(_ members: [(String, JSONNode)]) -> JSONNode {
        JSONNode(.object(members.map { JSONMember(key: $0.0, node: $0.1) }))
    }
}
