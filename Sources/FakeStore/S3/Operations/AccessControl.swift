// ACLs, as far as this server has them: the owner's default grant, the refusals of a bucket with ACLs disabled,
// and the canned ACLs that come to the owner's grant. Other grants are 501: nothing is silently lost.

import HTTP
import World
import XML

enum GetBucketACL {
    static let operation = Operation(
        "GetBucketAcl",
        .get,
        .bucket,
        parameter: "acl",
        action: "s3:GetBucketAcl"
    ) { exchange throws(S3Error) in
        exchange.response(
            200,
            xml: AccessControl.document(exchange, owner: exchange.bucket.account)
        )
    }
}

enum PutBucketACL {
    static let operation = Operation(
        "PutBucketAcl",
        .put,
        .bucket,
        parameter: "acl",
        action: "s3:PutBucketAcl"
    ) { exchange throws(S3Error) in
        try await AccessControl.put(exchange)
        return exchange.response(200)
    }
}

enum GetObjectACL {
    static let operation = Operation(
        "GetObjectAcl",
        .get,
        .object,
        parameter: "acl",
        action: "s3:GetObjectAcl"
    ) { exchange throws(S3Error) in
        guard let record = try exchange.readRecord() else { throw try exchange.missingKey() }
        let owner = AccessControl.owner(of: record.attributes.owner, in: exchange)
        return exchange.response(200, xml: AccessControl.document(exchange, owner: owner))
    }
}

enum PutObjectACL {
    static let operation = Operation(
        "PutObjectAcl",
        .put,
        .object,
        parameter: "acl",
        action: "s3:PutObjectAcl"
    ) { exchange throws(S3Error) in
        guard try exchange.readRecord() != nil else { throw .noSuchKey(exchange.key) }
        try await AccessControl.put(exchange)
        return exchange.response(200)
    }
}

enum AccessControl {
    /// The canned ACLs [documented: "Access control list (ACL) overview"].
    static let canned: Set<String> = [
        "private", "public-read", "public-read-write", "aws-exec-read", "authenticated-read",
        "bucket-owner-read", "bucket-owner-full-control", "log-delivery-write",
    ]
    private static let publicOnes: Set<String> = [
        "public-read", "public-read-write", "authenticated-read",
    ]

    /// With ACLs disabled everything is the bucket owner's [documented].
    static func owner(of written: String, in exchange: Exchange) -> String {
        exchange.bucket.bucket.settings.ownership == .bucketOwnerEnforced
            ? exchange.bucket.account : written
    }

    /// The owner and the owner's full control: all that a bucket or object without other grants has.
    static func document(_ exchange: Exchange, owner: String) -> XMLWriter {
        let id = exchange.canonicalID(of: owner)
        var xml = XMLWriter()
        xml.element("AccessControlPolicy", namespace: s3Namespace) { xml in
            xml.element("Owner") { $0.element("ID", id) }
            xml.element("AccessControlList") { xml in
                xml.element("Grant") { xml in
                    xml.element(
                        "Grantee",
                        attributes: [
                            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
                            ("xsi:type", "CanonicalUser"),
                        ]
                    ) { $0.element("ID", id) }
                    xml.element("Permission", "FULL_CONTROL")
                }
            }
        }
        return xml
    }

