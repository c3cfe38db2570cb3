// Refusals in the form of AWS's query protocol. The words of the signature's refusals are the same for
// STS and IAM and differ from S3's [reported: users' and SDKs' logs].

import Identity
import Platform
import Policy

/// A refusal as STS and IAM send it.
package struct QueryError: Error, Equatable, Sendable {
    package let status: Int
    package let code: String
    package let message: String

    package init(_ status: Int, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    /// Whose fault it is: `Sender` or `Receiver`.
    var type: String { status < 500 ? "Sender" : "Receiver" }
}

extension QueryError {
    package static func validation(_ message: String) -> QueryError {
        QueryError(400, "ValidationError", message)
    }

    /// Source: [recorded].
    static func unknownAction(_ action: String, version: String) -> QueryError {
        QueryError(
            400,
            "InvalidAction",
            "Could not find operation \(action) for version \(version)"
        )
    }

    /// Source: [reported].
    static let missingToken = QueryError(
        403,
        "MissingAuthenticationToken",
        "Request is missing Authentication Token"
    )

    /// Source: [recorded].
    package static let invalidClientToken = QueryError(
        403,
        "InvalidClientTokenId",
        "The security token included in the request is invalid."
    )

    /// Source: [recorded].
    static let expiredToken = QueryError(
        403,
        "ExpiredToken",
        "The security token included in the request is expired"
    )

    package static let internalFailure = QueryError(
        500,
        "InternalFailure",
        "The request processing has failed because of an unknown error, exception or failure."
    )

    /// A call or feature that AWS has and this server does not model [ours].
    package static func notModelled(_ what: String) -> QueryError {
        QueryError(501, "NotImplemented", "FakeStore does not model \(what)")
    }

    /// The refusal of a policy document that came with a call.
    package init(_ error: PolicyError) {
        self.init(400, error.awsCode, error.awsMessage)
    }

    /// The refusal of a signature.
    init(_ error: SignatureError) {
        switch error {
        case .unknownKey, .badToken:
            self = .invalidClientToken
        case .expiredToken:
            self = .expiredToken
        case .mismatch:
            self.init(
                403,
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. Check your "
                    + "AWS Secret Access Key and signing method. Consult the service documentation for details."
            )
        case .tooSkewed(let requestTime, let serverTime):
            self.init(403, "SignatureDoesNotMatch", skewed(requestTime, serverTime))
        case .noDate:
            self.init(
                400,
                "IncompleteSignature",
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
            )
        case .missingComponents, .malformedCredential, .noSpace, .unsupportedType,
            .severalMechanisms:
            self.init(
                400,
                "IncompleteSignature",
                "Authorization header requires 'Credential' parameter, 'Signature' parameter and "
                    + "'SignedHeaders' parameter."
            )
        case .badScopeDate, .scopeDateMismatch:
            self.init(
                403,
                "SignatureDoesNotMatch",
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP"
            )
        case .emptyRegion, .wrongRegion:
            self.init(
                403,
                "SignatureDoesNotMatch",
                "Credential should be scoped to a valid region."
            )
        case .wrongService(let sent, let expected):
            self.init(
                403,
                "SignatureDoesNotMatch",
                "Credential should be scoped to correct service: '\(expected)', not '\(sent)'."
            )
        case .wrongTerminator:
            self.init(
                403,
                "SignatureDoesNotMatch",
                "Credential should be scoped with a valid terminator: 'aws4_request'."
            )
        case .headersNotSigned(let names):
            self.init(
                403,
                "SignatureDoesNotMatch",
                names.map { "'\($0)'" }.joined(separator: ", ")
                    + " must be a 'SignedHeader' in the AWS Authorization."
            )
        case .unsupportedVersion, .missingPayloadHash, .badPayloadHash:
            let answer = error.answer
            self.init(answer.status, "IncompleteSignature", answer.message)
        }
    }
}

/// [reported] `Signature expired: A is now earlier than B (C - 15 min.)`, or the reverse.
private func skewed(_ sent: String, _ now: Timestamp) -> String {
    func basic(_ time: Timestamp) -> String {
        String(time.iso8601().filter { $0 != "-" && $0 != ":" })
    }
    let limit = Verifier.skewSeconds
    let earliest = basic(now.adding(seconds: -limit))
    if sent < earliest {
        return
            "Signature expired: \(sent) is now earlier than \(earliest) (\(basic(now)) - 15 min.)"
    }
    let latest = basic(now.adding(seconds: limit))
    return
        "Signature not yet current: \(sent) is still later than \(latest) (\(basic(now)) + 15 min.)"
}
