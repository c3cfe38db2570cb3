// Whole numbers of any size, for the few amounts that do not fit 128 bits: a price is an exact fraction of
// products, rounded once. Up to 128 bits nothing is allocated.

/// A whole number, zero or more.
package struct BigNatural: Hashable, Sendable {
    /// The value, if it fits; else zero.
    private let word: UInt128
    /// The value's 64-bit limbs, lowest first, if it needs three or more; else empty.
    // Invariant: the last limb is not zero, so equal values are equal memberwise.
    private let limbs: [UInt64]

    package static let zero = BigNatural(0)
    package static let one = BigNatural(1)

    package init(_ value: UInt128) {
        word = value
        limbs = []
    }

    /// A number from limbs, lowest first; zero limbs at the end are dropped.
    private init(limbs: [UInt64]) {
        var limbs = limbs
        while limbs.last == 0 { limbs.removeLast() }
        let isSmall = limbs.count <= 2
        let low = UInt128(limbs.first ?? 0)
        let high = UInt128(limbs.count == 2 ? limbs[1] : 0)
        word = isSmall ? high << 64 | low : 0
        self.limbs = isSmall ? [] : limbs
    }

    private var allLimbs: [UInt64] {
        limbs.isEmpty
            ? [UInt64(truncatingIfNeeded: word), UInt64(truncatingIfNeeded: word >> 64)] : limbs
    }

    /// The value as a machine number, if it fits.
    package var small: UInt128? { limbs.isEmpty ? word : nil }

    package var isZero: Bool { limbs.isEmpty && word == 0 }

    package var isOdd: Bool { (limbs.first ?? UInt64(truncatingIfNeeded: word)) & 1 == 1 }

    /// 10 to the power of `exponent`, which is zero or more.
    package static func powerOfTen(_ exponent: Int) -> BigNatural {
        if exponent <= 38 { return BigNatural(UInt128(Rating.powerOfTen(exponent))) }
        var result = BigNatural(UInt128(Rating.powerOfTen(38)))
        var rest = exponent - 38
        while rest > 0 {
            let step = min(rest, 38)
            result = result * BigNatural(UInt128(Rating.powerOfTen(step)))
            rest -= step
        }
        return result
    }

    package static func + (left: BigNatural, right: BigNatural) -> BigNatural {
        if let small = left.small, let other = right.small {
            let (sum, overflow) = small.addingReportingOverflow(other)
            if !overflow { return BigNatural(sum) }
        }
        let (long, short) = ordered(left.allLimbs, right.allLimbs)
        var limbs = long
        var carry: UInt64 = 0
        for index in limbs.indices {
            let (sum, over) = limbs[index].addingReportingOverflow(
                index < short.count ? short[index] : 0
            )
            let (whole, overAgain) = sum.addingReportingOverflow(carry)
            limbs[index] = whole
            carry = over || overAgain ? 1 : 0
        }
        if carry > 0 { limbs.append(carry) }
        return BigNatural(limbs: limbs)
    }

    /// The difference; `right` is not the larger one.
    package static func - (left: BigNatural, right: BigNatural) -> BigNatural {
        if let small = left.small, let other = right.small { return BigNatural(small - other) }
        var limbs = left.allLimbs
        let other = right.allLimbs
        var borrow: UInt64 = 0
        for index in limbs.indices {
            let (part, under) = limbs[index].subtractingReportingOverflow(
                index < other.count ? other[index] : 0
            )
            let (whole, underAgain) = part.subtractingReportingOverflow(borrow)
            limbs[index] = whole
            borrow = under || underAgain ? 1 : 0
        }
        precondition(borrow == 0, "a natural number below zero")
        return BigNatural(limbs: limbs)
    }

    package static func * (left: BigNatural, right: BigNatural) -> BigNatural {
        if let small = left.small, let other = right.small {
            let (product, overflow) = small.multipliedReportingOverflow(by: other)
            if !overflow { return BigNatural(product) }
        }
        let (first, second) = (left.allLimbs, right.allLimbs)
        var limbs = [UInt64](repeating: 0, count: first.count + second.count)
        for (index, limb) in first.enumerated() where limb > 0 {
            var carry: UInt64 = 0
            for (offset, other) in second.enumerated() {
                let wide = limb.multipliedFullWidth(by: other)
                let sum = UInt128(wide.high) << 64 | UInt128(wide.low)
                let total = sum + UInt128(limbs[index + offset]) + UInt128(carry)
                limbs[index + offset] = UInt64(truncatingIfNeeded: total)
                carry = UInt64(truncatingIfNeeded: total >> 64)
            }
            limbs[index + second.count] = carry
        }
        return BigNatural(limbs: limbs)
    }

    /// Quotient and remainder; the divisor is not zero.
    package func quotientAndRemainder(
        dividingBy divisor: BigNatural
    ) -> (quotient: BigNatural, remainder: BigNatural) {
        precondition(!divisor.isZero, "division by zero")
        if let small, let other = divisor.small {
            let (quotient, remainder) = small.quotientAndRemainder(dividingBy: other)
            return (BigNatural(quotient), BigNatural(remainder))
        }
        if self < divisor { return (.zero, self) }
        // Bit by bit: these numbers are rare, and a few hundred bits long.
        let dividend = allLimbs
        var quotient = [UInt64](repeating: 0, count: dividend.count)
        var remainder = BigNatural.zero
        for index in (0..<dividend.count * 64).reversed() {
            let bit = dividend[index >> 6] >> UInt64(index & 63) & 1
            remainder = remainder + remainder + BigNatural(UInt128(bit))
            if remainder >= divisor {
                remainder = remainder - divisor
                quotient[index >> 6] |= 1 << UInt64(index & 63)
            }
        }
        return (BigNatural(limbs: quotient), remainder)
    }

    private static func ordered(
        _ left: [UInt64],
        _ right: [UInt64]
    ) -> (long: [UInt64], short: [UInt64]) {
        left.count >= right.count ? (left, right) : (right, left)
    }
}

extension BigNatural: Comparable {
    package static func < (left: BigNatural, right: BigNatural) -> Bool {
        if let small = left.small, let other = right.small { return small < other }
        if left.limbs.count != right.limbs.count { return left.limbs.count < right.limbs.count }
        for index in left.limbs.indices.reversed() where left.limbs[index] != right.limbs[index] {
            return left.limbs[index] < right.limbs[index]
        }
        return false
    }
}
