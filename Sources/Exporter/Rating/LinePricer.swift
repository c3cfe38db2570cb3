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

/// Prices the lines of one customer's accounts that share a pricebook.
package struct LinePricer: Sendable {
    private let config: RatingConfig
    private let book: Pricebook?
    /// The customer's discounts and uplifts per line, multiplied.
    private let globals: Ratio
    /// For each rule, then for the default, then for none: the percentage with the globals.
    private let ratios: [Ratio]

    /// - Parameters:
    ///   - config: the settings.
    ///   - book: the account's book, else the customer's, else none.
    ///   - adjustments: the customer's globals; those that are line items are left to the customer's bill.
    package init(config: RatingConfig, book: Pricebook?, adjustments: [GlobalAdjustment]) {
        self.config = config
        self.book = book
        let globals = adjustments.filter { $0.mode == .perLine }.reduce(Ratio.one) { $0 * $1.ratio }
        self.globals = globals
        let prices = (book?.rules.map(\.price) ?? []) + [book?.defaultPrice ?? Price(.passThrough)]
        ratios = prices.map { price in
            switch price.kind {
            case .markup(let percent): .adding(percent: percent) * globals
            case .discount(let percent): .subtracting(percent: percent) * globals
            case .margin(let percent): .margin(percent: percent) * globals
            case .unitPrice, .passThrough: globals
            }
        }
    }

    /// The line's price, or nil when the view leaves such lines out.
    package func price(_ line: BillLine) -> PricedLine? {
        switch config.treatment(of: line.lineClass) {
        case .drop: nil
        case .passThrough: passed(line)
        case .rate: rated(line)
        }
    }

    /// At cost: in the cost view as it was delivered, else on the line's scale.
    private func passed(_ line: BillLine) -> PricedLine {
        guard config.view == .resale else {
            return PricedLine(
                rule: "pass_through",
                price: line.cost,
                rate: line.rate,
                credits: line.credits.map(\.amount)
            )
        }
        return PricedLine(
            rule: "pass_through",
            price: rounded(line.cost, by: .one),
            rate: line.rate.map { rate($0, by: .one) },
            credits: credits(of: line, by: .one)
        )
    }

    private func rated(_ line: BillLine) -> PricedLine {
        let index = book?.rule(for: line)
        let (id, price) = rule(at: index, for: line)
        let ratio = index.map { ratios[$0] } ?? (price == nil ? globals : ratios[ratios.count - 1])
        switch price?.kind {
        case .unitPrice(let amount):
            // The rule fits only lines with a quantity.
            let quantity = line.quantity ?? .zero
            return PricedLine(
                rule: id,
                price: rounded(quantity * amount, by: ratio),
                rate: line.rate.map { _ in rate(amount, by: ratio) },
                credits: credits(of: line, by: ratio)
            )
        case .markup, .discount, .margin:
            guard price?.basis == .list, let list = line.listCost else { break }
            let price = rounded(list, by: ratio)
            return PricedLine(
                rule: id,
                price: price,
                rate: line.rate == nil ? nil : listRate(price, line),
                credits: credits(of: line, by: ratio)
            )
        case .passThrough, nil: break
        }
        return PricedLine(
            rule: id,
            price: rounded(line.cost, by: ratio),
            rate: line.rate.map { rate($0, by: ratio) },
            credits: credits(of: line, by: ratio)
        )
    }

    /// The name and the price of the rule that applies; no price where the cost passes.
    private func rule(at index: Int?, for line: BillLine) -> (id: String, price: Price?) {
        guard let book else { return ("pass_through", nil) }
        if let index { return (book.rules[index].id, book.rules[index].price) }
        guard let price = book.defaultPrice, price.fits(line) else { return ("pass_through", nil) }
        return ("default", price)
    }

    private func rounded(_ value: BigDecimal, by ratio: Ratio) -> BigDecimal {
        value.multiplied(by: ratio, toScale: config.lineScale, config.lineMode)
    }

    /// Rates are shown with ten decimals, half to even.
    private func rate(_ value: BigDecimal, by ratio: Ratio) -> BigDecimal {
        value.multiplied(by: ratio, toScale: 10, .halfEven)
    }

    /// `price / (quantity × exchange rate)`; nil where that is no number.
    private func listRate(_ price: BigDecimal, _ line: BillLine) -> BigDecimal? {
        let units = (line.quantity ?? .zero) * line.exchangeRate
        guard !units.isZero else { return nil }
        let ratio = Ratio.one / Ratio(units.isNegative ? -units : units)
        return rate(units.isNegative ? -price : price, by: ratio)
    }

    private func credits(of line: BillLine, by ratio: Ratio) -> [BigDecimal] {
        line.credits.map { $0.isResellerMargin ? .zero : rounded($0.amount, by: ratio) }
    }
}
