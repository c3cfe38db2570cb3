// Hexadecimal: written in lowercase, read in either case.

/// Encodes and decodes hexadecimal text.
public enum Hex {
    /// The bytes in lowercase hexadecimal.
    @inlinable
    public static func encode(_ bytes: some Collection<UInt8>) -> String {
        bytes.withContiguousBytes { bytes in
            String(unsafeUninitializedCapacity: 2 * bytes.count) { encode(bytes, into: $0) }
        }
    }

    /// The bytes that a text spells, or nil when it has an odd length or anything but hexadecimal digits.
    @inlinable
    public static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        text.withContiguousBytes { text in
            guard text.count % 2 == 0 else { return nil }
            var isRight = true
            let bytes = [UInt8](unsafeUninitializedCapacity: text.count / 2) { bytes, count in
                isRight = decode(text, into: bytes)
                count = isRight ? text.count / 2 : 0
            }
            return isRight ? bytes : nil
        }
    }

    /// The bytes that a text spells, or nil when it has an odd length or anything but hexadecimal digits.
    @inlinable
    public static func decode(_ text: String) -> [UInt8]? { decode(text.utf8) }

    /// Writes the digits of `bytes` and returns how many they are.
    @usableFromInline
    static func encode(
        _ bytes: UnsafeBufferPointer<UInt8>,
        into text: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        for index in 0..<bytes.count {
            text[2 * index] = digit(bytes[index] >> 4)
            text[2 * index + 1] = digit(bytes[index] & 15)
        }
        return 2 * bytes.count
    }

    /// Writes the bytes that a text of twice their number spells; false when it isn't one.
    @usableFromInline
    static func decode(
        _ text: UnsafeBufferPointer<UInt8>,
        into bytes: UnsafeMutableBufferPointer<UInt8>
    ) -> Bool {
        guard text.count == 2 * bytes.count else { return false }
        var allValues: UInt8 = 0
        for index in 0..<bytes.count {
            let high = value(text[2 * index])
            let low = value(text[2 * index + 1])
            allValues |= high | low
            bytes[index] = high &<< 4 | low
        }
        return allValues < 16
    }

    @inline(__always)
    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
    }

    /// The value of a digit; more than 15 when it is none.
    @inline(__always)
    private static func value(_ digit: UInt8) -> UInt8 {
        let decimal = digit &- UInt8(ascii: "0")
        if decimal < 10 { return decimal }
        let letter = (digit | 0x20) &- UInt8(ascii: "a")
        return letter < 6 ? letter &+ 10 : 0xFF
    }
}

extension [UInt8] {
    /// Appends bytes in lowercase hexadecimal.
    public mutating func append(hex bytes: some Collection<UInt8>) {
        bytes.withContiguousBytes { bytes in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 2 * bytes.count) { text in
                _ = Hex.encode(bytes, into: text)
                append(contentsOf: text)
            }
        }
    }
}
