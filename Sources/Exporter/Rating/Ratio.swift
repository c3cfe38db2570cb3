// By what a price differs from its basis: the product of a rule's percentage and the customer's discounts and
// uplifts, as one exact fraction, so that a price is rounded once however many percentages went into it.

/// A fraction, zero or more.
package struct Ratio: Hashable, Sendable {
    let numerator: BigNatural
    /// Not zero.
    let denominator: BigNatural

    package static let one = Ratio(numerator: .one, denominator: .one)

    /// The fraction in lowest terms.
    private init(numerator: BigNatural, denominator: BigNatural) {
        var (left, right) = (numerator, denominator)
        while !right.isZero {
            (left, right) = (right, left.quotientAndRemainder(dividingBy: right).remainder)
        }
        self.numerator = numerator.quotientAndRemainder(dividingBy: left).quotient
        self.denominator = denominator.quotientAndRemainder(dividingBy: left).quotient
    }

    /// A decimal number that is not negative.
    package init(_ value: BigDecimal) {
        precondition(!value.isNegative, "a ratio below zero")
        self.init(numerator: value.digits, denominator: .powerOfTen(value.scale))
    }

    /// `1 + percent/100`: a markup or an uplift.
    package static func adding(percent: BigDecimal) -> Ratio { Ratio(.one + hundredth(percent)) }

    /// `1 - percent/100`: a discount of at most 100 %.
    package static func subtracting(percent: BigDecimal) -> Ratio {
        Ratio(.one - hundredth(percent))
    }

    /// `1 / (1 - percent/100)`: the price of which `percent` is the margin; below 100 %.
    package static func margin(percent: BigDecimal) -> Ratio {
        let rest = Ratio(.one - hundredth(percent))
        return Ratio(numerator: rest.denominator, denominator: rest.numerator)
    }

    package static func * (left: Ratio, right: Ratio) -> Ratio {
        Ratio(
            numerator: left.numerator * right.numerator,
            denominator: left.denominator * right.denominator
        )
    }

    /// The quotient; the divisor is not zero.
    package static func / (left: Ratio, right: Ratio) -> Ratio {
        Ratio(
            numerator: left.numerator * right.denominator,
            denominator: left.denominator * right.numerator
        )
    }

    static func hundredth(_ percent: BigDecimal) -> BigDecimal {
        BigDecimal(
            isNegative: percent.isNegative,
            digits: percent.digits,
            scale: percent.scale + 2
        )
    }
}
