// What is signed at last: the algorithm, the time, the scope and the hash of the canonical request.

import Digest

/// The four lines whose HMAC is the signature.
package struct StringToSign: Sendable {
    /// The time, `20130524T000000Z`.
    package let date: ArraySlice<UInt8>
    /// The scope, `20130524/us-east-1/s3/aws4_request`.
    package let scope: ArraySlice<UInt8>
    /// The hash of the canonical request.
    package let hash: SHA256.Value

    package init(date: ArraySlice<UInt8>, scope: ArraySlice<UInt8>, hash: SHA256.Value) {
        self.date = date
        self.scope = scope
        self.hash = hash
    }

    package var bytes: [UInt8] {
        var bytes = Array("\(AuthorizationHeader.algorithm)\n".utf8)
        bytes += date
        bytes.append(UInt8(ascii: "\n"))
        bytes += scope
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(hex: hash)
        return bytes
    }

    /// The signature under a signing key.
    package func signature(with key: HMACSHA256.Key) -> HMACSHA256.Value {
        var hmac = HMACSHA256(key: key)
        bytes.withUnsafeBytes { hmac.update($0) }
        return hmac.finalize()
    }
}
