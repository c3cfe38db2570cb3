import Testing

@testable import Destinations

/// AWS's sentences about a denial.
@Suite struct AccessSentenceTests {
    static let session = "arn:aws:sts::111122223333:assumed-role/BillingExport/exporter-1"

    @Test(
        arguments: [
            ("because no identity-based policy allows the s3:PutObject action", .identity, false),
            ("because no resource-based policy allows the s3:PutObject action", .resource, false),
            ("because no session policy allows the s3:PutObject action", .session, false),
            (
                "because no service control policy allows the s3:PutObject action", .serviceControl,
                false
            ),
            (
                "because no resource control policy allows the s3:PutObject action",
                .resourceControl, false
            ),
            ("because no VPC endpoint policy allows the s3:PutObject action", .endpoint, false),
            ("because no permissions boundary allows the s3:PutObject action", .boundary, false),
            ("with an explicit deny in an identity-based policy", .identity, true),
            ("with an explicit deny in a resource-based policy", .resource, true),
            ("with an explicit deny in a session policy", .session, true),
            ("with an explicit deny in a service control policy", .serviceControl, true),
            ("with an explicit deny in a resource control policy", .resourceControl, true),
            ("with an explicit deny in a VPC endpoint policy", .endpoint, true),
            ("with an explicit deny in a permissions boundary", .boundary, true),
        ] as [(String, AccessSentence.Layer, Bool)]
    )
    func takesApart(reason: String, layer: AccessSentence.Layer, isExplicit: Bool) throws {
        let sentence = try #require(
            AccessSentence(
                "User: \(Self.session) is not authorized to perform: s3:PutObject on resource: "
                    + "\"arn:aws:s3:::acme/x.csv\" \(reason)"
            )
        )
        #expect(sentence.principal == Self.session)
        #expect(sentence.action == "s3:PutObject")
        #expect(sentence.resource == "arn:aws:s3:::acme/x.csv")
        #expect(sentence.layer == layer)
        #expect(sentence.isExplicit == isExplicit)
    }

    @Test func takesApartTheFormsWithoutAResource() {
        let key = AccessSentence(
            "User: arn:aws:iam::1:user/u is not authorized to perform: kms:GenerateDataKey on this resource"
                + " because no resource-based policy allows the kms:GenerateDataKey action"
        )
        #expect(key?.action == "kms:GenerateDataKey")
        #expect(key?.resource == nil)
        let short = AccessSentence(
            "User: arn:aws:iam::1:user/u is not authorized to perform: s3:PutObject with an explicit deny in a"
                + " resource-based policy"
        )
        #expect(short?.action == "s3:PutObject")
        #expect(short?.isExplicit == true)
    }

    @Test(arguments: [
        "Access Denied", "", "User: x", "User: x is not authorized to perform: y",
        "User: x is not authorized to perform: y because no magic allows it",
    ])
    func isNilForAnythingElse(message: String) {
        #expect(AccessSentence(message) == nil)
    }
}
