import Testing

@testable import Policy

/// iam.md section 12: AWS's words for a refusal, and to whom it says them.
@Suite struct SentenceTests {
    private let user = Example.user("u", of: Example.owner)

    @Test func section12ImplicitIdentity() {
        let request = Example.put(by: user)
        #expect(
            evaluate(request, PolicySet()).awsMessage(for: request) == """
                User: arn:aws:iam::111122223333:user/u is not authorized to perform: s3:PutObject on \
                resource: "arn:aws:s3:::acme-billing/2026-11.csv" because no identity-based policy allows \
                the s3:PutObject action
                """
        )
    }

    @Test func section12ExplicitIdentity() throws {
        let request = Example.put(by: Example.session(of: Example.owner))
        let decision = evaluate(
            request,
            PolicySet(identity: [try Example.identity(Example.allowPut, Example.denyPut)])
        )
        #expect(
            decision.awsMessage(for: request) == """
                User: arn:aws:sts::111122223333:assumed-role/Export/run-1 is not authorized to perform: \
                s3:PutObject on resource: "arn:aws:s3:::acme-billing/2026-11.csv" with an explicit deny in \
                an identity-based policy
                """
        )
    }

    @Test func section12ExplicitResource() throws {
        let request = Example.put(by: Example.root(of: Example.owner))
        let bucket = try Example.bucket(Example.put("Deny", for: #""*""#))
        #expect(
            evaluate(request, PolicySet(resource: bucket)).awsMessage(for: request) == """
                User: arn:aws:iam::111122223333:root is not authorized to perform: s3:PutObject on resource: \
                "arn:aws:s3:::acme-billing/2026-11.csv" with an explicit deny in a resource-based policy
                """
        )
    }

    @Test func section12NoResourceInTheSentenceWhereTheActionHasNone() {
        let request = Example.put(
            by: user,
            action: "s3:ListAllMyBuckets",
            resource: "arn:aws:s3:::*"
        )
        #expect(
            evaluate(request, PolicySet()).awsMessage(for: request) == """
                User: arn:aws:iam::111122223333:user/u is not authorized to perform: s3:ListAllMyBuckets \
                because no identity-based policy allows the s3:ListAllMyBuckets action
                """
        )
    }

    @Test func section12OtherAccountsReadNoReason() throws {
        let request = Example.put(by: Example.user("u", of: Example.other))
        let decision = evaluate(
            request,
            PolicySet(identity: [try Example.identity(Example.allowPut)])
        )
        #expect(decision.awsMessage(for: request) == "Access Denied")
        #expect(
            decision.awsSentence(for: request).hasSuffix(
                "because no resource-based policy allows the s3:PutObject action"
            )
        )
    }

    @Test func section12AnonymousCallersReadNoReason() {
        let request = Example.put(by: .anonymous)
        #expect(evaluate(request, PolicySet()).awsMessage(for: request) == "Access Denied")
    }

    /// The reason of each layer, implicit and explicit.
    @Test(arguments: [
        (Layer.identity, "because no identity-based policy allows", "an identity-based policy"),
        (.resource, "because no resource-based policy allows", "a resource-based policy"),
        (.boundary, "because no permissions boundary allows", "a permissions boundary"),
        (.session, "because no session policy allows", "a session policy"),
        (.scp, "because no service control policy allows", "a service control policy"),
        (.rcp, "because no resource control policy allows", "a resource control policy"),
        (.vpce, "because no VPC endpoint policy allows", "a VPC endpoint policy"),
        (.trust, "because no role trust policy allows", "the role trust policy"),
        (.key, "because no resource-based policy allows", "a resource-based policy"),
    ])
    func section12Reasons(_ example: (layer: Layer, implicit: String, explicit: String)) {
        let implicit = Decision(Ruling(.implicitDeny, example.layer, []))
        #expect(implicit.awsReason(for: "s3:X") == "\(example.implicit) the s3:X action")
        let explicit = Decision(Ruling(.explicitDeny, example.layer, []))
        #expect(explicit.awsReason(for: "s3:X") == "with an explicit deny in \(example.explicit)")
    }

    @Test func section12TheSameOrganizationReadsTheReason() {
        let vendor = PrincipalFacts(
            kind: .assumedRole,
            account: Example.other,
            arn: "arn:aws:sts::999988887777:assumed-role/Exporter/worker-7",
            roleARN: "arn:aws:iam::999988887777:role/Exporter",
            organization: "o-acme"
        )
        var request = Example.put(by: vendor)
        #expect(evaluate(request, PolicySet()).awsMessage(for: request) == "Access Denied")
        request.resourceOrganization = "o-other"
        #expect(evaluate(request, PolicySet()).awsMessage(for: request) == "Access Denied")
        request.resourceOrganization = "o-acme"
        #expect(
            evaluate(request, PolicySet()).awsMessage(for: request) == """
                User: arn:aws:sts::999988887777:assumed-role/Exporter/worker-7 is not authorized to perform: \
                s3:PutObject on resource: "arn:aws:s3:::acme-billing/2026-11.csv" because no resource-based \
                policy allows the s3:PutObject action
                """
        )
    }

    /// STS tells no reason, and quotes nothing.
    @Test func section9AssumeRole() {
        let request = Example.put(
            by: user,
            action: "sts:AssumeRole",
            resource: "arn:aws:iam::999988887777:role/Export"
        )
        let decision = evaluate(request, PolicySet(resourceType: .roleTrust))
        let question =
            "User: arn:aws:iam::111122223333:user/u is not authorized to perform: sts:AssumeRole on resource: "
            + "arn:aws:iam::999988887777:role/Export"
        #expect(decision.awsMessage(for: request) == question)
        #expect(
            decision.awsSentence(for: request)
                == question + " because no role trust policy allows the sts:AssumeRole action"
        )
    }

    /// KMS names no key within its account; outside it does not tell whether there is one.
    @Test func section10KMS() {
        func message(_ account: String) -> String {
            let key = "arn:aws:kms:us-east-1:\(account):key/1234abcd"
            let request = AccessRequest(
                action: "kms:GenerateDataKey",
                resource: key,
                principal: user,
                resourceAccount: account
            )
            return evaluate(request, PolicySet(resourceType: .kmsKey)).awsMessage(for: request)
        }
        let head =
            "User: arn:aws:iam::111122223333:user/u is not authorized to perform: kms:GenerateDataKey on "
        #expect(
            message(Example.owner) == head
                + "this resource because no resource-based policy allows the kms:GenerateDataKey action"
        )
        #expect(
            message(Example.other) == head
                + "resource: arn:aws:kms:us-east-1:999988887777:key/1234abcd because the resource does not "
                + "exist in this Region, no resource-based policies allow access, or a resource-based policy "
                + "explicitly denies access"
        )
    }
}
