import Testing

@testable import Policy

/// iam.md section 6: the layers that a caller and a resource bring with them.
@Suite struct LayerTests {
    private static let full = #"{"Effect":"Allow","Action":"*","Resource":"*"}"#
    private static let reads = #"{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}"#
    private static let denies = #"{"Effect":"Deny","Action":"s3:Put*","Resource":"*"}"#

    private func policy(_ kind: PolicyDocument.Kind, _ statements: [String]) throws -> NamedPolicy {
        NamedPolicy(
            name: kind.rawValue,
            document: try PolicyDocument.parse(
                "{\"Version\":\"2012-10-17\",\"Statement\":[\(statements.joined(separator: ","))]}",
                kind: kind
            )
        )
    }

    /// Boundary and session policy that allow nothing here, under each kind of bucket policy: the table
    /// of the same account.
    @Test(arguments: [
        ("user", #"{"AWS":"arn:aws:iam::111122223333:user/u"}"#, nil, nil),
        ("session", #"{"AWS":"arn:aws:sts::111122223333:assumed-role/Export/run-1"}"#, nil, nil),
        ("federated", #"{"AWS":"arn:aws:sts::111122223333:federated-user/guest"}"#, nil, nil),
        ("session", #""*""#, nil, nil),
        (
            "session", #"{"AWS":"arn:aws:iam::111122223333:role/billing/Export"}"#, Layer.boundary,
            Layer.session
        ),
        ("federated", #"{"AWS":"arn:aws:iam::111122223333:user/u"}"#, .boundary, .session),
        ("session", #"{"AWS":"111122223333"}"#, .identity, .identity),
        ("user", #"{"AWS":"arn:aws:iam::111122223333:user/v"}"#, .identity, .identity),
    ])
    func section6SameAccountBypass(
        _ example: (caller: String, principal: String, boundary: Layer?, session: Layer?)
    ) throws {
        let callers = [
            "user": Example.user("u", of: Example.owner),
            "session": Example.session(of: Example.owner),
            "federated": Example.federated(of: Example.owner),
        ]
        let request = Example.put(by: try #require(callers[example.caller]))
        let bucket = try Example.bucket(Example.put("Allow", for: example.principal))
        let reads = try policy(.boundary, [LayerTests.reads])
        let decision = evaluate(
            request,
            PolicySet(resource: bucket, callerLimits: CallerLimits(boundary: reads))
        )
        #expect(decision.layer == example.boundary)
        let session = try policy(.session, [LayerTests.reads])
        let other = evaluate(
            request,
            PolicySet(resource: bucket, callerLimits: CallerLimits(session: [session]))
        )
        #expect(other.layer == example.session)
    }

    /// The caller has AdministratorAccess; which layer stops the upload.
    @Test(arguments: [
        ([[LayerTests.full], [LayerTests.full]], nil),
        ([[LayerTests.full], [LayerTests.reads]], Layer.scp),
        ([[LayerTests.full], []], .scp),
        ([[LayerTests.full, LayerTests.denies]], .scp),
        ([], nil),
    ])
    func section6EachLevelOfSCPsMustAllow(_ example: (levels: [[String]], layer: Layer?)) throws {
        let levels = try example.levels.map { try $0.map { try policy(.scp, [$0]) } }
        let admin = try Example.identity(LayerTests.full)
        for caller in [
            Example.user("u", of: Example.owner), Example.session(of: Example.owner),
            Example.root(of: Example.owner),
        ] {
            let set = PolicySet(identity: [admin], callerLimits: CallerLimits(scps: levels))
            let decision = evaluate(Example.put(by: caller), set)
            #expect(decision.layer == example.layer, "\(caller.kind)")
        }
    }

    @Test func section6ServiceLinkedRolesAreBoundByNoOrganization() throws {
        let role = PrincipalFacts(
            kind: .assumedRole,
            account: Example.owner,
            arn: "arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForX/x",
            roleARN:
                "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
        )
        let set = PolicySet(
            identity: [try Example.identity(LayerTests.full)],
            callerLimits: CallerLimits(scps: [[]])
        )
        #expect(evaluate(Example.put(by: role), set).isAllowed)
    }

    /// RCPs bind everyone, the root user, other accounts and anonymous callers too; only their Deny counts.
    @Test func section6RCPsBindEveryone() throws {
        let deny = try policy(
            .rcp,
            [#"{"Effect":"Deny","Principal":"*","Action":"s3:Put*","Resource":"*"}"#]
        )
        let idle = try policy(
            .rcp,
            [#"{"Effect":"Deny","Principal":"*","Action":"s3:Get*","Resource":"*"}"#]
        )
        let bucket = try Example.bucket(Example.put("Allow", for: #""*""#))
        let admin = try Example.identity(LayerTests.full)
        for caller in [
            Example.user("u", of: Example.owner), Example.root(of: Example.owner),
            Example.user("u", of: Example.other), .anonymous, Example.service,
        ] {
            func decision(_ rcp: NamedPolicy) -> Decision {
                evaluate(
                    Example.put(by: caller),
                    PolicySet(
                        identity: [admin],
                        resource: bucket,
                        resourceLimits: ResourceLimits(rcps: [[rcp]])
                    )
                )
            }
            #expect(decision(deny).verdict == .explicitDeny)
            #expect(decision(deny).layer == .rcp)
            #expect(decision(idle).isAllowed, "\(caller.kind)")
        }
    }

    @Test func section6TheEndpointPolicyMustAllow() throws {
        let bucket = try Example.bucket(Example.put("Allow", for: #""*""#))
        func layer(_ statement: String) throws -> Layer? {
            evaluate(
                Example.put(by: Example.user("u", of: Example.owner)),
                PolicySet(
                    resource: bucket,
                    resourceLimits: ResourceLimits(vpce: try policy(.vpce, [statement]))
                )
            ).layer
        }
        #expect(try layer(Example.put("Allow", for: #""*""#)) == nil)
        #expect(try layer(Example.put("Allow", for: #"{"AWS":"999988887777"}"#)) == .vpce)
        #expect(try layer(Example.put("Deny", for: #""*""#)) == .vpce)
    }

    /// A trust policy and a key policy must allow within the account, too; the account delegates.
    @Test(arguments: [
        (#"{"AWS":"arn:aws:iam::111122223333:user/u"}"#, false, nil),
        (#"{"AWS":"arn:aws:iam::111122223333:root"}"#, true, nil),
        (#"{"AWS":"arn:aws:iam::111122223333:root"}"#, false, Layer.identity),
        (#"{"AWS":"arn:aws:iam::999988887777:root"}"#, true, .trust),
        (#"{"AWS":"*"}"#, true, nil),
        (#"{"AWS":"*"}"#, false, .identity),
    ])
    func section9TrustPolicies(
        _ example: (principal: String, hasIdentity: Bool, layer: Layer?)
    ) throws {
        let trust = try policy(
            .trust,
            [
                "{\"Effect\":\"Allow\",\"Principal\":\(example.principal),\"Action\":\"sts:AssumeRole\"}"
            ]
        )
        let request = Example.put(
            by: Example.user("u", of: Example.owner),
            action: "sts:AssumeRole",
            resource: "arn:aws:iam::111122223333:role/Export"
        )
        let decision = evaluate(
            request,
            PolicySet(
                identity: example.hasIdentity ? [try Example.identity(LayerTests.full)] : [],
                resource: trust,
                resourceType: .roleTrust
            )
        )
        #expect(decision.layer == example.layer)
        let none = PolicySet(
            identity: [try Example.identity(LayerTests.full)],
            resourceType: .roleTrust
        )
        #expect(evaluate(request, none).layer == .trust)
    }

    @Test(arguments: [
        (#"{"AWS":"arn:aws:iam::111122223333:user/u"}"#, false, nil),
        (#"{"AWS":"arn:aws:iam::111122223333:root"}"#, true, nil),
        (#"{"AWS":"arn:aws:iam::111122223333:root"}"#, false, Layer.identity),
        (#"{"AWS":"arn:aws:iam::111122223333:role/KeyAdmin"}"#, true, .key),
    ])
    func section10KeyPolicies(
        _ example: (principal: String, hasIdentity: Bool, layer: Layer?)
    ) throws {
        let key = try policy(
            .key,
            [
                "{\"Effect\":\"Allow\",\"Principal\":\(example.principal),\"Action\":\"kms:*\",\"Resource\":\"*\"}"
            ]
        )
        let request = Example.put(
            by: Example.user("u", of: Example.owner),
            action: "kms:GenerateDataKey",
            resource: "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
        )
        let decision = evaluate(
            request,
            PolicySet(
                identity: example.hasIdentity ? [try Example.identity(LayerTests.full)] : [],
                resource: key,
                resourceType: .kmsKey
            )
        )
        #expect(decision.layer == example.layer)
    }

    /// Section 5: NotPrincipal excepts only whom it lists in all that they are.
    @Test(arguments: [
        ("user", #"["arn:aws:iam::111122223333:user/u","111122223333"]"#, true),
        ("user", #"["arn:aws:iam::111122223333:user/u"]"#, false),
        ("user", #"["111122223333"]"#, false),
        ("session", #"["arn:aws:iam::111122223333:role/billing/Export"]"#, false),
        (
            "session",
            #"["arn:aws:iam::111122223333:role/billing/Export","arn:aws:iam::111122223333:root"]"#,
            false
        ),
        (
            "session",
            #"["arn:aws:iam::111122223333:role/billing/Export","arn:aws:iam::111122223333:root","arn:aws:sts::111122223333:assumed-role/Export/run-1"]"#,
            true
        ),
        ("root", #"["111122223333"]"#, true),
        ("user", #"["*"]"#, true),
    ])
    func section5NotPrincipal(
        _ example: (caller: String, list: String, isExcepted: Bool)
    ) throws {
        let callers = [
            "user": Example.user("u", of: Example.owner),
            "session": Example.session(of: Example.owner),
            "root": Example.root(of: Example.owner),
        ]
        let bucket = try Example.bucket(
            """
            {"Effect":"Deny","NotPrincipal":{"AWS":\(example.list)},"Action":"s3:*",\
            "Resource":"arn:aws:s3:::acme-billing/*"}
            """
        )
        let request = Example.put(by: try #require(callers[example.caller]))
        var set = PolicySet(
            identity: [try Example.identity(LayerTests.full)],
            resource: bucket
        )
        #expect(evaluate(request, set).isAllowed == example.isExcepted)
        guard request.principal.kind != .root, example.list != #"["*"]"# else { return }
        set.callerLimits = CallerLimits(boundary: try policy(.boundary, [LayerTests.full]))
        #expect(evaluate(request, set).verdict == .explicitDeny)
    }
}
