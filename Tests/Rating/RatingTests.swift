// Examples of the rating rules, computed by hand from the rules.

import JSON
import Rating
import Testing

/// A config with one customer `c` of the accounts `1` and `2`; what it has beside is added as JSON members.
private func config(
    _ members: String = "",
    customer: String = "",
    books: String = "",
    view: String = "resale",
    currency: String = "USD"
) throws -> RatingConfig {
    try RatingConfig(
        json: JSON.parse(
            """
            {"provider": "aws-dbr", "period": "2026-10", "view": "\(view)", "currency": "\(currency)"\(members),
             "pricebooks": {\(books)},
             "customers": [{"id": "c", "accounts": ["1", "2"]\(customer)}]}
            """
        )
    )
}

/// A line of account 1 on invoice A.
private func line(
    _ cost: String,
    _ lineClass: LineClass = .usage,
    account: String = "1",
    invoice: String = "A",
    quantity: String? = "1",
    rate: String? = nil
) throws -> BillLine {
    var line = BillLine(
        row: 2,
        account: account,
        invoice: invoice,
        lineClass: lineClass,
        cost: try BigDecimal(cost)
    )
    line.quantity = try quantity.map { try BigDecimal($0) }
    line.rate = try rate.map { try BigDecimal($0) }
    return line
}

/// The priced line under a book that has only this default.
private func price(
    _ line: BillLine,
    by price: String,
    globals: String = "",
    _ members: String = ""
) throws -> PricedLine? {
    let config = try config(
        members,
        customer: #", "pricebook": "b", "global": [\#(globals)]"#,
        books: #""b": {"default": \#(price)}"#
    )
    return LinePricer(
        config: config,
        book: config.pricebooks["b"],
        adjustments: config.customers[0].terms.globals
    ).price(line)
}

