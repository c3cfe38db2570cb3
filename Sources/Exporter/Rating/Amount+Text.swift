// Amounts as bills write them: `-12.000000`, without exponent, plus sign or thousands separator.

extension Amount {
    /// A number as it was written: its value and how many decimals it had.
    package struct Written: Equatable, Sendable {
        package let amount: Amount
        package let scale: Int
    }

    /// Reads a plain decimal number: `0.00000046`, `-5`, `12.`, `.5`.
    package init(_ text: some StringProtocol) throws(AmountError) {
        var copy = Array(text.utf8)
        let written: Result<Written, AmountError> = copy.withUnsafeMutableBytes { bytes in
            do throws(AmountError) {
                return .success(try Amount.read(UnsafeRawBufferPointer(bytes)))
            } catch {
                return .failure(error)
            }
        }
        self = try written.get().amount
    }

    /// Reads a plain decimal number from the bytes of a field, which are only looked at during the call.
    ///
    /// Up to 18 digits take one machine word and one 128-bit multiplication.
    package static func read(_ bytes: UnsafeRawBufferPointer) throws(AmountError) -> Written {
        var index = 0
        let isNegative = bytes.count > 0 && bytes[0] == UInt8(ascii: "-")
        if isNegative { index = 1 }
        var word: UInt64 = 0
        var digitCount = 0
        var pointIndex = -1
        while index < bytes.count, digitCount < 18 {
            let digit = bytes[index] &- UInt8(ascii: "0")
            if digit < 10 {
                word = word &* 10 &+ UInt64(digit)
                digitCount += 1
            } else if bytes[index] == UInt8(ascii: "."), pointIndex < 0 {
                pointIndex = index
            } else {
                throw .notDecimal
            }
            index += 1
        }
        if index < bytes.count {
            return try readLong(bytes, from: index, value: Int128(word), pointIndex, isNegative)
        }
        guard digitCount > 0 else { throw .notDecimal }
        let decimals = pointIndex < 0 ? 0 : bytes.count - pointIndex - 1
        let units = Int128(word) * powerOfTen(scale - decimals)
        return Written(amount: try Amount(units: isNegative ? -units : units), scale: decimals)
    }

    /// The rest of a number with more than 18 digits.
    private static func readLong(
        _ bytes: UnsafeRawBufferPointer,
        from start: Int,
        value: Int128,
        _ point: Int,
        _ isNegative: Bool
    ) throws(AmountError) -> Written {
        var value = value
        var pointIndex = point
        var decimals = pointIndex < 0 ? 0 : start - pointIndex - 1
        for index in start..<bytes.count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            if digit >= 10 {
                guard bytes[index] == UInt8(ascii: "."), pointIndex < 0 else { throw .notDecimal }
                pointIndex = index
            } else if pointIndex >= 0, decimals == scale {
                guard digit == 0 else { throw .tooManyDecimals }
            } else {
                guard value < powerOfTen(37) else { throw .tooLarge }
                value = value * 10 + Int128(digit)
                if pointIndex >= 0 { decimals += 1 }
            }
        }
        let (units, overflow) = value.multipliedReportingOverflow(by: powerOfTen(scale - decimals))
        guard !overflow else { throw .tooLarge }
        let written = pointIndex < 0 ? 0 : bytes.count - pointIndex - 1
        return Written(amount: try Amount(units: isNegative ? -units : units), scale: written)
    }

    /// Appends the amount with at least so many decimals, and with more where it has more; never `-0`.
    package func append(to text: inout [UInt8], minimumScale: Int = 0) {
        var digits = units.magnitude
        var decimals = Amount.scale
        while decimals > minimumScale, digits % 10 == 0 {
            digits /= 10
            decimals -= 1
        }
        if units < 0 { text.append(UInt8(ascii: "-")) }
        let start = text.count
        var count = 0
        // Written backwards, then turned round.
        while digits > 0 || count <= decimals {
            if count == decimals, decimals > 0 { text.append(UInt8(ascii: ".")) }
            text.append(UInt8(ascii: "0") + UInt8(digits % 10))
            digits /= 10
            count += 1
        }
        text[start...].reverse()
    }

    /// The amount as text with at least so many decimals.
    package func text(minimumScale: Int = 0) -> String {
        var bytes: [UInt8] = []
        append(to: &bytes, minimumScale: minimumScale)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Amount: CustomStringConvertible {
    package var description: String { text() }
}
