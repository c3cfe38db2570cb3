import Testing

@testable import Policy

/// iam.md section 4: variables in resources and in the values of String and Arn operators.
@Suite struct VariableTests {
    private static let user = PrincipalFacts(
        kind: .user,
        account: "111122223333",
        arn: "arn:aws:iam::111122223333:user/alice",
        userID: "AIDA234567ABCDEFGHIJK",
        userName: "alice",
        tags: ["team": "billing", "wild": "a*", "empty": ""]
    )

    private func isAllowed(
        _ resource: String,
        _ object: String,
        version: String = "2012-10-17",
        element: String = "Resource"
    ) throws -> Bool {
        let document = try PolicyDocument.parse(
            """
            {"Version":"\(version)","Statement":{"Effect":"Allow","Action":"*","\(element)":"\(resource)"}}
            """,
            kind: .identity
        )
        let request = AccessRequest(
            action: "s3:PutObject",
            resource: "arn:aws:s3:::" + object,
            principal: VariableTests.user,
            resourceAccount: "111122223333"
        )
        let set = PolicySet(identity: [NamedPolicy(name: "p", document: document)])
        let decision = evaluate(request, set)
        #expect(rule(request, set) == decision.ruling)
        return decision.isAllowed
    }

    @Test(arguments: [
        ("arn:aws:s3:::b/${aws:username}/*", "b/alice/x", true),
        ("arn:aws:s3:::b/${aws:username}/*", "b/bob/x", false),
        ("arn:aws:s3:::b/${AWS:UserName}/*", "b/alice/x", true),
        ("arn:aws:s3:::b-${aws:PrincipalAccount}/*", "b-111122223333/x", true),
        ("arn:aws:s3:::b/${aws:PrincipalTag/team}/*", "b/billing/x", true),
        ("arn:aws:s3:::b/${aws:PrincipalTag/none}/*", "b//x", false),
        ("arn:aws:s3:::b/${aws:PrincipalTag/none, 'all'}/*", "b/all/x", true),
        ("arn:aws:s3:::b/${aws:PrincipalTag/team, 'all'}/*", "b/all/x", false),
        ("arn:aws:s3:::b/${aws:PrincipalTag/none, ''}*", "b/x", true),
        // An empty value is a value.
        ("arn:aws:s3:::b/${aws:PrincipalTag/empty, 'all'}x", "b/x", true),
        // What is inserted stands for itself.
        ("arn:aws:s3:::b/${aws:PrincipalTag/wild}", "b/abc", false),
        ("arn:aws:s3:::b/${aws:PrincipalTag/wild}", "b/a*", true),
        ("arn:aws:s3:::b/${*}${?}${$}", "b/*?$", true),
        ("arn:aws:s3:::b/${*}", "b/x", false),
        ("arn:aws:s3:::b/$x{*}", "b/$x{y}", true),
        ("arn:aws:s3:::b/${aws:SourceIp}", "b/x", false),
    ])
    func section4Resource(_ example: (resource: String, object: String, isAllowed: Bool)) throws {
        #expect(try isAllowed(example.resource, example.object) == example.isAllowed)
    }

