// Base64 (RFC 4648, section 4) with padding. Decoding is strict: one text for each value, so a checksum
// that decodes is spelt as we would spell it.

/// Encodes and decodes Base64 text.
package enum Base64 {
    /// The bytes in Base64 with padding.
    package static func encode(_ bytes: some Collection<UInt8>) -> String {
        let bytes = Array(bytes)
        return bytes.withUnsafeBytes { bytes in
            String(unsafeUninitializedCapacity: encodedCount(bytes.count)) {
                encode(bytes, into: $0)
            }
        }
    }

    /// The bytes that a text spells, or nil when it isn't their canonical spelling: the alphabet of section 4,
    /// padding to a multiple of four, zero in the unused bits, no line breaks.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        let text = Array(text)
        guard text.count % 4 == 0 else { return nil }
        guard let last = text.last else { return [] }
        let padding = last != pad ? 0 : text[text.count - 2] != pad ? 1 : 2
        let digits = text.count - padding
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var bits: UInt32 = 0
        for index in 0..<digits {
            guard let value = value(text[index]) else { return nil }
            bits = bits << 6 | UInt32(value)
            if index % 4 == 3 {
                bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
                bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
                bytes.append(UInt8(truncatingIfNeeded: bits))
            }
        }
        switch padding {
        case 1:
            guard bits & 0x3 == 0 else { return nil }
            bytes.append(UInt8(truncatingIfNeeded: bits >> 10))
            bytes.append(UInt8(truncatingIfNeeded: bits >> 2))
        case 2:
            guard bits & 0xF == 0 else { return nil }
            bytes.append(UInt8(truncatingIfNeeded: bits >> 4))
        default: break
        }
        return bytes
    }

    /// The bytes that a text spells, or nil when it isn't their canonical spelling.
    package static func decode(_ text: String) -> [UInt8]? { decode(text.utf8) }

    /// How long the text of so many bytes is.
    static func encodedCount(_ byteCount: Int) -> Int { (byteCount + 2) / 3 * 4 }

    /// Writes the text of `bytes` and returns its length.
    static func encode(
        _ bytes: UnsafeRawBufferPointer,
        into text: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        var written = 0
        var index = 0
        while index < bytes.count {
            let group = min(3, bytes.count - index)
            var bits: UInt32 = 0
            for offset in 0..<3 {
                bits = bits << 8 | (offset < group ? UInt32(bytes[index + offset]) : 0)
            }
            for offset in 0..<4 {
                let value = UInt8(bits >> UInt32(18 - 6 * offset) & 63)
                text[written + offset] = offset <= group ? digit(value) : pad
            }
            index += 3
            written += 4
        }
        return written
    }

    private static let pad = UInt8(ascii: "=")

    private static func digit(_ value: UInt8) -> UInt8 {
        switch value {
        case 0..<26: UInt8(ascii: "A") + value
        case 26..<52: UInt8(ascii: "a") + (value - 26)
        case 52..<62: UInt8(ascii: "0") + (value - 52)
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}

extension [UInt8] {
    /// Appends bytes in Base64 with padding.
    package mutating func append(base64 bytes: some Collection<UInt8>) {
        append(contentsOf: Base64.encode(bytes).utf8)
    }
}
