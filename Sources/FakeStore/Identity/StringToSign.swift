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

    /// The lines as bytes.
    package var bytes: [UInt8] {
        var sink = BytesSink()
        write(to: &sink)
        return sink.bytes
    }

    /// The signature under a signing key.
    package func signature(with key: HMACSHA256.Key) -> HMACSHA256.Value {
        DigestSink.digesting(HMACSHA256(key: key)) { write(to: &$0) }
    }

    @inline(__always)
    private func write(to sink: inout some CanonicalSink) {
        sink.append("AWS4-HMAC-SHA256\n")
        sink.append(date.span)
        sink.append(UInt8(ascii: "\n"))
        sink.append(scope.span)
        sink.append(UInt8(ascii: "\n"))
        let digits = hexDigits(of: hash)
        for index in 0..<8 { sink.append(word: digits[index]) }
    }
}

/// A digest in hexadecimal, in place of the String that `hex` makes: eight words of eight digits.
@inline(__always)
private func hexDigits(of value: SHA256.Value) -> InlineArray<8, UInt64> {
    value.withUnsafeBytes { bytes in
        InlineArray<8, UInt64> { index in
            HexWord.digits(
                of: UInt32(
                    littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
                )
            )
        }
    }
}

/// Whether a signature is sent in hexadecimal as it was computed; takes the same time wherever they
/// differ.
func isSignature(_ sent: Span<UInt8>, _ computed: HMACSHA256.Value) -> Bool {
    guard sent.count == 64 else { return false }
    let digits = hexDigits(of: computed)
    var difference: UInt64 = 0
    sent.withUnsafeBytes { bytes in
        for index in 0..<8 {
            let word = bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)
            difference |= digits[index] ^ UInt64(littleEndian: word)
        }
    }
    return difference == 0
}
