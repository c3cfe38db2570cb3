// Files at resale prices from set-up to bytes; what is in them is Tests/Bills's and Tests/Reference's.

import Bills
import Platform
import Rating
import State
import Testing

@testable import Jobs

/// One customer of the sample's account 777788889999, and the reseller, at resale prices.
private func setup(
    percent: String = "10",
    credits: String = "",
    view: String = "resale"
) -> String {
    """
    {"pricebooks": {"retail": {"default": {"kind": "markup", "percent": "\(percent)"}}, "other": {}},
     "reseller": {"name": "R", "exports": [
       {"view": "resale", "destination": {"type": "folder", "path": "/tmp/r", "account": "123456789012"}}]},
     "customers": [{"id": "acme", "accounts": [{"provider": "aws", "id": "777788889999"}], "pricebook": "retail",
       "credits": [\(credits)],
       "export": {"view": "\(view)", "formats": {"aws": ["dbr-rt", "dbr"]},
                  "destination": {"type": "folder", "path": "/tmp/acme"}}}]}
    """
}

private func files(_ test: TestFolder, _ customer: String? = "acme") throws -> [DueFile] {
    try dueFiles(in: test.state, customer: customer)
}

private func recipe(_ file: DueFile) -> String {
    guard case .bill(_, _, let recipe) = file.source else { return "" }
    return recipe
}

private func text(_ file: DueFile) throws -> String {
    var bytes: [UInt8] = []
    try render(file) { bytes += $0 }
    return String(decoding: bytes, as: UTF8.self)
}

@Test func rendersFilesAtResalePrices() throws {
    let test = try TestFolder()
    try test.apply(setup())
    _ = try test.importBill(sample())
    let files = try files(test, nil)
    #expect(
        files.map { "\($0.export.id) \($0.format.rawValue) \($0.url)" } == [
            "reseller/resale dbr-rt file:///tmp/r/\(sampleName)",
            "customer/acme dbr-rt file:///tmp/acme/777788889999-aws-billing-detailed-line-items-with-resources-and-tags-2026-10.csv",
            "customer/acme dbr file:///tmp/acme/777788889999-aws-billing-detailed-line-items-2026-10.csv",
        ]
    )
    // The reseller's file has what its customers pay; here that is one customer.
    let acme = try text(files[1])
    #expect(try text(files[0]) == acme.replacingPayer())
    #expect(!acme.contains("123456789012"))
    #expect(!(try text(files[2])).contains("ResourceId"))
    // The same bytes again.
    #expect(try text(files[1]) == acme)
}

extension String {
    /// With the payer of the reseller's destination in the second column.
    fileprivate func replacingPayer() -> String {
        var isHeader = true
        return split(separator: "\n", omittingEmptySubsequences: false).map { line in
            defer { isHeader = false }
            guard !isHeader, let range = line.firstRange(of: "\",\"777788889999\",\"") else {
                return String(line)
            }
            return line.replacingCharacters(range, with: "\",\"123456789012\",\"")
        }.joined(separator: "\n")
    }
}

extension Substring {
    fileprivate func replacingCharacters(_ range: Range<Index>, with text: String) -> String {
        String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
    }
}

@Test func theRecipeChangesWithThePricesThatAreUsed() throws {
    let test = try TestFolder()
    _ = try test.importBill(sample())
    func recipeAfter(_ text: String) throws -> String {
        try test.apply(text)
        return try recipe(files(test)[0])
    }
    let first = try recipeAfter(setup())
    #expect(try recipeAfter(setup(percent: "10.0")) == first)
    // Another book is nobody's business.
    #expect(
        try recipeAfter(setup().replacing("\"other\": {}", with: "\"other\": {\"rules\": []}"))
            == first
    )
    #expect(try recipeAfter(setup(percent: "11")) != first)
    #expect(try recipeAfter(setup(credits: "{\"id\": \"c\", \"balance\": 1}")) != first)
    #expect(try recipeAfter(setup(view: "cost")) != first)
    #expect(try recipeAfter(setup()) == first)
}

/// A bill of the sample's account for another month.
private func bill(_ cycle: String, cost: String) -> [UInt8] {
    Array(
        #"""
        "InvoiceID","PayerAccountId","LinkedAccountId","RecordType","ProductName","ItemDescription","UsageQuantity","BlendedCost","UnBlendedCost"
        "1","123456789012","777788889999","LineItem","Amazon EC2","x","1","\#(cost)","\#(cost)"
        "1","123456789012","","InvoiceTotal","","Total amount for invoice 1","","\#(cost)","\#(cost)"
        "","123456789012","777788889999","AccountTotal","","","","\#(cost)","\#(cost)"
        "","123456789012","","StatementTotal","","Total statement amount for period \#(cycle)-01 00:00:00 - \#(cycle)-31 23:59:59","","\#(cost)","\#(cost)"

        """#.utf8
    )
}

@Test func creditsThatOneMonthUsedAreGoneInTheNext() throws {
    let test = try TestFolder()
    let credits =
        #"{"id": "welcome", "balance": "100"}, {"id": "late", "balance": "7", "created": "2026-10-01"}"#
    try test.apply(setup(credits: credits).replacing("\"dbr-rt\", ", with: ""))
    // 33 are due in August, 55 in September, 88 in October: 12 are left of 100 then, and the later credit's 7.
    for (cycle, cost) in [("2026-08", "30.00"), ("2026-09", "50.00"), ("2026-10", "80.00")] {
        _ = try test.importBill(bill(cycle, cost: cost), as: "bill.csv")
    }
    func used() throws -> [String] {
        try files(test).map { file in
            let credits = try text(file).split(separator: "\n").filter { $0.contains("Credit: ") }
            return "\(file.cycle)"
                + credits.map { " \($0.split(separator: ",").last ?? "")" }.joined()
        }
    }
    let expected = [
        "2026-08 \"-33.00000000\"", "2026-09 \"-55.00000000\"",
        "2026-10 \"-12.00000000\" \"-7.00000000\"",
    ]
    #expect(try used() == expected)
    // The order of asking does not matter, nor whether it was asked before.
    #expect(try used() == expected)
    let october = try #require(
        try files(test).last { $0.cycle == BillingCycle("2026-10") }
    )
    // A restated earlier month changes what is left for the later ones.
    _ = try test.importBill(bill("2026-08", cost: "40.00"), as: "bill.csv")
    #expect(
        try used() == [
            "2026-08 \"-44.00000000\"", "2026-09 \"-55.00000000\"",
            "2026-10 \"-1.00000000\" \"-7.00000000\"",
        ]
    )
    #expect(try recipe(files(test)[2]) != recipe(october))
}
