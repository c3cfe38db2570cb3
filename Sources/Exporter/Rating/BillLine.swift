// A line of any provider's bill, as far as rating looks at it.

/// One line of a bill; totals rows are no lines.
package struct BillLine: Sendable {
    /// A part of a line that the provider gave back on it, as in Google's `credits` array.
    package struct Credit: Sendable {
        /// The reseller's own margin, which no customer sees: its price is zero.
        package let isResellerMargin: Bool
        /// Usually negative.
        package let amount: BigDecimal

        package init(isResellerMargin: Bool, amount: BigDecimal) {
            self.isResellerMargin = isResellerMargin
            self.amount = amount
        }
    }

    /// The number of the CSV record, the header being 1.
    package var row: Int
    /// The provider's own id of the line, if the format has one.
    package var recordID = ""
    /// The linked account, subscription or project.
    package var account: String
    /// The invoice that the line is on.
    package var invoice: String
    package var lineClass: LineClass
    package var product = ""
    package var usageType = ""
    package var operation = ""
    package var rateID = ""
    /// Nil where the line has none, as on fees and taxes.
    package var quantity: BigDecimal?
    /// The cost column as delivered.
    package var cost: BigDecimal
    /// The unit rate as delivered, if there is one.
    package var rate: BigDecimal?
    /// What the line costs by the provider's price list, if the format says it.
    package var listCost: BigDecimal?
    /// From the price list's currency to the bill's; 1 where there is one currency.
    package var exchangeRate = BigDecimal.one
    package var credits: [Credit] = []

    package init(
        row: Int,
        account: String,
        invoice: String,
        lineClass: LineClass,
        cost: BigDecimal
    ) {
        self.row = row
        self.account = account
        self.invoice = invoice
        self.lineClass = lineClass
        self.cost = cost
    }
}
