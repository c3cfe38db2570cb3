// S3's answer to each reason (s3-wire.md section 2; the texts of a malformed header [reported: measured
// against S3 by other implementations]).

import Platform

extension SignatureError {
    /// The status, code, message and further elements of an answer.
    package struct Answer: Hashable, Sendable {
        package let status: Int
        package let code: String
        package let message: String
        /// Elements after the message, in order.
        package let details: [Detail]

        init(_ status: Int, _ code: String, _ message: String, _ details: [Detail] = []) {
            self.status = status
            self.code = code
            self.message = message
            self.details = details
        }
    }

    /// One further element.
    package struct Detail: Hashable, Sendable {
        package let name: String
        package let text: String

        init(_ name: String, _ text: String) {
            self.name = name
            self.text = text
        }
    }

    /// What S3 answers.
    package var answer: Answer {
        switch self {
        case .severalMechanisms(let header):
            invalidAuthorization(
                "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query "
                    + "string parameter or the Authorization header should be specified",
                header
            )
        case .noSpace(let header):
            invalidAuthorization(
                "Authorization header is invalid -- one and only one ' ' (space) required",
                header
            )
        case .unsupportedType(let header):
            invalidAuthorization("Unsupported Authorization Type", header)
        case .unsupportedVersion:
            Answer(
                400,
                "InvalidRequest",
                "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
            )
        case .missingPayloadHash:
            Answer(
                400,
                "InvalidRequest",
                "Missing required header for this request: x-amz-content-sha256"
            )
        case .badPayloadHash(let value):
            Answer(
                400,
                "InvalidArgument",
                "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, "
                    + PayloadHash.Streaming.allCases.map(\.rawValue).joined(separator: ", ")
                    + " or a valid sha256 value.",
                [Detail("ArgumentName", "x-amz-content-sha256"), Detail("ArgumentValue", value)]
            )
        case .noDate:
            Answer(
                403,
                "AccessDenied",
                "AWS authentication requires a valid Date or x-amz-date header"
            )
        case .tooSkewed(let requestTime, let serverTime):
            Answer(
                403,
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
                [
                    Detail("RequestTime", requestTime), Detail("ServerTime", serverTime.iso8601()),
                    Detail("MaxAllowedSkewMilliseconds", "900000"),
                ]
            )
        case .missingComponents:
            malformed(
                "the authorization header requires three components: Credential, SignedHeaders, and Signature."
            )
        case .malformedCredential:
            malformed(
                "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."
            )
        case .badScopeDate(let date):
            malformed(
                "incorrect date format \"\(date)\". This date in the credential must be in the format \"yyyyMMdd\"."
            )
        case .emptyRegion:
            malformed("a non-empty region must be provided in the credential.")
        case .wrongRegion(let sent, let expected):
            malformed(
                "the region '\(sent)' is wrong; expecting '\(expected)'",
                [Detail("Region", expected)]
            )
        case .wrongService(let sent, let expected):
            malformed("incorrect service \"\(sent)\". This endpoint belongs to \"\(expected)\".")
        case .wrongTerminator(let sent):
            malformed("incorrect terminal \"\(sent)\". This endpoint uses \"aws4_request\".")
        case .scopeDateMismatch:
            malformed("Invalid credential date. Date is not the same as X-Amz-Date.")
        case .headersNotSigned(let names):
            Answer(
                403,
                "AccessDenied",
                "There were headers present in the request which were not signed",
                [Detail("HeadersNotSigned", names.joined(separator: ", "))]
            )
        case .unknownKey(let id):
            Answer(
                403,
                "InvalidAccessKeyId",
                "The AWS Access Key Id you provided does not exist in our records.",
                [Detail("AWSAccessKeyId", id)]
            )
        case .badToken(let token):
            Answer(
                400,
                "InvalidToken",
                "The provided token is malformed or otherwise invalid.",
                [Detail("Token-0", token)]
            )
        case .expiredToken(let token):
            Answer(
                400,
                "ExpiredToken",
                "The provided token has expired.",
                [Detail("Token-0", token)]
            )
        case .mismatch(let mismatch):
            Answer(
                403,
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. "
                    + "Check your key and signing method.",
                [
                    Detail("AWSAccessKeyId", mismatch.accessKeyID),
                    Detail("StringToSign", String(decoding: mismatch.stringToSign, as: UTF8.self)),
                    Detail("SignatureProvided", mismatch.signature),
                    Detail("StringToSignBytes", pairs(mismatch.stringToSign)),
                    Detail(
                        "CanonicalRequest",
                        String(decoding: mismatch.canonicalRequest, as: UTF8.self)
                    ),
                    Detail("CanonicalRequestBytes", pairs(mismatch.canonicalRequest)),
                ]
            )
        }
    }

    private func malformed(_ reason: String, _ details: [Detail] = []) -> Answer {
        Answer(
            400,
            "AuthorizationHeaderMalformed",
            "The authorization header is malformed; \(reason)",
            details
        )
    }

    private func invalidAuthorization(_ message: String, _ header: String) -> Answer {
        Answer(
            400,
            "InvalidArgument",
            message,
            [Detail("ArgumentName", "Authorization"), Detail("ArgumentValue", header)]
        )
    }

    /// The bytes in hexadecimal, `41 57 53 34`.
    private func pairs(_ bytes: [UInt8]) -> String {
        bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined(
            separator: " "
        )
    }
}
