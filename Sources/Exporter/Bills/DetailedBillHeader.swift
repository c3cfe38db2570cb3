// The header of AWS's detailed billing report. Columns are found by name, never by position: their number changes
// with the tags from delivery to delivery, and reports without resources lack some.

import CSV
import Spelling

/// Where the columns of a detailed billing report are.
package struct DetailedBillHeader: Equatable, Sendable {
    /// All columns in the file's order.
    package let names: [String]
    /// The indexes of the tag columns, in order.
    package let tags: [Int]
    let invoice: Int
    let payer: Int
    let account: Int
    let recordType: Int
    let description: Int
    let usageStart: Int?
    /// `UnBlendedCost`, or `Cost` in the report of an account without consolidated billing.
    let cost: Int
    /// `BlendedCost`; only consolidated bills have it.
    let blendedCost: Int?

    /// Reads the first record of a file.
    init(_ record: CSVRecord, file: String) throws(BillError) {
        let names = (0..<record.count).map { record.text($0) }
        var indexes: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            if let first = indexes[name] {
                throw record.error(
                    at: index,
                    "column `\(name)` is there twice, first as column \(first + 1)",
                    in: file
                )
            }
            indexes[name] = index
        }
        func require(_ name: String) throws(BillError) -> Int {
            if let index = indexes[name] { return index }
            if indexes["ProductCode"] != nil, indexes["TotalCost"] != nil {
                throw record.error(
                    "this is a monthly report; the detailed billing report is needed",
                    in: file
                )
            }
            throw record.error(
                "no detailed billing report: the header lacks the column `\(name)`"
                    + Spelling.suggestion(for: name, among: Array(indexes.keys.sorted())),
                in: file
            )
        }
        invoice = try require("InvoiceID")
        payer = try require("PayerAccountId")
        account = try require("LinkedAccountId")
        recordType = try require("RecordType")
        description = try require("ItemDescription")
        usageStart = indexes["UsageStartDate"]
        if let plain = indexes["Cost"], indexes["UnBlendedCost"] == nil,
            indexes["BlendedCost"] == nil
        {
            cost = plain
            blendedCost = nil
        } else {
            cost = try require("UnBlendedCost")
            blendedCost = try require("BlendedCost")
        }
        self.names = names
        tags = names.indices.filter { names[$0].hasPrefix("user:") || names[$0].hasPrefix("aws:") }
    }
}
