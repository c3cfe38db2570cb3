// A fraction that millions of numbers are multiplied by. Where digits and fraction fit machine words, as nearly always,
// a product is one multiplication and one division; else it is computed with numbers of any size. Both are exact and
// round once, so which way a product took can't be seen.

/// A fraction, prepared for multiplying the fields of a bill.
package struct Multiplier: Sendable {
    private let ratio: Ratio
    private let mode: RoundingMode
    private let numerator: UInt64
    /// Zero where the fraction does not fit.
    private let denominator: UInt64

    package init(_ ratio: Ratio, _ mode: RoundingMode = .halfEven) {
        self.ratio = ratio
        self.mode = mode
        let parts = (ratio.numerator.small ?? .max, ratio.denominator.small ?? .max)
        let fits = parts.0 <= UInt128(UInt64.max) && parts.1 <= UInt128(UInt64.max)
        numerator = fits ? UInt64(parts.0) : 0
        denominator = fits && mode == .halfEven ? UInt64(parts.1) : 0
    }

    /// The product of a number as a bill writes it with the fraction, rounded once.
    ///
    /// - Parameters:
    ///   - field: a decimal number; its bytes are only looked at during the call.
    ///   - scale: the decimals to keep, 0 to 18.
    /// - Returns: The product as a multiple of `10^-scale`.
    /// - Throws: an `AmountError` when the field is no number or the product does not fit 128 bits.
    package func product(
        of field: UnsafeRawBufferPointer,
        toScale scale: Int
    ) throws(AmountError) -> Int128 {
        if let number = ShortDecimal(field), let product = product(of: number, toScale: scale) {
            return product
        }
        let wide = try BigDecimal.read(field).multiplied(by: ratio, toScale: scale, mode)
        return try wide.units(atScale: scale)
    }

    /// The product, if everything on the way fits machine words.
    @inline(__always)
    private func product(of number: ShortDecimal, toScale scale: Int) -> Int128? {
        guard denominator != 0 else { return nil }
        let shift = scale - number.scale
        let factor = numerator.multipliedReportingOverflow(by: tens[max(shift, 0)])
        let divisor = denominator.multipliedReportingOverflow(by: tens[max(-shift, 0)])
        guard !factor.overflow, !divisor.overflow else { return nil }
        let product = number.digits.multipliedFullWidth(by: factor.partialValue)
        let (quotient, rest): (UInt64, UInt64)
        if product.high == 0 {
            (quotient, rest) = product.low.quotientAndRemainder(dividingBy: divisor.partialValue)
        } else {
            guard product.high < divisor.partialValue else { return nil }
            (quotient, rest) = divisor.partialValue.dividingFullWidth(product)
        }
        var magnitude = Int128(quotient)
        let other = divisor.partialValue - rest
        if rest > other || rest == other && quotient & 1 == 1 { magnitude += 1 }
        return number.isNegative ? -magnitude : magnitude
    }
}

/// A decimal number of at most 18 digits.
private struct ShortDecimal {
    let digits: UInt64
    let scale: Int
    let isNegative: Bool

    /// Reads digits with at most one point and a minus sign; nil for everything else, which may be a number too.
    @inline(__always)
    init?(_ bytes: UnsafeRawBufferPointer) {
        var index = 0
        isNegative = bytes.count > 0 && bytes[0] == UInt8(ascii: "-")
        if isNegative { index = 1 }
        var value: UInt64 = 0
        var count = 0
        var point = -1
        while index < bytes.count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            if digit < 10 {
                value = value &* 10 &+ UInt64(digit)
                count += 1
            } else if bytes[index] == UInt8(ascii: "."), point < 0 {
                point = index
            } else {
                return nil
            }
            index += 1
        }
        guard (1...18).contains(count) else { return nil }
        digits = value
        scale = point < 0 ? 0 : bytes.count - point - 1
    }
}

/// The powers of ten from 10^0 to 10^18.
private let tens: [UInt64] = (0...18).map { UInt64(powerOfTen($0)) }

extension BigDecimal {
    /// The number as a multiple of `10^-scale`; it has no more decimals than that.
    ///
    /// - Throws: `AmountError.tooLarge` when that does not fit 128 bits.
    package func units(atScale scale: Int) throws(AmountError) -> Int128 {
        precondition(scale >= self.scale, "\(self) at scale \(scale)")
        let units = digits * .powerOfTen(scale - self.scale)
        guard let small = units.small, small <= UInt128(Int128.max) else { throw .tooLarge }
        return isNegative ? -Int128(small) : Int128(small)
    }

    /// So many `10^-scale`.
    package init(units: Int128, scale: Int) {
        self.init(isNegative: units < 0, digits: BigNatural(units.magnitude), scale: scale)
    }
}

/// Writes a multiple of `10^-scale` with exactly so many decimals to the end of a buffer; never `-0`.
///
/// - Parameters:
///   - units: the number.
///   - scale: the decimals, 0 to 18.
///   - text: a buffer of 48 bytes or more.
/// - Returns: Where in the buffer the text starts.
package func writeFixed(_ units: Int128, scale: Int, into text: inout [UInt8]) -> Int {
    var index = text.count
    var decimals = scale
    var digits = units.magnitude
    // What does not fit a machine word is rare, and slow.
    while digits > UInt128(UInt64.max) {
        index -= 1
        text[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digits % 10)
        digits /= 10
        decimals -= 1
        if decimals == 0 {
            index -= 1
            text[index] = UInt8(ascii: ".")
        }
    }
    var word = UInt64(digits)
    while word > 0 || decimals >= 0 {
        index -= 1
        text[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: word % 10)
        word /= 10
        decimals -= 1
        if decimals == 0 {
            index -= 1
            text[index] = UInt8(ascii: ".")
        }
    }
    if units < 0 {
        index -= 1
        text[index] = UInt8(ascii: "-")
    }
    return index
}
