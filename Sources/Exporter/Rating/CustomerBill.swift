// What a customer's lines come to: the added lines, the invoices, the totals (rules R8 to R12).

/// A line that is in no provider's bill.
package struct AddedLine: Sendable {
    package enum Kind: String, Sendable {
        case globalDiscount = "global_discount"
        case globalUplift = "global_uplift"
        case charge, discount, credit
    }

    package let kind: Kind
    package let id: String?
    package let account: String
    /// What the amount was computed from; for a credit what was still due.
    package let base: BigDecimal
    /// Negative for what the customer does not pay.
    package let amount: BigDecimal
}

/// One invoice of a customer's bill.
package struct CustomerInvoice: Sendable {
    package let id: String
    /// The sum of its lines, the added ones included.
    package let linesSum: BigDecimal
    /// What makes the total of it.
    package var rounding: BigDecimal { total - linesSum }
    package let total: BigDecimal
}

/// A customer's bill beside its lines.
package struct CustomerBill: Sendable {
    package let added: [AddedLine]
    /// What is left of each credit, in the config's order.
    package let creditBalances: [(id: String, balance: BigDecimal)]
    /// The totals of the accounts that have lines, in the config's order.
    package let accounts: [(id: String, total: BigDecimal)]
    /// In the order of their first lines.
    package let invoices: [CustomerInvoice]
    package let statementTotal: BigDecimal
}