// R5 and R7: the price, on the line's scale.
@Test(arguments: [
    ("100", #"{"kind": "markup", "percent": "20"}"#, "120.00000000"),
    ("100", #"{"kind": "margin", "percent": 20}"#, "125.00000000"),
    ("100", #"{"kind": "discount", "percent": "20"}"#, "80.00000000"),
    ("100", #"{"kind": "pass_through"}"#, "100.00000000"),
    // A third, cut once: 1/(1-0.7) = 3.333…
    ("1", #"{"kind": "margin", "percent": "70"}"#, "3.33333333"),
    // Exact ties go to the even neighbour: 0.00000005 × 1.1 = 0.000000055, 0.00000015 × 1.1 = 0.000000165.
    ("0.00000005", #"{"kind": "markup", "percent": "10"}"#, "0.00000006"),
    ("0.00000015", #"{"kind": "markup", "percent": "10"}"#, "0.00000016"),
    ("-0.00000015", #"{"kind": "markup", "percent": "10"}"#, "-0.00000016"),
    // 10^15 and more, exactly.
    (
        "1000000000000000.00000001", #"{"kind": "markup", "percent": "0.000001"}"#,
        "1000000010000000.00000001"
    ),
])
func pricesByTheBook(_ cost: String, _ rule: String, _ expected: String) throws {
    let found = try price(try line(cost), by: rule)
    #expect(found?.price.written == expected)
    #expect(found?.rule == "default")
}

@Test func multipliesUnitPriceByQuantity() throws {
    let rule = #"{"kind": "unit_price", "amount": "0.0000000001"}"#
    let found = try price(
        try line("7", quantity: "1000000000000000.00000001", rate: "5"),
        by: rule
    )
    #expect(found?.price.written == "100000.00000000")
    #expect(found?.rate?.written == "0.0000000001")
    // A line without a quantity keeps its cost.
    let fee = try price(try line("7", .fee, quantity: nil), by: rule)
    #expect(fee?.rule == "pass_through")
    #expect(fee?.price.written == "7.00000000")
}

// R6: all globals go into the one rounding: 0.00000011 × 1.1 × 0.9 × 1.05 = 0.00000011434….
@Test func multipliesGlobalsPerLine() throws {
    let found = try price(
        try line("0.00000011", rate: "0.01"),
        by: #"{"kind": "markup", "percent": "10"}"#,
        globals: #"{"kind": "discount", "percent": "10"}, {"kind": "uplift", "percent": "5"}"#
    )
    #expect(found?.price.written == "0.00000011")
    // 0.01 × 1.0395.
    #expect(found?.rate?.written == "0.0103950000")
}

// R3: what the resale view does with each class; globals don't touch what passes.
private let classPrices: [(LineClass, String?)] = [
    (LineClass.usage, "12.00000000"), (.refund, "12.00000000"), (.reservationFee, "12.00000000"),
    (.fee, "12.00000000"), (.adjustment, "12.00000000"), (.marketplace, "10.00000000"),
    (.tax, nil), (.providerSupport, nil), (.providerCredit, nil), (.rounding, nil),
]

@Test(arguments: classPrices)
func treatsClasses(_ lineClass: LineClass, _ expected: String?) throws {
    let found = try price(
        try line("10", lineClass),
        by: #"{"kind": "pass_through"}"#,
        globals: #"{"kind": "uplift", "percent": "20"}"#
    )
    #expect(found?.price.written == expected)
}

@Test func showsCostUntouchedInTheCostView() throws {
    let config = try config(
        customer: #", "global": [{"kind": "uplift", "percent": "20"}]"#,
        view: "cost"
    )
    let pricer = LinePricer(
        config: config,
        book: nil,
        adjustments: config.customers[0].terms.globals
    )
    let found = pricer.price(try line("0.1999968000511991808131", .tax, rate: "0.5"))
    #expect(found?.price.written == "0.1999968000511991808131")
    #expect(found?.rate?.written == "0.5")
}

// R4: SKU before product before class before catch-all, then more keys, then the file's order.
@Test(arguments: [
    ("EC2", "BoxUsage:m1", "Run", "sku-two-keys"), ("EC2", "BoxUsage:m1", "Stop", "sku"),
    ("EC2", "Bytes", "Stop", "product"), ("S3", "Bytes", "Stop", "class"),
    ("EC", "bytes", "", "class"),
])
func takesTheMostParticularRule(
    _ product: String,
    _ usageType: String,
    _ operation: String,
    _ expected: String
) throws {
    let config = try config(
        books: """
            "b": {"default": {"kind": "markup", "percent": "1"}, "rules": [
              {"id": "all", "match": {}, "price": {"kind": "pass_through"}},
              {"id": "class", "match": {"class": "us*"}, "price": {"kind": "pass_through"}},
              {"id": "product", "match": {"product": "EC2"}, "price": {"kind": "pass_through"}},
              {"id": "product-later", "match": {"product": "EC?"}, "price": {"kind": "pass_through"}},
              {"id": "sku", "match": {"usage_type": "BoxUsage:*"}, "price": {"kind": "pass_through"}},
              {"id": "list", "match": {"usage_type": "*", "operation": "*", "product": "*"},
               "price": {"kind": "markup", "percent": "1", "basis": "list"}},
              {"id": "sku-two-keys", "match": {"usage_type": "Box*", "operation": "R*"},
               "price": {"kind": "pass_through"}}]}
            """
    )
    var line = try line("1")
    (line.product, line.usageType, line.operation) = (product, usageType, operation)
    let pricer = LinePricer(config: config, book: config.pricebooks["b"], adjustments: [])
    #expect(pricer.price(line)?.rule == expected)
}

/// The bill of these lines.
private func bill(_ lines: [BillLine], _ config: RatingConfig) -> CustomerBill {
    let customer = config.customers[0]
    let pricer = LinePricer(config: config, book: nil, adjustments: customer.terms.globals)
    var sum = CustomerBillSum(config: config, customer: customer)
    for line in lines {
        if let priced = pricer.price(line) { sum.add(line, priced) }
    }
    return sum.finish()
}

private func amounts(_ bill: CustomerBill) -> [String] { bill.added.map { "\($0.amount)" } }

// R9: AWS's Business plan, graduated at its exact boundaries.
@Test(arguments: [
    ("10000", "1000"), ("10000.01", "1000"), ("10000.1", "1000.01"), ("80000", "5900"),
    ("250000", "14400"), ("350000", "17400"), ("999", "100"), ("0", "100"), ("-5000", "100"),
])
func graduatesTiers(_ base: String, _ expected: String) throws {
    let config = try config(
        customer: """
            , "charges": [{"id": "support", "plan": "tiered", "min": "100", "tiers": [
              {"up_to": "10000", "percent": "10"}, {"up_to": "80000", "percent": "7"},
              {"up_to": "250000", "percent": "5"}, {"percent": "3"}]}]
            """
    )
    #expect(amounts(bill([try line(base)], config)) == [expected])
}

// R8 and R9: globals as line items count in the base of charges, charges not in that of others.
@Test func addsGlobalsThenCharges() throws {
    let config = try config(
        customer: """
            , "billing_account": "2",
            "global": [{"id": "g", "kind": "discount", "percent": "10", "mode": "line_item"}],
            "charges": [{"id": "p", "plan": "percent", "percent": "10"},
              {"id": "s", "plan": "percent", "percent": "10", "apply_to": "seller_cost", "type": "discount"},
              {"id": "a", "plan": "percent", "percent": "10", "scope": "account"},
              {"id": "f", "plan": "fixed", "amount": "9.999", "max": "8.888"}]
            """
    )
    let lines = [
        try line("100"), try line("50.05", account: "2", invoice: "B"), try line("7", .marketplace),
    ]
    let bill = bill(lines, config)
    // 10 % of 150.05 = 15.005, half up; 10 % of 135.04; of 150.05; of 100 and of 50.05 - 15.01.
    #expect(amounts(bill) == ["-15.01", "13.5", "-15.01", "10", "3.5", "8.89"])
    #expect(bill.added.map(\.account) == ["2", "2", "2", "1", "2", "2"])
    // 100 + 7 + 10 and 50.05 - 15.01 + 13.5 - 15.01 + 3.5 + 8.89.
    #expect(bill.accounts.map { "\($0.id) \($0.total)" } == ["1 117", "2 45.92"])
    // R10: added lines belong to the first invoice: 107 + 5.87 and 50.05.
    #expect(bill.invoices.map { "\($0.id) \($0.total)" } == ["A 112.87", "B 50.05"])
    #expect("\(bill.statementTotal)" == "162.92")
}

// R11: priority, then expiry, then age; caps; never more than is due; what is out of date stays.
@Test func usesCreditsInOrder() throws {
    let config = try config(
        #", "treatment": {"tax": "pass_through"}"#,
        customer: """
            , "credits": [
              {"id": "old", "balance": "5", "created": "2026-01-01", "expires": "2026-09-30"},
              {"id": "new", "balance": "5", "created": "2026-11-01"},
              {"id": "last", "balance": "100", "priority": 1},
              {"id": "never", "balance": "10", "created": "2026-02-01"},
              {"id": "soon", "balance": "10", "expires": "2026-12-31", "cap_per_period": "4"},
              {"id": "sooner", "balance": "3", "expires": "2026-10-01"}]
            """
    )
    let bill = bill([try line("20.004"), try line("4", .tax)], config)
    // 24.00 less 4.00 of tax is due: 3, then 4 by the cap, then 10, then the rest of 3.
    #expect(
        bill.added.map { "\($0.id ?? "") \($0.amount)" } == [
            "sooner -3", "soon -4", "never -10", "last -3",
        ]
    )
    #expect(
        bill.creditBalances.map { "\($0.id) \($0.balance)" } == [
            "old 5", "new 5", "last 97", "never 0", "soon 6", "sooner 0",
        ]
    )
    #expect("\(bill.statementTotal)" == "4")
    #expect("\(bill.invoices[0].rounding)" == "-0.004")
}

@Test func leavesCreditsOfANegativeBill() throws {
    let config = try config(customer: #", "credits": [{"id": "k", "balance": "5"}]"#)
    let bill = bill([try line("-3", .refund)], config)
    #expect(bill.added.isEmpty)
    #expect("\(bill.creditBalances[0].balance)" == "5")
    #expect(bill.statementTotal.text(minimumScale: 2) == "-3.00")
}

// R12: minor units by currency, and no minus zero.
@Test(arguments: [
    ("USD", "10.005", "10.01"), ("JPY", "10.5", "11"), ("KWD", "10.0005", "10.001"),
    ("USD", "-0.004", "0.00"), ("USD", "-10.005", "-10.01"),
])
func roundsInvoices(_ currency: String, _ cost: String, _ expected: String) throws {
    let config = try config(currency: currency)
    let total = bill([try line(cost)], config).statementTotal
    #expect(total.text(minimumScale: config.minorUnits) == expected)
}

// What is wrong is told with its place.
@Test(arguments: [
    (#", "treatment": {"taxes": "drop"}"#, "", "unknown key `taxes`"),
    ("", #", "pricebook": "b""#, "there is no pricebook `b`"),
    ("", #", "charges": [{"plan": "fixed", "amount": "1"}]"#, "`id` is missing"),
    (
        "", #", "charges": [{"id": "x", "plan": "fixed", "amount": "1,5"}]"#,
        "`1,5`: not a decimal number"
    ),
    ("", #", "global": [{"kind": "discount", "percent": "101"}]"#, "101 is above 100"),
    (
        "", #", "credits": [{"id": "x", "balance": "1", "expires": "soon"}]"#,
        "`soon` is no day or time"
    ),
    (
        "",
        #", "charges": [{"id": "x", "plan": "tiered", "tiers": [{"percent": 1}, {"percent": 2}]}]"#,
        "a tier behind the one without `up_to`"
    ),
])
func refusesWrongSettings(_ members: String, _ customer: String, _ expected: String) {
    var message = ""
    do {
        _ = try config(members, customer: customer)
    } catch {
        message = "\(error)"
    }
    #expect(message.contains(expected), "\(message)")
}

@Test(arguments: [
    ("", "", true), ("*", "", true), ("*", "a", true), ("?", "", false), ("?", "é", true),
    ("a*b*c", "aXbYc", true), ("a*b*c", "aXbY", false), ("*:*", "Box:m1", true), ("A", "a", false),
])
func matchesGlobs(_ pattern: String, _ text: String, _ expected: Bool) {
    #expect(Glob(pattern).matches(text) == expected)
}
