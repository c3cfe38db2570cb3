import Identity
import Platform
import Testing

@testable import QueryProtocol

/// What STS and IAM say of a signature, where S3 says something else.
@Suite struct QueryErrorTests {
    private static let now = Timestamp(seconds: 1_795_165_200)

    private static let refusals: [(SignatureError, Int, String, String)] = [
        (
            .unknownKey(id: "AKIAX"), 403, "InvalidClientTokenId",
            "The security token included in the request is invalid."
        ),
        (
            .badToken("x"), 403, "InvalidClientTokenId",
            "The security token included in the request is invalid."
        ),
        (
            .expiredToken("x"), 403, "ExpiredToken",
            "The security token included in the request is expired"
        ),
        (
            .tooSkewed(requestTime: "20261120T084459Z", serverTime: now), 403,
            "SignatureDoesNotMatch",
            "Signature expired: 20261120T084459Z is now earlier than 20261120T084500Z (20261120T090000Z - 15 min.)"
        ),
        (
            .tooSkewed(requestTime: "20261120T091501Z", serverTime: now), 403,
            "SignatureDoesNotMatch",
            "Signature not yet current: 20261120T091501Z is still later than 20261120T091500Z "
                + "(20261120T090000Z + 15 min.)"
        ),
        (
            .wrongService(sent: "s3", expected: "sts"), 403, "SignatureDoesNotMatch",
            "Credential should be scoped to correct service: 'sts', not 's3'."
        ),
        (
            .headersNotSigned(["x-amz-date"]), 403, "SignatureDoesNotMatch",
            "'x-amz-date' must be a 'SignedHeader' in the AWS Authorization."
        ),
    ]

    @Test(arguments: refusals)
    func areInTheirOwnWords(
        _ error: SignatureError,
        _ status: Int,
        _ code: String,
        _ message: String
    ) {
        #expect(QueryError(error) == QueryError(status, code, message))
    }

    @Test func membersHaveASmallFirstLetterAndNullIsNoText() {
        #expect(
            QueryError.failed("x", "RoleArn", "Member must be y").message
                == "1 validation error detected: Value 'x' at 'roleArn' failed to satisfy constraint: Member must be y"
        )
        #expect(
            QueryError.failed(nil, "RoleArn", "Member must not be null").message
                == "1 validation error detected: Value null at 'roleArn' failed to satisfy constraint: "
                + "Member must not be null"
        )
    }
}
