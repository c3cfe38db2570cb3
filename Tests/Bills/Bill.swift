import Bills
import CSV
import Glibc
import Rating

/// The path of a sample bill; they are in AWS's format, with fictional accounts and amounts.
func sample(_ name: String) -> String {
    let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    return "/\(folder)/Samples/\(name)"
}

let sampleName = "123456789012-aws-billing-detailed-line-items-with-resources-and-tags-2026-10.csv"
let plainSampleName = "123456789012-aws-billing-detailed-line-items-2026-10.csv"

/// A whole file of the samples.
func contents(of name: String) throws -> [UInt8] {
    guard let file = fopen(sample(name), "rb") else { throw NoSample(name: name) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = fread(&chunk, 1, chunk.count, file)
        if count == 0 { return bytes }
        bytes += chunk[..<count]
    }
}

struct NoSample: Error { let name: String }

/// A CSV reader over bytes in memory.
func csv(_ bytes: [UInt8], chunkBytes: Int = 100_000) -> CSVReader {
    var rest = bytes[...]
    return CSVReader(name: "bill.csv") { buffer in
        let count = min(buffer.count, rest.count, chunkBytes)
        buffer.copyBytes(from: rest.prefix(count))
        rest = rest.dropFirst(count)
        return count
    }
}

func facts(_ bytes: [UInt8]) throws -> BillFacts {
    try DetailedBillReader.read(csv(bytes), file: "bill.csv")
}

func facts(_ text: String) throws -> BillFacts { try facts(Array(text.utf8)) }

/// The export of some accounts.
func export(
    _ bytes: [UInt8],
    accounts: Set<String>?,
    tagsWithDataOnly: Bool = true
) throws -> (text: String, summary: DetailedBillWriter.Summary) {
    var output: [UInt8] = []
    let summary = try DetailedBillWriter.write(
        csv(bytes),
        file: "bill.csv",
        facts: facts(bytes),
        selection: .init(
            accounts: accounts,
            columns: BillSelection(tags: tagsWithDataOnly ? .withData : .all)
        )
    ) { output += $0 }
    return (String(decoding: output, as: UTF8.self), summary)
}

/// The records of a CSV text by column name.
func rows(_ text: String) throws -> [[String: String]] {
    let reader = csv(Array(text.utf8))
    guard try reader.next() else { return [] }
    let header = reader.record
    let names = (0..<header.count).map { header.text($0) }
    var rows: [[String: String]] = []
    while try reader.next() {
        let record = reader.record
        rows.append(
            Dictionary(
                uniqueKeysWithValues: names.enumerated().map {
                    ($0.element, record.text($0.offset))
                }
            )
        )
    }
    return rows
}

/// A bill small enough to be checked by hand: two customers' accounts, two invoices, tags of both.
let smallBill = #"""
    "InvoiceID","PayerAccountId","LinkedAccountId","RecordType","ProductName","ItemDescription","UsageStartDate","BlendedCost","UnBlendedCost","user:Name","user:Team"
    "1001","999999999999","111111111111","LineItem","Amazon EC2","t3.micro, ""small""","2026-10-01 00:00:00","0.10000000","0.12345678","web",""
    "1001","999999999999","222222222222","LineItem","Amazon S3","storage","2026-10-01 00:00:00","1.00000000","1.00000000","","red"
    "1001","999999999999","111111111111","LineItem","","Tax of type VAT","2026-10-01 00:00:00","0.20000000","0.20000000","",""
    "1001","999999999999","","Rounding","","This line contains rounding error due to the consolidated billing and hourly line item calculation processes.","","0.02000000","-0.00345678","",""
    "1001","999999999999","","InvoiceTotal","","Total amount for invoice 1001","","1.32","1.32","",""
    "1002","999999999999","111111111111","LineItem","Amazon RDS","refund","2026-10-02 00:00:00","-0.50000000","-0.50500000","",""
    "1002","999999999999","222222222222","LineItem","Amazon RDS","fee","2026-10-02 00:00:00","12.000000","12.000000","",""
    "1002","999999999999","","Rounding","","This line contains rounding error due to the consolidated billing and hourly line item calculation processes.","","0.00000000","0.00500000","",""
    "1002","999999999999","","InvoiceTotal","","Total amount for invoice 1002","","11.50","11.50","",""
    "","999999999999","222222222222","AccountTotal","","Total for linked account# 222222222222","","13.00000000","13.00000000","",""
    "","999999999999","111111111111","AccountTotal","","Total for linked account# 111111111111","","-0.20000000","-0.18154322","",""
    "","999999999999","","StatementTotal","","Total statement amount for period 2026-10-01 00:00:00 - 2026-10-31 23:59:59","","12.82","12.82","",""

    """#
