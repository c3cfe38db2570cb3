// The lines of Microsoft's daily-rated usage reconciliation file as rating sees them.

import CSV
import Rating

/// Makes lines of the records of a daily-rated reconciliation file.
struct AzureDailyLines: BillLines {
    private static let bill = "daily-rated usage file"

    private let columns: BillColumns
    private let file: String
    private let subscription, chargeType, quantity, cost, currencyColumn, invoice, chargeEnd: Int
    private let product, meter, subcategory, meterID, listPrice, rate, exchange, billing: Int?

    init(header record: CSVRecord, file: String) throws(BillError) {
        let columns = try BillColumns(record, file: file)
        self.columns = columns
        self.file = file
        // EntitlementId is the Azure subscription; SubscriptionId is a billing id of Microsoft's.
        subscription = try columns.required("EntitlementId", in: AzureDailyLines.bill)
        chargeType = try columns.required("ChargeType", in: AzureDailyLines.bill)
        quantity = try columns.required("Quantity", in: AzureDailyLines.bill)
        cost = try columns.required("BillingPreTaxTotal", in: AzureDailyLines.bill)
        currencyColumn = try columns.required("BillingCurrency", in: AzureDailyLines.bill)
        invoice = try columns.required("InvoiceNumber", in: AzureDailyLines.bill)
        chargeEnd = try columns.required("ChargeEndDate", in: AzureDailyLines.bill)
        product = columns.optional("ProductName")
        meter = columns.optional("MeterName")
        subcategory = columns.optional("MeterSubCategory")
        meterID = columns.optional("MeterId")
        listPrice = columns.optional("UnitPrice")
        rate = columns.optional("EffectiveUnitPrice")
        exchange = columns.optional("PCToBCExchangeRate")
        billing = columns.optional("SubscriptionId")
    }

    func line(_ record: CSVRecord) throws(BillError) -> BillLine? {
        try columns.check(record)
        let entitlement = record.text(subscription)
        var line = BillLine(
            row: record.number,
            account: entitlement.isEmpty ? columns.text(record, billing) : entitlement,
            invoice: record.text(invoice),
            lineClass: record.text(chargeType) == "customerCredit" ? .providerCredit : .usage,
            cost: try columns.number(record, cost) ?? .zero
        )
        line.product = columns.text(record, product)
        line.usageType = columns.text(record, meter)
        line.operation = columns.text(record, subcategory)
        line.rateID = columns.text(record, meterID)
        line.quantity = try columns.number(record, quantity)
        line.rate = try columns.number(record, rate)
        line.exchangeRate = try columns.number(record, exchange) ?? .one
        if let listPrice = try columns.number(record, listPrice), let quantity = line.quantity {
            line.listCost = listPrice * quantity * line.exchangeRate
        }
        return line
    }

    func currency(_ record: CSVRecord) -> String { record.text(currencyColumn) }

    /// Rule R13: what has an invoice is in the file's month, the rest in the month in which its charge ends.
    func isInvoiced(_ record: CSVRecord, _ period: BillingCycle) throws(BillError) -> Bool {
        if !record.isEmpty(invoice) { return true }
        guard let month = AzureDate.month(record.text(chargeEnd)) else {
            throw record.error(
                at: chargeEnd,
                "`\(record.text(chargeEnd))` is no date, as in `10/31/2026` or `2026-10-31`",
                in: file
            )
        }
        return month == period
    }
}

/// The date forms of Microsoft's files: `M/D/YYYY`, also with a time, and ISO 8601.
enum AzureDate {
    static func month(_ text: String) -> BillingCycle? {
        let day = text.split(whereSeparator: { $0 == " " || $0 == "T" }).first ?? ""
        let slashes = day.split(separator: "/", omittingEmptySubsequences: false)
        if slashes.count == 3, let month = Int(slashes[0]), let date = Int(slashes[1]),
            let year = Int(slashes[2]), (1...31).contains(date)
        {
            return BillingCycle(year: year, month: month)
        }
        let dashes = day.split(separator: "-", omittingEmptySubsequences: false)
        guard dashes.count == 3, let date = Int(dashes[2]), (1...31).contains(date) else {
            return nil
        }
        return BillingCycle(day.prefix(7))
    }
}
