import Bills
import CSV
import Rating
import Testing

@Test func findsOutWhatIsInABill() throws {
    let facts = try facts(smallBill)
    #expect(facts.cycle.description == "2026-10")
    #expect(facts.payer == "999999999999")
    #expect(facts.lines == 5)
    #expect(facts.total.text() == "12.82")
    #expect(facts.isFinal)
    #expect(facts.isInvoiceByInvoice)
    #expect(facts.scale == 8)
    // In the order of their AccountTotals.
    #expect(facts.accounts.map(\.id) == ["222222222222", "111111111111"])
    #expect(facts.accounts.map(\.lines) == [2, 3])
    #expect(facts.accounts.map { $0.total.text() } == ["13", "-0.18154322"])
    #expect(facts.accounts.map { $0.blended?.text() } == ["13", "-0.2"])
    // user:Team and user:Name.
    #expect(facts.accounts.map(\.tags) == [[10], [9]])
    #expect(facts.invoices.map(\.id) == ["1001", "1002"])
    #expect(facts.invoices.map(\.lines) == [3, 2])
    #expect(facts.invoices.map { $0.total.text() } == ["1.32", "11.5"])
    #expect(try BillFacts(json: facts.json) == facts)
}

@Test func readsTheSamples() throws {
    let withTags = try facts(contents(of: sampleName))
    #expect(withTags.lines == 1_000)
    #expect(withTags.total.text() == "165273.16")
    #expect(withTags.isFinal)
    #expect(withTags.accounts.count == 4)
    #expect(withTags.account("444455556666")?.total.text() == "164855.22409966")
    #expect(try BillFacts(json: withTags.json) == withTags)

    let plain = try facts(contents(of: plainSampleName))
    #expect(plain.lines == 200)
    #expect(plain.accounts.allSatisfy { $0.tags.isEmpty })

    let estimated = try facts(contents(of: "estimated/\(sampleName)"))
    #expect(!estimated.isFinal)
    #expect(estimated.invoices.map(\.id) == ["Estimated"])
}

@Test func readsTheSameInPiecesOfAnySize() throws {
    let bytes = try contents(of: sampleName)
    let whole = try facts(bytes)
    for chunkBytes in [997, 4_096, 65_536] {
        #expect(
            try DetailedBillReader.read(csv(bytes, chunkBytes: chunkBytes), file: "bill.csv")
                == whole
        )
    }
}

@Test func takesCRLFUnquotedFieldsAndAByteOrderMark() throws {
    let whole = try facts(smallBill)
    let crlf = "\u{FEFF}" + smallBill.split(separator: "\n").map { $0 + "\r\n" }.joined()
    #expect(try facts(crlf) == whole)
    // Every field without a quote inside is written without quotes.
    let unquoted = smallBill.split(separator: "\n").map { line in
        line.contains("\"\"small") ? String(line) : line.filter { $0 != "\"" }
    }
    #expect(try facts(unquoted.joined(separator: "\n")) == whole)
}

