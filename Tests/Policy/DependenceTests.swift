import Testing

@testable import Policy

/// Which decisions hold for every key of the bucket: what a cache may keep.
@Suite struct DependenceTests {
    /// The resource of an Allow for the caller, and whether the decision about `acme-billing/2026-11.csv`
    /// then depends on the key.
    @Test(arguments: [
        (#""Resource":"*""#, false),
        (#""Resource":"arn:aws:s3:::acme-billing/*""#, false),
        (#""Resource":"arn:aws:s3:::acme-b*""#, false),
        (#""Resource":"arn:aws:s3:::*""#, false),
        (#""Resource":"arn:aws:s3:::acme-billing""#, false),
        (#""Resource":"arn:aws:s3:::other/*""#, false),
        (#""Resource":"arn:aws:s3:::acme-billing-x/2026*""#, false),
        (#""Resource":"arn:aws-cn:s3:::acme-billing/*""#, false),
        (#""Resource":"arn:aws:s3:::acme-billing/2026-11.csv""#, true),
        (#""Resource":"arn:aws:s3:::acme-billing/2026*""#, true),
        (#""Resource":"arn:aws:s3:::acme-billing/2025*""#, true),
        (#""Resource":"arn:aws:s3:::acme-billing/*.csv""#, true),
        (#""Resource":"arn:aws:s3:::*.csv""#, true),
        (#""Resource":"arn:aws:s3:::acme-?illing/*""#, true),
        (#""Resource":"arn:*:s3:::acme-billing/*""#, true),
        // Another pattern that covers every key settles it.
        (#""Resource":["arn:aws:s3:::acme-billing/2025*","arn:aws:s3:::acme-billing/*"]"#, false),
        (#""NotResource":"arn:aws:s3:::acme-billing/*""#, false),
        (#""NotResource":"arn:aws:s3:::acme-billing/private/*""#, true),
    ])
    func onTheKey(_ example: (element: String, isDependent: Bool)) throws {
        let request = Example.put(by: Example.user("u", of: Example.owner))
        let policy = try Example.identity(
            "{\"Effect\":\"Allow\",\"Action\":\"s3:PutObject\",\(example.element)}"
        )
        let set = PolicySet(identity: [policy])
        #expect(evaluate(request, set).dependence == (example.isDependent ? .key : []))
        #expect(rule(request, set) == evaluate(request, set).ruling)
    }

    @Test func aStatementAboutAnotherActionIsNoMatter() throws {
        let request = Example.put(by: Example.user("u", of: Example.owner))
        let policy = try Example.identity(
            #"{"Effect":"Deny","Action":"s3:Get*","Resource":"arn:aws:s3:::acme-billing/private/*"}"#,
            Example.allowPut
        )
        #expect(evaluate(request, PolicySet(identity: [policy])).dependence == [])
    }

    @Test func aStatementAboutSomeoneElseIsNoMatter() throws {
        let request = Example.put(by: Example.user("u", of: Example.owner))
        let bucket = try Example.bucket(
            """
            {"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::111122223333:user/v"},"Action":"s3:PutObject",\
            "Resource":"arn:aws:s3:::acme-billing/private/*"}
            """
        )
        #expect(evaluate(request, PolicySet(resource: bucket)).dependence == [])
    }

    @Test func theBucketItselfHasNoKey() throws {
        let request = Example.put(
            by: Example.user("u", of: Example.owner),
            action: "s3:ListBucket",
            resource: "arn:aws:s3:::acme-billing"
        )
        let policy = try Example.identity(
            #"{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::acme-b?lling"}"#
        )
        let decision = evaluate(request, PolicySet(identity: [policy]))
        #expect(decision.isAllowed)
        #expect(decision.dependence == [])
    }
}
