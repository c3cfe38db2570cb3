import Testing

@testable import Lint

/// The rest of the codes, and the proof that none lacks its example.
extension LintTests {
    private static let role = bucket(#"{"AWS":"arn:aws:iam::999988887777:role/B"}"#)
    private static func rcp(_ members: String) -> String { statement(members) }
    private static let limited = rcp(
        #""Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*""#
    )
    /// A document of more than so many characters.
    private static func long(_ count: Int, _ document: String) -> String {
        "^" + document.replacing("b/*", with: "b/" + String(repeating: "x", count: count))
    }
    private static func text(_ value: String) -> String {
        when(#"{"StringEquals":{"aws:userid":\#(value)}}"#)
    }

    static let rest: [Example] = [
        Example(
            "ACCOUNT_PRINCIPAL_ONLY_DELEGATES",
            .bucket,
            bucket(#"{"AWS":^"999988887777"}"#),
            role
        ),
        Example(
            "ALLOW_WITH_NOT_ACTION",
            statement(#""Effect":"Allow","NotAction":^"s3:*","Resource":"*""#),
            fine
        ),
        Example(
            "ALLOW_WITH_NOT_RESOURCE",
            statement(#""Effect":"Allow","Action":"s3:*","NotResource":^"arn:aws:s3:::b/*""#),
            fine
        ),
        Example(
            "BUCKET_ITSELF_NOT_COVERED",
            resource(#"^"arn:aws:s3:::b/*""#, "s3:*"),
            resource(#"["arn:aws:s3:::b","arn:aws:s3:::b/*"]"#, "s3:*")
        ),
        Example(
            "DATA_TYPE_MISMATCH",
            statement(#""Effect":^1,"Action":"s3:*","Resource":"*""#),
            fine
        ),
        Example(
            "EMPTY_ARRAY_CONDITION_FORALLVALUES",
            when(#"{"ForAllValues:StringEquals":{"aws:TagKeys":^[]}}"#),
            fine
        ),
        Example(
            "EMPTY_ARRAY_CONDITION_FORANYVALUE",
            when(#"{"ForAnyValue:StringEquals":{"aws:TagKeys":^[]}}"#),
            fine
        ),
        Example(
            "EMPTY_ARRAY_CONDITION_IFEXISTS",
            when(#"{"StringEqualsIfExists":{"aws:userid":^[]}}"#),
            fine
        ),
        Example("EMPTY_ARRAY_PRINCIPAL", .bucket, bucket(#"{"AWS":^[]}"#), role),
        Example("EMPTY_ARRAY_RESOURCE", resource("^[]"), fine),
        Example("EMPTY_OBJECT_PRINCIPAL", .bucket, bucket("^{}"), role),
        Example(
            "FORALLVALUES_WITHOUT_NULL_CHECK",
            when(#"{^"ForAllValues:StringEquals":{"aws:TagKeys":"a"}}"#),
            when(
                #"{"ForAllValues:StringEquals":{"aws:TagKeys":"a"},"Null":{"aws:TagKeys":"false"}}"#
            )
        ),
        Example(
            "IF_EXISTS_CHANGES_NOTHING",
            when(#"{^"StringNotEqualsIfExists":{"aws:userid":"a"}}"#),
            when(#"{"StringEqualsIfExists":{"aws:userid":"a"}}"#)
        ),
        Example(
            "INVALID_ARN_ACCOUNT",
            resource(#"^"arn:aws:iam::12345:role/x""#, "iam:GetRole"),
            resource(#""arn:aws:iam::012345678912:role/x""#, "iam:GetRole")
        ),
        Example(
            "INVALID_ARN_REGION",
            resource(#"^"arn:aws:kms:us-est-1:999988887777:key/x""#, "kms:Decrypt"),
            resource(#""arn:aws:kms:us-east-1:999988887777:key/x""#, "kms:Decrypt")
        ),
        Example("INVALID_CHARACTER", resource("\"arn:aws:s3:::b/^\u{201C}*\""), fine),
        Example("INVISIBLE_CHARACTER", resource("\"arn:aws:s3:::b/^\u{A0}*\""), fine),
        Example("INVALID_PRINCIPAL_FORMAT", .bucket, bucket(#"^"999988887777""#), role),
        Example("INVALID_PRINCIPAL_KEY", .bucket, bucket(#"{^"Aws":"999988887777"}"#), role),
        Example("INVALID_SERVICE", resource(#"^"arn:aws:kns:us-east-1:999988887777:key/x""#), fine),
        Example(
            "INVALID_SERVICE_PRINCIPAL_FORMAT",
            .bucket,
            bucket(#"{"Service":^"billing"}"#),
            role
        ),
        Example(
            "INVALID_USER_REFERENCE",
            .bucket,
            bucket(#"{"AWS":^"AIDA234567ABCDEFGHIJK"}"#),
            role
        ),
        Example(
            "INVALID_VARIABLE_FOR_OPERATOR",
            when(#"{"NumericEquals":{"s3:TlsVersion":^"${aws:userid}"}}"#),
            fine
        ),
        Example(
            "MISMATCHED_ACTION_FOR_PRINCIPAL",
            .trust,
            trust(#""Principal":{"Federated":"accounts.google.com"}"#).replacing(
                #":"sts"#,
                with: #":^"sts"#
            ),
            trusted
        ),
        Example(
            "MISSING_ARN_REGION",
            resource(#"^"arn:aws:kms::999988887777:key/x""#, "kms:Decrypt"),
            fine
        ),
        Example(
            "MISSING_PAIRED_CONDITION_KEYS",
            when(#"{"IpAddress":{^"aws:VpcSourceIp":"10.0.0.0/8"}}"#),
            when(
                #"{"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/8"},"StringEquals":{"aws:SourceVpc":"vpc-1"}}"#
            )
        ),
        Example(
            "MISSING_QUOTE_IN_VARIABLE",
            text(#"^"${aws:userid, x}""#),
            text(#""${aws:userid, 'x'}""#)
        ),
        Example(
            "UNSUPPORTED_SPACE_IN_VARIABLE",
            text(#"^"${aws:user id}""#),
            text(#""${aws:userid}""#)
        ),
        Example(
            "UNSUPPORTED_SYMBOL_IN_VARIABLE",
            text(#"^"${userid}""#),
            text(#""${aws:userid}""#)
        ),
        Example("UNIQUE_ID_IN_CONDITION", text(#"^"AROA234567ABCDEFGHIJK:*""#), text(#""a""#)),
        Example(
            "NULL_WITH_QUALIFIER",
            when(#"{^"ForAllValues:Null":{"aws:TagKeys":"true"}}"#),
            fine
        ),
        Example("OLD_VERSION", put("").replacing(#""2012-10-17""#, with: #"^"2008-10-17""#), fine),
        Example("POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", long(6_200, put("")), fine),
        Example("POLICY_SIZE_EXCEEDS_SESSION_POLICY_QUOTA", .session, long(2_100, put("")), fine),
        Example("POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA", .bucket, long(20_500, role), role),
        Example(
            "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA",
            .trust,
            long(
                2_100,
                trust(
                    #""Principal":{"AWS":"999988887777"}"#,
                    #","Condition":{"StringEquals":{"sts:ExternalId":"b/*"}}"#
                )
            ),
            trusted
        ),
        Example("POLICY_SIZE_EXCEEDS_SCP_QUOTA", .scp, long(10_300, put("")), denied),
        Example(
            "POLICY_SIZE_EXCEEDS_RCP_QUOTA",
            .rcp,
            long(
                10_300,
                rcp(
                    #""Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::b/*""#
                )
            ),
            limited
        ),
        Example(
            "PRIVATE_IP_ADDRESS_SUBSET",
            when(#"{"IpAddress":{"aws:SourceIp":["203.0.113.0/24",^"10.0.0.0/8"]}}"#),
            fine
        ),
        Example(
            "PRIVATE_NOT_IP_ADDRESS_SUBSET",
            when(#"{"NotIpAddress":{"aws:SourceIp":["203.0.113.0/24",^"10.0.0.0/8"]}}"#),
            fine
        ),
        Example(
            "RCP_SYNTAX_ERROR_ACTION",
            .rcp,
            rcp(#""Effect":"Deny","Principal":"*","Action":^"*","Resource":"*""#),
            limited
        ),
        Example(
            "RCP_SYNTAX_ERROR_ALLOW",
            .rcp,
            rcp(#""Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*""#).replacing(
                "[{",
                with: "[^{"
            ),
            limited
        ),
        Example(
            "RCP_SYNTAX_ERROR_NOTACTION",
            .rcp,
            rcp(#""Effect":"Deny","Principal":"*","NotAction":^"s3:*","Resource":"*""#),
            limited
        ),
        Example(
            "RCP_SYNTAX_ERROR_PRINCIPAL",
            .rcp,
            rcp(
                #""Effect":"Deny","Principal":^{"AWS":"999988887777"},"Action":"s3:*","Resource":"*""#
            ),
            limited
        ),
        Example(
            "REDUNDANT_CONDITION_VALUE_NUM",
            when(#"{"NumericLessThan":{"s3:TlsVersion":["1.1",^"1.2"]}}"#),
            fine
        ),
        Example(
            "REDUNDANT_RESOURCE",
            resource(#"["arn:aws:s3:::b/*",^"arn:aws:s3:::b/p/*"]"#),
            fine
        ),
        Example(
            "REDUNDANT_STATEMENT",
            #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"},^{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#,
            fine
        ),
        Example(
            "UNIQUE_SIDS_REQUIRED",
            #"{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":"s3:*","Resource":"*"},{"Sid":^"A","Effect":"Deny","Action":"s3:*","Resource":"*"}]}"#,
            fine
        ),
        Example(
            "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL",
            .trust,
            trust(#""NotPrincipal":^{"AWS":"999988887777"}"#),
            trusted
        ),
        Example(
            "SCP_SYNTAX_ERROR_ACTION_WILDCARD",
            .scp,
            scp(#""Effect":"Deny","Action":^"s3:*Object","Resource":"*""#),
            denied
        ),
        Example(
            "SCP_SYNTAX_ERROR_ALLOW_CONDITION",
            .scp,
            scp(
                #""Effect":"Allow","Action":"s3:*","Resource":"*","Condition":^{"StringEquals":{"aws:userid":"a"}}"#
            ),
            denied
        ),
        Example(
            "SCP_SYNTAX_ERROR_ALLOW_NOTACTION",
            .scp,
            scp(#""Effect":"Allow","NotAction":^"s3:*","Resource":"*""#),
            denied
        ),
        Example(
            "SCP_SYNTAX_ERROR_ALLOW_RESOURCE",
            .scp,
            scp(#""Effect":"Allow","Action":"s3:*","Resource":^"arn:aws:s3:::b/*""#),
            denied
        ),
        Example(
            "SESSION_PRINCIPAL",
            .bucket,
            bucket(#"{"AWS":^"arn:aws:sts::999988887777:assumed-role/B/x"}"#),
            role
        ),
        Example("TYPE_MISMATCH_BOOLEAN", when(#"{"Bool":{"aws:SecureTransport":^"yes"}}"#), fine),
        Example(
            "TYPE_MISMATCH_DATE",
            when(#"{"DateLessThan":{"aws:CurrentTime":^"tomorrow"}}"#),
            fine
        ),
        Example("TYPE_MISMATCH_STRING", when(#"{"BinaryEquals":{"aws:userid":^"%%"}}"#), fine),
        Example(
            "UNSUPPORTED_ACTION_IN_POLICY",
            .trust,
            trust(#""Principal":{"AWS":"999988887777"}"#).replacing(
                #""sts:AssumeRole""#,
                with: #"^"s3:PutObject""#
            ),
            trusted
        ),
        Example(
            "UNSUPPORTED_RESOURCE_ARN_IN_POLICY",
            .bucket,
            role.replacing(
                #""arn:aws:s3:::b/*""#,
                with: #"^"arn:aws:sqs:eu-west-1:999988887777:q""#
            ),
            role
        ),
        Example(
            "VARIABLE_UNSUPPORTED_IN_ELEMENT",
            statement(#""Effect":"Allow","Action":^"s3:${aws:userid}","Resource":"*""#),
            fine
        ),
        Example(
            "VARIABLE_UNSUPPORTED_IN_VERSION",
            #"{"Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":^"arn:aws:s3:::b/${aws:userid}/*"}]}"#,
            put("")
        ),
    ]

    /// `UNKNOWN_…` need names, and have tests of their own.
    @Test func everyCodeHasAnExample() {
        let shown = Set((LintTests.examples + LintTests.more + LintTests.rest).map(\.code))
        let missing = Linter.codes.map(\.code).filter { !shown.contains($0) }
        #expect(missing == ["UNKNOWN_BUCKET", "UNKNOWN_PRINCIPAL"])
    }

    @Test func namesTheNearestRole() {
        let names = KnownNames(
            principals: ["arn:aws:iam::999988887777:role/Export"],
            accounts: ["999988887777"]
        )
        func found(_ role: String) -> [Finding] {
            let text = LintTests.bucket(#"{"AWS":"arn:aws:iam::999988887777:role/\#(role)"}"#)
            return Linter(names: names).check(text, file: "p.json").findings.filter {
                $0.code == "UNKNOWN_PRINCIPAL"
            }
        }
        #expect(found("Exprt").map(\.instead) == ["`arn:aws:iam::999988887777:role/Export`"])
        #expect(found("Export") == [])
    }
}
