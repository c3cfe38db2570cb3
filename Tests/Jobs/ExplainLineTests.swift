import Rating
import State
import Testing

@testable import Jobs

private let setup = """
    {"pricebooks": {
       "retail": {"default": {"kind": "markup", "percent": "10"}, "rules": [
         {"id": "ec2", "match": {"product": "Amazon Elastic*"}, "price": {"kind": "margin", "percent": "20"}},
         {"id": "put", "match": {"usage_type": "Requests-Tier1"}, "price": {"kind": "unit_price", "amount": "0.000006"}}]},
       "bare": {}},
     "customers": [
       {"id": "acme", "pricebook": "retail", "global": [{"kind": "discount", "percent": "5"}],
        "accounts": [{"provider": "aws", "id": "777788889999"}]},
       {"id": "globex", "pricebook": "retail", "accountPricebooks": {"444455556666": "bare"},
        "accounts": [{"provider": "aws", "id": "444455556666"}]}]}
    """

private func explain(_ address: LineAddress, _ customer: String = "acme") throws -> LineExplanation
{
    let test = try TestFolder()
    try test.apply(setup)
    _ = try test.importBill(sample())
    return try explainLine(
        address,
        customer: customer,
        cycle: #require(BillingCycle("2026-10")),
        in: test.state
    )
}

// Row 4: 0.115 for an hour of m5.large, of account 777788889999. 0.115 / 0.8 × 0.95 = 0.1365625.
@Test func explainsARule() throws {
    let line = try explain(.row(4))
    #expect(line.ruleWords == "ec2: margin 20 % for product `Amazon Elastic*`")
    #expect(line.arithmetic == "cost 0.11500000 × 1/(1 - 20/100) × (1 - 5/100) = 0.13656250")
    #expect(line.priced?.rate?.written == "0.1365625000")
    #expect(line.pricebook == "retail")
    #expect(!line.isAccountBook)
    // A delivered file has the line's RecordId too.
    #expect(try explain(.recordID(line.line.recordID)).line.row == 4)
}

@Test func explainsWhatHasNoRule() throws {
    let line = try explain(.row(3), "globex")
    #expect(line.pricebook == "bare")
    #expect(line.isAccountBook)
    #expect(line.ruleWords == "none that fits: the cost")
    #expect(line.arithmetic == "cost 0.00000012 = 0.00000012")
}

@Test func explainsEveryLineAsRateDoes() throws {
    let test = try TestFolder()
    try test.apply(setup)
    _ = try test.importBill(sample())
    let cycle = try #require(BillingCycle("2026-10"))
    var words = Set<String>()
    for row in stride(from: 4, through: 1_000, by: 37) {
        do {
            let line = try explainLine(.row(row), customer: "acme", cycle: cycle, in: test.state)
            words.insert(line.priced?.rule ?? "left out")
            let end =
                line.priced.map { " = \($0.price.written)" }
                ?? "left out of the file and its totals"
            #expect(line.arithmetic.hasSuffix(end))
        } catch ExplainError.otherAccount {}
    }
    #expect(words.isSuperset(of: ["ec2", "default", "put"]))
}

@Test func saysWhyALineCantBeExplained() throws {
    let test = try TestFolder()
    let cycle = try #require(BillingCycle("2026-10"))
    func message(_ address: LineAddress, _ customer: String = "acme") -> String? {
        test.message {
            _ = try explainLine(address, customer: customer, cycle: cycle, in: test.state)
        }
    }
    #expect(message(.row(2)) == "there is no customer `acme`")
    try test.apply(setup)
    #expect(message(.row(2)) == "no bill of 2026-10 has a line of `acme`")
    _ = try test.importBill(sample())
    #expect(message(.row(3)) == "row 3 is a line of account 444455556666, which is none of `acme`")
    #expect(message(.row(9_999)) == "row 9999 of `\(sampleName)` is no line item")
    #expect(
        message(.recordID("7")) == "the line with RecordId 7 of `\(sampleName)` is no line item"
    )
}
