import Testing

@testable import Bills

@Test(arguments: [
    // What AWS writes.
    (
        "$0.0104 per On Demand Linux t3.micro Instance Hour",
        "per On Demand Linux t3.micro Instance Hour"
    ),
    ("$0.004 per 10,000 GET and all other requests", "per 10,000 GET and all other requests"),
    (
        "USD 0.0624 hourly fee per Linux/UNIX, m5.large (744.0 hours used)",
        "hourly fee per Linux/UNIX, m5.large (744.0 hours used)"
    ),
    ("USD 0.0 per Linux/UNIX (Amazon VPC)", "per Linux/UNIX (Amazon VPC)"),
    ("the \"\"first 10 TB\"\" at $0.085 per GB", "the \"\"first 10 TB\"\" at per GB"),
    ("10% of monthly AWS usage for the first $0-$10K", "10% of monthly AWS usage for the first -"),
    (
        "Sign up charge for subscription: 12345, planId: 67",
        "Sign up charge for subscription: 12345, planId: 67"
    ),
    // Other ways to write money.
    ("CNY 0.447 per hour", "per hour"), ("¥0.447 per hour", "per hour"), ("€ 1,000.50", ""),
    ("US$0.05 each", "US each"), ("fee of 12.50 USD a month", "fee of a month"), ("5USD", ""),
    ("$.5 and $-3", "and "), ("$1.", "."),
    // No money.
    ("", ""), ("m5.large, 3 hours", "m5.large, 3 hours"), ("RDS 8.0 MySQL", "RDS 8.0 MySQL"),
    ("$ per hour", "$ per hour"),
    ("NOUSD 5", "NOUSD 5"), ("5 USDX", "5 USDX"), ("日本語 $0.02 の説明", "日本語 の説明"),
])
func takesMoneyOutOfDescriptions(_ text: String, _ expected: String) {
    let result = MoneyText.removed(from: Array(text.utf8))
    #expect(String(decoding: result, as: UTF8.self) == expected)
}
