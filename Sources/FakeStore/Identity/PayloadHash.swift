// `x-amz-content-sha256`: what a signature says about the body.

import Digest

/// What the signer declared about the body.
package enum PayloadHash: Hashable, Sendable {
    /// The body's SHA-256; the body must have it.
    case sha256(SHA256.Value)
    /// `UNSIGNED-PAYLOAD`: nothing.
    case unsigned
    /// The body comes in chunks that bring their own signatures or checksums.
    case streaming(Streaming)

    /// The forms of a chunked body.
    package enum Streaming: String, Sendable, CaseIterable {
        case unsignedTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
        case signed = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
        case signedTrailer = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
        case asymmetric = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"
        case asymmetricTrailer = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER"
    }

    /// Whether each chunk of the body has a signature made with the request's key.
    var hasChunkSignatures: Bool {
        switch self {
        case .streaming(.signed), .streaming(.signedTrailer): true
        default: false
        }
    }

    /// The digest that 64 hex digits spell.
    private static func digest(_ digits: Span<UInt8>) -> SHA256.Value? {
        var words = InlineArray<8, UInt32>(repeating: 0)
        for index in 0..<8 {
            let word = digits.bytes.unsafeLoadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)
            guard let bytes = HexWord.bytes(of: UInt64(littleEndian: word)) else { return nil }
            words[index] = bytes.littleEndian
        }
        return withUnsafeBytes(of: words) { SHA256.Value($0) }
    }

    /// Reads the header's value: one of the words exactly as written, or 64 hex digits of either case
    /// [reported: measured against S3 by another implementation].
    package init?(_ value: ArraySlice<UInt8>) {
        if value.count == 64 {
            guard let hash = PayloadHash.digest(value.span) else { return nil }
            self = .sha256(hash)
            return
        }
        if isEqual(value.span, "UNSIGNED-PAYLOAD".utf8.span) {
            self = .unsigned
            return
        }
        guard let streaming = Streaming(rawValue: String(decoding: value, as: UTF8.self)) else {
            return nil
        }
        self = .streaming(streaming)
    }
}
