// Five mistakes that customers make, each made and mended through the APIs that they use.

import Destinations
import JSON

/// A mistake in Acme's set-up.
struct DemoMistake: Sendable {
    let name: String
    /// What somebody did, in words.
    let title: String
    let make: @Sendable (DemoStore, DemoWorld) throws -> Void
    let mend: @Sendable (DemoStore, DemoWorld) throws -> Void

    static let all = [
        DemoMistake(
            name: "no-slash-star",
            title: "the policy's Resource names the bucket, without `/*`",
            make: { store, world in
                let acme = world.acme
                let broken = """
                    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:PutObject",
                     "Resource": "arn:aws:s3:::\(acme.bucket)"}]}
                    """
                try store.iam(
                    "CreatePolicyVersion",
                    [
                        ("PolicyArn", acme.policyARN), ("PolicyDocument", broken),
                        ("SetAsDefault", "true"),
                    ],
                    as: acme
                )
            },
            mend: { store, world in
                try store.iam(
                    "SetDefaultPolicyVersion",
                    [("PolicyArn", world.acme.policyARN), ("VersionId", "v1")],
                    as: world.acme
                )
            }
        ),
        DemoMistake(
            name: "external-id",
            title: "the trust policy asks for another external id",
            make: { try setTrust($0, $1.acme, externalID: "acme-4710") },
            mend: { try setTrust($0, $1.acme, externalID: $1.acme.externalID) }
        ),
        DemoMistake(
            name: "bucket-deny",
            title: "the bucket policy denies everybody but the administrators",
            make: { store, world in
                let condition =
                    #"{"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::\#(world.acme.account):user/*"}}"#
                try setDeny(store, world.acme, condition)
            },
            mend: { try $0.setBucketPolicy(nil, of: $1.acme) }
        ),
        DemoMistake(
            name: "encryption-rule",
            title: "the bucket policy denies uploads without an encryption header",
            make: {
                try setDeny($0, $1.acme, #"{"Null": {"s3:x-amz-server-side-encryption": "true"}}"#)
            },
            mend: { try $0.setBucketPolicy(nil, of: $1.acme) }
        ),
        DemoMistake(
            name: "permissions-boundary",
            title: "the account's guardrail (a permissions boundary) lets roles only read",
            make: { store, world in
                try store.iam(
                    "PutRolePermissionsBoundary",
                    [
                        ("RoleName", DemoWorld.role),
                        ("PermissionsBoundary", "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"),
                    ],
                    as: world.acme
                )
            },
            mend: { store, world in
                try store.iam(
                    "DeleteRolePermissionsBoundary",
                    [("RoleName", DemoWorld.role)],
                    as: world.acme
                )
            }
        ),
    ]

    private static func setTrust(
        _ store: DemoStore,
        _ customer: DemoWorld.Customer,
        externalID: String
    ) throws {
        let trust = PolicyText.trust(principal: DemoWorld.principal, externalID: externalID)
        try store.iam(
            "UpdateAssumeRolePolicy",
            [("RoleName", DemoWorld.role), ("PolicyDocument", trust.text())],
            as: customer
        )
    }

    private static func setDeny(
        _ store: DemoStore,
        _ customer: DemoWorld.Customer,
        _ condition: String
    ) throws {
        let policy = """
            {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*",
             "Action": "s3:PutObject", "Resource": "arn:aws:s3:::\(customer.bucket)/*", "Condition": \(condition)}]}
            """
        try store.setBucketPolicy(policy, of: customer)
    }
}
