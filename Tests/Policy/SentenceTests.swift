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
}
