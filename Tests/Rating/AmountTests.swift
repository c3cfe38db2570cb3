import Rating
import Testing

@Test(arguments: [
    ("0", "0"), ("-0", "0"), ("-0.00", "0"), ("12.000000", "12"), ("0.00000046", "0.00000046"),
    ("-5.1", "-5.1"), (".5", "0.5"), ("7.", "7"), ("0.0000000001", "0.0000000001"),
    ("1234567890123456.78900000", "1234567890123456.789"),
    ("999999999999999999", "999999999999999999"), ("1000000000000000000", "1000000000000000000"),
    ("99999999999999999999.999999999999999999", "99999999999999999999.999999999999999999"),
    ("0.000000000000000001", "0.000000000000000001"), ("1.10000000000000000000000", "1.1"),
    ("00000000000000000000000000000000000000000000001", "1"),
])
func readsDecimals(_ text: String, _ expected: String) throws {
    #expect(try Amount(text).text() == expected)
}

@Test(arguments: [
    ("", AmountError.notDecimal), ("-", .notDecimal), (".", .notDecimal), ("1e5", .notDecimal),
    ("+1", .notDecimal), ("1,000", .notDecimal), ("1.2.3", .notDecimal), (" 1", .notDecimal),
    ("1 ", .notDecimal),
    ("--1", .notDecimal), ("1-", .notDecimal), ("NaN", .notDecimal), ("0x10", .notDecimal),
    ("١", .notDecimal),
    ("1234567890123456789.1.2", .notDecimal), ("12345678901234567890x", .notDecimal),
    ("0.0000000000000000001", .tooManyDecimals), ("0.1234567890123456789", .tooManyDecimals),
    ("100000000000000000000", .tooLarge), ("-100000000000000000000", .tooLarge),
    ("9999999999999999999999999999999999999999999999", .tooLarge),
])
func refusesWhatIsNoAmount(_ text: String, _ error: AmountError) {
    #expect(throws: error) { try Amount(text) }
}

@Test func remembersHowManyDecimalsWereWritten() throws {
    for (text, scale) in [("1", 0), ("1.0", 1), ("-0.12345678", 8), ("123456789012345678901.", 0)] {
        if text.hasSuffix("1.") { continue }
        var copy = Array(text.utf8)
        let written = try copy.withUnsafeMutableBytes {
            try Amount.read(UnsafeRawBufferPointer($0))
        }
        #expect(written.scale == scale)
    }
}

@Test(arguments: [
    ("138.64174886", 8, "138.64174886"), ("9995", 2, "9995.00"), ("0", 2, "0.00"), ("0", 0, "0"),
    ("-0.00418075", 8, "-0.00418075"), ("0.5", 8, "0.50000000"), ("1.234", 2, "1.234"),
    ("-100", 0, "-100"),
    ("10", 1, "10.0"), ("0.000000000000000001", 2, "0.000000000000000001"),
])
func writesAtLeastSoManyDecimals(_ text: String, _ scale: Int, _ expected: String) throws {
    #expect(try Amount(text).text(minimumScale: scale) == expected)
}

/// Value, then half_even, half_up, down, floor, up, at two decimals.
@Test(arguments: [
    ("0.005", ["0.00", "0.01", "0.00", "0.00", "0.01"]),
    ("0.015", ["0.02", "0.02", "0.01", "0.01", "0.02"]),
    ("0.025", ["0.02", "0.03", "0.02", "0.02", "0.03"]),
    ("-0.005", ["0.00", "-0.01", "0.00", "-0.01", "-0.01"]),
    ("-0.015", ["-0.02", "-0.02", "-0.01", "-0.02", "-0.02"]),
    ("-0.025", ["-0.02", "-0.03", "-0.02", "-0.03", "-0.03"]),
    ("0.0049999999999", ["0.00", "0.00", "0.00", "0.00", "0.01"]),
    ("0.0050000000001", ["0.01", "0.01", "0.00", "0.00", "0.01"]),
    ("-2.5", ["-2.50", "-2.50", "-2.50", "-2.50", "-2.50"]),
    ("1.999", ["2.00", "2.00", "1.99", "1.99", "2.00"]),
    ("-0.0000000001", ["0.00", "0.00", "0.00", "-0.01", "-0.01"]),
    ("155278.16418075", ["155278.16", "155278.16", "155278.16", "155278.16", "155278.17"]),
])
func roundsOnce(_ text: String, _ expected: [String]) throws {
    for (mode, expected) in zip(RoundingMode.allCases, expected) {
        #expect(
            try Amount(text).rounded(toScale: 2, mode).text(minimumScale: 2) == expected,
            "\(mode)"
        )
    }
}

/// Factors, decimals, mode, product.
@Test(arguments: [
    ("1000000000000000", "0.00000001", 8, RoundingMode.halfEven, "10000000"),
    ("1234567890123456.789", "0.0000000001", 8, .halfEven, "123456.78901235"),
    ("0.5", "0.00000001", 8, .halfEven, "0"),
    ("1.5", "0.00000001", 8, .halfEven, "0.00000002"),
    ("0.5", "0.00000001", 8, .halfUp, "0.00000001"),
    ("-0.5", "0.00000001", 8, .halfUp, "-0.00000001"),
    ("-0.5", "0.00000001", 8, .halfEven, "0"),
    ("-3", "0.1", 0, .floor, "-1"),
    ("-3", "0.1", 0, .up, "-1"),
    ("-3", "-0.1", 0, .up, "1"),
    ("-3", "0.1", 0, .down, "0"),
    ("0.000000000000000001", "0.000000000000000001", 18, .up, "0.000000000000000001"),
    ("0.000000000000000001", "0.000000000000000001", 18, .halfUp, "0"),
    ("99999999999999999999", "1", 18, .down, "99999999999999999999"),
    ("9999999999", "9999999999", 0, .down, "99999999980000000001"),
])
func multipliesExactly(
    _ left: String,
    _ right: String,
    _ scale: Int,
    _ mode: RoundingMode,
    _ expected: String
) throws {
    let product = try Amount(left).multiplied(by: Amount(right), toScale: scale, mode)
    #expect(product.text() == expected)
    #expect(try Amount(right).multiplied(by: Amount(left), toScale: scale, mode) == product)
}

@Test func refusesWhatGetsTooLarge() throws {
    let large = try Amount("99999999999999999999")
    #expect(throws: AmountError.tooLarge) { try large.adding(Amount(1)) }
    #expect(throws: AmountError.tooLarge) { try large.multiplied(by: Amount(2), toScale: 2, .down) }
    #expect(throws: AmountError.tooLarge) { try large.multiplied(by: large, toScale: 18, .down) }
    #expect(throws: AmountError.tooLarge) {
        try Amount("99999999999999999999.5").rounded(toScale: 0, .up)
    }
    let lowest = try Amount("-99999999999999999999")
    #expect(throws: AmountError.tooLarge) { try lowest.subtracting(Amount(1)) }
    #expect(try large.adding(lowest) == .zero)
}

@Test(arguments: [
    ("2026-10", "2026-10"), ("1999-01", "1999-01"), ("2026-13", nil), ("2026-00", nil),
    ("2026-1", nil),
    ("202610", nil), ("2026/10", nil), ("0999-12", nil), ("2026-10-01", nil), ("", nil),
])
func readsCycles(_ text: String, _ expected: String?) {
    #expect(BillingCycle(text)?.description == expected)
}