@Test func readsABillWithoutConsolidatedBilling() throws {
    let facts = try facts(
        #"""
        InvoiceID,PayerAccountId,LinkedAccountId,RecordType,ItemDescription,UsageStartDate,Rate,Cost,ResourceId
        Estimated,111111111111,,LineItem,a,2026-10-01 00:00:00,0.1,1.25,i-1
        Estimated,111111111111,,LineItem,b,2026-10-01 00:00:00,0.1,2,i-2
        Estimated,111111111111,,InvoiceTotal,Total amount for invoice Estimated,,,3.25,
        ,111111111111,,StatementTotal,Total statement amount for period 2026-10-01 00:00:00 - 2026-10-31 23:59:59,,,3.25,
        """#
    )
    #expect(facts.accounts.map(\.id) == ["111111111111"])
    #expect(facts.accounts.map { $0.total.text() } == ["3.25"])
    #expect(facts.accounts.map(\.blended) == [nil])
    #expect(!facts.isFinal)
}

/// What is replaced in the small bill, by what, and what is said then.
@Test(arguments: [
    // Invariants, each broken by one digit.
    (
        "0.12345678", "0.12345679",
        "bill.csv:12:110: the AccountTotal of `111111111111` is -0.18154322, "
            + "but its 3 line items add up to -0.18154321 (UnBlendedCost)"
    ),
    (
        "\"0.10000000\"", "\"0.10000001\"",
        "bill.csv:12:96: the AccountTotal of `111111111111` is -0.20, "
            + "but its 3 line items add up to -0.19999999 (BlendedCost)"
    ),
    (
        "-0.00345678", "-0.00345677",
        "bill.csv:13:131: the StatementTotal is 12.82, "
            + "but the AccountTotals and Roundings add up to 12.82000001 (UnBlendedCost)"
    ),
    (
        "\"1.32\",\"1.32\"", "\"1.32\",\"1.33\"",
        "bill.csv:13:131: the StatementTotal is 12.82, "
            + "but the InvoiceTotals add up to 12.83 (UnBlendedCost)"
    ),
    (
        "\"1.32\",\"1.32\"", "\"1.31\",\"1.32\"",
        "bill.csv:13:123: the StatementTotal is 12.82, "
            + "but the InvoiceTotals add up to 12.81 (BlendedCost)"
    ),
    (
        "\"12.82\",\"12.82\"", "\"12.82\",\"12.81\"",
        "bill.csv:13:131: the StatementTotal is 12.81, "
            + "but the AccountTotals and Roundings add up to 12.82 (UnBlendedCost)"
    ),
    (
        "\"111111111111\",\"LineItem\",\"Amazon RDS\"",
        "\"222222222222\",\"LineItem\",\"Amazon RDS\"",
        "bill.csv:12:110: the AccountTotal of `111111111111` is -0.18154322, "
            + "but its 2 line items add up to 0.32345678 (UnBlendedCost)"
    ),
    // Rows that are missing or there twice.
    (
        "\"StatementTotal\"", "\"InvoiceTotal\"",
        "bill.csv:14:1: the file ends without a StatementTotal: it is cut off"
    ),
    (
        "\"InvoiceTotal\",\"\",\"Total amount for invoice 1002\"", "\"StatementTotal\",\"\",\"x\"",
        "bill.csv:13:1: a second StatementTotal"
    ),
    (
        "\"222222222222\",\"AccountTotal\"", "\"111111111111\",\"AccountTotal\"",
        "bill.csv:12:19: a second AccountTotal of `111111111111`"
    ),
    (
        "\"1002\",\"999999999999\",\"\",\"InvoiceTotal\"",
        "\"1001\",\"999999999999\",\"\",\"InvoiceTotal\"",
        "bill.csv:10:1: a second InvoiceTotal of `1001`"
    ),
    // Values.
    (
        "\"12.000000\",\"12.000000\"", "\"12.000000\",\"12,00\"",
        "bill.csv:8:102: UnBlendedCost `12,00`: not a decimal number"
    ),
    (
        "\"12.000000\",\"12.000000\"", "\"1e3\",\"12.000000\"",
        "bill.csv:8:90: BlendedCost `1e3`: not a decimal number"
    ),
    (
        "\"1002\",\"999999999999\",\"111111111111\"", "\"1002\",\"999999999998\",\"111111111111\"",
        "bill.csv:7:8: payer `999999999998` in the bill of `999999999999`"
    ),
    (
        "\"1002\",\"999999999999\",\"111111111111\"", "\"1002\",\"999999999999\",\"\"",
        "bill.csv:7:23: the LinkedAccountId is empty"
    ),
    (
        "\"LineItem\",\"Amazon S3\"", "\"PayerLineItem\",\"Amazon S3\"",
        "bill.csv:3:38: unknown RecordType `PayerLineItem`"
    ),
    ("\"storage\",", "", "bill.csv:3:1: the record has 10 fields, the header 11"),
    (
        "\"storage\"", "\"stor\"age\"",
        "bill.csv:3:67: expected a comma or the line's end after the closing quote; "
            + "a quote inside a field is doubled"
    ),
    // Columns.
    (
        "\"LinkedAccountId\"", "\"LinkedAccount\"",
        "bill.csv:1:1: no detailed billing report: the header lacks the column `LinkedAccountId`; "
            + "did you mean `LinkedAccount`?"
    ),
    (
        "\"BlendedCost\"", "\"Blended Cost\"",
        "bill.csv:1:1: no detailed billing report: the header lacks the column `BlendedCost`; "
            + "did you mean `Blended Cost`?"
    ),
    (
        "\"user:Team\"", "\"user:Name\"",
        "bill.csv:1:152: column `user:Name` is there twice, first as column 10"
    ),
    (
        "\"ProductName\"", "\"RecordType\"",
        "bill.csv:1:61: column `RecordType` is there twice, first as column 4"
    ),
    ("2026-10-01 00:00:00 - 2026-10-31", "2026-13-01 00:00:00", nil),
])
func refusesABillThatContradictsItself(
    _ text: String,
    _ replacement: String,
    _ message: String?
) throws {
    let range = try #require(smallBill.firstRange(of: text))
    let broken = smallBill[..<range.lowerBound] + replacement + smallBill[range.upperBound...]
    var said: String?
    do { _ = try facts(String(broken)) } catch { said = "\(error)" }
    #expect(said == message)
}

@Test(arguments: [
    ("", "bill.csv:1:1: the file is empty"),
    (
        "a,b\n1,2\n",
        "bill.csv:1:1: no detailed billing report: the header lacks the column `InvoiceID`"
    ),
    (
        "InvoiceID,PayerAccountId,ProductCode,TotalCost\n",
        "bill.csv:1:1: this is a monthly report; the detailed billing report is needed"
    ),
    (
        String(smallBill.split(separator: "\n")[0]) + "\n",
        "bill.csv:2:1: the file ends without a StatementTotal: it is cut off"
    ),
])
func refusesWhatIsNoBill(_ text: String, _ message: String) {
    var said: String?
    do { _ = try facts(text) } catch { said = "\(error)" }
    #expect(said == message)
}

@Test func refusesEveryCutOffBill() throws {
    let bytes = try contents(of: plainSampleName)
    for length in stride(from: 0, to: bytes.count - 2, by: 4_999) {
        #expect(throws: (any Error).self) { try facts(Array(bytes[..<length])) }
    }
    #expect(throws: (any Error).self) { try facts(Array(bytes.dropLast(2))) }
    // The last line end may be missing.
    #expect(try facts(Array(bytes.dropLast(1))).lines == 200)
}

@Test func refusesEveryCostWithAnotherDigit() throws {
    // Each line's cost changed by the smallest amount: the totals always tell.
    let lines = smallBill.split(separator: "\n").map(String.init)
    for (index, line) in lines.enumerated() where line.contains("\"LineItem\"") {
        for column in [7, 8] {
            var fields = line.split(separator: ",", omittingEmptySubsequences: false).map(
                String.init
            )
            // The description of the first line has a comma.
            let at = fields.count - 11 + column
            fields[at] =
                "\""
                + (try Amount(fields[at].filter { $0 != "\"" }).adding(Amount("0.00000001"))).text()
                + "\""
            var changed = lines
            changed[index] = fields.joined(separator: ",")
            #expect(throws: BillError.self) { try facts(changed.joined(separator: "\n")) }
        }
    }
}
