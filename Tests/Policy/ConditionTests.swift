import Testing

@testable import Policy

/// iam.md section 3: operators, absent keys, several values, set operators.
@Suite struct ConditionTests {
    typealias Example = (condition: String, context: [String: [String]], holds: Bool)

    private func holds(
        _ condition: String,
        _ context: [String: [String]],
        _ principal: PrincipalFacts = ConditionExample.user
    ) throws -> Bool {
        try ConditionExample.holds(condition, context, principal)
    }

    private static let strings: [Example] = [
        (#"{"StringEquals":{"k:a":"x"}}"#, ["k:a": ["x"]], true),
        (#"{"StringEquals":{"k:a":"x"}}"#, ["k:a": ["X"]], false),
        (#"{"StringEquals":{"k:a":"x"}}"#, ["K:A": ["x"]], true),
        (#"{"StringEquals":{"k:a":["x","y"]}}"#, ["k:a": ["y"]], true),
        (#"{"StringEquals":{"k:a":["x","y"]}}"#, ["k:a": ["z"]], false),
        (#"{"StringEquals":{"k:a":"x*"}}"#, ["k:a": ["xy"]], false),
        (#"{"StringEquals":{"k:a":"x*"}}"#, ["k:a": ["x*"]], true),
        (#"{"StringEquals":{"k:a":7}}"#, ["k:a": ["7"]], true),
        (#"{"StringEquals":{"k:a":true}}"#, ["k:a": ["true"]], true),
        // Composed and decomposed accents are other bytes.
        (#"{"StringEquals":{"k:a":"\u00e9"}}"#, ["k:a": ["e\u{301}"]], false),
        (#"{"StringNotEquals":{"k:a":"x"}}"#, ["k:a": ["y"]], true),
        (#"{"StringNotEquals":{"k:a":["x","y"]}}"#, ["k:a": ["y"]], false),
        (#"{"StringNotEquals":{"k:a":["x","y"]}}"#, ["k:a": ["z"]], true),
        (#"{"StringEqualsIgnoreCase":{"k:a":"Éx"}}"#, ["k:a": ["éX"]], true),
        (#"{"StringNotEqualsIgnoreCase":{"k:a":"X"}}"#, ["k:a": ["x"]], false),
        (#"{"StringLike":{"k:a":"x*z?"}}"#, ["k:a": ["xyyzé"]], true),
        (#"{"StringLike":{"k:a":"x*z?"}}"#, ["k:a": ["xyyz"]], false),
        (#"{"StringLike":{"k:a":"X*"}}"#, ["k:a": ["xy"]], false),
        (#"{"StringNotLike":{"k:a":["x*","y*"]}}"#, ["k:a": ["yy"]], false),
        (#"{"StringNotLike":{"k:a":["x*","y*"]}}"#, ["k:a": ["zz"]], true),
    ]

    private static let numbers: [Example] = [
        (#"{"NumericEquals":{"k:a":10}}"#, ["k:a": ["10.0"]], true),
        (#"{"NumericEquals":{"k:a":"1e1"}}"#, ["k:a": ["10"]], true),
        (#"{"NumericNotEquals":{"k:a":"10"}}"#, ["k:a": ["10"]], false),
        (#"{"NumericNotEquals":{"k:a":"10"}}"#, ["k:a": ["ten"]], true),
        (#"{"NumericLessThan":{"s3:TlsVersion":1.2}}"#, ["s3:TlsVersion": ["1.1"]], true),
        (#"{"NumericLessThan":{"s3:TlsVersion":1.2}}"#, ["s3:TlsVersion": ["1.2"]], false),
        (#"{"NumericLessThanEquals":{"k:a":"-5"}}"#, ["k:a": ["-5"]], true),
        (#"{"NumericGreaterThan":{"k:a":"600000"}}"#, ["k:a": ["600001"]], true),
        (
            #"{"NumericGreaterThanEquals":{"k:a":"9007199254740993"}}"#,
            ["k:a": ["9007199254740992"]], false
        ),
        (#"{"NumericGreaterThan":{"k:a":"1"}}"#, ["k:a": ["x"]], false),
        (#"{"NumericGreaterThan":{"k:a":"1"}}"#, [:], false),
    ]

    private static let dates: [Example] = [
        (
            #"{"DateEquals":{"k:t":"2026-11-20T09:00:00Z"}}"#,
            ["k:t": ["2026-11-20T10:00:00+01:00"]], true
        ),
        (#"{"DateEquals":{"k:t":"2026-11-20"}}"#, ["k:t": ["2026-11-20T00:00Z"]], true),
        (#"{"DateEquals":{"k:t":0}}"#, ["k:t": ["1970-01-01T00:00:00.0Z"]], true),
        (#"{"DateEquals":{"k:t":"1970"}}"#, ["k:t": ["1970-01-01"]], true),
        (#"{"DateNotEquals":{"k:t":"2026-11-20"}}"#, ["k:t": ["2026-11-20T00:00:00.5Z"]], true),
        (
            #"{"DateLessThan":{"aws:CurrentTime":"2026-11-20T09:00:00Z"}}"#,
            ["aws:CurrentTime": ["2026-11-20T08:59:59.999Z"]], true
        ),
        (#"{"DateLessThanEquals":{"k:t":"2026-02-28"}}"#, ["k:t": ["2026-02-28"]], true),
        (
            #"{"DateGreaterThan":{"aws:EpochTime":"1763629200"}}"#,
            ["aws:EpochTime": ["1763629201"]], true
        ),
        (
            #"{"NumericGreaterThan":{"aws:EpochTime":1763629200}}"#,
            ["aws:EpochTime": ["1763629200"]], false
        ),
        (
            #"{"DateGreaterThanEquals":{"k:t":"2024-02-29"}}"#, ["k:t": ["2024-02-28T23:59:60Z"]],
            false
        ),
        (#"{"DateGreaterThan":{"k:t":"2026-01-01"}}"#, ["k:t": ["soon"]], false),
    ]

    private static let others: [Example] = [
        (#"{"Bool":{"aws:SecureTransport":"false"}}"#, ["aws:SecureTransport": ["false"]], true),
        (#"{"Bool":{"aws:SecureTransport":false}}"#, ["aws:SecureTransport": ["true"]], false),
        (#"{"Bool":{"aws:SecureTransport":"TRUE"}}"#, ["aws:SecureTransport": ["true"]], true),
        (#"{"Bool":{"aws:SecureTransport":"false"}}"#, [:], false),
        (#"{"BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}}"#, [:], true),
        (#"{"BinaryEquals":{"k:b":"QmluYXJ5"}}"#, ["k:b": ["QmluYXJ5"]], true),
        (#"{"BinaryEquals":{"k:b":"QmluYXJ5"}}"#, ["k:b": ["Binary!"]], false),
        (#"{"BinaryEquals":{"k:b":"QmluYXJ5"}}"#, [:], false),
        (
            #"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#,
            ["aws:SourceIp": ["203.0.113.255"]], true
        ),
        (
            #"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#, ["aws:SourceIp": ["203.0.114.0"]],
            false
        ),
        (#"{"IpAddress":{"aws:SourceIp":"203.0.113.9"}}"#, ["aws:SourceIp": ["203.0.113.9"]], true),
        (#"{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}"#, ["aws:SourceIp": ["2001:db8::1"]], false),
        (
            #"{"IpAddress":{"aws:SourceIp":"2001:db8::/32"}}"#,
            ["aws:SourceIp": ["2001:DB8:0:0::1"]], true
        ),
        (#"{"IpAddress":{"aws:SourceIp":"::/0"}}"#, ["aws:SourceIp": ["::1"]], true),
        (
            #"{"IpAddress":{"aws:SourceIp":"::ffff:203.0.113.9"}}"#,
            ["aws:SourceIp": ["203.0.113.9"]], false
        ),
        (#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#, [:], false),
        (#"{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#, [:], true),
        (
            #"{"NotIpAddress":{"aws:SourceIp":["203.0.113.0/24","2001:db8::/32"]}}"#,
            ["aws:SourceIp": ["2001:db8::9"]], false
        ),
        (
            #"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"},"NotIpAddress":{"aws:SourceIp":"203.0.113.9"}}"#,
            ["aws:SourceIp": ["203.0.113.9"]], false
        ),
        (
            #"{"ArnEquals":{"aws:SourceArn":"arn:aws:cur:us-east-1:111122223333:definition/*"}}"#,
            ["aws:SourceArn": ["arn:aws:cur:us-east-1:111122223333:definition/a"]], true
        ),
        (
            #"{"ArnLike":{"aws:SourceArn":"arn:aws:cur:*:111122223333:*"}}"#,
            ["aws:SourceArn": ["arn:aws:cur:us-east-1:111122223333:definition/a"]], true
        ),
        (
            #"{"ArnLike":{"aws:SourceArn":"arn:aws:cur:*"}}"#,
            ["aws:SourceArn": ["arn:aws:cur:us-east-1:111122223333:definition/a"]], false
        ),
        (
            #"{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::b*"}}"#,
            ["aws:SourceArn": ["arn:aws:S3:::bb"]], false
        ),
        (#"{"ArnNotLike":{"aws:SourceArn":"arn:aws:s3:::b*"}}"#, ["aws:SourceArn": ["bb"]], true),
        (#"{"ArnNotEquals":{"aws:SourceArn":"arn:aws:s3:::b"}}"#, [:], true),
        (#"{"Null":{"k:a":"true"}}"#, [:], true),
        (#"{"Null":{"k:a":true}}"#, ["k:a": ["x"]], false),
        (#"{"Null":{"k:a":"false"}}"#, ["k:a": ["x"]], true),
        (#"{"Null":{"k:a":"true"}}"#, ["k:a": []], true),
        (#"{"Null":{"k:a":["true","false"]}}"#, ["k:a": ["x"]], true),
    ]

    /// Absent keys, with and without IfExists; the negated ones surprise.
    private static let absent: [Example] = [
        (#"{"StringEquals":{"k:a":"x"}}"#, [:], false),
        (#"{"StringEqualsIfExists":{"k:a":"x"}}"#, [:], true),
        (#"{"StringEqualsIfExists":{"k:a":"x"}}"#, ["k:a": ["y"]], false),
        (#"{"StringNotEquals":{"k:a":"x"}}"#, [:], true),
        (#"{"StringNotEqualsIfExists":{"k:a":"x"}}"#, [:], true),
        (#"{"StringNotLike":{"k:a":"x"}}"#, [:], true),
        (#"{"NumericNotEquals":{"k:a":1}}"#, [:], true),
        (#"{"DateNotEquals":{"k:a":1}}"#, [:], true),
        (#"{"ArnLikeIfExists":{"k:a":"arn:aws:s3:::b"}}"#, [:], true),
        (#"{}"#, [:], true),
        (#"{"StringEquals":{}}"#, [:], true),
        // All operators and all keys must hold.
        (#"{"StringEquals":{"k:a":"x","k:b":"y"}}"#, ["k:a": ["x"], "k:b": ["y"]], true),
        (#"{"StringEquals":{"k:a":"x","k:b":"y"}}"#, ["k:a": ["x"]], false),
        (
            #"{"StringEquals":{"k:a":"x"},"Null":{"k:b":"true"}}"#, ["k:a": ["x"], "k:b": ["y"]],
            false
        ),
    ]

    private static let sets: [Example] = [
        (#"{"ForAllValues:StringEquals":{"k:a":["x","y"]}}"#, ["k:a": ["x", "y"]], true),
        (#"{"ForAllValues:StringEquals":{"k:a":["x","y"]}}"#, ["k:a": ["x", "z"]], false),
        (#"{"ForAllValues:StringEquals":{"k:a":["x","y"]}}"#, [:], true),
        (#"{"ForAllValues:StringEquals":{"k:a":["x","y"]}}"#, ["k:a": []], true),
        (#"{"ForAllValues:StringEquals":{"k:a":["x","y"]}}"#, ["k:a": ["x"]], true),
        (#"{"ForAllValues:StringNotEquals":{"k:a":["x","y"]}}"#, ["k:a": ["a", "b"]], true),
        (#"{"ForAllValues:StringNotEquals":{"k:a":["x","y"]}}"#, ["k:a": ["a", "x"]], false),
        (#"{"ForAnyValue:StringEquals":{"k:a":["x","y"]}}"#, ["k:a": ["a", "y"]], true),
        (#"{"ForAnyValue:StringEquals":{"k:a":["x","y"]}}"#, ["k:a": ["a", "b"]], false),
        (#"{"ForAnyValue:StringEquals":{"k:a":["x","y"]}}"#, [:], false),
        (#"{"ForAnyValue:StringNotEquals":{"k:a":["x"]}}"#, [:], false),
        (#"{"ForAnyValue:StringNotEquals":{"k:a":["x"]}}"#, ["k:a": ["x", "y"]], true),
        (#"{"ForAnyValue:StringNotEquals":{"k:a":["x"]}}"#, ["k:a": ["x", "x"]], false),
        (#"{"ForAnyValue:StringLikeIfExists":{"k:a":["x*"]}}"#, [:], true),
        (
            #"{"ForAnyValue:IpAddress":{"k:a":"10.0.0.0/8"}}"#, ["k:a": ["192.0.2.1", "10.1.1.1"]],
            true
        ),
        // Several values without a set operator satisfy nothing.
        (#"{"StringEquals":{"k:a":"x"}}"#, ["k:a": ["x", "y"]], false),
        (#"{"StringNotEquals":{"k:a":"x"}}"#, ["k:a": ["y", "z"]], false),
    ]

    @Test(arguments: strings) func section3String(_ example: Example) throws {
        #expect(try holds(example.condition, example.context) == example.holds)
    }

    @Test(arguments: numbers) func section3Numeric(_ example: Example) throws {
        #expect(try holds(example.condition, example.context) == example.holds)
    }

    @Test(arguments: dates) func section3Date(_ example: Example) throws {
        #expect(try holds(example.condition, example.context) == example.holds)
    }

    @Test(arguments: others) func section3BoolBinaryAddressArnNull(_ example: Example) throws {
        #expect(try holds(example.condition, example.context) == example.holds)
    }

    @Test(arguments: absent) func section3AbsentKeys(_ example: Example) throws {
        #expect(try holds(example.condition, example.context) == example.holds)
    }

    @Test(arguments: sets) func section3SetOperators(_ example: Example) throws {
        #expect(try holds(example.condition, example.context) == example.holds)
    }

    /// Section 8: what the caller and the resource tell when the context does not.
    @Test(arguments: [
        (
            #"{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/billing/Export"}}"#,
            true
        ),
        (#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:sts::111122223333:assumed-role/*"}}"#, false),
        (#"{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}"#, true),
        (#"{"StringEquals":{"aws:PrincipalType":"AssumedRole"}}"#, true),
        (#"{"StringLike":{"aws:userid":"AROA234567ABCDEFGHIJK:*"}}"#, true),
        (#"{"Null":{"aws:username":"true"}}"#, true),
        (#"{"StringEquals":{"aws:PrincipalTag/Team":"billing"}}"#, true),
        (#"{"StringEquals":{"aws:principaltag/TEAM":"billing"}}"#, true),
        (#"{"StringEquals":{"aws:PrincipalTag/Team":"Billing"}}"#, false),
        (#"{"Null":{"aws:PrincipalOrgID":"true"}}"#, true),
        (#"{"Bool":{"aws:PrincipalIsAWSService":"false"}}"#, true),
        (#"{"StringEquals":{"s3:ResourceAccount":"111122223333"}}"#, true),
        (#"{"StringEquals":{"aws:ResourceAccount":"111122223333"}}"#, true),
        (#"{"Null":{"aws:SourceIp":"true"}}"#, true),
    ])
    func section8DerivedKeys(_ example: (condition: String, holds: Bool)) throws {
        let session = PrincipalFacts(
            kind: .assumedRole,
            account: "111122223333",
            arn: "arn:aws:sts::111122223333:assumed-role/Export/run-1",
            roleARN: "arn:aws:iam::111122223333:role/billing/Export",
            userID: "AROA234567ABCDEFGHIJK:run-1",
            tags: ["team": "billing"]
        )
        #expect(try holds(example.condition, [:], session) == example.holds)
    }

    @Test func section8TheContextGoesBeforeWhatIsDerived() throws {
        #expect(
            try holds(
                #"{"StringEquals":{"aws:PrincipalOrgID":"o-told"}}"#,
                ["aws:principalorgid": ["o-told"]],
                PrincipalFacts(kind: .user, account: "1", arn: "x", organization: "o-world")
            )
        )
    }

    @Test func section8AnonymousCallers() throws {
        #expect(
            try holds(#"{"StringEquals":{"aws:PrincipalAccount":"anonymous"}}"#, [:], .anonymous)
        )
        #expect(try holds(#"{"Null":{"aws:PrincipalArn":"true"}}"#, [:], .anonymous))
        #expect(try holds(#"{"Null":{"aws:PrincipalOrgID":"true"}}"#, [:], .anonymous))
    }
}

/// What the tests of conditions share.
enum ConditionExample {
    static let user = PrincipalFacts(
        kind: .user,
        account: "111122223333",
        arn: "arn:aws:iam::111122223333:user/u",
        userID: "AIDA234567ABCDEFGHIJK",
        userName: "u"
    )

    /// The policy of the bucket `b`, with one statement.
    static func bucket(_ statement: String) throws -> PolicyDocument {
        try PolicyDocument.parse(
            "{\"Version\":\"2012-10-17\",\"Statement\":\(statement)}",
            kind: .bucket,
            bucket: "b"
        )
    }

    /// Whether a statement with the condition takes effect.
    static func holds(
        _ condition: String,
        _ context: [String: [String]],
        _ principal: PrincipalFacts
    ) throws -> Bool {
        let document = try PolicyDocument.parse(
            """
            {"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*",\
            "Condition":\(condition)}}
            """,
            kind: .scp
        )
        var values = ContextValues()
        for (key, value) in context.sorted(by: { $0.key < $1.key }) {
            values.set(key, to: value, source: .request)
        }
        let request = AccessRequest(
            action: "s3:PutObject",
            resource: "arn:aws:s3:::acme-billing/2026-11.csv",
            principal: principal,
            resourceAccount: "111122223333",
            context: values
        )
        return document.statements[0].conditions.allSatisfy { $0.holds(for: request) }
    }
}
