// Adds up the prices of a file at resale prices: what the customers' bills are made of.

import Rating

/// The running sums of a file.
struct ResaleSums {
    private struct Account {
        var lines = 0
        /// In 10^-8, as every price.
        var price: Int128 = 0
        var base: Int128 = 0
        var cost = Amount.zero
        var hasBase = false
    }

    private struct Customer {
        /// The indexes of their accounts.
        var accounts: [Int] = []
        /// In the order of their first lines.
        var invoices: [(index: Int, sum: Int128)] = []
        /// Where the last line's invoice is.
        var last = 0
        var taxes: [Int128] = []
    }

    private let config: RatingConfig
    private let accountIDs: [ResalePricing.Account]
    private var accounts: [Account]
    private var customers: [Customer]

    init(config: RatingConfig, accounts: [ResalePricing.Account]) {
        self.config = config
        accountIDs = accounts
        self.accounts = [Account](repeating: Account(), count: accounts.count)
        customers = [Customer](repeating: Customer(), count: config.customers.count)
        for (index, account) in accounts.enumerated() {
            customers[account.customer].accounts.append(index)
        }
    }

    /// Takes a line.
    ///
    /// - Parameters:
    ///   - line: the line with its price.
    ///   - cost: what the provider billed.
    ///   - invoice: the index of its invoice.
    /// - Throws: `AmountError.tooLarge` when a sum leaves its range.
    @inline(__always)
    mutating func add(
        _ line: ResaleLine,
        cost: @autoclosure () throws(AmountError) -> Amount,
        invoice: Int
    ) throws(AmountError) {
        accounts[line.account].lines += 1
        try ResaleSums.add(line.price, to: &accounts[line.account].price)
        if line.lineClass.isBase {
            accounts[line.account].hasBase = true
            try ResaleSums.add(line.price, to: &accounts[line.account].base)
            try accounts[line.account].cost.add(try cost())
        }
        let customer = accountIDs[line.account].customer
        let place = invoicePlace(customer, invoice)
        try ResaleSums.add(line.price, to: &customers[customer].invoices[place].sum)
        if line.lineClass == .tax, line.price != 0 { customers[customer].taxes.append(line.price) }
    }

    private mutating func invoicePlace(_ customer: Int, _ invoice: Int) -> Int {
        let last = customers[customer].last
        if last < customers[customer].invoices.count,
            customers[customer].invoices[last].index == invoice
        {
            return last
        }
        let known = customers[customer].invoices.firstIndex { $0.index == invoice }
        if known == nil { customers[customer].invoices.append((invoice, 0)) }
        customers[customer].last = known ?? customers[customer].invoices.count - 1
        return customers[customer].last
    }

    private static func add(_ price: Int128, to sum: inout Int128) throws(AmountError) {
        let (result, overflow) = sum.addingReportingOverflow(price)
        guard !overflow else { throw .tooLarge }
        sum = result
    }

    /// The bills of the customers as far as their lines have been taken, in the config's order.
    ///
    /// - Parameter invoices: the ids of the invoices by their indexes.
    /// - Returns: The bills.
    func bills(invoices: [[UInt8]]) -> [CustomerBill] {
        let scale = config.lineScale
        return customers.indices.map { index in
            var sum = CustomerBillSum(config: config, customer: config.customers[index])
            for account in customers[index].accounts where accounts[account].lines > 0 {
                let sums = accounts[account]
                sum.add(
                    account: accountIDs[account].id,
                    lines: sums.lines,
                    price: BigDecimal(units: sums.price, scale: scale),
                    base: sums.hasBase
                        ? (BigDecimal(units: sums.base, scale: scale), BigDecimal(sums.cost)) : nil
                )
            }
            for invoice in customers[index].invoices {
                sum.add(
                    invoice: String(decoding: invoices[invoice.index], as: UTF8.self),
                    sum: BigDecimal(units: invoice.sum, scale: scale)
                )
            }
            for tax in customers[index].taxes { sum.add(tax: BigDecimal(units: tax, scale: scale)) }
            return sum.finish()
        }
    }
}
