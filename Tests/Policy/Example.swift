@testable import Policy

/// A bucket of 111122223333 and the callers that examples send to it.
enum Example {
    static let owner = "111122223333"
    static let other = "999988887777"

    static func user(_ name: String, of account: String) -> PrincipalFacts {
        PrincipalFacts(
            kind: .user,
            account: account,
            arn: "arn:aws:iam::\(account):user/\(name)",
            userID: "AIDA234567ABCDEFGHIJK",
            userName: name
        )
    }

    static func root(of account: String) -> PrincipalFacts {
        PrincipalFacts(
            kind: .root,
            account: account,
            arn: "arn:aws:iam::\(account):root",
            userID: account
        )
    }

    static func session(of account: String) -> PrincipalFacts {
        PrincipalFacts(
            kind: .assumedRole,
            account: account,
            arn: "arn:aws:sts::\(account):assumed-role/Export/run-1",
            roleARN: "arn:aws:iam::\(account):role/billing/Export",
            userID: "AROA234567ABCDEFGHIJK:run-1"
        )
    }

    static func federated(of account: String) -> PrincipalFacts {
        PrincipalFacts(
            kind: .federatedUser,
            account: account,
            arn: "arn:aws:sts::\(account):federated-user/guest",
            userARN: "arn:aws:iam::\(account):user/u",
            userID: "\(account):guest"
        )
    }

    static let service = PrincipalFacts(
        kind: .service,
        account: "",
        arn: "logging.s3.amazonaws.com",
        service: "logging.s3.amazonaws.com"
    )

    static func put(
        by principal: PrincipalFacts,
        action: String = "s3:PutObject",
        resource: String = "arn:aws:s3:::acme-billing/2026-11.csv"
    ) -> AccessRequest {
        AccessRequest(
            action: action,
            resource: resource,
            principal: principal,
            resourceAccount: owner
        )
    }

    /// An identity policy of one or more statements.
    static func identity(_ statements: String..., name: String = "Export") throws -> NamedPolicy {
        NamedPolicy(
            name: name,
            owner: "111122223333/user/u",
            document: try PolicyDocument.parse(
                document(statements),
                file: "export.json",
                kind: .identity
            )
        )
    }

    /// The bucket's policy.
    static func bucket(_ statements: String...) throws -> NamedPolicy {
        NamedPolicy(
            name: "acme-billing",
            owner: "111122223333/bucket",
            document: try PolicyDocument.parse(
                document(statements),
                file: "bucket.json",
                kind: .bucket
            )
        )
    }

    private static func document(_ statements: [String]) -> String {
        "{\"Version\":\"2012-10-17\",\"Statement\":[\(statements.joined(separator: ","))]}"
    }

    static let allowPut =
        #"{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing/*"}"#
    static let denyPut =
        #"{"Effect":"Deny","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing/*"}"#

    /// A bucket policy's Allow or Deny of PutObject for a principal, given as JSON.
    static func put(_ effect: String, for principal: String) -> String {
        """
        {"Effect":"\(effect)","Principal":\(principal),"Action":"s3:PutObject",\
        "Resource":"arn:aws:s3:::acme-billing/*"}
        """
    }
}
