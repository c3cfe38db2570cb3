import Bills
import Rating
import Testing

@Test func writesACustomersPartWithTotalsThatFitIt() throws {
    let (text, summary) = try export(Array(smallBill.utf8), accounts: ["111111111111"])
    // 0.12345678 + 0.2 rounds to 0.32, -0.505 away from zero to -0.51; user:Team has nothing of this account.
    #expect(
        text == #"""
            "InvoiceID","PayerAccountId","LinkedAccountId","RecordType","ProductName","ItemDescription","UsageStartDate","BlendedCost","UnBlendedCost","user:Name"
            "1001","999999999999","111111111111","LineItem","Amazon EC2","t3.micro, ""small""","2026-10-01 00:00:00","0.10000000","0.12345678","web"
            "1001","999999999999","111111111111","LineItem","","Tax of type VAT","2026-10-01 00:00:00","0.20000000","0.20000000",""
            "1001","999999999999","","Rounding","","This line contains rounding error due to the consolidated billing and hourly line item calculation processes.","","0.02000000","-0.00345678",""
            "1001","999999999999","","InvoiceTotal","","Total amount for invoice 1001","","0.32","0.32",""
            "1002","999999999999","111111111111","LineItem","Amazon RDS","refund","2026-10-02 00:00:00","-0.50000000","-0.50500000",""
            "1002","999999999999","","Rounding","","This line contains rounding error due to the consolidated billing and hourly line item calculation processes.","","-0.01000000","-0.00500000",""
            "1002","999999999999","","InvoiceTotal","","Total amount for invoice 1002","","-0.51","-0.51",""
            "","999999999999","111111111111","AccountTotal","","Total for linked account# 111111111111","","-0.20000000","-0.18154322",""
            "","999999999999","","StatementTotal","","Total statement amount for period 2026-10-01 00:00:00 - 2026-10-31 23:59:59","","-0.19","-0.19",""

            """#
    )
    #expect(summary.lines == 3)
    #expect(summary.total.text() == "-0.19")
}

@Test func leavesOutRoundingThatIsZeroAndInvoicesWithoutLines() throws {
    let (text, _) = try export(Array(smallBill.utf8), accounts: ["222222222222"])
    #expect(
        text == #"""
            "InvoiceID","PayerAccountId","LinkedAccountId","RecordType","ProductName","ItemDescription","UsageStartDate","BlendedCost","UnBlendedCost","user:Team"
            "1001","999999999999","222222222222","LineItem","Amazon S3","storage","2026-10-01 00:00:00","1.00000000","1.00000000","red"
            "1001","999999999999","","InvoiceTotal","","Total amount for invoice 1001","","1.00","1.00",""
            "1002","999999999999","222222222222","LineItem","Amazon RDS","fee","2026-10-02 00:00:00","12.000000","12.000000",""
            "1002","999999999999","","InvoiceTotal","","Total amount for invoice 1002","","12.00","12.00",""
            "","999999999999","222222222222","AccountTotal","","Total for linked account# 222222222222","","13.00000000","13.00000000",""
            "","999999999999","","StatementTotal","","Total statement amount for period 2026-10-01 00:00:00 - 2026-10-31 23:59:59","","13.00","13.00",""

            """#
    )
    let withoutLines = smallBill.split(separator: "\n").filter {
        !$0.hasPrefix("\"1001\",\"999999999999\",\"1")
    }
    let one = withoutLines.joined(separator: "\n")
        .replacing("\"-0.20000000\",\"-0.18154322\"", with: "\"-0.50000000\",\"-0.50500000\"")
        .replacing("\"0.02000000\",\"-0.00345678\"", with: "\"0.32000000\",\"0.32000000\"")
    let rows = try rows(export(Array(one.utf8), accounts: ["111111111111"]).text)
    #expect(
        rows.map { $0["RecordType"] } == [
            "LineItem", "Rounding", "InvoiceTotal", "AccountTotal", "StatementTotal",
        ]
    )
}

@Test func theExportOfAllAccountsIsTheBill() throws {
    for name in [sampleName, plainSampleName, "estimated/\(sampleName)"] {
        let bytes = try contents(of: name)
        let whole = try export(bytes, accounts: nil)
        #expect(whole.text == String(decoding: bytes, as: UTF8.self))
        #expect(try whole.summary.lines == facts(bytes).lines)
        let ids = Set(try facts(bytes).accounts.map(\.id))
        #expect(try export(bytes, accounts: ids).text == whole.text)
    }
    // The same from a file without quotes and with CRLF.
    let crlf = smallBill.split(separator: "\n").map { line in
        (line.contains("\"\"small") ? String(line) : line.filter { $0 != "\"" }) + "\r\n"
    }
    #expect(try export(Array(crlf.joined().utf8), accounts: nil).text == smallBill)
}

@Test func theLinesOfAllCustomersTogetherAreTheBill() throws {
    for name in [sampleName, plainSampleName, "estimated/\(sampleName)"] {
        let bytes = try contents(of: name)
        let bill = try facts(bytes)
        var lines: [String: Int] = [:]
        for record in try rows(String(decoding: bytes, as: UTF8.self))
        where record["RecordType"] == "LineItem" {
            lines[key(record), default: 0] += 1
        }
        var accountTotals = Amount.zero
        for account in bill.accounts {
            let (text, summary) = try export(bytes, accounts: [account.id], tagsWithDataOnly: false)
            #expect(summary.lines == account.lines)
            // An export agrees with itself as a bill does, and can be imported again.
            let part = try facts(Array(text.utf8))
            #expect(part.accounts.map(\.id) == [account.id])
            #expect(part.accounts.first?.total == account.total)
            #expect(part.isFinal == bill.isFinal)
            try accountTotals.add(part.accounts.first?.total ?? .zero)
            for record in try rows(text) where record["RecordType"] == "LineItem" {
                lines[key(record), default: 0] -= 1
            }
        }
        #expect(lines.values.allSatisfy { $0 == 0 })
        #expect(accountTotals == bill.accounts.reduce(into: Amount.zero) { try? $0.add($1.total) })
    }
}

/// All fields of a record in one text.
private func key(_ record: [String: String]) -> String {
    record.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\u{1}")
}

@Test func rendersTheSameBytesEveryTime() throws {
    let bytes = try contents(of: sampleName)
    let first = try export(bytes, accounts: ["111122223333", "777788889999"])
    let second = try export(bytes, accounts: ["777788889999", "111122223333"])
    #expect(first.text == second.text)
    #expect(first.summary == second.summary)
}

@Test func waitsWithTheTotalOfAnInvoiceForLinesThatComeLater() throws {
    // The lines of invoice 1001 after its total, as a report in another order may have it.
    var lines = smallBill.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    lines.insert(lines.remove(at: 1), at: 8)
    let bytes = Array(lines.joined(separator: "\n").utf8)
    #expect(try !facts(bytes).isInvoiceByInvoice)
    let rows = try rows(export(bytes, accounts: ["111111111111"]).text)
    #expect(
        rows.map {
            "\($0["RecordType"] ?? "") \($0["InvoiceID"] ?? "") \($0["UnBlendedCost"] ?? "")"
        } == [
            "LineItem 1001 0.20000000", "LineItem 1002 -0.50500000", "LineItem 1001 0.12345678",
            "Rounding 1001 -0.00345678", "InvoiceTotal 1001 0.32",
            "Rounding 1002 -0.00500000", "InvoiceTotal 1002 -0.51",
            "AccountTotal  -0.18154322", "StatementTotal  -0.19",
        ]
    )
}

@Test func refusesABillThatIsNotTheImportedOne() throws {
    let bytes = Array(smallBill.utf8)
    let facts = try facts(bytes)
    let other = Array(smallBill.replacing("\"user:Team\"", with: "\"user:Other\"").utf8)
    #expect(throws: BillError.self) {
        try DetailedBillWriter.write(
            csv(other),
            file: "bill.csv",
            facts: facts,
            selection: .init(accounts: nil)
        ) { _ in }
    }
}
