import Rating
import Testing

private func product(_ text: String, _ ratio: Ratio, _ scale: Int) throws(AmountError) -> Int128 {
    var bytes = Array(text.utf8)
    let result: Result<Int128, AmountError> = bytes.withUnsafeMutableBytes { bytes in
        do throws(AmountError) {
            return .success(
                try Multiplier(ratio).product(of: UnsafeRawBufferPointer(bytes), toScale: scale)
            )
        } catch {
            return .failure(error)
        }
    }
    return try result.get()
}

@Test(arguments: [
    ("0.00000005", "10", 8, "6"), ("0.00000015", "10", 8, "16"), ("-0.00000015", "10", 8, "-16"),
    ("0", "10", 8, "0"), ("-0.00", "10", 8, "0"), ("12.", "0", 2, "1200"), (".5", "100", 0, "1"),
    // Over a machine word on the way.
    ("999999999999999999", "99.999999999999", 8, "199999999999998999800000000"),
    ("123456789012345678901234.5", "0", 1, "1234567890123456789012345"),
    ("1E-7", "100", 8, "20"),
])
func multipliesAFieldOnce(_ text: String, _ percent: String, _ scale: Int, _ units: String) throws {
    #expect(try "\(product(text, .adding(percent: BigDecimal(percent)), scale))" == units)
}

/// Both ways of computing are the same: nothing tells whether a product fitted.
@Test func multipliesAsNumbersOfAnySizeDo() throws {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
        let shift = Int.random(in: 0..<60, using: &random)
        let digits = UInt64.random(in: 0..<1_000_000_000_000_000_000, using: &random) >> shift
        let scale = Int.random(in: 0...18, using: &random)
        let number = BigDecimal(
            units: Int128(digits) * (Bool.random(using: &random) ? 1 : -1),
            scale: scale
        )
        let percent = BigDecimal(
            units: .random(in: 0..<9_900_000, using: &random),
            scale: .random(in: 5...9, using: &random)
        )
        let ratio =
            Bool.random(using: &random)
            ? Ratio.margin(percent: percent) : Ratio.adding(percent: percent)
        let target = Int.random(in: 0...12, using: &random)
        let expected = try number.multiplied(by: ratio, toScale: target, .halfEven).units(
            atScale: target
        )
        #expect(
            try product(number.written, ratio, target) == expected,
            "\(number.written) \(percent)"
        )
    }
}

@Test(arguments: ["", "-", ".", "1,0", "x", "1.2.3"])
func refusesToMultiplyWhatIsNoNumber(_ text: String) {
    #expect(throws: AmountError.notDecimal) { try product(text, .one, 8) }
}

@Test func refusesProductsThatDoNotFit() {
    #expect(throws: AmountError.tooLarge) {
        try product("9000000000000000000000000000000", .one, 8)
    }
}

@Test(
    arguments: [
        (0, 2, "0.00"), (5, 2, "0.05"), (-5, 2, "-0.05"), (123, 0, "123"), (-100, 2, "-1.00"),
        (33_750_000, 8, "0.33750000"),
        (
            170_141_183_460_469_231_731_687_303_715_884_105_727, 8,
            "1701411834604692317316873037158.84105727"
        ),
        (18_446_744_073_709_551_616, 18, "18.446744073709551616"),
        (-18_446_744_073_709_551_616, 19, "-1.8446744073709551616"),
    ] as [(Int128, Int, String)]
)
func writesFixedDecimals(_ units: Int128, _ scale: Int, _ expected: String) {
    var text = [UInt8](repeating: 0, count: 48)
    let start = writeFixed(units, scale: scale, into: &text)
    #expect(String(decoding: text[start...], as: UTF8.self) == expected)
}
