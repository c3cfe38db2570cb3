import Glibc
import JSON
import Policy
import Testing

@testable import Lint

/// iam.md section 14: each finding at its token, and none where nothing is wrong.
@Suite struct LintTests {
    /// A statement of a document, and the findings at their columns in the one line of text.
    struct Example: Sendable {
        let code: String
        let kind: PolicyDocument.Kind
        /// `^` stands before the token that is wrong, and is taken out.
        let marked: String
        /// The same, put right.
        let right: String

        init(
            _ code: String,
            _ kind: PolicyDocument.Kind,
            _ marked: String,
            _ right: String
        ) {
            self.code = code
            self.kind = kind
            self.marked = marked
            self.right = right
        }

        /// An example of an identity policy.
        init(_ code: String, _ marked: String, _ right: String) {
            self.init(code, .identity, marked, right)
        }
    }

    static func put(_ rest: String) -> String {
        #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::b/*""#
            + rest + "}]}"
    }

    static func resource(_ text: String, _ action: String = "s3:PutObject") -> String {
        #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":""# + action
            + #"","Resource":"# + text + "}]}"
    }

    static func bucket(_ principal: String, _ rest: String = "") -> String {
        #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"# + principal
            + #","Action":"s3:PutObject","Resource":"arn:aws:s3:::b/*""# + rest + "}]}"
    }

    private static func deny(_ condition: String, action: String = "s3:PutObject") -> String {
        #"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":""#
            + action
            + #"","Resource":"arn:aws:s3:::b/*","Condition":"# + condition + "}]}"
    }

