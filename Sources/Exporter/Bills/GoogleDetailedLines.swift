// The lines of Google's detailed usage export, flattened to CSV, as rating sees them.

import CSV
import JSON
import Rating

/// Makes lines of the records of a detailed usage export.
struct GoogleDetailedLines: BillLines {
    private static let bill = "detailed usage export"

    private let columns: BillColumns
    private let file: String
    private let billingAccount, project, service, sku, cost, currencyColumn, credits, month: Int
    private let costType: Int
    private let skuID, transaction, quantity, rate, list: Int?

    init(header record: CSVRecord, file: String) throws(BillError) {
        let columns = try BillColumns(record, file: file)
        self.columns = columns
        self.file = file
        billingAccount = try columns.required("billing_account_id", in: GoogleDetailedLines.bill)
        project = try columns.required("project.id", in: GoogleDetailedLines.bill)
        service = try columns.required("service.description", in: GoogleDetailedLines.bill)
        sku = try columns.required("sku.description", in: GoogleDetailedLines.bill)
        cost = try columns.required("cost", in: GoogleDetailedLines.bill)
        currencyColumn = try columns.required("currency", in: GoogleDetailedLines.bill)
        credits = try columns.required("credits", in: GoogleDetailedLines.bill)
        month = try columns.required("invoice.month", in: GoogleDetailedLines.bill)
        costType = try columns.required("cost_type", in: GoogleDetailedLines.bill)
        skuID = columns.optional("sku.id")
        transaction = columns.optional("transaction_type")
        quantity = columns.optional("usage.amount_in_pricing_units")
        rate = columns.optional("price.effective_price")
        list = columns.optional("cost_at_list")
    }

    func line(_ record: CSVRecord) throws(BillError) -> BillLine? {
        let named = record.text(project)
        var line = BillLine(
            row: record.number,
            // Taxes and corrections of the whole account have no project.
            account: named.isEmpty ? record.text(billingAccount) : named,
            invoice: record.text(month),
            lineClass: try lineClass(record),
            cost: try columns.number(record, cost) ?? .zero
        )
        line.product = record.text(service)
        line.usageType = record.text(sku)
        line.rateID = columns.text(record, skuID)
        line.quantity = try columns.number(record, quantity)
        line.rate = try columns.number(record, rate)
        line.listCost = try columns.number(record, list)
        line.credits = try credits(record)
        return line
    }

    func currency(_ record: CSVRecord) -> String { record.text(currencyColumn) }

    /// Rule R13: the invoice's month decides, not the time of use.
    func isInvoiced(_ record: CSVRecord, _ period: BillingCycle) throws(BillError) -> Bool {
        try columns.check(record)
        let text = record.text(month)
        guard text.utf8.count == 6, BillingCycle("\(text.prefix(4))-\(text.suffix(2))") != nil
        else { throw record.error(at: month, "`\(text)` is no month, as in `202610`", in: file) }
        return "\(text.prefix(4))-\(text.suffix(2))" == period.description
    }

    private func lineClass(_ record: CSVRecord) throws(BillError) -> LineClass {
        switch record.text(costType) {
        case "regular":
            columns.text(record, transaction).hasPrefix("THIRD_PARTY") ? .marketplace : .usage
        case "tax": .tax
        case "adjustment": .adjustment
        case "rounding_error": .rounding
        case let other:
            throw record.error(at: costType, "unknown cost_type `\(other)`", in: file)
        }
    }

    /// The array in the cell: `[{"name": …, "type": …, "amount": -0.5}]`.
    private func credits(_ record: CSVRecord) throws(BillError) -> [BillLine.Credit] {
        if record.isEmpty(credits) || record[credits] == "[]" { return [] }
        do throws(JSONError) {
            guard let nodes = try JSON.parse(record.text(credits)).array else {
                throw JSONError(place: .none, path: "", message: "no array")
            }
            var found: [BillLine.Credit] = []
            for node in nodes {
                let path = "credits[\(found.count)]"
                found.append(
                    BillLine.Credit(
                        isResellerMargin: node["type"]?.string == "RESELLER_MARGIN",
                        amount: try BigDecimal(json: node["amount"] ?? node, path: path)
                    )
                )
            }
            return found
        } catch {
            throw record.error(at: credits, "credits: \(error)", in: file)
        }
    }
}
