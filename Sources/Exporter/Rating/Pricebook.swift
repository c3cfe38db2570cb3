// Which price rule a line gets: exactly one, the most particular one (rule R4).

/// How a rule makes a price (rule R5).
package struct Price: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// `basis × (1 + percent/100)`.
        case markup(percent: BigDecimal)
        /// `basis × (1 - percent/100)`.
        case discount(percent: BigDecimal)
        /// `basis / (1 - percent/100)`.
        case margin(percent: BigDecimal)
        /// `quantity × amount`.
        case unitPrice(amount: BigDecimal)
        /// The cost.
        case passThrough
    }

    /// What a percentage is of.
    package enum Basis: String, CaseIterable, Sendable {
        /// The cost column as delivered.
        case cost
        /// What the provider's price list says.
        case list
    }

    package let kind: Kind
    package let basis: Basis

    package init(_ kind: Kind, basis: Basis = .cost) {
        self.kind = kind
        self.basis = basis
    }

    /// It can price this line: a unit price needs a quantity, the list basis a list price.
    package func fits(_ line: BillLine) -> Bool {
        switch kind {
        case .unitPrice: line.quantity != nil
        case .passThrough: true
        case .markup, .discount, .margin: basis == .cost || line.listCost != nil
        }
    }
}

/// What a rule looks for; each key that is there must match.
package struct RuleMatch: Hashable, Sendable {
    package var product: Glob?
    package var usageType: Glob?
    package var operation: Glob?
    package var rateID: Glob?
    package var lineClass: Glob?

    package init() {}

    /// The rule's scope: SKU before product before class before catch-all.
    var scope: Int {
        if usageType != nil || operation != nil || rateID != nil { return 0 }
        if product != nil { return 1 }
        return lineClass != nil ? 2 : 3
    }

    /// How many keys it has.
    var keyCount: Int {
        [product, usageType, operation, rateID, lineClass].reduce(0) { $0 + ($1 == nil ? 0 : 1) }
    }

    package func matches(_ line: BillLine) -> Bool {
        (product?.matches(line.product) ?? true) && (usageType?.matches(line.usageType) ?? true)
            && (operation?.matches(line.operation) ?? true)
            && (rateID?.matches(line.rateID) ?? true)
            && (lineClass?.matches(line.lineClass.rawValue) ?? true)
    }
}

/// One price rule.
package struct PriceRule: Hashable, Sendable {
    package let id: String
    package let match: RuleMatch
    package let price: Price

    package init(id: String, match: RuleMatch, price: Price) {
        self.id = id
        self.match = match
        self.price = price
    }
}

/// A pricebook.
package struct Pricebook: Hashable, Sendable {
    /// What a line gets that no rule matches; nil passes the cost through.
    package let defaultPrice: Price?
    /// The most particular rule first.
    package let rules: [PriceRule]

    /// - Parameters:
    ///   - defaultPrice: what lines get that no rule matches.
    ///   - rules: the rules in the file's order.
    package init(defaultPrice: Price?, rules: [PriceRule]) {
        self.defaultPrice = defaultPrice
        // Sorting keeps the file's order among equals.
        self.rules = rules.enumerated().sorted { left, right in
            let (first, second) = (left.element.match, right.element.match)
            if first.scope != second.scope { return first.scope < second.scope }
            if first.keyCount != second.keyCount { return first.keyCount > second.keyCount }
            return left.offset < right.offset
        }.map(\.element)
    }

    /// The index of the line's rule; nil where the default applies.
    package func rule(for line: BillLine) -> Int? {
        rules.firstIndex { $0.match.matches(line) && $0.price.fits(line) }
    }
}
