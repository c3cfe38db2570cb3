import JSON
import Testing

@testable import Destinations

/// From refusals to causes, with the JSON to paste.
@Suite struct S3DiagnosisTests {
    static let caller = "arn:aws:iam::444455556666:user/exporter"
    static let session = "arn:aws:sts::111122223333:assumed-role/BillingExport/exporter-1"

    static func diagnosis(caller: String? = caller, region: String = "eu-west-1") -> S3Diagnosis {
        S3Diagnosis(
            address: S3Address(bucket: "acme", region: region, endpoint: nil),
            prefix: "billing/",
            owner: "111122223333",
            caller: caller
        )
    }

    static func denial(_ message: String) -> Refusal {
        Refusal(.permission, status: 403, code: "AccessDenied", message: message)
    }

    static let bucketPolicy =
        #"{"Version":"2012-10-17","Statement":[{"Sid":"BillingExportWrite","Effect":"Allow","Principal":"#
        + #"{"AWS":"arn:aws:iam::444455556666:user/exporter"},"Action":"s3:PutObject","#
        + #""Resource":"arn:aws:s3:::acme/billing/*"}]}"#

    @Test func aPlainDenialFromAnotherAccountListsTheBucketPolicyFirst() {
        let diagnosis = Self.diagnosis().causes(of: Self.denial("Access Denied"))
        #expect(
            diagnosis.causes.map(\.who) == [
                .customer, .platform, .platform, .customer, .organization,
            ]
        )
        #expect(diagnosis.causes[0].place == "bucket policy of `acme`")
        #expect(diagnosis.causes[0].fix?.text() == Self.bucketPolicy)
        #expect(
            diagnosis.causes[1].fix?.text()
                == #"{"Version":"2012-10-17","Statement":[{"Sid":"BillingExportWrite","Effect":"Allow","#
                + #""Action":"s3:PutObject","Resource":"arn:aws:s3:::acme/billing/*"}]}"#
        )
        #expect(diagnosis.question?.contains("what does the bucket policy of `acme` say") == true)
    }

    @Test func aPlainDenialWithinTheAccountListsThePrincipalsOwnPolicyFirst() {
        let diagnosis = Self.diagnosis(caller: Self.session).causes(
            of: Self.denial("Access Denied")
        )
        #expect(
            diagnosis.causes[0].place == "policy of arn:aws:iam::111122223333:role/BillingExport"
        )
        #expect(diagnosis.causes[1].place == "bucket policy of `acme`")
    }

    @Test func anUnknownPrincipalIsNotInvented() {
        let diagnosis = Self.diagnosis(caller: nil).causes(of: Self.denial("Access Denied"))
        #expect(diagnosis.causes[0].fix == nil)
        #expect(diagnosis.causes[0].cause.contains("aws sts get-caller-identity"))
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let reason: String
        let who: Cause.Party
        let place: String?
        let fix: String?

        var testDescription: String { reason }
    }

    static let statement =
        #"{"Version":"2012-10-17","Statement":[{"Sid":"BillingExportWrite","Effect":"Allow","#
    static let role = "arn:aws:iam::111122223333:role/BillingExport"

    static let sentences = [
        Case(
            reason: "because no identity-based policy allows the s3:PutObject action",
            who: .platform,
            place: "policy of \(role)",
            fix: statement + #""Action":"s3:PutObject","Resource":"arn:aws:s3:::acme/billing/*"}]}"#
        ),
        Case(
            reason: "because no resource-based policy allows the s3:PutObject action",
            who: .customer,
            place: "bucket policy of `acme`",
            fix: statement + #""Principal":{"AWS":"\#(role)"},"Action":"s3:PutObject","#
                + #""Resource":"arn:aws:s3:::acme/billing/*"}]}"#
        ),
        Case(
            reason: "because no permissions boundary allows the s3:PutObject action",
            who: .platform,
            place: "permissions boundary of \(role)",
            fix: nil
        ),
        Case(
            reason: "because no service control policy allows the s3:PutObject action",
            who: .organization,
            place: nil,
            fix: nil
        ),
        Case(
            reason: "with an explicit deny in a resource-based policy",
            who: .customer,
            place: "the Deny statement in the resource-based policy",
            fix: #"{"Condition":{"ArnNotEquals":{"aws:PrincipalArn":"\#(role)"}}}"#
        ),
        Case(
            reason: "with an explicit deny in a service control policy",
            who: .organization,
            place: "the Deny statement in the service control policy",
            fix: #"{"Condition":{"ArnNotEquals":{"aws:PrincipalArn":"\#(role)"}}}"#
        ),
    ]

    @Test(arguments: sentences) func aSentenceHasOneCause(_ example: Case) throws {
        let message =
            "User: \(Self.session) is not authorized to perform: s3:PutObject on resource: "
            + "\"arn:aws:s3:::acme/billing/x.csv\" \(example.reason)"
        let diagnosis = Self.diagnosis().causes(of: Self.denial(message))
        let cause = try #require(diagnosis.causes.first)
        #expect(diagnosis.causes.count == 1)
        #expect(diagnosis.question == nil)
        #expect(cause.who == example.who)
        #expect(cause.place == example.place)
        #expect(cause.fix?.text() == example.fix)
    }

    @Test func aKeyThatMayNotBeUsedIsTheKeyPolicysMatter() {
        let diagnosis = Self.diagnosis().causes(
            of: Self.denial(
                "User: \(Self.session) is not authorized to perform: kms:GenerateDataKey on this resource"
                    + " because no resource-based policy allows the kms:GenerateDataKey action"
            )
        )
        #expect(diagnosis.causes.map(\.who) == [.customer])
        #expect(diagnosis.causes[0].place == "policy of the bucket's KMS key")
    }

    @Test func theRegionIsPutRightInTheSetUp() {
        let refusal = Refusal(
            .region(expected: "eu-central-1"),
            status: 400,
            code: "AuthorizationHeaderMalformed",
            message: ""
        )
        let cause = Self.diagnosis().causes(of: refusal).causes[0]
        #expect(cause.cause == "the bucket is in `eu-central-1`, and the set-up says `eu-west-1`")
        #expect(cause.fix?.text() == #"{"region":"eu-central-1"}"#)
    }

    @Test(
        arguments: [
            ("arn:aws:iam::1:user/u", "arn:aws:iam::1:user/u", "1"),
            ("arn:aws:sts::1:assumed-role/R/s", "arn:aws:iam::1:role/R", "1"),
            ("arn:aws-cn:sts::1:assumed-role/R/s", "arn:aws-cn:iam::1:role/R", "1"),
            ("arn:aws:sts::1:federated-user/f", "arn:aws:sts::1:federated-user/f", "1"),
            ("nonsense", "nonsense", nil),
        ] as [(String, String, String?)]
    )
    func policiesNameRolesAndNotSessions(caller: String, principal: String, account: String?) {
        #expect(PolicyText.principal(of: caller) == principal)
        #expect(PolicyText.account(of: caller) == account)
    }
}
