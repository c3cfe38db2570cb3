import JSON
import Testing

@testable import Policy

/// iam.md sections 1 and 13: what is refused, where, and with which words of AWS.
@Suite struct ParsingTests {
    private func refusal(
        _ text: String,
        _ kind: PolicyDocument.Kind,
        bucket: String? = nil
    ) -> PolicyError? {
        do {
            _ = try PolicyDocument.parse(text, file: "p.json", kind: kind, bucket: bucket)
            return nil
        } catch {
            return error
        }
    }

    private func statement(_ members: String) -> String {
        "{\"Version\":\"2012-10-17\",\"Statement\":[{\(members)}]}"
    }

    /// Bucket policies: place and words for people, code and message for the wire.
    private static let documents: [(text: String, says: String, aws: String)] = [
        (
            " {}", "p.json:1:1: a policy is an object and begins with `{`",
            "Policies must be valid JSON and the first byte must be '{'"
        ),
        (
            "[]", "p.json:1:1: a policy is an object and begins with `{`",
            "Policies must be valid JSON and the first byte must be '{'"
        ),
        ("{}", "p.json:1:1: `Statement` is missing", "Missing required field Statement"),
        (
            "{\"Statement\":[]}", "p.json:1:14: Statement: `Statement` is empty",
            "Could not parse the policy: Statement is empty!"
        ),
        (
            "{\"Version\":\"2013-01-01\",\"Statement\":[]}",
            "p.json:1:12: Version: unknown version `2013-01-01`: it must be `2012-10-17` or `2008-10-17`",
            "The policy must contain a valid version string"
        ),
        (
            "{\"Statment\":[]}",
            "p.json:1:2: Statment: unknown element `Statment`; did you mean `Statement`?",
            "Invalid policy syntax."
        ),
    ]

    @Test(arguments: documents)
    func section13DocumentOfABucket(_ example: (text: String, says: String, aws: String)) {
        let error = refusal(example.text, .bucket)
        #expect(error?.description == example.says)
        #expect(error?.awsCode == "MalformedPolicy")
        #expect(error?.awsMessage == example.aws)
    }

