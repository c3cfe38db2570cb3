// Percent-encoding (RFC 3986, 2.1). A request keeps its raw path and query, because signatures are
// made over them; decoding happens where a name is needed.

/// Percent-encoding of bytes.
package enum PercentEncoding {
    /// Decodes a name or value.
    ///
    /// - Parameters:
    ///   - encoded: The bytes as they were sent.
    ///   - plusIsSpace: Whether `+` means a space, as in query strings made by forms.
    /// - Returns: The bytes, or nil when a `%` is not followed by two hexadecimal digits.
    package static func decode(_ encoded: ArraySlice<UInt8>, plusIsSpace: Bool = false) -> [UInt8]?
    {
        // Most names need no decoding: then this is one scan and one copy.
        var start = encoded.startIndex
        let special = encoded.firstIndex {
            $0 == UInt8(ascii: "%") || (plusIsSpace && $0 == UInt8(ascii: "+"))
        }
        guard let special else { return Array(encoded) }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(encoded.count)
        decoded.append(contentsOf: encoded[start..<special])
        start = special
        while start < encoded.endIndex {
            let byte = encoded[start]
            if byte == UInt8(ascii: "%") {
                guard start + 2 < encoded.endIndex, let high = encoded[start + 1].hexadecimalValue,
                    let low = encoded[start + 2].hexadecimalValue
                else { return nil }
                decoded.append(high << 4 | low)
                start += 3
            } else {
                decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? 0x20 : byte)
                start += 1
            }
        }
        return decoded
    }

    /// Whether the bytes are ASCII without a `%`, and so what they decode to.
    package static func isPlain(_ bytes: Span<UInt8>) -> Bool {
        bytes.first(UInt8(ascii: "%"), from: 0, to: bytes.count) == bytes.count
            && bytes.isASCII
    }

    /// As `decode`, for text.
    package static func decode(_ encoded: String, plusIsSpace: Bool = false) -> [UInt8]? {
        decode(Array(encoded.utf8)[...], plusIsSpace: plusIsSpace)
    }

    /// Appends `bytes` with everything encoded but the unreserved characters `A-Z a-z 0-9 - . _ ~`, in
    /// upper-case hexadecimal: the form that SigV4 and S3's `encoding-type=url` use.
    ///
    /// - Parameters:
    ///   - bytes: The bytes to encode.
    ///   - keepsSlash: Whether `/` stays, as in a canonical path.
    ///   - encoded: Where the result goes.
    package static func append(
        _ bytes: some Sequence<UInt8>,
        keepsSlash: Bool,
        to encoded: inout [UInt8]
    ) {
        for byte in bytes {
            if isUnreserved(byte) || (keepsSlash && byte == UInt8(ascii: "/")) {
                encoded.append(byte)
            } else {
                encoded.append(UInt8(ascii: "%"))
                encoded.append(hexadecimalDigit(byte >> 4))
                encoded.append(hexadecimalDigit(byte & 15))
            }
        }
    }

    /// The encoded form as text.
    package static func encode(_ bytes: some Sequence<UInt8>, keepsSlash: Bool = false) -> String {
        var encoded: [UInt8] = []
        append(bytes, keepsSlash: keepsSlash, to: &encoded)
        return String(decoding: encoded, as: UTF8.self)
    }

    /// The encoded form of text.
    package static func encode(_ text: String, keepsSlash: Bool = false) -> String {
        encode(text.utf8, keepsSlash: keepsSlash)
    }

    /// unreserved = ALPHA / DIGIT / "-" / "." / "_" / "~" (RFC 3986, 2.3).
    package static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
        default: false
        }
    }

    private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 + value : 0x41 + value - 10
    }
}