    /// A variable without a value matches nothing, so NotResource then covers everything.
    @Test func section4NotResource() throws {
        let resource = "arn:aws:s3:::b/${aws:PrincipalTag/none}"
        #expect(try isAllowed(resource, "b/x", element: "NotResource"))
        #expect(
            try !isAllowed("arn:aws:s3:::b/${aws:username}", "b/alice", element: "NotResource")
        )
    }

    @Test func section4OlderVersionsHaveNone() throws {
        let resource = "arn:aws:s3:::b/${aws:username}"
        #expect(try !isAllowed(resource, "b/alice", version: "2008-10-17"))
        #expect(try isAllowed(resource, "b/${aws:username}", version: "2008-10-17"))
    }

    @Test(arguments: [
        (#"{"StringEquals":{"k:a":"${aws:username}"}}"#, ["k:a": ["alice"]], true),
        (#"{"StringEquals":{"k:a":"${aws:username}"}}"#, ["k:a": ["bob"]], false),
        (#"{"StringEquals":{"k:a":"${k:none}"}}"#, ["k:a": [""]], false),
        (#"{"StringNotEquals":{"k:a":"${k:none}"}}"#, ["k:a": ["x"]], true),
        (#"{"StringNotEquals":{"k:a":"${k:none, 'x'}"}}"#, ["k:a": ["x"]], false),
        (#"{"StringEqualsIgnoreCase":{"k:a":"${aws:username}"}}"#, ["k:a": ["ALICE"]], true),
        (#"{"StringLike":{"k:a":"home/${aws:username}/*"}}"#, ["k:a": ["home/alice/x"]], true),
        (#"{"StringLike":{"k:a":"${k:b}"}}"#, ["k:a": ["xyz"], "k:b": ["x*"]], false),
        (#"{"StringLike":{"k:a":"${k:b}"}}"#, ["k:a": ["x*"], "k:b": ["x*"]], true),
        (#"{"StringLike":{"k:a":"${*}x*"}}"#, ["k:a": ["*xyz"]], true),
        (#"{"StringEquals":{"k:a":"${*}"}}"#, ["k:a": ["*"]], true),
        (#"{"StringNotLike":{"k:a":"${k:b}*"}}"#, ["k:a": ["xyz"]], true),
        // Several values can't be inserted.
        (#"{"StringEquals":{"k:a":"${k:b}"}}"#, ["k:a": ["x"], "k:b": ["x", "y"]], false),
        (
            #"{"ArnLike":{"k:a":"arn:aws:iam::${aws:PrincipalAccount}:role/*"}}"#,
            ["k:a": ["arn:aws:iam::111122223333:role/x"]], true
        ),
        (
            #"{"ArnNotEquals":{"k:a":"arn:aws:iam::${k:none}:role/*"}}"#,
            ["k:a": ["arn:aws:iam::111122223333:role/x"]], true
        ),
    ])
    func section4Condition(
        _ example: (condition: String, context: [String: [String]], holds: Bool)
    ) throws {
        #expect(
            try ConditionExample.holds(example.condition, example.context, VariableTests.user)
                == example.holds
        )
    }

    @Test(arguments: [
        (
            "arn:aws:s3:::b/${aws:username",
            "the variable lacks its `}`; for the text `${` write `${$}{`"
        ),
        ("arn:aws:s3:::b/${}", "the variable `${}` has no name"),
        (
            "arn:aws:s3:::b/${ aws:username }",
            "the variable ` aws:username ` has a space in its name"
        ),
        ("arn:aws:s3:::b/${username}", "the variable `username` must be `service:name`"),
        (
            "arn:aws:s3:::b/${aws:username,'x'}",
            "the variable `aws:username,'x'` has no proper default: write `${name, 'default'}`"
        ),
        (
            "arn:aws:s3::${aws:PrincipalAccount}:b",
            "a variable can stand only after the fifth colon"
        ),
    ])
    func section4Refused(_ example: (resource: String, says: String)) {
        do {
            _ = try isAllowed(example.resource, "b/x")
            Issue.record("taken: \(example.resource)")
        } catch let error as PolicyError {
            #expect(error.fault.words.hasSuffix(example.says), "\(error)")
        } catch {
            Issue.record("\(error)")
        }
    }

    /// Operators without variables can't read one, so the document is refused.
    @Test func section4OnlyStringsAndArns() {
        #expect(throws: PolicyError.self) {
            try ConditionExample.holds(
                #"{"IpAddress":{"aws:SourceIp":"${aws:VpcSourceIp}"}}"#,
                [:],
                VariableTests.user
            )
        }
    }

    @Test func aVariableDependsOnKeyAndContext() throws {
        let document = try PolicyDocument.parse(
            #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b/${aws:username}"}}"#,
            kind: .identity
        )
        let request = AccessRequest(
            action: "s3:PutObject",
            resource: "arn:aws:s3:::b/x",
            principal: VariableTests.user,
            resourceAccount: "111122223333"
        )
        let set = PolicySet(identity: [NamedPolicy(name: "p", document: document)])
        #expect(evaluate(request, set).dependence == [.key, .context])
    }
}
