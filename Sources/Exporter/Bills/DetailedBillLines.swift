// The lines of AWS's detailed billing report as rating sees them.

import CSV
import Rating

/// Makes lines of the records of a detailed billing report.
struct DetailedBillLines: BillLines {
    private let columns: BillColumns
    private let file: String
    private let header: DetailedBillHeader

    init(header record: CSVRecord, file: String) throws(BillError) {
        columns = try BillColumns(record, file: file)
        self.file = file
        header = try DetailedBillHeader(record, file: file)
    }

    func line(_ record: CSVRecord) throws(BillError) -> BillLine? {
        try columns.check(record)
        guard let type = RecordType(record[header.recordType]) else {
            throw record.error(
                at: header.recordType,
                "unknown RecordType `\(record.text(header.recordType))`",
                in: file
            )
        }
        guard case .lineItem = type else { return nil }
        let named = record.text(header.account)
        var line = BillLine(
            row: record.number,
            account: named.isEmpty ? record.text(header.payer) : named,
            invoice: record.text(header.invoice),
            lineClass: .usage,
            cost: try columns.number(record, header.cost) ?? .zero
        )
        line.recordID = columns.text(record, header.recordID)
        line.product = columns.text(record, header.product)
        line.usageType = columns.text(record, header.usageType)
        line.operation = columns.text(record, header.operation)
        line.rateID = columns.text(record, header.rateID)
        line.quantity = try columns.number(record, header.quantity)
        line.rate = try columns.number(record, header.rate)
        line.lineClass = LineTraits(
            product: line.product,
            usageType: line.usageType,
            description: record.text(header.description)
        ).lineClass(
            isNegative: line.cost.isNegative,
            hasQuantity: line.quantity != nil,
            isReserved: columns.text(record, header.reserved) == "Y",
            hasResource: header.resource.map { !record.isEmpty($0) } ?? false
        )
        return line
    }
}
