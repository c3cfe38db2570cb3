// Hexadecimal: written in lowercase, read in either case.

/// Encodes and decodes hexadecimal text.
package enum Hex {
    /// The bytes in lowercase hexadecimal.
    package static func encode(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        text.append(hex: bytes)
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes that a text spells, or nil when it has an odd length or anything but hexadecimal digits.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: text.count / 2)
        return decode(text, into: bytes.mutableSpan) ? bytes : nil
    }

    /// The bytes that a text spells, or nil when it has an odd length or anything but hexadecimal digits.
    package static func decode(_ text: String) -> [UInt8]? { decode(text.utf8) }

    /// Decodes exactly as many bytes as there is room; false when the text is anything else.
    static func decode(
        _ text: some Collection<UInt8>,
        into bytes: consuming MutableSpan<UInt8>
    ) -> Bool {
        guard text.count == 2 * bytes.count else { return false }
        var position = 0
        for character in text {
            guard let value = value(character) else { return false }
            bytes[position >> 1] = position & 1 == 0 ? value << 4 : bytes[position >> 1] | value
            position += 1
        }
        return true
    }

    /// The digit of a value from 0 to 15.
    @inline(__always)
    static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
    }

    /// The value of a digit, or nil when it is none.
    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension [UInt8] {
    /// Appends bytes in lowercase hexadecimal.
    package mutating func append(hex bytes: some Collection<UInt8>) {
        reserveCapacity(count + 2 * bytes.count)
        for byte in bytes {
            append(Hex.digit(byte >> 4))
            append(Hex.digit(byte & 15))
        }
    }
}
