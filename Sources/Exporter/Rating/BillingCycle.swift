// The month that a bill is for.

/// A billing cycle: a calendar month in UTC, written `2026-10`.
package struct BillingCycle: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let year: Int
    /// 1 to 12.
    package let month: Int

    /// A month of the years 1000 to 9999, or nil.
    package init?(year: Int, month: Int) {
        guard (1_000...9_999).contains(year), (1...12).contains(month) else { return nil }
        (self.year, self.month) = (year, month)
    }

    /// Reads `YYYY-MM`, and nothing else.
    package init?(_ text: some StringProtocol) {
        self.init(ascii: Array(text.utf8))
    }

    /// Reads the bytes of `YYYY-MM`, and nothing else.
    package init?(ascii bytes: some Collection<UInt8>) {
        guard bytes.count == 7 else { return nil }
        var digits: [Int] = []
        for (index, byte) in bytes.enumerated() {
            if index == 4 {
                guard byte == UInt8(ascii: "-") else { return nil }
            } else {
                guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
                digits.append(Int(byte - UInt8(ascii: "0")))
            }
        }
        self.init(year: digits[..<4].reduce(0) { $0 * 10 + $1 }, month: digits[4] * 10 + digits[5])
    }

    /// The month after this one; after December 9999 there is none, and it is that month itself.
    package var next: BillingCycle {
        BillingCycle(year: month == 12 ? year + 1 : year, month: month == 12 ? 1 : month + 1)
            ?? self
    }

    /// How many days the month has.
    package var days: Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    package var description: String { "\(year)-\(month < 10 ? "0" : "")\(month)" }

    package static func < (left: BillingCycle, right: BillingCycle) -> Bool {
        (left.year, left.month) < (right.year, right.month)
    }
}
