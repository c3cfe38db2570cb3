// Why a signed request was not believed.

import Platform

/// A request whose signature can't be taken, with what the answer has to name.
package enum SignatureError: Error, Hashable, Sendable {
    /// Both the Authorization header and the query hold a signature.
    case severalMechanisms(header: String)
    /// The Authorization header is one word.
    case noSpace(header: String)
    /// The Authorization header begins with a scheme S3 does not know, such as `Bearer`.
    case unsupportedType(header: String)
    /// A version of signatures that is known and not taken: version 2, or 4 with ECDSA.
    case unsupportedVersion
    case missingPayloadHash
    case badPayloadHash(String)
    /// Neither `x-amz-date` nor `Date` says when the request was made.
    case noDate
    case tooSkewed(requestTime: String, serverTime: Timestamp)
    /// Not exactly Credential, SignedHeaders and Signature.
    case missingComponents
    /// The Credential is not `KEY/DATE/REGION/SERVICE/aws4_request`.
    case malformedCredential
    case badScopeDate(String)
    case emptyRegion
    case wrongRegion(sent: String, expected: String)
    case wrongService(sent: String, expected: String)
    case wrongTerminator(sent: String)
    /// The scope's date is not the request's.
    case scopeDateMismatch
    /// Headers that must be signed and are not, in the order in which S3 names them.
    case headersNotSigned([String])
    case unknownKey(id: String)
    /// A session token that is not the key's.
    case badToken(String)
    /// The token of a session that is over.
    case expiredToken(String)
    case mismatch(SignatureMismatch)
}

/// A signature that is not the one of the request.
package struct SignatureMismatch: Hashable, Sendable {
    package let accessKeyID: String
    package let signature: String
    /// What we signed; the client compares it with its own.
    package let stringToSign: [UInt8]
    package let canonicalRequest: [UInt8]
}
