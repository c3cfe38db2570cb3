import Bills
import Digest
import Platform
import Rating
import State
import Testing

@testable import Jobs

@Test func rendersEachExportsFile() throws {
    let test = try TestFolder()
    try test.apply(exampleSetup)
    #expect(try dueFiles(in: test.state) == [])
    let bytes = try sample()
    let bill = try test.importBill(bytes).bill
    let files = try dueFiles(in: test.state)
    #expect(
        files.map(\.url) == [
            "s3://reseller-cost/123456789012-aws-billing-detailed-line-items-with-resources-and-tags-2026-10.csv",
            "s3://acme-billing/111122223333-aws-billing-detailed-line-items-with-resources-and-tags-2026-10.csv",
            "file:///tmp/tailspin/777788889999-aws-billing-detailed-line-items-with-resources-and-tags-2026-10.csv",
        ]
    )
    #expect(try dueFiles(in: test.state, customer: "acme").map(\.export.id) == ["customer/acme"])
    #expect(try dueFiles(in: test.state, cycle: BillingCycle("2026-09")) == [])
    #expect(files.allSatisfy { !$0.isDelivered })

    // The reseller's cost export is the bill.
    var reseller: [UInt8] = []
    try render(files[0]) { reseller += $0 }
    #expect(reseller == bytes)

    // The spooled file is the streamed one, and its size and hash are its own.
    var acme: [UInt8] = []
    let summary = try render(files[1]) { acme += $0 }
    let rendered = try renderToSpool(files[1], in: test.state)
    #expect(try OpenFile.contents(of: rendered.path) == acme)
    #expect(rendered.bytes == Int64(acme.count))
    var digest = SHA256()
    acme.withUnsafeBytes { digest.update($0) }
    #expect(rendered.sha256 == digest.finalize().hex)
    let facts = try bill.facts()
    let lines = try ["111122223333", "444455556666"].map { try #require(facts.account($0)).lines }
    #expect(summary.lines == lines.reduce(0, +))
    #expect(rendered.lines == summary.lines)
    rendered.remove()
    #expect(!fileExists(rendered.path))
}

@Test func anExportWithoutLinesHasNoFile() throws {
    let test = try TestFolder()
    try test.apply(
        """
        {"customers": [
          {"id": "none", "accounts": [{"provider": "aws", "id": "999999999999"}],
           "export": {"destination": {"type": "folder", "path": "/tmp/none"}}},
          {"id": "off", "accounts": [{"provider": "aws", "id": "111122223333"}],
           "export": {"enabled": false, "destination": {"type": "folder", "path": "/tmp/off"}}},
          {"id": "bare", "accounts": [{"provider": "aws", "id": "444455556666"}]}]}
        """
    )
    _ = try test.importBill(sample())
    #expect(try dueFiles(in: test.state) == [])
    // A disabled export can still be looked at.
    let off = try #require(try test.state.exports().first { $0.id == "customer/off" })
    let cycle = try #require(BillingCycle("2026-10"))
    let file = try dueFile(
        of: off,
        provider: .aws,
        format: .detailedWithResources,
        cycle: cycle,
        in: test.state
    )
    #expect(file?.url.hasPrefix("file:///tmp/off/111122223333-") == true)
}

@Test func theRecipeChangesWithWhatDecidesTheBytes() throws {
    let test = try TestFolder()
    func acme() throws -> DueFile {
        try #require(try dueFiles(in: test.state, customer: "acme").first)
    }
    func recipe() throws -> String {
        guard case .bill(_, _, let recipe) = try acme().source else { return "" }
        return recipe
    }
    try test.apply(exampleSetup)
    _ = try test.importBill(sample("estimated/\(sampleName)"))
    let first = try recipe()
    try test.apply(exampleSetup.replacing("\"name\": \"Acme\"", with: "\"name\": \"ACME\""))
    #expect(try recipe() == first)
    _ = try test.importBill(sample())
    let second = try recipe()
    #expect(second != first)
    try test.apply(exampleSetup.replacing("with-data", with: "all"))
    let third = try recipe()
    #expect(third != second)
    try test.apply(exampleSetup.replacing("444455556666", with: "222233334444"))
    #expect(try recipe() != third)
    try test.apply(exampleSetup)
    #expect(try recipe() == second)

    // Confirmed: nothing is to be done until something changes.
    let due = try acme()
    guard case .bill(let bill, _, let recipe) = due.source else { return }
    let delivery = try test.state.plan(
        DeliveryPlan(
            export: due.export.id,
            view: .cost,
            provider: .aws,
            format: due.format,
            cycle: due.cycle,
            billVersion: bill.id,
            destination: due.export.destination.id,
            key: due.key,
            url: due.url,
            recipe: recipe,
            bytes: 1,
            sha256: "x"
        ),
        now: time(2)
    )
    #expect(try !acme().isDelivered)
    _ = try test.state.record(.delivered(etag: "e"), for: delivery.id, now: time(3))
    #expect(try acme().isDelivered)
    #expect(try acme().written?.etag == "e")
    try test.apply(exampleSetup.replacing("with-data", with: "all"))
    #expect(try !acme().isDelivered)
}

@Test func accountsInTheBillsOfTwoPayersAreRefusedInWords() throws {
    let test = try TestFolder()
    try test.apply(exampleSetup)
    _ = try test.importBill(sample())
    let other = String(decoding: try sample(), as: UTF8.self).replacing(
        "\"123456789012\"",
        with: "\"210987654321\""
    )
    _ = try test.importBill(Array(other.utf8))
    let file = try #require(try dueFiles(in: test.state, customer: "acme").first)
    #expect(
        file.source
            == .unusable(
                .severalPayers(export: "customer/acme", payers: ["123456789012", "210987654321"])
            )
    )
    #expect(
        test.message { try render(file) { _ in } }
            == "export customer/acme: its lines are in the bills of several payers (123456789012, 210987654321); "
            + "one file from several bills is not supported yet"
    )
}

@Test func theStatusNamesAccountsThatNobodyHas() throws {
    let test = try TestFolder()
    try test.apply(exampleSetup)
    _ = try test.importBill(sample())
    let report = try statusReport(of: test.state)
    #expect(report.bills.count == 1)
    #expect(report.exports.map(\.id) == ["reseller/cost", "customer/acme", "customer/tailspin"])
    #expect(report.files.count == 3)
    #expect(report.unclaimedAccounts.map(\.id) == ["123456789012"])
    #expect(report.unclaimedAccounts.map { $0.total.text() } == ["63.09701923"])
    #expect(
        try statusReport(of: test.state, customer: "acme").exports.map(\.id) == ["customer/acme"]
    )
}

@Test func aPlainReportGivesNoFileWithResourcesAndTags() throws {
    let test = try TestFolder()
    try test.apply(exampleSetup)
    let name = "123456789012-aws-billing-detailed-line-items-2026-10.csv"
    _ = try test.importBill(sample(name), as: name)
    let file = try #require(try dueFiles(in: test.state, customer: "acme").first)
    #expect(
        test.message { try render(file) { _ in } }
            == "export customer/acme: `\(name)` is the detailed report without resources and tags, and the format "
            + "`dbr-rt` has them: import the report `…-with-resources-and-tags-…`"
    )
    #expect(!file.isDelivered)
}
