// Decimal numbers of any size and scale: what bills write (22 digits and more), and every sum and product of them,
// exactly. Rounding happens only where a rule says so, once, from the exact fraction (rule R1).

/// An exact decimal number: `±digits × 10^-scale`.
package struct BigDecimal: Sendable {
    /// The most digits of a number that is read, and the most decimals.
    package static let digitLimit = 100

    /// False for zero.
    package let isNegative: Bool
    let digits: BigNatural
    /// The decimals, zero or more; those of the text, zeros at the end included.
    package let scale: Int

    package static let zero = BigDecimal(isNegative: false, digits: .zero, scale: 0)
    package static let one = BigDecimal(1)

    init(isNegative: Bool, digits: BigNatural, scale: Int) {
        self.isNegative = isNegative && !digits.isZero
        self.digits = digits
        self.scale = scale
    }

    /// A whole number.
    package init(_ integer: Int) {
        self.init(
            isNegative: integer < 0,
            digits: BigNatural(UInt128(integer.magnitude)),
            scale: 0
        )
    }

    /// The same value.
    package init(_ amount: Amount) {
        self.init(
            isNegative: amount.isNegative,
            digits: BigNatural(amount.units.magnitude),
            scale: Amount.scale
        )
    }

    /// Reads a number: digits with at most one point, a minus sign, an exponent as in `1.5E-7`.
    package init(_ text: some StringProtocol) throws(AmountError) {
        var copy = Array(text.utf8)
        let result: Result<BigDecimal, AmountError> = copy.withUnsafeMutableBytes { bytes in
            do throws(AmountError) {
                return .success(try BigDecimal.read(UnsafeRawBufferPointer(bytes)))
            } catch {
                return .failure(error)
            }
        }
        self = try result.get()
    }

    /// Reads a number from the bytes of a field, which are only looked at during the call.
    package static func read(_ bytes: UnsafeRawBufferPointer) throws(AmountError) -> BigDecimal {
        var index = 0
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative { index = 1 }
        var digits = BigNatural.zero
        // Up to 18 digits are gathered in a machine word.
        var word: UInt64 = 0
        var wordDigits = 0
        var count = 0
        var decimals: Int?
        while index < bytes.count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            if digit < 10 {
                count += 1
                guard count <= digitLimit else { throw .tooLarge }
                word = word * 10 + UInt64(digit)
                wordDigits += 1
                if decimals != nil { decimals? += 1 }
                if wordDigits == 18 {
                    digits = digits.appending(word, digits: wordDigits)
                    (word, wordDigits) = (0, 0)
                }
            } else if bytes[index] == UInt8(ascii: "."), decimals == nil {
                decimals = 0
            } else {
                break
            }
            index += 1
        }
        guard count > 0 else { throw .notDecimal }
        digits = digits.appending(word, digits: wordDigits)
        let exponent = try readExponent(UnsafeRawBufferPointer(rebasing: bytes[index...]))
        let scale = (decimals ?? 0) - exponent
        guard scale.magnitude <= UInt(digitLimit) else { throw .tooLarge }
        return scale >= 0
            ? BigDecimal(isNegative: isNegative, digits: digits, scale: scale)
            : BigDecimal(
                isNegative: isNegative,
                digits: digits * .powerOfTen(-scale),
                scale: 0
            )
    }

    /// What follows the digits: nothing, or `E-7`.
    private static func readExponent(_ bytes: UnsafeRawBufferPointer) throws(AmountError) -> Int {
        guard let mark = bytes.first else { return 0 }
        guard mark | 0x20 == UInt8(ascii: "e") else { throw .notDecimal }
        var rest = bytes[(bytes.startIndex + 1)...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        guard (1...3).contains(rest.count) else { throw .notDecimal }
        var value = 0
        for byte in rest {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { throw .notDecimal }
            value = value * 10 + Int(digit)
        }
        return isNegative ? -value : value
    }

    package var isZero: Bool { digits.isZero }

    /// The value as an amount, if it is one: at most 18 decimals that are not zero, below 10^20.
    package var amount: Amount? {
        let units: BigNatural
        if scale <= Amount.scale {
            units = digits * .powerOfTen(Amount.scale - scale)
        } else {
            let (quotient, rest) = digits.quotientAndRemainder(
                dividingBy: .powerOfTen(scale - Amount.scale)
            )
            guard rest.isZero else { return nil }
            units = quotient
        }
        guard let small = units.small, small < UInt128(Amount.limitUnits) else { return nil }
        return try? Amount(units: isNegative ? -Int128(small) : Int128(small))
    }

    package static prefix func - (value: BigDecimal) -> BigDecimal {
        BigDecimal(isNegative: !value.isNegative, digits: value.digits, scale: value.scale)
    }

    package static func + (left: BigDecimal, right: BigDecimal) -> BigDecimal {
        let scale = max(left.scale, right.scale)
        let first = left.digits(atScale: scale)
        let second = right.digits(atScale: scale)
        if left.isNegative == right.isNegative {
            return BigDecimal(isNegative: left.isNegative, digits: first + second, scale: scale)
        }
        return first >= second
            ? BigDecimal(isNegative: left.isNegative, digits: first - second, scale: scale)
            : BigDecimal(isNegative: right.isNegative, digits: second - first, scale: scale)
    }

    package static func - (left: BigDecimal, right: BigDecimal) -> BigDecimal { left + -right }

    package static func += (left: inout BigDecimal, right: BigDecimal) { left = left + right }

    package static func * (left: BigDecimal, right: BigDecimal) -> BigDecimal {
        BigDecimal(
            isNegative: left.isNegative != right.isNegative,
            digits: left.digits * right.digits,
            scale: left.scale + right.scale
        )
    }

    /// The digits with so many decimals, which are not fewer than there are.
    private func digits(atScale other: Int) -> BigNatural {
        other == scale ? digits : digits * .powerOfTen(other - scale)
    }

    /// The number at so many decimals, rounded once.
    package func rounded(toScale scale: Int, _ mode: RoundingMode) -> BigDecimal {
        multiplied(by: .one, toScale: scale, mode)
    }

    /// The product with a fraction, computed exactly and rounded once.
    ///
    /// - Parameters:
    ///   - ratio: the fraction.
    ///   - target: the decimals to keep.
    ///   - mode: which of the two neighbours it becomes.
    /// - Returns: The rounded product.
    package func multiplied(
        by ratio: Ratio,
        toScale target: Int,
        _ mode: RoundingMode
    ) -> BigDecimal {
        var dividend = digits * ratio.numerator
        var divisor = ratio.denominator
        if target >= scale {
            dividend = dividend * .powerOfTen(target - scale)
        } else {
            divisor = divisor * .powerOfTen(scale - target)
        }
        let (quotient, rest) = dividend.quotientAndRemainder(dividingBy: divisor)
        var result = quotient
        if !rest.isZero {
            let other = divisor - rest
            let isAway =
                switch mode {
                case .down: false
                case .up: true
                case .floor: isNegative
                case .halfUp: rest >= other
                case .halfEven: rest > other || rest == other && quotient.isOdd
                }
            if isAway { result = result + .one }
        }
        return BigDecimal(isNegative: isNegative, digits: result, scale: target)
    }

    /// The number as text, with at least so many decimals and with more where it has more; never `-0`.
    package func text(minimumScale: Int = 0) -> String {
        var digits = digits
        var decimals = scale
        let ten = BigNatural(10)
        while decimals > minimumScale {
            let (quotient, rest) = digits.quotientAndRemainder(dividingBy: ten)
            guard rest.isZero else { break }
            digits = quotient
            decimals -= 1
        }
        if decimals < minimumScale {
            digits = digits * .powerOfTen(minimumScale - decimals)
            decimals = minimumScale
        }
        var reversed: [UInt8] = []
        while !digits.isZero || reversed.count <= decimals {
            let (quotient, rest) = digits.quotientAndRemainder(dividingBy: ten)
            reversed.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest.small ?? 0))
            digits = quotient
        }
        if decimals > 0 { reversed.insert(UInt8(ascii: "."), at: decimals) }
        if isNegative { reversed.append(UInt8(ascii: "-")) }
        return String(decoding: reversed.reversed(), as: UTF8.self)
    }
}

extension BigDecimal {
    /// The number with the decimals that it was read or rounded with.
    package var written: String { text(minimumScale: scale) }
}

extension BigNatural {
    /// The number with more decimal digits behind it.
    fileprivate func appending(_ word: UInt64, digits: Int) -> BigNatural {
        if digits == 0 { return self }
        if isZero { return BigNatural(UInt128(word)) }
        return self * .powerOfTen(digits) + BigNatural(UInt128(word))
    }
}

extension BigDecimal: Comparable {
    /// Equal values are equal, whatever their scales.
    package static func == (left: BigDecimal, right: BigDecimal) -> Bool {
        !(left < right) && !(right < left)
    }

    package static func < (left: BigDecimal, right: BigDecimal) -> Bool {
        if left.isNegative != right.isNegative { return left.isNegative }
        let scale = max(left.scale, right.scale)
        let (first, second) = (left.digits(atScale: scale), right.digits(atScale: scale))
        return left.isNegative ? second < first : first < second
    }
}

extension BigDecimal: CustomStringConvertible {
    package var description: String { text() }
}

extension BigDecimal: Hashable {
    package func hash(into hasher: inout Hasher) { hasher.combine(text()) }
}
