import Testing

@testable import Policy

/// iam.md sections 5 and 6: what principals are worth, and the order of evaluation.
@Suite struct EvaluationTests {
    private func verdict(
        _ request: AccessRequest,
        identity: [NamedPolicy] = [],
        bucket: NamedPolicy? = nil
    ) -> Decision {
        evaluate(request, PolicySet(identity: identity, resource: bucket))
    }

    /// Section 6, the same account: what a bucket policy's Allow is worth by itself.
    @Test(arguments: [
        (
            #"{"AWS":"arn:aws:iam::111122223333:user/u"}"#, Example.user("u", of: Example.owner),
            true
        ),
        (
            #"{"AWS":"arn:aws:iam::111122223333:user/u"}"#, Example.federated(of: Example.owner),
            true
        ),
        (
            #"{"AWS":"arn:aws:sts::111122223333:assumed-role/Export/run-1"}"#,
            Example.session(of: Example.owner), true
        ),
        (
            #"{"AWS":"arn:aws:iam::111122223333:role/billing/Export"}"#,
            Example.session(of: Example.owner), true
        ),
        (
            #"{"AWS":"arn:aws:sts::111122223333:federated-user/guest"}"#,
            Example.federated(of: Example.owner), true
        ),
        (#""*""#, Example.user("u", of: Example.owner), true),
        (#"{"AWS":"*"}"#, Example.session(of: Example.owner), true),
        (#"{"AWS":"111122223333"}"#, Example.user("u", of: Example.owner), false),
        (#"{"AWS":"arn:aws:iam::111122223333:root"}"#, Example.user("u", of: Example.owner), false),
        (
            #"{"AWS":"arn:aws:iam::111122223333:user/v"}"#, Example.user("u", of: Example.owner),
            false
        ),
        (
            #"{"AWS":"arn:aws:iam::111122223333:user/U"}"#, Example.user("u", of: Example.owner),
            false
        ),
        (
            #"{"AWS":"arn:aws:iam::111122223333:role/Export"}"#, Example.session(of: Example.owner),
            false
        ),
        (#"{"AWS":"AIDA234567ABCDEFGHIJK"}"#, Example.user("u", of: Example.owner), false),
    ])
    func section6SameAccountBucketPolicyAlone(
        _ example: (principal: String, caller: PrincipalFacts, isAllowed: Bool)
    ) throws {
        let bucket = try Example.bucket(Example.put("Allow", for: example.principal))
        let decision = verdict(Example.put(by: example.caller), bucket: bucket)
        #expect(decision.isAllowed == example.isAllowed, "\(example.principal)")
        #expect(decision.layer == (example.isAllowed ? nil : .identity))
    }

    @Test func section6SameAccountIdentityPolicyAlone() throws {
        let decision = verdict(
            Example.put(by: Example.user("u", of: Example.owner)),
            identity: [try Example.identity(Example.allowPut)]
        )
        #expect(decision.isAllowed)
        #expect(decision.determining.map(\.text) == ["Export statement 1"])
    }

    @Test func section6DelegationNeedsTheIdentityPolicyToo() throws {
        let bucket = try Example.bucket(Example.put("Allow", for: #"{"AWS":"111122223333"}"#))
        let request = Example.put(by: Example.user("u", of: Example.owner))
        #expect(!verdict(request, bucket: bucket).isAllowed)
        #expect(
            verdict(request, identity: [try Example.identity(Example.allowPut)], bucket: bucket)
                .isAllowed
        )
    }

    @Test func section6NothingAllows() {
        let decision = verdict(Example.put(by: Example.user("u", of: Example.owner)))
        #expect(decision.verdict == .implicitDeny)
        #expect(decision.layer == .identity)
        #expect(decision.determining.isEmpty)
    }

    @Test func section6RootOfTheOwnerNeedsNothing() {
        #expect(verdict(Example.put(by: Example.root(of: Example.owner))).isAllowed)
    }

    @Test func section6RootIsBoundByAnExplicitDeny() throws {
        let bucket = try Example.bucket(Example.put("Deny", for: #""*""#))
        let decision = verdict(Example.put(by: Example.root(of: Example.owner)), bucket: bucket)
        #expect(decision.verdict == .explicitDeny)
        #expect(decision.layer == .resource)
    }

    @Test(arguments: ["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"])
    func section6RootOfTheOwnerCanAlwaysMendThePolicy(_ action: String) throws {
        let bucket = try Example.bucket(
            #"{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::acme-billing"}"#
        )
        let mend = { (principal: PrincipalFacts) in
            Example.put(by: principal, action: action, resource: "arn:aws:s3:::acme-billing")
        }
        #expect(verdict(mend(Example.root(of: Example.owner)), bucket: bucket).isAllowed)
        #expect(!verdict(mend(Example.root(of: Example.other)), bucket: bucket).isAllowed)
        let admin = try Example.identity(#"{"Effect":"Allow","Action":"*","Resource":"*"}"#)
        #expect(
            !verdict(mend(Example.user("u", of: Example.owner)), identity: [admin], bucket: bucket)
                .isAllowed
        )
    }

    /// Section 6, across accounts: both sides, and no principal is worth more than another.
    @Test(arguments: [
        (#"{"AWS":"999988887777"}"#, true, true, nil),
        (#"{"AWS":"arn:aws:iam::999988887777:root"}"#, true, true, nil),
        (#"{"AWS":"arn:aws:iam::999988887777:user/u"}"#, true, true, nil),
        (#""*""#, true, true, nil),
        (#"{"AWS":"arn:aws:iam::999988887777:user/u"}"#, false, false, Layer.identity),
        (#""*""#, false, false, .identity),
        (#"{"AWS":"arn:aws:iam::999988887777:user/v"}"#, true, false, .resource),
        (#"{"AWS":"111122223333"}"#, true, false, .resource),
        (#"{"AWS":"arn:aws:iam::999988887777:user/v"}"#, false, false, .resource),
    ])
    func section6CrossAccount(
        _ example: (principal: String, hasIdentity: Bool, isAllowed: Bool, layer: Layer?)
    ) throws {
        let bucket = try Example.bucket(Example.put("Allow", for: example.principal))
        let identity = example.hasIdentity ? [try Example.identity(Example.allowPut)] : []
        let decision = verdict(
            Example.put(by: Example.user("u", of: Example.other)),
            identity: identity,
            bucket: bucket
        )
        #expect(decision.isAllowed == example.isAllowed, "\(example.principal)")
        #expect(decision.layer == example.layer)
    }

    @Test func section6CrossAccountWithoutBucketPolicy() throws {
        let decision = verdict(
            Example.put(by: Example.user("u", of: Example.other)),
            identity: [try Example.identity(Example.allowPut)]
        )
        #expect(decision.verdict == .implicitDeny)
        #expect(decision.layer == .resource)
    }

    @Test func section6RootOfAnotherAccountNeedsTheBucketPolicyOnly() throws {
        let request = Example.put(by: Example.root(of: Example.other))
        #expect(verdict(request).layer == .resource)
        let bucket = try Example.bucket(Example.put("Allow", for: #"{"AWS":"999988887777"}"#))
        #expect(verdict(request, bucket: bucket).isAllowed)
    }

    @Test(arguments: [
        (#""*""#, true), (#"{"AWS":"*"}"#, true), (#"{"AWS":"111122223333"}"#, false),
    ])
    func section6Anonymous(_ example: (principal: String, isAllowed: Bool)) throws {
        let bucket = try Example.bucket(Example.put("Allow", for: example.principal))
        let decision = verdict(
            Example.put(by: .anonymous),
            identity: [try Example.identity(Example.allowPut)],
            bucket: bucket
        )
        #expect(decision.isAllowed == example.isAllowed)
    }

    @Test func section6ServicesHaveTheBucketPolicyAlone() throws {
        let bucket = try Example.bucket(
            Example.put("Allow", for: #"{"Service":"logging.s3.amazonaws.com"}"#)
        )
        #expect(verdict(Example.put(by: Example.service), bucket: bucket).isAllowed)
        #expect(!verdict(Example.put(by: Example.service)).isAllowed)
        #expect(
            !verdict(Example.put(by: Example.user("u", of: Example.other)), bucket: bucket)
                .isAllowed
        )
    }

    /// Section 6, step 1: a Deny anywhere wins, and all of them are named.
    @Test func section6DenyWinsWhereverItStands() throws {
        let request = Example.put(by: Example.user("u", of: Example.owner))
        let identity = try Example.identity(Example.allowPut, Example.denyPut)
        let bucket = try Example.bucket(
            Example.put("Allow", for: #""*""#),
            Example.put("Deny", for: #""*""#)
        )
        let both = verdict(request, identity: [identity], bucket: bucket)
        #expect(both.verdict == .explicitDeny)
        #expect(both.layer == .resource)
        #expect(both.determining.map(\.text) == ["acme-billing statement 2", "Export statement 2"])
        let allow = try Example.identity(Example.allowPut)
        #expect(verdict(request, identity: [allow], bucket: bucket).layer == .resource)
        #expect(verdict(request, identity: [allow, identity]).verdict == .explicitDeny)
    }

    @Test func section6ADenyOfSomethingElseDoesNothing() throws {
        let identity = try Example.identity(
            Example.allowPut,
            #"{"Effect":"Deny","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::acme-billing/*"}"#
        )
        let bucket = try Example.bucket(
            Example.put("Deny", for: #"{"AWS":"arn:aws:iam::111122223333:user/v"}"#)
        )
        let request = Example.put(by: Example.user("u", of: Example.owner))
        #expect(verdict(request, identity: [identity], bucket: bucket).isAllowed)
    }

    /// Section 2: with Allow, NotAction and NotResource grant the complement.
    @Test(arguments: [
        (#"{"Effect":"Allow","NotAction":"s3:DeleteObject","Resource":"*"}"#, true),
        (#"{"Effect":"Allow","NotAction":"s3:Put*","Resource":"*"}"#, false),
        (#"{"Effect":"Allow","NotAction":["iam:*","s3:*"],"Resource":"*"}"#, false),
        (
            #"{"Effect":"Allow","Action":"s3:*","NotResource":"arn:aws:s3:::acme-billing/private/*"}"#,
            true
        ),
        (#"{"Effect":"Allow","Action":"s3:*","NotResource":"arn:aws:s3:::acme-billing/*"}"#, false),
        (#"{"Effect":"Allow","Action":"s3:*","NotResource":["arn:aws:s3:::x","*"]}"#, false),
    ])
    func section2NotActionAndNotResource(_ example: (statement: String, isAllowed: Bool)) throws {
        let decision = verdict(
            Example.put(by: Example.user("u", of: Example.owner)),
            identity: [try Example.identity(example.statement)]
        )
        #expect(decision.isAllowed == example.isAllowed, "\(example.statement)")
    }

    /// Section 1: without Version, or with the older one, `${…}` is text like any other.
    @Test func section4OldVersionsHaveNoVariables() throws {
        let document = try PolicyDocument.parse(
            """
            {"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::acme-billing/${aws:username}/*"}}
            """,
            kind: .identity
        )
        let policy = NamedPolicy(name: "Old", document: document)
        let caller = Example.user("u", of: Example.owner)
        #expect(
            !verdict(
                Example.put(by: caller, resource: "arn:aws:s3:::acme-billing/u/x"),
                identity: [policy]
            ).isAllowed
        )
        #expect(
            verdict(
                Example.put(by: caller, resource: "arn:aws:s3:::acme-billing/${aws:username}/x"),
                identity: [policy]
            ).isAllowed
        )
    }

    @Test(arguments: [
        ("AdministratorAccess", "s3:PutObject", true),
        ("AdministratorAccess", "iam:CreateUser", true),
        ("AmazonS3FullAccess", "s3:DeleteBucket", true),
        ("AmazonS3FullAccess", "iam:CreateUser", false),
        ("AmazonS3ReadOnlyAccess", "s3:GetObject", true),
        ("AmazonS3ReadOnlyAccess", "s3:ListBucket", true),
        ("AmazonS3ReadOnlyAccess", "s3:PutObject", false),
    ])
    func managedPolicies(_ example: (name: String, action: String, isAllowed: Bool)) throws {
        let policy = try #require(
            ManagedPolicies.policy(arn: "arn:aws:iam::aws:policy/\(example.name)")
        )
        let request = Example.put(by: Example.user("u", of: Example.owner), action: example.action)
        #expect(verdict(request, identity: [policy]).isAllowed == example.isAllowed)
    }
}