    /// Decides on the ACL in the head of an upload, or of a call that puts one.
    ///
    /// With ACLs disabled only `bucket-owner-full-control` is taken, as an ACL or as the equivalent grant
    /// [documented: "Disabling ACLs for all new buckets"].
    ///
    /// - Throws: `InvalidArgument` for no canned ACL [recorded], `AccessControlListNotSupported`,
    ///   `AccessDenied` for a public one that Block Public Access prevents, 501 for grants to others.
    static func check(_ exchange: Exchange) throws(S3Error) {
        let headers = exchange.headers
        let acl = headers.first("x-amz-acl")
        let hasGrants = headers.hasName(startingWith: "x-amz-grant-")
        guard acl != nil || hasGrants else { return }
        if acl != nil, hasGrants {
            // [recorded]
            throw .invalidRequest("Specifying both Canned ACLs and Header Grants is not allowed")
        }
        if let acl, !canned.contains(acl) {
            throw .invalidArgument("", name: "x-amz-acl", value: acl)
        }
        if exchange.bucket.bucket.settings.ownership == .bucketOwnerEnforced {
            let owner = "id=\"\(exchange.canonicalID(of: exchange.bucket.account))\""
            let isOwners =
                acl == "bucket-owner-full-control"
                || acl == nil && headers.first("x-amz-grant-full-control") == owner
            guard isOwners else { throw .accessControlListNotSupported }
            return
        }
        let groups = "http://acs.amazonaws.com/groups/global/"
        let isPublic =
            acl.map(publicOnes.contains)
            ?? Exchange.grantHeaders.contains {
                headers.first(named: $0)?.contains(groups) ?? false
            }
        if isPublic, exchange.publicAccessBlock.blockPublicACLs {
            throw exchange.refused(
                action: exchange.aclAction,
                because:
                    "because public ACLs are prevented by the BlockPublicAcls setting in S3 Block "
                    + "Public Access."
            )
        }
        switch acl {
        case "private"?, "bucket-owner-full-control"?, "bucket-owner-read"?: return
        case let acl?: throw .notModelled("the ACL \(acl)")
        case nil: throw .notModelled("grants in an ACL")
        }
    }

    /// PutBucketAcl and PutObjectAcl: the ACL in the head, or in a document.
    static func put(_ exchange: Exchange) async throws(S3Error) {
        let bytes = try await exchange.document()
        try check(exchange)
        if exchange.headers.contains("x-amz-acl") { return }
        if exchange.headers.hasName(startingWith: "x-amz-grant-") { return }
        guard !bytes.isEmpty else {
            // [recorded]
            throw S3Error(
                400,
                "MissingSecurityHeader",
                "Your request was missing a required header",
                [("MissingHeaderName", "x-amz-acl")]
            )
        }
        guard let root = try? XML.parse(bytes), root.name == "AccessControlPolicy",
            let grants = root.child("AccessControlList")?.children(named: "Grant")
        else {
            // [recorded]
            throw S3Error(
                400,
                "MalformedACLError",
                "The XML you provided was not well-formed or did not validate against our published schema"
            )
        }
        let owner = exchange.canonicalID(of: exchange.bucket.account)
        let isOwners = grants.allSatisfy { grant in
            grant.child("Grantee")?.text(of: "ID") == owner
                && grant.text(of: "Permission") == "FULL_CONTROL"
        }
        if isOwners { return }
        if exchange.bucket.bucket.settings.ownership == .bucketOwnerEnforced {
            throw .accessControlListNotSupported
        }
        let isPublic = grants.contains {
            $0.child("Grantee")?.text(of: "URI")?.contains("/groups/global/") ?? false
        }
        if isPublic, exchange.publicAccessBlock.blockPublicACLs {
            throw exchange.refused(
                action: exchange.aclAction,
                because:
                    "because public ACLs are prevented by the BlockPublicAcls setting in S3 Block "
                    + "Public Access."
            )
        }
        throw .notModelled("grants in an ACL")
    }
}

extension Exchange {
    /// The fields in which an upload names grants.
    static let grantHeaders = [
        "x-amz-grant-read", "x-amz-grant-write", "x-amz-grant-read-acp", "x-amz-grant-write-acp",
        "x-amz-grant-full-control",
    ]

    /// The action that S3 names when it refuses an ACL.
    fileprivate var aclAction: String {
        if case .bucket = address { return "s3:PutBucketAcl" }
        return operation?.name == "PutObjectAcl" ? "s3:PutObjectAcl" : "s3:PutObject"
    }

    /// A refusal that no policy made: AWS's sentence with another reason inside the account and
    /// organization, the plain words outside [documented: "Troubleshoot access denied (403 Forbidden) errors
    /// in Amazon S3"].
    func refused(action: String, because reason: String) -> S3Error {
        guard principal.account == bucket.account else { return .accessDenied }
        let resource =
            key.isEmpty
            ? bucket.bucket.arn : "\(bucket.bucket.arn)/\(String(decoding: key, as: UTF8.self))"
        return .accessDenied(
            "User: \(principal.arn) is not authorized to perform: \(action) on resource: "
                + "\"\(resource)\" \(reason)"
        )
    }
}
