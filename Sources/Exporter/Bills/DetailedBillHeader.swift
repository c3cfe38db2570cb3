// The header of AWS's detailed billing report. Columns are found by name, never by position: their number changes
// with the tags from delivery to delivery, and reports without resources lack some.

import CSV

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
    /// What rules look at, and what else decides a line's class and price.
    let recordID, product, usageType, operation, rateID, reserved, quantity, resource: Int?
    /// `UnBlendedRate`, or `Rate` without consolidated billing.
    let rate: Int?
    let blendedRate: Int?
    /// `UnBlendedCost`, or `Cost` in the report of an account without consolidated billing.
    let cost: Int
    /// `BlendedCost`; only consolidated bills have it.
    let blendedCost: Int?

    /// Reads the first record of a file.
    init(_ record: CSVRecord, file: String) throws(BillError) {
        let columns = try BillColumns(record, file: file)
        func require(_ name: String) throws(BillError) -> Int {
            if columns.optional(name) == nil, columns.optional("ProductCode") != nil,
                columns.optional("TotalCost") != nil
            {
                throw record.error(
                    "this is a monthly report; the detailed billing report is needed",
                    in: file
                )
            }
            return try columns.required(name, in: "detailed billing report")
        }
        invoice = try require("InvoiceID")
        payer = try require("PayerAccountId")
        account = try require("LinkedAccountId")
        recordType = try require("RecordType")
        description = try require("ItemDescription")
        usageStart = columns.optional("UsageStartDate")
        recordID = columns.optional("RecordId")
        product = columns.optional("ProductName")
        usageType = columns.optional("UsageType")
        operation = columns.optional("Operation")
        rateID = columns.optional("RateId")
        reserved = columns.optional("ReservedInstance")
        quantity = columns.optional("UsageQuantity")
        resource = columns.optional("ResourceId")
        if let plain = columns.optional("Cost"), columns.optional("UnBlendedCost") == nil,
            columns.optional("BlendedCost") == nil
        {
            cost = plain
            blendedCost = nil
            rate = columns.optional("Rate")
            blendedRate = nil
        } else {
            cost = try require("UnBlendedCost")
            blendedCost = try require("BlendedCost")
            rate = columns.optional("UnBlendedRate")
            blendedRate = columns.optional("BlendedRate")
        }
        let names = columns.names
        self.names = names
        tags = names.indices.filter { names[$0].hasPrefix("user:") || names[$0].hasPrefix("aws:") }
    }
}
