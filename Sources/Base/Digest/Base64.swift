// Base64 (RFC 4648, section 4) with padding. Decoding is strict: one text for each value, so a checksum
// that decodes is spelt as we would spell it.

/// Encodes and decodes Base64 text.
public enum Base64 {
    /// The bytes in Base64 with padding.
    @inlinable
    public static func encode(_ bytes: some Collection<UInt8>) -> String {
        bytes.withContiguousBytes { bytes in
            String(unsafeUninitializedCapacity: encodedCount(bytes.count)) {
                encode(bytes, into: $0)
            }
        }
    }

    /// The bytes that a text spells, or nil when it isn't their canonical spelling.
    ///
    /// That is the alphabet of section 4, padding to a multiple of four, zero in the unused bits, and no
    /// line breaks.
    @inlinable
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        text.withContiguousBytes { text in
            guard let byteCount = decodedCount(text) else { return nil }
            var isRight = true
            let bytes = [UInt8](unsafeUninitializedCapacity: byteCount) { bytes, count in
                isRight = decode(
                    text,
                    into: UnsafeMutableBufferPointer(rebasing: bytes[..<byteCount])
                )
                count = isRight ? byteCount : 0
            }
            return isRight ? bytes : nil
        }
    }

    /// The bytes that a text spells, or nil when it isn't their canonical spelling.
    @inlinable
    public static func decode(_ text: String) -> [UInt8]? { decode(text.utf8) }

    /// How long the text of so many bytes is.
    @usableFromInline
    static func encodedCount(_ byteCount: Int) -> Int { (byteCount + 2) / 3 * 4 }

    /// How many bytes a text spells, or nil when its length is none of Base64.
    @usableFromInline
    static func decodedCount(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard text.count % 4 == 0 else { return nil }
        guard let last = text.last else { return 0 }
        let padding = last != pad ? 0 : text[text.count - 2] != pad ? 1 : 2
        return text.count / 4 * 3 - padding
    }

    /// Writes the text of `bytes` and returns its length.
    @usableFromInline
    static func encode(
        _ bytes: UnsafeBufferPointer<UInt8>,
        into text: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        var written = 0
        var index = 0
        while index < bytes.count {
            let group = min(3, bytes.count - index)
            var bits = UInt32(bytes[index]) << 16
            if group > 1 { bits |= UInt32(bytes[index + 1]) << 8 }
            if group > 2 { bits |= UInt32(bytes[index + 2]) }
            text[written] = digit(bits >> 18)
            text[written + 1] = digit(bits >> 12 & 63)
            text[written + 2] = group > 1 ? digit(bits >> 6 & 63) : pad
            text[written + 3] = group > 2 ? digit(bits & 63) : pad
            index += 3
            written += 4
        }
        return written
    }

    /// Writes the bytes that a text spells; false when it isn't the canonical spelling of just as many.
    @usableFromInline
    static func decode(
        _ text: UnsafeBufferPointer<UInt8>,
        into bytes: UnsafeMutableBufferPointer<UInt8>
    ) -> Bool {
        guard decodedCount(text) == bytes.count else { return false }
        var read = 0
        var index = 0
        while index < bytes.count {
            let group = min(3, bytes.count - index)
            // Bits above the 24 of a group mark a character that is no digit.
            var bits = value(text[read]) << 18 | value(text[read + 1]) << 12
            if group > 1 { bits |= value(text[read + 2]) << 6 }
            if group > 2 { bits |= value(text[read + 3]) }
            let unused: UInt32 = group == 3 ? 0 : group == 2 ? 0xFF : 0xFFFF
            guard bits >> 24 == 0, bits & unused == 0 else { return false }
            bytes[index] = UInt8(truncatingIfNeeded: bits >> 16)
            if group > 1 { bytes[index + 1] = UInt8(truncatingIfNeeded: bits >> 8) }
            if group > 2 { bytes[index + 2] = UInt8(truncatingIfNeeded: bits) }
            index += 3
            read += 4
        }
        return true
    }

    private static let pad = UInt8(ascii: "=")

    @inline(__always)
    private static func digit(_ value: UInt32) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: value)
        return switch value {
        case 0..<26: UInt8(ascii: "A") + value
        case 26..<52: UInt8(ascii: "a") + (value - 26)
        case 52..<62: UInt8(ascii: "0") + (value - 52)
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }

    /// The value of a digit; one that reaches bit 24 in every place when it is none.
    @inline(__always)
    private static func value(_ digit: UInt8) -> UInt32 {
        let value: UInt32 =
            switch digit {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit - UInt8(ascii: "A"))
            case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit - UInt8(ascii: "a") + 26)
            case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0") + 52)
            case UInt8(ascii: "+"): 62
            case UInt8(ascii: "/"): 63
            default: ~0
            }
        return value
    }
}

extension [UInt8] {
    /// Appends bytes in Base64 with padding.
    public mutating func append(base64 bytes: some Collection<UInt8>) {
        bytes.withContiguousBytes { bytes in
            withUnsafeTemporaryAllocation(
                of: UInt8.self,
                capacity: Base64.encodedCount(bytes.count)
            ) { text in
                _ = Base64.encode(bytes, into: text)
                append(contentsOf: text)
            }
        }
    }
}
