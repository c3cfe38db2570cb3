import Bills
import CSV
import JSON
import Rating
import Testing

/// The settings of one customer, `c`, whose accounts and terms are given as members of a rating config.
private func config(_ members: String, books: String = "") throws -> RatingConfig {
    try RatingConfig(
        json: JSON.parse(
            """
            {"provider": "aws-dbr", "period": "2026-10", "view": "resale", "currency": "USD",
             "pricebooks": {\(books)}, "customers": [{"id": "c", \(members)}]}
            """
        )
    )
}

private func resale(
    _ bill: String,
    _ config: RatingConfig,
    columns: BillSelection = BillSelection()
) throws -> (text: String, summary: ResaleBillWriter.Summary) {
    let bytes = Array(bill.utf8)
    var output: [UInt8] = []
    let summary = try ResaleBillWriter.write(
        { csv(bytes) },
        file: "bill.csv",
        facts: facts(bytes),
        request: .init(config: config, owner: "210987654321", columns: columns)
    ) { output += $0 }
    return (String(decoding: output, as: UTF8.self), summary)
}

/// Two customers' accounts, two invoices; a credit and a tax that the customer does not see.
private let bill = #"""
    "InvoiceID","PayerAccountId","LinkedAccountId","RecordType","RecordId","ProductName","RateId","SubscriptionId","UsageType","Operation","ReservedInstance","ItemDescription","UsageStartDate","UsageEndDate","UsageQuantity","BlendedRate","BlendedCost","UnBlendedRate","UnBlendedCost","ResourceId","NetCost","user:Name","user:Team"
    "1001","999999999999","111111111111","LineItem","71","Amazon EC2","5","9","BoxUsage:m5","Run","Y","$0.10 per m5, ""large"" Hour","2026-10-01 00:00:00","2026-10-01 01:00:00","3.00000000","0.0900000000","0.27000000","0.1000000000","0.30000000","i-1","0.21","web",""
    "1001","999999999999","222222222222","LineItem","72","Amazon S3","6","9","Bytes","","N","$0.02 per GB","2026-10-01 00:00:00","2026-10-01 01:00:00","50.00000000","0.0200000000","1.00000000","0.0200000000","1.00000000","b","0.9","","red"
    "1001","999999999999","111111111111","LineItem","73","Amazon EC2","0","","","","N","Credit: EDP","2026-10-01 00:00:00","2026-10-31 23:59:59","","","-0.05000000","","-0.05000000","","","",""
    "1001","999999999999","111111111111","LineItem","0","","0","","","","N","Tax of type VAT","2026-10-01 00:00:00","2026-10-31 23:59:59","","","0.05000000","","0.05000000","","","",""
    "1001","999999999999","","InvoiceTotal","","","","","","","","Total amount for invoice 1001","","","","","1.30","","1.30","","","",""
    "1002","999999999999","111111111111","LineItem","74","Amazon Route 53","7","","","","N","Sign up charge for subscription: 4","2026-10-01 00:00:00","2026-10-31 23:59:59","","","12.000000","","12.000000","","","",""
    "1002","999999999999","","InvoiceTotal","","","","","","","","Total amount for invoice 1002","","","","","12.00","","12.00","","","",""
    "","999999999999","111111111111","AccountTotal","","","","","","","","Total for linked account# 111111111111","","","","","12.27000000","","12.30000000","","","",""
    "","999999999999","222222222222","AccountTotal","","","","","","","","Total for linked account# 222222222222","","","","","1.00000000","","1.00000000","","","",""
    "","999999999999","","StatementTotal","","","","","","","","Total statement amount for period 2026-10-01 00:00:00 - 2026-10-31 23:59:59","","","","","13.30","","13.30","","","",""
    """#.replacing(
        "\"0.27000000\",\"0.1000000000\"",
        with: "\"0.30000000\",\"0.1000000000\""
    ).replacing("\"12.27000000\"", with: "\"12.30000000\"")

private let retail = """
    "retail": {"default": {"kind": "markup", "percent": "12.5"},
      "rules": [{"id": "s3", "match": {"product": "Amazon S3"}, "price": {"kind": "unit_price", "amount": "0.03"}}]}
    """

// 0.30 × 1.125 = 0.3375, 12 × 1.125 = 13.5. Each invoice is rounded by itself: 0.3375 becomes 0.34.
@Test func writesACustomersPricesAndNothingOfTheCost() throws {
    let (text, summary) = try resale(
        bill,
        config(#""accounts": ["111111111111"], "pricebook": "retail""#, books: retail)
    )
    #expect(
        text == #"""
            "InvoiceID","PayerAccountId","LinkedAccountId","RecordType","RecordId","ProductName","RateId","SubscriptionId","UsageType","Operation","ReservedInstance","ItemDescription","UsageStartDate","UsageEndDate","UsageQuantity","BlendedRate","BlendedCost","UnBlendedRate","UnBlendedCost","ResourceId","user:Name"
            "1001","210987654321","111111111111","LineItem","71","Amazon EC2","5","9","BoxUsage:m5","Run","N","per m5, ""large"" Hour","2026-10-01 00:00:00","2026-10-01 01:00:00","3.00000000","0.1125000000","0.33750000","0.1125000000","0.33750000","i-1","web"
            "1001","210987654321","","Rounding","","","","","","","","This line contains rounding error due to the consolidated billing and hourly line item calculation processes.","","","","","0.00250000","","0.00250000","",""
            "1001","210987654321","","InvoiceTotal","","","","","","","","Total amount for invoice 1001","","","","","0.34","","0.34","",""
            "1002","210987654321","111111111111","LineItem","74","Amazon Route 53","7","","","","N","Sign up charge for subscription: 4","2026-10-01 00:00:00","2026-10-31 23:59:59","","","13.50000000","","13.50000000","",""
            "1002","210987654321","","InvoiceTotal","","","","","","","","Total amount for invoice 1002","","","","","13.50","","13.50","",""
            "","210987654321","111111111111","AccountTotal","","","","","","","","Total for linked account# 111111111111","","","","","13.83750000","","13.83750000","",""
            "","210987654321","","StatementTotal","","","","","","","","Total statement amount for period 2026-10-01 00:00:00 - 2026-10-31 23:59:59","","","","","13.84","","13.84","",""

            """#
    )
    #expect(summary.lines == 2)
    #expect(summary.bills.map(\.statementTotal.description) == ["13.84"])
}

// The base is 0.3375 + 1.5 + 13.5 = 15.3375: the discount takes 0.77, support 10 % of 14.5675 is 1.46, and the credit
// pays what is due: 1.8375 - 0.77 + 1.46 = 2.5275 and 13.50, together 16.03, but it has only 5.
@Test func addsLinesBehindThoseOfTheFirstInvoice() throws {
    let terms = #"""
        "accounts": ["111111111111", "222222222222"], "pricebook": "retail", "billing_account": "222222222222",
        "global": [{"id": "loyal", "kind": "discount", "percent": "5", "mode": "line_item"}],
        "charges": [{"id": "\"support\"", "plan": "percent", "percent": "10"}],
        "credits": [{"id": "welcome", "balance": "5"}]
        """#
    let (text, summary) = try resale(bill, config(terms, books: retail))
    let rows = try rows(text)
    #expect(
        rows.map {
            "\($0["RecordType"] ?? "") \($0["InvoiceID"] ?? "") \($0["LinkedAccountId"] ?? "") "
                + "\($0["ItemDescription"]?.prefix(25) ?? "") \($0["UnBlendedCost"] ?? "")"
        } == [
            "LineItem 1001 111111111111 per m5, \"large\" Hour 0.33750000",
            "LineItem 1001 222222222222 per GB 1.50000000",
            "LineItem 1001 222222222222 Global discount: loyal -0.77000000",
            "LineItem 1001 222222222222 Charge: \"support\" 1.46000000",
            "LineItem 1001 222222222222 Credit: welcome -5.00000000",
            "Rounding 1001  This line contains roundi 0.00250000",
            "InvoiceTotal 1001  Total amount for invoice  -2.47",
            "LineItem 1002 111111111111 Sign up charge for subscr 13.50000000",
            "InvoiceTotal 1002  Total amount for invoice  13.50",
            "AccountTotal  111111111111 Total for linked account# 13.83750000",
            "AccountTotal  222222222222 Total for linked account# -2.81000000",
            "StatementTotal   Total statement amount fo 11.03",
        ]
    )
    let charge = rows[3].filter { !$0.value.isEmpty }
    #expect(
        charge == [
            "InvoiceID": "1001", "PayerAccountId": "210987654321",
            "LinkedAccountId": "222222222222", "RecordType": "LineItem", "RecordId": "0",
            "ProductName": "Charge", "RateId": "0", "ReservedInstance": "N",
            "ItemDescription": "Charge: \"support\"", "UsageStartDate": "2026-10-01 00:00:00",
            "UsageEndDate": "2026-10-31 23:59:59", "BlendedCost": "1.46000000",
            "UnBlendedCost": "1.46000000",
        ]
    )
    #expect(summary.lines == 6)
    #expect(summary.bills[0].creditBalances.map(\.balance.description) == ["0"])
    // The file agrees with itself as every bill does.
    #expect(try facts(text).total.text() == "11.03")
}

@Test func neverWritesAMinusBeforeZero() throws {
    let free = #""free": {"default": {"kind": "discount", "percent": 100}}"#
    let refund = bill.replacing("\"0.30000000\"", with: "\"-0.30000000\"")
        .replacing("\"1.30\"", with: "\"0.70\"").replacing("\"13.30\"", with: "\"12.70\"")
        .replacing("\"12.30000000\"", with: "\"11.70000000\"")
    let (text, _) = try resale(
        refund,
        config(#""accounts": ["111111111111"], "pricebook": "free""#, books: free)
    )
    let costs = try rows(text).map { $0["UnBlendedCost"] ?? "" }
    #expect(costs == ["0.00000000", "0.00", "0.00000000", "0.00", "0.00000000", "0.00"])
}

@Test func writesThePlainReportAndChosenTags() throws {
    let config = try config(#""accounts": ["111111111111"]"#)
    let plain = try resale(bill, config, columns: BillSelection(hasResources: false)).text
    #expect(
        plain.hasPrefix(
            #""InvoiceID","PayerAccountId","LinkedAccountId","RecordType","ProductName","RateId","SubscriptionId","#
        )
    )
    #expect(plain.split(separator: "\n")[0].hasSuffix(#","UnBlendedRate","UnBlendedCost""#))
    let chosen = BillSelection(tags: .named(["user:Team", "user:Other"]))
    let header = try resale(bill, config, columns: chosen).text.split(separator: "\n")[0]
    #expect(header.hasSuffix(#","ResourceId","user:Team""#))
}

@Test func showsNothingWhereNothingIsLeft() throws {
    let config = try config(
        #""accounts": ["333333333333"], "charges": [{"id": "x", "plan": "fixed", "amount": 1}]"#
    )
    let rows = try rows(resale(bill, config).text)
    #expect(rows.map { $0["RecordType"] } == ["StatementTotal"])
    #expect(rows[0]["UnBlendedCost"] == "0.00")
}

/// Everything that the input says about cost, and every identifier of others, is looked for in the output.
@Test func nothingOfTheCostOrOfOthersIsInTheSample() throws {
    let bytes = try contents(of: sampleName)
    let input = try rows(String(decoding: bytes, as: UTF8.self)).filter {
        $0["RecordType"] == "LineItem"
    }
    // No price is a cost by chance under such a percentage.
    let books = #""b": {"default": {"kind": "markup", "percent": "913377.331"}}"#
    let own = "777788889999"
    let config = try config(#""accounts": ["\#(own)"], "pricebook": "b""#, books: books)
    let (text, _) = try resale(String(decoding: bytes, as: UTF8.self), config)
    let output = try rows(text)

    var costs = Set<String>()
    for record in input where !(record["ItemDescription"] ?? "").hasPrefix("AWS Marketplace ") {
        for column in ["BlendedRate", "BlendedCost", "UnBlendedRate", "UnBlendedCost"] {
            guard let text = record[column], !text.isEmpty else { continue }
            let value = try BigDecimal(text)
            if value > BigDecimal(0) { costs.formUnion([text, value.text()]) }
        }
    }
    let others = Set(input.compactMap { $0["LinkedAccountId"] }).union(["123456789012"])
        .subtracting([own])
    let foreign = Set(
        input.filter { $0["LinkedAccountId"] != own }.flatMap {
            [$0["RecordId"] ?? "", $0["ResourceId"] ?? ""]
        }
    ).subtracting(input.filter { $0["LinkedAccountId"] == own }.compactMap { $0["ResourceId"] })
    var found: [String] = []
    for record in output {
        for (column, value) in record {
            // A quantity may be any number.
            if column != "UsageQuantity", costs.contains(value), record["LinkedAccountId"] == own,
                column.hasSuffix("Rate") || column.hasSuffix("Cost")
            {
                found.append("\(column): \(value)")
            }
            if others.contains(where: { value.contains($0) }) && !column.hasPrefix("user:") {
                found.append("\(column): \(value)")
            }
            if !value.isEmpty, value != "0", foreign.contains(value) {
                found.append("\(column): \(value)")
            }
        }
        let words = (record["ItemDescription"] ?? "").split { " ,()".contains($0) }
        if words.contains(where: { $0.hasPrefix("$") || costs.contains(String($0)) }) {
            found.append(record["ItemDescription"] ?? "")
        }
        if record["ReservedInstance"] == "Y" { found.append("ReservedInstance") }
    }
    #expect(found == [])
    #expect(output.count > 200)
}
