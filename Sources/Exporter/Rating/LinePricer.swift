// What one line costs a customer (rules R3 to R7): the book's one rule and the customer's percentages, as one exact
// fraction, rounded once.

/// A line with its price.
package struct PricedLine: Sendable {
    /// The rule's id; `default` for the book's default, `pass_through` for no rule.
    package let rule: String
    package let price: BigDecimal
    /// The unit rate to show, where the input has one.
    package let rate: BigDecimal?
    /// The prices of the line's credits, in order.
    package let credits: [BigDecimal]

    /// What the line adds to the totals.
    package var total: BigDecimal { credits.reduce(price, +) }
}

/// What makes a line's price: a rule with the customer's percentages.
package struct LineFactor: Sendable {
    /// What is multiplied.
    package enum Basis: Sendable {
        /// The cost column as delivered.
        case cost
        /// What the line costs by the provider's price list.
        case list
        /// The quantity, by this unit price; the rule fits only lines that have one.
        case quantity(unitPrice: BigDecimal)
    }

    /// The rule's id; `default` for the book's default, `pass_through` for no rule.
    package let rule: String
    /// The rule's price; nil where the cost passes for want of a rule.
    package let price: Price?
    package let basis: Basis
    /// The rule's percentage and the customer's discounts and uplifts per line, multiplied.
    package let ratio: Ratio

    fileprivate init(rule: String, price: Price?, globals: Ratio) {
        self.rule = rule
        self.price = price
        let list = price?.basis == .list
        switch price?.kind {
        case .markup(let percent):
            (basis, ratio) = (list ? .list : .cost, .adding(percent: percent) * globals)
        case .discount(let percent):
            (basis, ratio) = (list ? .list : .cost, .subtracting(percent: percent) * globals)
        case .margin(let percent):
            (basis, ratio) = (list ? .list : .cost, .margin(percent: percent) * globals)
        case .unitPrice(let amount): (basis, ratio) = (.quantity(unitPrice: amount), globals)
        case .passThrough, nil: (basis, ratio) = (.cost, globals)
        }
    }
}

/// Prices the lines of one customer's accounts that share a pricebook.
package struct LinePricer: Sendable {
    private let config: RatingConfig
    private let book: Pricebook?
    /// One for each rule, in the book's order; then the book's default; then that of no rule; last that of
    /// lines which pass at cost.
    ///
    /// Pricers with the same book have the same order.
    package let factors: [LineFactor]

    private var defaultIndex: Int { factors.count - 3 }
    private var noRuleIndex: Int { factors.count - 2 }
    private var passedIndex: Int { factors.count - 1 }

    /// - Parameters:
    ///   - config: the settings.
    ///   - book: the account's book, else the customer's, else none.
    ///   - adjustments: the customer's globals; those that are line items are left to the customer's bill.
    package init(config: RatingConfig, book: Pricebook?, adjustments: [GlobalAdjustment]) {
        self.config = config
        self.book = book
        let globals = adjustments.filter { $0.mode == .perLine }.reduce(Ratio.one) { $0 * $1.ratio }
        let none = "pass_through"
        factors =
            (book?.rules ?? []).map { LineFactor(rule: $0.id, price: $0.price, globals: globals) }
            + [
                LineFactor(rule: "default", price: book?.defaultPrice, globals: globals),
                LineFactor(rule: none, price: nil, globals: globals),
                LineFactor(rule: none, price: nil, globals: .one),
            ]
    }

    /// The index of the factor that makes the line's price, or nil when the view leaves such lines out.
    ///
    /// It depends on the line's class, product, usage type, operation and rate id, and on whether it has a
    /// quantity and a list price.
    package func factorIndex(for line: BillLine) -> Int? {
        switch config.treatment(of: line.lineClass) {
        case .drop: return nil
        case .passThrough: return passedIndex
        case .rate:
            guard let book else { return noRuleIndex }
            if let index = book.rule(for: line) { return index }
            guard let price = book.defaultPrice, price.fits(line) else { return noRuleIndex }
            return defaultIndex
        }
    }

    /// The line's price, or nil when the view leaves such lines out.
    package func price(_ line: BillLine) -> PricedLine? {
        guard let index = factorIndex(for: line) else { return nil }
        let factor = factors[index]
        guard config.view == .resale else {
            return PricedLine(
                rule: factor.rule,
                price: line.cost,
                rate: line.rate,
                credits: line.credits.map(\.amount)
            )
        }
        let basis: BigDecimal
        let shown: (BigDecimal) -> BigDecimal?
        switch factor.basis {
        case .cost:
            basis = line.cost
            shown = { _ in line.rate.map { rate($0, by: factor.ratio) } }
        case .list:
            basis = line.listCost ?? .zero
            shown = { price in line.rate == nil ? nil : listRate(price, line) }
        case .quantity(let unitPrice):
            basis = (line.quantity ?? .zero) * unitPrice
            shown = { _ in line.rate.map { _ in rate(unitPrice, by: factor.ratio) } }
        }
        let price = rounded(basis, by: factor.ratio)
        return PricedLine(
            rule: factor.rule,
            price: price,
            rate: shown(price),
            credits: line.credits.map {
                $0.isResellerMargin ? .zero : rounded($0.amount, by: factor.ratio)
            }
        )
    }

    private func rounded(_ value: BigDecimal, by ratio: Ratio) -> BigDecimal {
        value.multiplied(by: ratio, toScale: config.lineScale, config.lineMode)
    }

    /// Rates are shown with ten decimals, half to even.
    private func rate(_ value: BigDecimal, by ratio: Ratio) -> BigDecimal {
        value.multiplied(by: ratio, toScale: LinePricer.rateScale, .halfEven)
    }

    /// The decimals of a unit rate.
    package static let rateScale = 10

    /// `price / (quantity × exchange rate)`; nil where that is no number.
    private func listRate(_ price: BigDecimal, _ line: BillLine) -> BigDecimal? {
        let units = (line.quantity ?? .zero) * line.exchangeRate
        guard !units.isZero else { return nil }
        let ratio = Ratio.one / Ratio(units.isNegative ? -units : units)
        return rate(units.isNegative ? -price : price, by: ratio)
    }
}