/// Adds up the priced lines of one customer.
package struct CustomerBillSum: Sendable {
    private struct Sums {
        var price = BigDecimal.zero
        /// The base of globals and charges, at the customer's price and at cost.
        var base = BigDecimal.zero
        var cost = BigDecimal.zero
        var hasBase = false
        var lines = 0
    }

    private let config: RatingConfig
    private let customer: RatedCustomer
    private var accounts: [String: Sums] = [:]
    private var invoices: [(id: String, sum: BigDecimal)] = []
    private var invoiceIndexes: [String: Int] = [:]
    private var tax = BigDecimal.zero

    package init(config: RatingConfig, customer: RatedCustomer) {
        self.config = config
        self.customer = customer
    }

    /// Takes a line that the view shows.
    package mutating func add(_ line: BillLine, _ priced: PricedLine) {
        let total = priced.total
        var sums = accounts[line.account] ?? Sums()
        sums.lines += 1
        sums.price += total
        if line.lineClass.isBase {
            sums.hasBase = true
            sums.base += total
            sums.cost += line.credits.reduce(line.cost) { $0 + $1.amount }
        }
        accounts[line.account] = sums
        if line.lineClass == .tax { add(tax: total) }
        add(invoice: line.invoice, sum: total)
    }

    /// Takes the sums of lines that were added up elsewhere.
    ///
    /// - Parameters:
    ///   - account: whose lines they are.
    ///   - lines: how many.
    ///   - price: their prices.
    ///   - base: the prices and the costs of those whose class counts in bases; nil when there are none.
    package mutating func add(
        account: String,
        lines: Int,
        price: BigDecimal,
        base: (price: BigDecimal, cost: BigDecimal)?
    ) {
        var sums = accounts[account] ?? Sums()
        sums.lines += lines
        sums.price += price
        if let base {
            sums.hasBase = true
            sums.base += base.price
            sums.cost += base.cost
        }
        accounts[account] = sums
    }

    /// Takes the sum of lines of an invoice; the first call is about the first invoice.
    package mutating func add(invoice: String, sum: BigDecimal) {
        if let index = invoiceIndexes[invoice] {
            invoices[index].sum += sum
        } else {
            invoiceIndexes[invoice] = invoices.count
            invoices.append((invoice, sum))
        }
    }

    /// Takes the price of a tax line.
    package mutating func add(tax price: BigDecimal) { tax += money(price) }

    private func money(_ value: BigDecimal) -> BigDecimal {
        value.rounded(toScale: config.minorUnits, config.moneyMode)
    }

    /// The customer's bill, when all lines have been added.
    package func finish() -> CustomerBill {
        var added = config.view == .resale ? globalLines() : []
        if config.view == .resale { added += chargeLines(globals: added) }
        let subtotals = invoices.enumerated().map { index, invoice in
            // Added lines belong to the first invoice.
            index == 0 ? added.reduce(invoice.sum) { $0 + $1.amount } : invoice.sum
        }
        let rounded = subtotals.map(money)
        let due = max(rounded.reduce(-tax, +), .zero)
        let (credits, balances) =
            config.view == .resale
            ? creditLines(due: due)
            : ([], customer.terms.credits.map { ($0.id, $0.balance) })
        added += credits
        let credit = credits.reduce(BigDecimal.zero) { $0 + $1.amount }
        let finished = invoices.indices.map { index in
            CustomerInvoice(
                id: invoices[index].id,
                linesSum: index == 0 ? subtotals[0] + credit : subtotals[index],
                total: index == 0 ? rounded[0] + credit : rounded[index]
            )
        }
        var totals = accounts.mapValues(\.price)
        for line in added { totals[line.account, default: .zero] += line.amount }
        var ids = customer.accounts
        if !ids.contains(customer.billingAccount) { ids.append(customer.billingAccount) }
        return CustomerBill(
            added: added,
            creditBalances: balances,
            accounts: ids.compactMap { id in totals[id].map { (id, $0) } },
            invoices: finished,
            statementTotal: finished.reduce(.zero) { $0 + $1.total }
        )
    }

    /// Rule R8: one line for each global that is a line item.
    private func globalLines() -> [AddedLine] {
        guard accounts.values.contains(where: \.hasBase) else { return [] }
        let base = accounts.values.reduce(BigDecimal.zero) { $0 + $1.base }
        return customer.terms.globals.filter { $0.mode == .lineItem }.map { global in
            let amount = money(base * Ratio.hundredth(global.percent))
            return AddedLine(
                kind: global.kind == .uplift ? .globalUplift : .globalDiscount,
                id: global.id,
                account: customer.billingAccount,
                base: base,
                amount: global.kind == .uplift ? amount : -amount
            )
        }
    }

    /// Rule R9: one line for each charge, or for each charge and account.
    private func chargeLines(globals: [AddedLine]) -> [AddedLine] {
        let global = globals.reduce(BigDecimal.zero) { $0 + $1.amount }
        return customer.terms.charges.flatMap { charge in
            switch charge.scope {
            case .customer:
                let all = accounts.values.filter(\.hasBase)
                guard !all.isEmpty else { return [AddedLine]() }
                let base =
                    charge.base == .sellerCost
                    ? all.reduce(.zero) { $0 + $1.cost } : all.reduce(global) { $0 + $1.base }
                return [line(charge, on: base, account: customer.billingAccount)]
            case .account:
                return customer.accounts.compactMap { id in
                    guard let sums = accounts[id], sums.hasBase else { return nil }
                    let own = id == customer.billingAccount ? global : .zero
                    let base = charge.base == .sellerCost ? sums.cost : sums.base + own
                    return line(charge, on: base, account: id)
                }
            }
        }
    }

    private func line(_ charge: Charge, on base: BigDecimal, account: String) -> AddedLine {
        let amount = charge.amount(
            on: base,
            minorUnits: config.minorUnits,
            config.moneyMode
        )
        return AddedLine(
            kind: charge.kind == .charge ? .charge : .discount,
            id: charge.id,
            account: account,
            base: base,
            amount: charge.kind == .charge ? amount : -amount
        )
    }

    /// Rule R11: credits pay what is due, in their order, and never more.
    private func creditLines(
        due: BigDecimal
    ) -> (lines: [AddedLine], balances: [(id: String, balance: BigDecimal)]) {
        var due = due
        var used: [String: BigDecimal] = [:]
        var lines: [AddedLine] = []
        let usable = customer.terms.credits.filter { $0.isUsable(in: config.period) }
        for credit in usable.sorted(by: CustomerCredit.isUsedBefore) {
            let amount = min(credit.balance, credit.capPerPeriod ?? credit.balance, due)
            guard amount > .zero else { continue }
            lines.append(
                AddedLine(
                    kind: .credit,
                    id: credit.id,
                    account: customer.billingAccount,
                    base: due,
                    amount: -amount
                )
            )
            used[credit.id] = amount
            due = due - amount
        }
        return (lines, customer.terms.credits.map { ($0.id, $0.balance - (used[$0.id] ?? .zero)) })
    }
}
