import Testing

@testable import Policy

/// iam.md sections 1, 1.1 and 13: what may stand in which kind of document.
@Suite struct KindTests {
    private func refusal(_ text: String, _ kind: PolicyDocument.Kind) -> PolicyError? {
        do {
            _ = try PolicyDocument.parse(text, file: "p.json", kind: kind)
            return nil
        } catch {
            return error
        }
    }

    private func document(_ members: String) -> String {
        "{\"Version\":\"2012-10-17\",\"Statement\":[{\(members)}]}"
    }

    /// A statement, and what AWS says of it in a document of the kind; nil when it is taken.
    private static let statements: [(kind: PolicyDocument.Kind, members: String, aws: String?)] = [
        // Trust policies.
        (
            .trust,
            #""Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"cust-7f3a"}}"#,
            nil
        ),
        (
            .trust,
            #""Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"]"#,
            nil
        ),
        (
            .trust,
            #""Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity""#,
            nil
        ),
        (
            .trust,
            #""Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Resource":"*""#,
            "Has prohibited field Resource."
        ),
        (
            .trust, #""Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:PutObject""#,
            "AssumeRole policy may only specify STS AssumeRole actions."
        ),
        (
            .trust, #""Effect":"Allow","Principal":{"AWS":"*"},"Action":"*""#,
            "AssumeRole policy may only specify STS AssumeRole actions."
        ),
        (
            .trust,
            #""Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:role/*"},"Action":"sts:AssumeRole""#,
            #"Invalid principal in policy: "AWS":"arn:aws:iam::444455556666:role/*""#
        ),
        (
            .trust,
            #""Effect":"Deny","NotPrincipal":{"AWS":"444455556666"},"Action":"sts:AssumeRole""#,
            "Policy document should not specify a principal."
        ),
        (.trust, #""Effect":"Allow","Action":"sts:AssumeRole""#, "Syntax errors in policy."),
        // Boundaries and session policies are as identity policies.
        (.boundary, #""Effect":"Allow","Action":"s3:*","Resource":"*""#, nil),
        (
            .boundary, #""Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*""#,
            "Policy document should not specify a principal."
        ),
        (
            .session, #""Effect":"Allow","Action":"s3:*""#,
            "Policy statement must contain resources."
        ),
        // The whole language for service control policies.
        (
            .scp,
            #""Effect":"Allow","NotAction":"s3:Delete*","NotResource":"arn:aws:s3:::x/*","Condition":{"Null":{"aws:PrincipalOrgID":"false"}}"#,
            nil
        ),
        (
            .scp, #""Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*""#,
            "The provided policy document does not meet the requirements of the specified policy type."
        ),
        // Resource control policies: Deny to everyone, by service.
        (.rcp, #""Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*""#, nil),
        (.rcp, #""Effect":"Allow","Principal":"*","Action":"*","Resource":"*""#, nil),
        (
            .rcp, #""Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*""#,
            "The provided policy document does not meet the requirements of the specified policy type."
        ),
        (
            .rcp, #""Effect":"Deny","Principal":"*","Action":"*","Resource":"*""#,
            "The provided policy document does not meet the requirements of the specified policy type."
        ),
        (
            .rcp, #""Effect":"Deny","Principal":"*","NotAction":"s3:*","Resource":"*""#,
            "The provided policy document does not meet the requirements of the specified policy type."
        ),
        (
            .rcp,
            #""Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*""#,
            "The provided policy document does not meet the requirements of the specified policy type."
        ),
        // Key policies.
        (
            .key,
            #""Sid":"Enable IAM","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*""#,
            nil
        ),
        (
            .key, #""Effect":"Allow","Principal":{"AWS":"nobody"},"Action":"kms:*","Resource":"*""#,
            "Policy contains a statement with one or more invalid principals."
        ),
        (.vpce, #""Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*""#, nil),
        // NotPrincipal grants to all others, so it can only deny.
        (
            .bucket,
            #""Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"arn:aws:s3:::b/*""#,
            "Invalid policy syntax."
        ),
        (
            .bucket,
            #""Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"arn:aws:s3:::b/*""#,
            nil
        ),
        (
            .bucket,
            #""Effect":"Allow","Principal":{"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"},"Action":"s3:*","Resource":"arn:aws:s3:::b/*""#,
            nil
        ),
        (
            .bucket,
            #""Effect":"Allow","Principal":{"CanonicalUser":"79a59"},"Action":"s3:*","Resource":"arn:aws:s3:::b/*""#,
            "Invalid principal in policy"
        ),
        (
            .bucket,
            #""Effect":"Allow","Principal":{"Service":"billing"},"Action":"s3:*","Resource":"arn:aws:s3:::b/*""#,
            "Invalid principal in policy"
        ),
        (
            .bucket,
            #""Effect":"Allow","Principal":{"Federated":"acme"},"Action":"s3:*","Resource":"arn:aws:s3:::b/*""#,
            "Invalid principal in policy"
        ),
    ]

    @Test(arguments: statements)
    func section1Kinds(
        _ example: (kind: PolicyDocument.Kind, members: String, aws: String?)
    ) {
        #expect(refusal(document(example.members), example.kind)?.awsMessage == example.aws)
    }

    /// A Condition in a bucket policy or an identity policy, what is said of it, and AWS's message.
    @Test(arguments: [
        (
            PolicyDocument.Kind.bucket, #"{"StringLikes":{"aws:username":"x"}}"#,
            "unknown condition operator `StringLikes`; did you mean `StringLike`?",
            "Invalid policy syntax."
        ),
        (
            .identity, #"{"stringEquals":{"aws:username":"x"}}"#,
            "unknown condition operator `stringEquals`; did you mean `StringEquals`?",
            "Syntax errors in policy."
        ),
        (
            .identity, #"{"ForAnyValues:StringLike":{"aws:username":"x"}}"#,
            "unknown condition operator `ForAnyValues:StringLike`; did you mean `ForAnyValue:StringLike`?",
            "Syntax errors in policy."
        ),
        (
            .identity, #"{"NullIfExists":{"aws:username":"true"}}"#,
            "unknown condition operator `NullIfExists`; did you mean `Null`?",
            "Syntax errors in policy."
        ),
        (
            .identity, #"{"StringEquals":{"username":"x"}}"#,
            "`username` is no condition key: it must be `service:name`",
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
        ),
        (
            .bucket, #"{"StringEquals":{"s3:x-amz-acls":"x"}}"#,
            "S3 has no condition key `s3:x-amz-acls`; did you mean `s3:x-amz-acl`?",
            "Policy has an invalid condition key"
        ),
        (
            .bucket, #"{"StringEquals":{"s3:prefix":"x"}}"#,
            "none of the statement's actions has the condition key `s3:prefix`",
            "Conditions do not apply to combination of actions and resources in statement"
        ),
        (
            .identity, #"{"DateGreaterThan":{"aws:CurrentTime":"tomorrow"}}"#,
            "`tomorrow` is no value of `DateGreaterThan`: expected a date such as `2026-11-20T09:00:00Z`",
            "The policy failed legacy parsing"
        ),
        (
            .bucket, #"{"IpAddress":{"aws:SourceIp":"203.0.113.0/33"}}"#,
            "`203.0.113.0/33` is no value of `IpAddress`: expected an IP address or CIDR range",
            "Invalid policy syntax."
        ),
        (
            .bucket, #"{"NumericLessThan":{"s3:TlsVersion":"TLS1.2"}}"#,
            "`TLS1.2` is no value of `NumericLessThan`: expected a number",
            "Invalid policy syntax."
        ),
        (
            .identity, #"{"Bool":{"aws:SecureTransport":"yes"}}"#,
            "`yes` is no value of `Bool`: expected `true` or `false`", "Syntax errors in policy."
        ),
        (
            .identity, #"{"StringEquals":{"aws:username":null}}"#,
            "`aws:username` must be a string, number, boolean, or a list of them, not null",
            "Syntax errors in policy."
        ),
        (
            .identity, #"{"StringEquals":"x"}"#, "`StringEquals` must be an object, not a string",
            "Syntax errors in policy."
        ),
        (
            .identity, #"["StringEquals"]"#, "`Condition` must be an object, not an array",
            "Syntax errors in policy."
        ),
    ])
    func section3Refused(
        _ example: (kind: PolicyDocument.Kind, condition: String, says: String, aws: String)
    ) throws {
        let principal = example.kind == .bucket ? #""Principal":"*","# : ""
        let error = try #require(
            refusal(
                document(
                    "\(principal)\"Effect\":\"Deny\",\"Action\":\"s3:PutObject\",\"Resource\":\"arn:aws:s3:::b/*\",\"Condition\":\(example.condition)"
                ),
                example.kind
            )
        )
        #expect(error.fault.words == example.says)
        #expect(error.awsMessage == example.aws)
        #expect(error.place.line == 1 && error.place.column > 60)
    }

    /// Section 1.1: the largest that is taken, and one more.
    @Test(arguments: [
        (
            PolicyDocument.Kind.trust, 2_048, "LimitExceeded",
            "Cannot exceed quota for ACLSizePerRole: 2048"
        ),
        (.boundary, 6_144, "LimitExceeded", "Cannot exceed quota for PolicySize: 6144"),
        (.session, 2_048, "PackedPolicyTooLarge", "Cannot exceed quota for PolicySize: 2048"),
        (
            .bucket, 20_480, "PolicyTooLarge",
            "Normalized policy document exceeds the maximum allowed size of 20480 bytes."
        ),
        (
            .scp, 10_240, "ConstraintViolationException",
            "The provided policy document does not meet the requirements of the specified policy type."
        ),
    ])
    func section1_1Limits(
        _ example: (kind: PolicyDocument.Kind, count: Int, code: String, message: String)
    ) {
        let principal =
            example.kind == .bucket || example.kind == .trust ? #""Principal":"*","# : ""
        let rest =
            example.kind == .trust
            ? #""Action":"sts:AssumeRole""# : #""Action":"s3:*","Resource":"*""#
        func text(_ size: Int) -> String {
            // White space counts only where the text is measured as sent.
            let head = "{\"Id\":\""
            let tail = "\",\"Statement\":{\"Effect\":\"Deny\",\(principal)\(rest)}}"
            return head + String(repeating: "x", count: size - head.utf8.count - tail.utf8.count)
                + tail
        }
        #expect(refusal(text(example.count), example.kind) == nil)
        let error = refusal(text(example.count + 1), example.kind)
        #expect(error?.awsCode == example.code)
        #expect(error?.awsMessage == example.message)
        let spaced = text(example.count).replacing("\":", with: "\": ")
        let countsSpace = example.kind == .bucket || example.kind == .scp
        #expect((refusal(spaced, example.kind) != nil) == countsSpace)
    }
}
