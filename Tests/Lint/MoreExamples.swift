@testable import Lint

/// More codes: each with a document that has it at the mark, and its neighbour without.
extension LintTests {
    static func statement(_ members: String) -> String {
        #"{"Version":"2012-10-17","Statement":[{"# + members + "}]}"
    }
    static func when(_ condition: String) -> String {
        statement(
            #""Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::b/*","Condition":"#
                + condition
        )
    }
    static let fine = when(#"{"StringEquals":{"s3:x-amz-acl":"private"}}"#)
    static func trust(_ principal: String, _ rest: String = "") -> String {
        statement(#""Effect":"Allow",\#(principal),"Action":"sts:AssumeRole""# + rest)
    }
    static let trusted = trust(#""Principal":{"AWS":"999988887777"}"#)
    static func scp(_ members: String) -> String { statement(members) }
    static let denied = statement(#""Effect":"Deny","Action":"s3:*","Resource":"*""#)

    static let more: [Example] = [
        Example("JSON_SYNTAX_ERROR", #"{"Version":"2012-10-17"^,}"#, fine),
        Example(
            "INVALID_POLICY_ELEMENT",
            statement(#""Effect":"Allow",^"Actions":"s3:*","Action":"s3:*","Resource":"*""#),
            fine
        ),
        Example(
            "MISSING_EFFECT",
            #"{"Version":"2012-10-17","Statement":[^{"Action":"s3:*","Resource":"*"}]}"#,
            fine
        ),
        Example(
            "MISSING_ACTION",
            #"{"Version":"2012-10-17","Statement":[^{"Effect":"Allow","Resource":"*"}]}"#,
            fine
        ),
        Example(
            "MISSING_RESOURCE",
            #"{"Version":"2012-10-17","Statement":[^{"Effect":"Allow","Action":"s3:*"}]}"#,
            fine
        ),
        Example("MISSING_STATEMENT", #"^{"Version":"2012-10-17"}"#, fine),
        Example(
            "INVALID_EFFECT",
            statement(#""Effect":^"allow","Action":"s3:*","Resource":"*""#),
            fine
        ),
        Example(
            "UNSUPPORTED_SID",
            statement(#""Sid":^"a b","Effect":"Allow","Action":"s3:*","Resource":"*""#),
            fine
        ),
        Example(
            "EMPTY_SID_VALUE",
            statement(#""Sid":^"","Effect":"Allow","Action":"s3:*","Resource":"*""#),
            fine
        ),
        Example(
            "EMPTY_ARRAY_ACTION",
            statement(#""Effect":"Allow","Action":^[],"Resource":"*""#),
            fine
        ),
        Example(
            "REFUSED_BY_AWS",
            statement(#""Effect":"Allow","Action":"s3:*","Resource":^[]"#),
            fine
        ),
        Example(
            "UNSUPPORTED_ELEMENT_COMBINATION",
            statement(#""Effect":"Allow","Action":"s3:*","NotAction":^"s3:Get*","Resource":"*""#),
            fine
        ),
        Example("INVALID_CONDITION_OPERATOR", when(#"{^"StringLikes":{"aws:userid":"a"}}"#), fine),
        Example("INVALID_CONDITION_KEY_FORMAT", when(#"{"StringLike":{^"userid":"a"}}"#), fine),
        Example(
            "INVALID_SERVICE_CONDITION_KEY",
            when(#"{"StringLike":{^"s3:x-amz-acls":"a"}}"#),
            fine
        ),
        Example(
            "MISSING_TAG_KEY_IN_CONDITION",
            when(#"{"StringLike":{^"aws:PrincipalTag":"a"}}"#),
            fine
        ),
        Example("DEPRECATED_GLOBAL_CONDITION_KEY", when(#"{"ArnLike":{^"aws:ARN":"*"}}"#), fine),
        Example(
            "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
            when(#"{"StringLike":{"aws:userid":"a",^"aws:UserId":"b"}}"#),
            fine
        ),
        Example(
            "INVALID_CONDITION_MULTIPLE_BOOLEAN",
            when(#"{"Bool":{"aws:SecureTransport":["true",^"false"]}}"#),
            fine
        ),
        Example(
            "INVALID_CONDITION_DATA_TYPE",
            when(#"{"StringLike":{"aws:userid":["a",^1]}}"#),
            fine
        ),
        Example(
            "INVALID_DATE_VALUE",
            when(#"{"DateLessThan":{"aws:CurrentTime":^"1700000000"}}"#),
            fine
        ),
        Example("TYPE_MISMATCH", when(#"{^"StringEquals":{"aws:SourceIp":"203.0.113.9"}}"#), fine),
        Example("TYPE_MISMATCH_NUMBER", when(#"{"NumericEquals":{"s3:TlsVersion":^"x"}}"#), fine),
        Example("TYPE_MISMATCH_IP_RANGE", when(#"{"IpAddress":{"aws:SourceIp":^"x"}}"#), fine),
        Example("EMPTY_OBJECT_CONDITION", when("^{}"), fine),
        Example("EMPTY_ARRAY_CONDITION", when(#"{"StringEquals":{"aws:userid":^[]}}"#), fine),
        Example(
            "PRIVATE_NOT_IP_ADDRESS",
            when(#"{"NotIpAddress":{"aws:SourceIp":^"10.0.0.0/8"}}"#),
            fine
        ),
        Example(
            "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
            when(#"{"StringEquals":{^"s3:prefix":"a"}}"#),
            fine
        ),
        Example("EMPTY_VARIABLE", when(#"{"StringEquals":{"aws:userid":^"${}"}}"#), fine),
        Example(
            "MISSING_BRACE_IN_VARIABLE",
            when(#"{"StringEquals":{"aws:userid":^"${aws:userid"}}"#),
            fine
        ),
        Example(
            "STRAY_SPACE",
            .trust,
            trust(
                #""Principal":{"AWS":"999988887777"}"#,
                #","Condition":{"StringEquals":{"sts:ExternalId":"x^ "}}"#
            ),
            trusted
        ),
        Example("TRUST_OPEN_TO_ANYONE", .trust, trust(#""Principal":{"AWS":^"*"}"#), trusted),
        Example(
            "MISSING_PRINCIPAL",
            .trust,
            trust(#""Sid":"a""#).replacing("[{", with: "[^{"),
            trusted
        ),
        Example(
            "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE",
            .trust,
            trust(#""Principal":{"AWS":"999988887777"}"#, #","Resource":^"*""#),
            trusted
        ),
        Example(
            "SCP_SYNTAX_ERROR_PRINCIPAL",
            .scp,
            scp(#""Effect":"Deny","Principal":^"*","Action":"s3:*","Resource":"*""#),
            denied
        ),
        Example(
            "SCP_SYNTAX_ERROR_NOTRESOURCE",
            .scp,
            scp(#""Effect":"Deny","Action":"s3:*","NotResource":^"arn:aws:s3:::b/*""#),
            denied
        ),
        Example(
            "ALLOW_WITH_NOT_PRINCIPAL",
            .bucket,
            statement(
                #""Effect":"Allow","NotPrincipal":^{"AWS":"999988887777"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::b/*""#
            ),
            denied
        ),
        Example(
            "NOT_PRINCIPAL_LOCKS_OUT",
            .bucket,
            statement(
                #""Effect":"Deny","NotPrincipal":^{"AWS":"999988887777"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::b/*""#
            ),
            denied
        ),
        Example(
            "DENY_LOCKS_OUT",
            .bucket,
            statement(
                #""Effect":"Deny","Principal":^"*","Action":"s3:*","Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"]"#
            ),
            statement(
                #""Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::b/*""#
            )
        ),
    ]
}
