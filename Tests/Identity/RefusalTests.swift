import Digest
import HTTP
import Platform
import Testing

@testable import Identity

/// What S3 refuses before it looks at a signature, in its order and words.
@Suite struct RefusalTests {
    private static let good = DocumentedExampleTests.getObject
    private static let authorization =
        "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
        + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
        + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    private static let malformed = "The authorization header is malformed; "

    /// What is replaced in AWS's first example, and the answer.
    private static let answers:
        [(old: String, new: String, status: Int, code: String, message: String)] = [
            (
                "AWS4-HMAC-SHA256 Cred", "AWS4-HMAC-SHA256,Cred", 400, "InvalidArgument",
                "Authorization header is invalid -- one and only one ' ' (space) required"
            ),
            (
                "AWS4-HMAC-SHA256 ", "Bearer ", 400, "InvalidArgument",
                "Unsupported Authorization Type"
            ),
            (
                "AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA512 ", 400, "InvalidArgument",
                "Unsupported Authorization Type"
            ),
            (
                "AWS4-HMAC-SHA256 ", "AWS ", 400, "InvalidRequest",
                "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
            ),
            (
                "x-amz-content-sha256: e3b0", "x-other: e3b0", 400, "InvalidRequest",
                "Missing required header for this request: x-amz-content-sha256"
            ),
            (
                "x-amz-content-sha256: e3b0", "x-amz-content-sha256: g3b0", 400, "InvalidArgument",
                "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value."
            ),
            (
                "x-amz-date: 20130524T000000Z", "x-other: 1", 403, "AccessDenied",
                "AWS authentication requires a valid Date or x-amz-date header"
            ),
            (
                "x-amz-date: 20130524T000000Z", "x-amz-date: yesterday", 403, "AccessDenied",
                "AWS authentication requires a valid Date or x-amz-date header"
            ),
            (
                "x-amz-date: 20130524T000000Z", "x-amz-date: 20130532T000000Z", 403, "AccessDenied",
                "AWS authentication requires a valid Date or x-amz-date header"
            ),
            (
                "x-amz-date: 20130524T000000Z", "x-amz-date: 20130523T234459Z", 403,
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large."
            ),
            (
                "x-amz-date: 20130524T000000Z", "x-amz-date: 20130524T001501Z", 403,
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large."
            ),
            (
                ",Signature=f0e8", ",Sig=f0e8", 400, "AuthorizationHeaderMalformed",
                malformed
                    + "the authorization header requires three components: Credential, SignedHeaders, and Signature."
            ),
            (
                "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,", "", 400,
                "AuthorizationHeaderMalformed",
                malformed
                    + "the authorization header requires three components: Credential, SignedHeaders, and Signature."
            ),
            (
                "/20130524/us-east-1/s3/", "/20130524/us-east-1/", 400,
                "AuthorizationHeaderMalformed",
                malformed
                    + "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."
            ),
            (
                "/20130524/us-east-1/s3/", "/x/20130524/us-east-1/s3/", 400,
                "AuthorizationHeaderMalformed",
                malformed
                    + "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."
            ),
            (
                "/20130524/us-east-1", "/20131324/us-east-1", 400, "AuthorizationHeaderMalformed",
                malformed
                    + "incorrect date format \"20131324\". This date in the credential must be in the format \"yyyyMMdd\"."
            ),
            (
                "/20130524/us-east-1", "/20130524/", 400, "AuthorizationHeaderMalformed",
                malformed + "a non-empty region must be provided in the credential."
            ),
            (
                "/us-east-1/s3", "/eu-west-1/s3", 400, "AuthorizationHeaderMalformed",
                malformed + "the region 'eu-west-1' is wrong; expecting 'us-east-1'"
            ),
            (
                "/us-east-1/s3", "/us-east-1/sts", 400, "AuthorizationHeaderMalformed",
                malformed + "incorrect service \"sts\". This endpoint belongs to \"s3\"."
            ),
            (
                "/aws4_request", "/aws4_reques", 400, "AuthorizationHeaderMalformed",
                malformed
                    + "incorrect terminal \"aws4_reques\". This endpoint uses \"aws4_request\"."
            ),
            (
                "/20130524/us-east-1", "/20130523/us-east-1", 400, "AuthorizationHeaderMalformed",
                malformed + "Invalid credential date. Date is not the same as X-Amz-Date."
            ),
            (
                "AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLF", 403, "InvalidAccessKeyId",
                "The AWS Access Key Id you provided does not exist in our records."
            ),
            (
                "SignedHeaders=host;range;", "SignedHeaders=range;", 403, "AccessDenied",
                "There were headers present in the request which were not signed"
            ),
            (
                "Range: bytes=0-9", "Range: bytes=0-9\nx-amz-acl: private", 403, "AccessDenied",
                "There were headers present in the request which were not signed"
            ),
        ]

    @Test(arguments: answers)
    func answersLikeS3(
        _ example: (old: String, new: String, status: Int, code: String, message: String)
    ) throws {
        let changed = RefusalTests.good.replacing(example.old, with: example.new)
        #expect(changed != RefusalTests.good)
        let answer = try #require(Verifier.s3.refusal(changed)).answer
        #expect(answer.status == example.status)
        #expect(answer.code == example.code)
        #expect(answer.message == example.message)
    }