    static let examples: [Example] = [
        Example(
            "OBJECT_ACTION_ON_BUCKET_ARN",
            #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":^"s3:PutObject","Resource":"arn:aws:s3:::b"}]}"#,
            put("")
        ),
        Example(
            "BUCKET_ACTION_ON_OBJECT_ARN",
            #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:PutObject",^"s3:ListBucket"],"Resource":"arn:aws:s3:::b/*"}]}"#,
            resource(#""arn:aws:s3:::b""#, "s3:ListBucket")
        ),
        Example(
            "INVALID_ACTION",
            #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":^"s3:HeadObject","Resource":"arn:aws:s3:::b/*"}]}"#,
            put("")
        ),
        Example(
            "INVALID_SERVICE_IN_ACTION",
            #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":^"kns:Decrypt","Resource":"*"}]}"#,
            resource(#""*""#, "kms:Decrypt")
        ),
        Example("MISSING_ARN_FIELD", resource(#"^"arn:aws:s3:b/*""#), put("")),
        Example("INVALID_ARN_PREFIX", resource(#"^"b/*""#), put("")),
        Example("INVALID_PARTITION", resource(#"^"arn:awz:s3:::b/*""#), put("")),
        Example("INVALID_ARN_RESOURCE", resource(#"^"arn:aws:s3:::/b/*""#), put("")),
        Example("INVALID_ARN_SERVICE_CASE", resource(#"^"arn:aws:S3:::b/*""#), put("")),
        Example("ARN_ACCOUNT_NOT_ALLOWED", resource(#"^"arn:aws:s3::999988887777:b/*""#), put("")),
        Example("ARN_REGION_NOT_ALLOWED", resource(#"^"arn:aws:s3:eu-west-1::b/*""#), put("")),
        Example(
            "ACCOUNT_LOST_LEADING_ZERO",
            .bucket,
            bucket(#"{"AWS":^"11112222333"}"#),
            bucket(#"{"AWS":"011112222333"}"#)
        ),
        Example(
            "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
            .bucket,
            bucket(#"{"AWS":^"arn:aws:iam::999988887777:role/B*"}"#),
            bucket(#"{"AWS":"arn:aws:iam::999988887777:role/B"}"#)
        ),
        Example(
            "INVALID_ROLE_REFERENCE",
            .bucket,
            bucket(#"{"AWS":^"AROA234567ABCDEFGHIJK"}"#),
            bucket(#"{"AWS":"arn:aws:iam::999988887777:role/B"}"#)
        ),
        Example(
            "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
            .bucket,
            bucket(#"{"Service":^"billingreports.amazonaws.com"}"#),
            bucket(
                #"{"Service":"billingreports.amazonaws.com"}"#,
                #","Condition":{"StringEquals":{"aws:SourceAccount":"999988887777"}}"#
            )
        ),
        Example(
            "PUBLIC_ACCESS",
            .bucket,
            bucket(#"^"*""#),
            bucket(#""*""#, #","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-abc1234567"}}"#)
        ),
        Example("UNSUPPORTED_PRINCIPAL", bucket(#"^"*""#), put("")),
        Example(
            "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
            .trust,
            #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":^"*","Action":"sts:AssumeRole"}]}"#,
            #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"999988887777"},"Action":"sts:AssumeRole"}]}"#
        ),
        Example(
            "WILDCARD_WITHOUT_LIKE_OPERATOR",
            put(#","Condition":{"StringEquals":{"s3:x-amz-storage-class":^"STANDARD*"}}"#),
            put(#","Condition":{"StringLike":{"s3:x-amz-storage-class":"STANDARD*"}}"#)
        ),
        Example(
            "INVALID_GLOBAL_CONDITION_KEY",
            put(#","Condition":{"StringEquals":{^"aws:PrincipalOrg":"o-abc1234567"}}"#),
            put(#","Condition":{"StringEquals":{"aws:PrincipalOrgId":"o-abc1234567"}}"#)
        ),
        Example(
            "NULL_WITH_IF_EXISTS",
            put(#","Condition":{^"NullIfExists":{"aws:PrincipalOrgID":"true"}}"#),
            put(#","Condition":{"Null":{"aws:PrincipalOrgID":"true"}}"#)
        ),
        Example(
            "MISSING_QUALIFIER",
            put(#","Condition":{^"StringEquals":{"s3:RequestObjectTagKeys":"a"}}"#),
            put(#","Condition":{"ForAnyValue:StringEquals":{"s3:RequestObjectTagKeys":"a"}}"#)
        ),
        Example(
            "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
            put(
                #","Condition":{^"ForAllValues:StringEquals":{"aws:PrincipalOrgID":"o-abc1234567"}}"#
            ),
            put(#","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-abc1234567"}}"#)
        ),
        Example(
            "EXISTING_OBJECT_TAG_ON_PUT",
            put(#","Condition":{"StringEquals":{^"s3:ExistingObjectTag/team":"b"}}"#),
            put(#","Condition":{"StringEquals":{"s3:RequestObjectTag/team":"b"}}"#)
        ),
        Example(
            "PRIVATE_IP_ADDRESS",
            put(#","Condition":{"IpAddress":{"aws:SourceIp":^"10.0.0.0/8"}}"#),
            put(#","Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#)
        ),
        Example(
            "IMPROVE_IP_RANGE",
            put(#","Condition":{"IpAddress":{"aws:SourceIp":^"203.0.113.9/24"}}"#),
            put(#","Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#)
        ),
        Example(
            "SESSION_ARN_IN_PRINCIPAL_ARN",
            .bucket,
            deny(
                #"{"ArnNotEquals":{"aws:PrincipalArn":^"arn:aws:sts::999988887777:assumed-role/B/x"}}"#
            ),
            deny(#"{"ArnNotEquals":{"aws:PrincipalArn":"arn:aws:iam::999988887777:role/B"}}"#)
        ),
        Example(
            "UPLOAD_HEADER_REQUIRED",
            .bucket,
            deny(#"{"StringNotEquals":{^"s3:x-amz-server-side-encryption":"AES256"}}"#),
            deny(#"{"StringEquals":{"s3:x-amz-server-side-encryption":"AES256"}}"#)
        ),
        Example(
            "NOT_IP_ADDRESS_WITHOUT_VPC_EXEMPTION",
            .bucket,
            deny(#"{^"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#),
            deny(
                #"{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"},"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}"#
            )
        ),
        Example(
            "USERNAME_IN_ROLE_POLICY",
            resource(#"^"arn:aws:s3:::b/${aws:username}/*""#),
            put("")
        ),
        Example("BUCKET_WILDCARD_COVERS_OTHERS", resource(#"^"arn:aws:s3:::b*/*""#), put("")),
        Example("PREFIX_WILDCARD_COVERS_OTHERS", resource(#"^"arn:aws:s3:::b/p*""#), put("")),
        Example("PLACEHOLDER", resource(#"^"arn:aws:s3:::<bucket>/*""#), put("")),
        Example(
            "MISSING_VERSION",
            "^" + put("").replacing(#""Version":"2012-10-17","#, with: ""),
            put("")
        ),
        Example(
            "INVALID_VERSION",
            put("").replacing(#""2012-10-17""#, with: #"^"2012-10-18""#),
            put("")
        ),
        Example(
            "REDUNDANT_ACTION",
            #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Put*",^"s3:PutObject"],"Resource":"*"}]}"#,
            put("")
        ),
    ]

    func findings(_ text: String, _ kind: PolicyDocument.Kind) -> [Finding] {
        Linter().check(text, file: "p.json", kind: kind).findings
    }

    @Test(arguments: examples + more + rest)
    func section14Finds(_ example: Example) {
        let column = example.marked.prefix { $0 != "^" }.count + 1
        let text = example.marked.replacing("^", with: "")
        let found = findings(text, example.kind).filter { $0.code == example.code }
        #expect(found.map(\.place.column) == [column])
        #expect(!findings(example.right, example.kind).contains { $0.code == example.code })
    }

    /// Names of calls that are no actions, and the actions that the calls ask for.
    @Test(arguments: [
        ("s3:HeadObject", "`s3:GetObject`"), ("s3:HeadBucket", "`s3:ListBucket`"),
        ("s3:CopyObject", "`s3:PutObject`"), ("s3:UploadPart", "`s3:PutObject`"),
        ("s3:CreateMultipartUpload", "`s3:PutObject`"),
        ("s3:CompleteMultipartUpload", "`s3:PutObject`"), ("s3:ListObjects", "`s3:ListBucket`"),
        ("s3:ListObjectsV2", "`s3:ListBucket`"), ("s3:PutObjects", "`s3:PutObject`"),
    ])
    func section7CallsThatAreNoActions(_ example: (name: String, action: String)) {
        let found = findings(LintTests.resource(#""*""#, example.name), .identity)
        #expect(found.map(\.code) == ["INVALID_ACTION"])
        #expect(found.first?.instead == example.action)
    }

    /// Shapes of documents, and the kind that each tells by itself.
    @Test(arguments: [
        (put(""), PolicyDocument.Kind.identity), (bucket(#""*""#), .bucket),
        (
            #"{"Statement":[{"Effect":"Allow","Principal":{"AWS":"999988887777"},"Action":"sts:AssumeRole"}]}"#,
            .trust
        ),
        (
            #"{"Statement":[{"Effect":"Allow","Principal":{"AWS":"999988887777"},"Action":"kms:*","Resource":"*"}]}"#,
            .key
        ),
    ])
    func detectsTheKind(_ example: (text: String, kind: PolicyDocument.Kind)) {
        #expect(Linter().check(example.text, file: "p.json").kind == example.kind)
    }

    /// A bad character is pointed at, also behind an escape.
    @Test func pointsAtTheInvisibleCharacter() {
        let text = LintTests.resource("\"arn:aws:s3:::b/\\u0041\u{A0}*\"")
        let found = findings(text, .identity).filter { $0.code == "INVISIBLE_CHARACTER" }
        #expect(found.first?.place.column == text.prefix { $0 != "\u{A0}" }.count + 1)
    }

    /// A document is not left at its first mistake, as AWS leaves it.
    @Test func findsAllThatIsRefused() {
        let text =
            #"{"Version":"2012-10-18","Statement":[{"Effect":"allow","Action":"PutObject","Resource":"b/*"}]}"#
        let codes = findings(text, .identity).filter { $0.severity == .error }.map(\.code)
        #expect(
            codes == ["INVALID_VERSION", "INVALID_EFFECT", "INVALID_ACTION", "INVALID_ARN_PREFIX"]
        )
    }

    @Test func namesTheNearestBucket() {
        let text = LintTests.resource(#""arn:aws:s3:::acme-biling/*""#)
        let found = Linter(names: KnownNames(buckets: ["acme-billing"]))
            .check(text, file: "p.json").findings
        #expect(found.map(\.code) == ["UNKNOWN_BUCKET"])
        #expect(found.first?.instead == "`arn:aws:s3:::acme-billing/*`")
    }

    /// Documents of AWS's guides, which must raise neither errors nor security warnings.
    @Test(arguments: [
        (
            PolicyDocument.Kind.bucket,
            deny(#"{"Bool":{"aws:SecureTransport":"false"}}"#, action: "s3:*")
        ),
        (.bucket, bucket(#"{"Service":"logdelivery.elasticloadbalancing.amazonaws.com"}"#)),
        (
            .identity,
            #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:ListBucket"],"Resource":["arn:aws:s3:::amzn-s3-demo-bucket"],"Condition":{"StringLike":{"s3:prefix":["","home/","home/${aws:username}/*"]}}},{"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::amzn-s3-demo-bucket/home/${aws:username}","arn:aws:s3:::amzn-s3-demo-bucket/home/${aws:username}/*"]}]}"#
        ),
        (
            .trust,
            #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"12345"}}}}"#
        ),
        (
            .key,
            #"{"Version":"2012-10-17","Statement":[{"Sid":"Enable IAM policies","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"}]}"#
        ),
        (.identity, put("")),
    ])
    func raisesNoFalseAlarm(_ example: (kind: PolicyDocument.Kind, text: String)) {
        let bad = findings(example.text, example.kind).filter { $0.severity <= .securityWarning }
        #expect(bad == [])
    }

    /// AWS's own managed policies.
    @Test(arguments: ManagedPolicies.known)
    func raisesNoFalseAlarmInManagedPolicies(_ arn: String) throws {
        let policy = try #require(ManagedPolicies.policy(arn: arn))
        let bad = findings(policy.document.text, .identity).filter {
            $0.severity <= .securityWarning
        }
        #expect(bad == [])
    }
}