    private static let statements: [(members: String, says: String, aws: String)] = [
        ("", "Statement[0]: `Effect` is missing", "Missing required field Effect"),
        (
            #""Effect":"allow""#,
            "Statement[0].Effect: `Effect` must be `Allow` or `Deny`, not `allow`",
            "Invalid effect: allow"
        ),
        (
            #""Effect":"Allow""#, "Statement[0]: `Principal` is missing",
            "Missing required field Principal"
        ),
        (
            #""Effect":"Allow","Principal":"*""#, "Statement[0]: `Action` is missing",
            "Missing required field Action"
        ),
        (
            #""Effect":"Allow","Principal":"*","Action":"s3:GetObject""#,
            "Statement[0]: `Resource` is missing", "Missing required field Resource"
        ),
        (
            #""Effect":"Allow","Principal":"me","Action":"s3:GetObject","Resource":"*""#,
            "Statement[0].Principal: `me` is no `AWS` principal", "Invalid principal in policy"
        ),
        (
            #""Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/*"},"Action":"s3:GetObject","Resource":"*""#,
            "Statement[0].Principal.AWS: `arn:aws:iam::111122223333:user/*` is no `AWS` principal: it can hold no wildcard; use `*` with ArnLike on `aws:PrincipalArn`",
            "Invalid principal in policy"
        ),
        (
            #""Effect":"Allow","Principal":{"aws":"*"},"Action":"s3:GetObject","Resource":"*""#,
            "Statement[0].Principal.aws: unknown element `aws`; did you mean `AWS`?",
            "Invalid policy syntax."
        ),
        (
            #""Effect":"Allow","Principal":{"AWS":[]},"Action":"s3:GetObject","Resource":"*""#,
            "Statement[0].Principal.AWS: `Principal` is an empty list", "Invalid policy syntax."
        ),
        (
            #""Effect":"Allow","Principal":"*","Action":"GetObject","Resource":"*""#,
            "Statement[0].Action: `GetObject` is no action: it must be `service:Name` or `*`",
            "Policy has invalid action"
        ),
        (
            #""Effect":"Allow","Principal":"*","Action":"s3:HeadObject","Resource":"*""#,
            "Statement[0].Action: there is no action `s3:HeadObject`; did you mean `s3:GetObject`?",
            "Policy has invalid action"
        ),
        (
            #""Effect":"Allow","Principal":"*","Action":["s3:GetObject","sqs:*"],"Resource":"*""#,
            "Statement[0].Action[1]: `sqs:*` is no action of S3", "Policy has invalid action"
        ),
        (
            #""Effect":"Allow","Principal":"*","Action":"s3:GetObject","NotAction":"s3:PutObject","Resource":"*""#,
            "Statement[0].NotAction: `Action` and `NotAction` can't stand together",
            "Invalid policy syntax."
        ),
        (
            #""Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*","NotResource":"*""#,
            "Statement[0].NotResource: `Resource` and `NotResource` can't stand together",
            "Invalid policy syntax."
        ),
        (
            #""Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"acme/*""#,
            "Statement[0].Resource: `acme/*` is no resource: it must begin with `arn:`, or be `*`",
            "Policy has invalid resource"
        ),
        (
            #""Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::other/*""#,
            "Statement[0].Resource: `arn:aws:s3:::other/*` is not in the bucket `acme`",
            "Policy has invalid resource"
        ),
        (
            #""Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme""#,
            "Statement[0]: none of the statement's resources is one that `s3:PutObject` is about",
            "Action does not apply to any resource(s) in statement"
        ),
        (
            #""Effect":"Allow","Principal":"*","Action":"s3:ListBucket","Resource":"arn:aws:s3:::acme/*""#,
            "Statement[0]: none of the statement's resources is one that `s3:ListBucket` is about",
            "Action does not apply to any resource(s) in statement"
        ),
        (
            #""Effect":"Allow","Principal":"*","Action":7,"Resource":"*""#,
            "Statement[0].Action: `Action` must be a string or a list of strings, not a number",
            "Invalid policy syntax."
        ),
        (
            #""Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*","Conditions":{}"#,
            "Statement[0].Conditions: unknown element `Conditions`; did you mean `Condition`?",
            "Invalid policy syntax."
        ),
    ]

    @Test(arguments: statements)
    func section13StatementOfABucket(_ example: (members: String, says: String, aws: String)) throws
    {
        let error = try #require(refusal(statement(example.members), .bucket, bucket: "acme"))
        let places = error.description.split(separator: ": ", maxSplits: 1)
        #expect(places[0].hasPrefix("p.json:1:"))
        #expect(places[1] == example.says)
        #expect(error.awsCode == "MalformedPolicy")
        #expect(error.awsMessage == example.aws)
    }