    @Test func takesTheWholeQuarterOfAnHourAndNoSecondMore() throws {
        let good = RefusalTests.good
        for seconds: Int64 in [-900, 0, 900] {
            _ = try Verifier.s3.verify(good, now: documentedTime.adding(seconds: seconds))
        }
        for seconds: Int64 in [-901, 901] {
            let refusal = Verifier.s3.refusal(good, now: documentedTime.adding(seconds: seconds))
            guard case .tooSkewed = refusal else {
                Issue.record("\(seconds) s: \(String(describing: refusal))")
                continue
            }
        }
    }

    @Test func tellsBothTimesOfASkewedRequest() throws {
        let late = documentedTime.adding(seconds: 3_600)
        let answer = try #require(Verifier.s3.refusal(RefusalTests.good, now: late)).answer
        #expect(
            answer.details.map(\.name) == [
                "RequestTime", "ServerTime", "MaxAllowedSkewMilliseconds",
            ]
        )
        #expect(
            answer.details.map(\.text) == ["20130524T000000Z", "2013-05-24T01:00:00Z", "900000"]
        )
    }

    @Test func namesTheHeadersNotSignedInS3sOrder() throws {
        let changed = RefusalTests.good.replacing(
            "Range:",
            with: "x-amz-acl: private\nX-Amz-Meta-A: 1\nContent-MD5: 1\nRange:"
        )
        let answer = try #require(Verifier.s3.refusal(changed)).answer
        #expect(answer.details.map(\.name) == ["HeadersNotSigned"])
        let names = answer.details[0].text.split(separator: ", ").map(String.init)
        #expect(names.sorted() == ["content-md5", "x-amz-acl", "x-amz-meta-a"])
    }

    @Test func anInactiveKeyDoesNotExist() {
        var key = TestKey.documented
        key.isActive = false
        #expect(
            Verifier.s3.refusal(RefusalTests.good, key: key)
                == .unknownKey(id: "AKIAIOSFODNN7EXAMPLE")
        )
    }

    @Test func anotherSecretIsAMismatch() {
        let key = TestKey(
            id: "AKIAIOSFODNN7EXAMPLE",
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEX"
        )
        guard case .mismatch = Verifier.s3.refusal(RefusalTests.good, key: key) else {
            Issue.record("believed")
            return
        }
    }

    @Test func anyRegionWhenNoneIsExpected() throws {
        _ = try Verifier.s3.verify(RefusalTests.good, region: nil)
    }

    /// The signing keys stay right when more days and regions are asked for than are kept.
    @Test func signingKeysSurviveTheirCache() {
        let key = TestKey.documented.key
        let scopes = (10..<30).map { Array("201305\($0)/us-east-1/s3".utf8)[...] }
        let first = scopes.map { key.signingKey(scope: $0).code(for: "x") }
        let again = scopes.map { key.signingKey(scope: $0).code(for: "x") }
        #expect(first == again)
        #expect(Set(first).count == scopes.count)
    }

    private static let forms: [(line: String, query: String?, form: SigningForm)] = [
        ("Authorization: x y", "a=1", SigningForm.header), ("Host: h", "a=1", .unsigned),
        ("Host: h", nil, .unsigned),
        ("Host: h", "X-Amz-Algorithm=AWS4-HMAC-SHA256", .query), ("Host: h", "Signature=x", .query),
        ("Host: h", "X-Amz-Signature=x", .unsigned),
    ]

    @Test(arguments: forms)
    func findsTheForm(_ example: (line: String, query: String?, form: SigningForm)) throws {
        let parts = example.line.split(separator: ":", maxSplits: 1).map(String.init)
        var fields = HeaderFields()
        fields.add(parts[0], String(parts[1].dropFirst()))
        let form = try SigningForm.of(fields, rawQuery: example.query.map { Array($0.utf8)[...] })
        #expect(form == example.form)
    }

    @Test func refusesTwoMechanisms() throws {
        let fields: HeaderFields = ["Authorization": "Bearer x"]
        #expect(throws: SignatureError.severalMechanisms(header: "Bearer x")) {
            try SigningForm.of(
                fields,
                rawQuery: Array("X-Amz-Algorithm=AWS4-HMAC-SHA256".utf8)[...]
            )
        }
    }

    private static let payloads: [(text: String, payload: PayloadHash?)] = [
        ("UNSIGNED-PAYLOAD", PayloadHash.unsigned),
        ("STREAMING-UNSIGNED-PAYLOAD-TRAILER", .streaming(.unsignedTrailer)),
        ("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", .streaming(.signed)), ("unsigned-payload", nil),
        ("", nil),
        (String(repeating: "a", count: 63), nil), (String(repeating: "a", count: 65), nil),
        (emptyBody, .sha256(SHA256.hash(""))),
        (String(repeating: "g", count: 64), nil),
    ]

    @Test(arguments: payloads)
    func payloadHashForms(_ example: (text: String, payload: PayloadHash?)) {
        #expect(PayloadHash(Array(example.text.utf8)[...]) == example.payload)
    }
}
