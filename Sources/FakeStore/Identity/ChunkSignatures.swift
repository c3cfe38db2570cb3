// The signatures of a body's chunks: each covers its chunk and the signature before it, the first the
// request's own, so that no chunk can be changed, moved or left out.
//
// Source: "Signature calculations for the authorization header: transferring payload in multiple chunks
// (chunked upload)", and its page on trailing headers.

import Digest

/// The chain of signatures of one body: what the next chunk's signature is checked with.
package struct ChunkSignatures: Sendable {
    private let accessKeyID: String
    private let key: HMACSHA256.Key
    private let date: [UInt8]
    private let scope: [UInt8]
    /// The head's canonical form, which S3 shows also when a chunk's signature is wrong [reported: measured
    /// by another implementation].
    private let canonicalRequest: [UInt8]
    /// The last signature that was right, in hexadecimal.
    private var previous: [UInt8]

    /// Begins with the signature of the head.
    ///
    /// - Parameters:
    ///   - accessKeyID: The id of the key, for the answer to a wrong signature.
    ///   - key: The signing key of the scope.
    ///   - date: The time of the request, `20130524T000000Z`.
    ///   - scope: `20130524/us-east-1/s3/aws4_request`.
    ///   - signature: The signature of the head in hexadecimal.
    ///   - canonicalRequest: The head in its canonical form.
    package init(
        accessKeyID: String,
        key: HMACSHA256.Key,
        date: some Collection<UInt8>,
        scope: some Collection<UInt8>,
        signature: some Collection<UInt8>,
        canonicalRequest: [UInt8]
    ) {
        self.accessKeyID = accessKeyID
        self.key = key
        self.date = Array(date)
        self.scope = Array(scope)
        self.canonicalRequest = canonicalRequest
        previous = Array(signature)
    }

    /// Checks the signature that was sent with a chunk.
    package mutating func checkChunk(
        hash: SHA256.Value,
        sent: ArraySlice<UInt8>
    ) throws(SignatureError) {
        try check("AWS4-HMAC-SHA256-PAYLOAD", [ChunkSignatures.emptyHash, hash], sent)
    }

    /// Checks the signature that was sent with the trailer, whose hash is that of `name:value\n` lines.
    package mutating func checkTrailer(
        hash: SHA256.Value,
        sent: ArraySlice<UInt8>
    ) throws(SignatureError) {
        try check("AWS4-HMAC-SHA256-TRAILER", [hash], sent)
    }

    private static let emptyHash = SHA256.hash([])

    private mutating func check(
        _ algorithm: String,
        _ hashes: [SHA256.Value],
        _ sent: ArraySlice<UInt8>
    ) throws(SignatureError) {
        var string: [UInt8] = []
        string.reserveCapacity(320)
        string.append(contentsOf: algorithm.utf8)
        for line in [date, scope, previous] {
            string.append(UInt8(ascii: "\n"))
            string.append(contentsOf: line)
        }
        for hash in hashes {
            string.append(UInt8(ascii: "\n"))
            string.append(hex: hash)
        }
        let computed = key.code(for: string)
        guard isSignature(sent.span, computed) else {
            throw .mismatch(
                SignatureMismatch(
                    accessKeyID: accessKeyID,
                    signature: AuthorizationHeader.text(sent),
                    stringToSign: string,
                    canonicalRequest: canonicalRequest
                )
            )
        }
        previous = Array(sent)
    }
}