    @Test func section13InvalidPrincipalHasItsDetail() throws {
        let error = try #require(
            refusal(
                statement(
                    #""Effect":"Allow","Principal":{"AWS":"nobody"},"Action":"s3:*","Resource":"*""#
                ),
                .bucket
            )
        )
        #expect(error.awsDetail == "\"AWS\" : \"nobody\"")
        #expect(error.place == Place(file: "p.json", line: 1, column: 75))
    }

    private static let identityStatements: [(members: String, aws: String)] = [
        (#""Effect":"Allow","Resource":"*""#, "Policy statement must contain actions."),
        (#""Effect":"Allow","Action":"s3:*""#, "Policy statement must contain resources."),
        (
            #""Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*""#,
            "Policy document should not specify a principal."
        ),
        (
            #""Effect":"Allow","Action":"PutObject","Resource":"*""#,
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
        ),
        (
            #""Effect":"Allow","Action":"s3:a:b","Resource":"*""#,
            "Actions/Condition can contain only one colon."
        ),
        (#""Effect":"Allow","Action":"s*:Put","Resource":"*""#, "Vendor s* is not valid"),
        (
            #""Effect":"Allow","Action":"s3:*","Resource":"bucket""#,
            "Resource bucket must be in ARN format or \"*\"."
        ),
        (
            #""Effect":"Allow","Action":"s3:*","Resource":"arn:azure:s3:::b""#,
            "Partition \"azure\" is not valid for resource \"arn:azure:s3:::b\"."
        ),
        (#""Effect":"Maybe","Action":"s3:*","Resource":"*""#, "Syntax errors in policy."),
        (
            #""Sid":"A B","Effect":"Allow","Action":"s3:*","Resource":"*""#,
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*"
        ),
        (
            #""Sid":"A","Effect":"Allow","Action":"s3:*","Resource":"*"},{"Sid":"A","Effect":"Allow","Action":"s3:*","Resource":"*""#,
            "Statement IDs (SID) in a single policy must be unique."
        ),
    ]

    @Test(arguments: identityStatements)
    func section13StatementOfAnIdentityPolicy(_ example: (members: String, aws: String)) throws {
        let error = try #require(refusal(statement(example.members), .identity))
        #expect(error.awsCode == "MalformedPolicyDocument")
        #expect(error.awsMessage == example.aws)
    }

    /// Section 1: documents of IAM hold only TAB, LF, CR and U+0020 to U+00FF.
    @Test func section1CurlyQuotesArePointedAt() throws {
        let error = try #require(refusal("{\n  \u{201C}Version\": 1}", .identity))
        #expect(error.description == "p.json:2:3: character U+201C is not allowed in a policy")
        #expect(error.awsCode == "MalformedPolicyDocument")
        #expect(error.awsMessage == "Syntax errors in policy.")
    }

    @Test func section1CharactersOfOtherAlphabetsArePointedAt() throws {
        let error = try #require(
            refusal(
                statement(
                    "\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"arn:aws:s3:::\u{17C}\""
                ),
                .identity
            )
        )
        #expect(error.fault.words == "character U+017C is not allowed in a policy")
        #expect(error.awsCode == "ValidationError")
    }

    @Test func section1DuplicateKeysAreAnError() throws {
        let error = try #require(
            refusal(
                statement(#""Effect":"Allow","Effect":"Deny","Action":"*","Resource":"*""#),
                .identity
            )
        )
        guard case .notJSON = error.fault else {
            Issue.record("\(error)")
            return
        }
        #expect(error.place == Place(file: "p.json", line: 1, column: 56))
    }

    @Test func section1TooLargeForABucket() throws {
        let padding = String(repeating: " ", count: 20_480)
        let error = try #require(refusal("{\"Statement\":[]}\(padding)", .bucket))
        #expect(error.awsCode == "PolicyTooLarge")
    }

    /// Section 1: what looks odd and is right.
    @Test(arguments: [
        #"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#,
        #"{"Version":"2008-10-17","Id":"x","Statement":[{"Sid":"","Effect":"Deny","NotAction":["s3:Get*"],"NotResource":"*"}]}"#,
        #"{"Version":"2012-10-17","Statement":[{"Sid":"","Effect":"Allow","Action":"s3:X","Resource":"*"},{"Sid":"","Effect":"Allow","Action":"s3:X","Resource":"*"}]}"#,
        #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:HeadObject","Resource":"*","Condition":{}}]}"#,
    ])
    func section1Takes(_ text: String) {
        #expect(refusal(text, .identity) == nil)
    }

    @Test func everyStatementKnowsItsPlace() throws {
        let document = try PolicyDocument.parse(
            """
            {
              "Version": "2012-10-17",
              "Statement": [
                {"Sid": "First", "Effect": "Allow", "Action": "s3:*", "Resource": "*"},
                {"Sid": "Second", "Effect": "Deny",
                 "Action": "s3:Delete*", "Resource": "*"}
              ]
            }
            """,
            file: "p.json",
            kind: .identity
        )
        #expect(document.statements.map(\.place.description) == ["p.json:4:5", "p.json:5:5"])
        #expect(document.statements[1].actions.place.description == "p.json:6:16")
        #expect(document.statements.map(\.sid) == ["First", "Second"])
    }
}
