// Numbers of conditions: compared exactly, so that 0.1 is 0.1 and an account's sixteen digits stay what
// they are.

/// A decimal number with up to 18 digits on each side of the point.
package struct FixedNumber: Sendable, Hashable, Comparable {
    /// The number times 10^18.
    private let scaled: Int128

    private static let digits = 18
    private static let one: Int128 = 1_000_000_000_000_000_000

    /// Reads `-12`, `1.5` or `3e2`; nil for anything else, and for more digits than fit.
    package init?(_ text: some StringProtocol) {
        var bytes = Array(text.utf8)[...]
        var exponent = 0
        if let e = bytes.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
            guard let value = Int(String(decoding: bytes[(e + 1)...], as: UTF8.self)),
                abs(value) <= 2 * FixedNumber.digits
            else { return nil }
            exponent = value
            bytes = bytes[..<e]
        }
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative || bytes.first == UInt8(ascii: "+") { bytes = bytes.dropFirst() }
        guard bytes.count <= 2 * FixedNumber.digits + 1 else { return nil }
        var value: Int128 = 0
        var point: Int?
        var count = 0
        for byte in bytes {
            if byte == UInt8(ascii: "."), point == nil {
                point = count
                continue
            }
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int128(digit)
            count += 1
        }
        // A digit on each side of the point.
        if let point, point == 0 || point == count { return nil }
        guard count > 0 else { return nil }
        let shift = FixedNumber.digits - (count - (point ?? count)) + exponent
        guard let scaled = FixedNumber.shifted(value, by: shift) else { return nil }
        self.scaled = isNegative ? -scaled : scaled
    }

    /// The value times a power of ten; nil when it does not fit or is not whole.
    private static func shifted(_ value: Int128, by shift: Int) -> Int128? {
        var value = value
        for _ in 0..<abs(shift) {
            if shift < 0 {
                guard value.isMultiple(of: 10) else { return nil }
                value /= 10
            } else {
                let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
                guard !isTooLarge else { return nil }
                value = product
            }
        }
        return value < one * one ? value : nil
    }

    package static func < (left: FixedNumber, right: FixedNumber) -> Bool {
        left.scaled < right.scaled
    }
}
