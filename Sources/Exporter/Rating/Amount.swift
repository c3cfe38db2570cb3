// Exact money. An amount is a whole number of 10^-18 in 128 bits, so that sums, differences and comparisons
// are those of integers, and a value is rounded only where a rule says so. No binary floating point.

/// Why a number could not be read or kept.
package enum AmountError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Not a plain decimal number: a sign, digits, at most one point.
    case notDecimal
    /// More than 18 decimals that are not zero.
    case tooManyDecimals
    /// Beyond ±10^20.
    case tooLarge

    package var description: String {
        switch self {
        case .notDecimal: "not a decimal number"
        case .tooManyDecimals: "more than \(Amount.scale) decimals"
        case .tooLarge: "too large: amounts reach up to 10^20"
        }
    }
}

/// How a value between two neighbours is rounded (rule R1).
package enum RoundingMode: String, CaseIterable, Sendable {
    /// To the nearer one, ties to the even one.
    case halfEven = "half_even"
    /// To the nearer one, ties away from zero.
    case halfUp = "half_up"
    /// Towards zero.
    case down
    /// Towards minus infinity.
    case floor
    /// Away from zero.
    case up
}

/// An exact decimal amount, quantity or rate.
package struct Amount: Hashable, Comparable, Sendable {
    /// The decimals that every amount can hold.
    package static let scale = 18
    /// The largest magnitude, which leaves room in 128 bits for every single operation on two amounts.
    package static let limitUnits = powerOfTen(38)

    /// Multiples of 10^-18.
    // Invariant: below `limitUnits` in magnitude.
    package let units: Int128

    package static let zero = Amount(unchecked: 0)

    init(unchecked units: Int128) { self.units = units }

    /// An amount of so many 10^-18.
    package init(units: Int128) throws(AmountError) {
        guard units < Amount.limitUnits, units > -Amount.limitUnits else { throw .tooLarge }
        self.units = units
    }

    /// A whole number.
    package init(_ integer: Int) { units = Int128(integer) * powerOfTen(Amount.scale) }

    package static func < (left: Amount, right: Amount) -> Bool { left.units < right.units }

    package var isZero: Bool { units == 0 }

    package var isNegative: Bool { units < 0 }

    /// The sum.
    package func adding(_ other: Amount) throws(AmountError) -> Amount {
        try Amount(units: units + other.units)
    }

    /// The difference.
    package func subtracting(_ other: Amount) throws(AmountError) -> Amount {
        try Amount(units: units - other.units)
    }

    /// Adds in place; on an error the amount is what it was.
    @inline(__always)
    package mutating func add(_ other: Amount) throws(AmountError) {
        self = try Amount(units: units + other.units)
    }

    /// The amount at so many decimals, rounded once.
    ///
    /// - Parameters:
    ///   - scale: the decimals to keep, 0 to 18.
    ///   - mode: which of the two neighbours it becomes.
    /// - Returns: The rounded amount.
    /// - Throws: `AmountError.tooLarge` when rounding leaves the range.
    package func rounded(toScale scale: Int, _ mode: RoundingMode) throws(AmountError) -> Amount {
        precondition((0...Amount.scale).contains(scale), "scale \(scale)")
        let step = powerOfTen(Amount.scale - scale)
        let (quotient, remainder) = units.quotientAndRemainder(dividingBy: step)
        let rounded =
            quotient
            + mode.correction(
                quotient: quotient,
                remainder: remainder,
                divisor: step,
                isNegative: units < 0
            )
        return try Amount(units: rounded * step)
    }

    /// The product, computed exactly in 256 bits and rounded once.
    ///
    /// - Parameters:
    ///   - other: the second factor.
    ///   - scale: the decimals to keep, 0 to 18.
    ///   - mode: which of the two neighbours it becomes.
    /// - Returns: The rounded product.
    /// - Throws: `AmountError.tooLarge` when the product leaves the range.
    package func multiplied(
        by other: Amount,
        toScale scale: Int,
        _ mode: RoundingMode
    ) throws(AmountError) -> Amount {
        precondition((0...Amount.scale).contains(scale), "scale \(scale)")
        // Work on magnitudes: the product has 36 decimals, of which `36 - scale` go.
        let isNegative = (units < 0) != (other.units < 0)
        let product = units.magnitude.multipliedFullWidth(by: other.units.magnitude)
        let divisor = UInt128(powerOfTen(2 * Amount.scale - scale))
        guard product.high < divisor else { throw .tooLarge }
        let (quotient, remainder) = divisor.dividingFullWidth(product)
        guard quotient < UInt128(Amount.limitUnits) else { throw .tooLarge }
        let sign: Int128 = isNegative ? -1 : 1
        let signed = sign * Int128(quotient)
        let rounded =
            signed
            + mode.correction(
                quotient: signed,
                remainder: sign * Int128(remainder),
                divisor: Int128(divisor),
                isNegative: isNegative
            )
        let (result, overflow) = rounded.multipliedReportingOverflow(
            by: powerOfTen(Amount.scale - scale)
        )
        guard !overflow else { throw .tooLarge }
        return try Amount(units: result)
    }
}

extension RoundingMode {
    /// What is added to a quotient that was cut towards zero: -1, 0 or 1.
    fileprivate func correction(
        quotient: Int128,
        remainder: Int128,
        divisor: Int128,
        isNegative: Bool
    ) -> Int128 {
        guard remainder != 0 else { return 0 }
        let away: Int128 = isNegative ? -1 : 1
        switch self {
        case .down: return 0
        case .up: return away
        case .floor: return isNegative ? -1 : 0
        case .halfUp, .halfEven:
            // Twice the remainder may not fit, so the rest to the next step is compared instead.
            let rest = Int128(remainder.magnitude)
            let other = divisor - rest
            if rest != other { return rest > other ? away : 0 }
            return self == .halfUp || quotient & 1 != 0 ? away : 0
        }
    }
}

/// 10 to the power of `exponent`, which is 0 to 38.
func powerOfTen(_ exponent: Int) -> Int128 { powersOfTen[exponent] }

private let powersOfTen: [Int128] = {
    var powers: [Int128] = [1]
    for exponent in 1...38 { powers.append(powers[exponent - 1] * 10) }
    return powers
}()
