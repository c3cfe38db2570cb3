// The lines of AWS's detailed billing report as rating sees them.

import CSV
import Rating

/// Makes lines of the records of a detailed billing report.
struct DetailedBillLines: BillLines {
    private let columns: BillColumns
    private let file: String
    private let invoice, payer, account, recordType, description, cost: Int
    private let product, usageType, operation, rateID, reserved, quantity, rate, resource: Int?

    init(header record: CSVRecord, file: String) throws(BillError) {
        columns = try BillColumns(record, file: file)
        self.file = file
        let header = try DetailedBillHeader(record, file: file)
        (invoice, payer, account) = (header.invoice, header.payer, header.account)
        (recordType, description, cost) = (header.recordType, header.description, header.cost)
        product = columns.optional("ProductName")
        usageType = columns.optional("UsageType")
        operation = columns.optional("Operation")
        rateID = columns.optional("RateId")
        reserved = columns.optional("ReservedInstance")
        quantity = columns.optional("UsageQuantity")
        rate = columns.optional(header.blendedCost == nil ? "Rate" : "UnBlendedRate")
        resource = columns.optional("ResourceId")
    }

    func line(_ record: CSVRecord) throws(BillError) -> BillLine? {
        try columns.check(record)
        guard let type = RecordType(record[recordType]) else {
            throw record.error(
                at: recordType,
                "unknown RecordType `\(record.text(recordType))`",
                in: file
            )
        }
        guard case .lineItem = type else { return nil }
        let named = record.text(account)
        var line = BillLine(
            row: record.number,
            account: named.isEmpty ? record.text(payer) : named,
            invoice: record.text(invoice),
            lineClass: .usage,
            cost: try columns.number(record, cost) ?? .zero
        )
        line.product = columns.text(record, product)
        line.usageType = columns.text(record, usageType)
        line.operation = columns.text(record, operation)
        line.rateID = columns.text(record, rateID)
        line.quantity = try columns.number(record, quantity)
        line.rate = try columns.number(record, rate)
        line.lineClass = lineClass(of: line, record)
        return line
    }

    /// Rule R2: the first that fits.
    private func lineClass(of line: BillLine, _ record: CSVRecord) -> LineClass {
        let words = record.text(description)
        if line.product.isEmpty, words.hasPrefix("Tax ") { return .tax }
        if line.product.hasPrefix("AWS Support (") || line.product.hasPrefix("AWS Premium Support")
        {
            return .providerSupport
        }
        if words.hasPrefix("AWS Marketplace ") { return .marketplace }
        if words.hasPrefix("Refund") { return .refund }
        if line.cost.isNegative, line.quantity == nil { return .providerCredit }
        if words.hasPrefix("Sign up charge for subscription") { return .fee }
        if line.usageType.contains("HeavyUsage:"), columns.text(record, reserved) == "Y",
            resource.map({ record.isEmpty($0) }) ?? true
        {
            return .reservationFee
        }
        return line.quantity == nil ? .fee : .usage
    }
}
