// What was agreed with a customer beside the prices: discounts and uplifts on everything, charges such as support
// plans, and credits.

/// What was agreed with a customer.
package struct CustomerTerms: Hashable, Sendable {
    /// The name of the customer's book, if there is one.
    package var pricebook: String?
    /// The books of accounts that have their own; they replace the customer's book whole.
    package var accountPricebooks: [String: String]
    /// Where added lines go, if it is not the first account.
    package var billingAccount: String?
    package var globals: [GlobalAdjustment]
    package var charges: [Charge]
    package var credits: [CustomerCredit]

    package init(
        pricebook: String? = nil,
        accountPricebooks: [String: String] = [:],
        billingAccount: String? = nil,
        globals: [GlobalAdjustment] = [],
        charges: [Charge] = [],
        credits: [CustomerCredit] = []
    ) {
        self.pricebook = pricebook
        self.accountPricebooks = accountPricebooks
        self.billingAccount = billingAccount
        self.globals = globals
        self.charges = charges
        self.credits = credits
    }

    /// The name of an account's book; nil where prices are costs.
    package func book(of account: String) -> String? { accountPricebooks[account] ?? pricebook }

    /// The names of all its books, sorted.
    package var bookNames: [String] {
        Set(accountPricebooks.values).union(pricebook.map { [$0] } ?? []).sorted()
    }

    /// Lines may be added to the customer's bill, which depend on the sum of all others.
    package var mayAddLines: Bool {
        !charges.isEmpty || !credits.isEmpty || globals.contains { $0.mode == .lineItem }
    }
}

/// A discount or uplift on everything that is rated.
package struct GlobalAdjustment: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable { case uplift, discount }

    package enum Mode: String, CaseIterable, Sendable {
        /// Each rated line's price is multiplied (rule R6).
        case perLine = "per_line"
        /// One added line on the billing account (rule R8).
        case lineItem = "line_item"
    }

    package let id: String?
    package let kind: Kind
    package let percent: BigDecimal
    package let mode: Mode

    package init(id: String?, kind: Kind, percent: BigDecimal, mode: Mode) {
        self.id = id
        self.kind = kind
        self.percent = percent
        self.mode = mode
    }

    var ratio: Ratio {
        kind == .uplift ? .adding(percent: percent) : .subtracting(percent: percent)
    }
}

/// A charge or discount that is added as a line, such as a support plan (rule R9).
package struct Charge: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable { case charge, discount }

    package enum Plan: Hashable, Sendable {
        case fixed(amount: BigDecimal)
        case percent(BigDecimal)
        /// Graduated: each tier's percentage is of the part of the base that lies in it.
        case tiered([Tier])
    }

    package struct Tier: Hashable, Sendable {
        /// The tier's end; nil on the last one.
        package let upTo: BigDecimal?
        package let percent: BigDecimal

        package init(upTo: BigDecimal?, percent: BigDecimal) {
            self.upTo = upTo
            self.percent = percent
        }
    }

    package enum Base: String, CaseIterable, Sendable {
        case customerCost = "customer_cost"
        case sellerCost = "seller_cost"
    }

    package enum Scope: String, CaseIterable, Sendable { case customer, account }

    package let id: String
    package let kind: Kind
    package let plan: Plan
    package let minimum: BigDecimal?
    package let maximum: BigDecimal?
    package let base: Base
    package let scope: Scope

    package init(
        id: String,
        kind: Kind,
        plan: Plan,
        minimum: BigDecimal?,
        maximum: BigDecimal?,
        base: Base,
        scope: Scope
    ) {
        self.id = id
        self.kind = kind
        self.plan = plan
        self.minimum = minimum
        self.maximum = maximum
        self.base = base
        self.scope = scope
    }

    /// What is charged on a base, rounded once; never the sign of a discount.
    package func amount(on base: BigDecimal, minorUnits: Int, _ mode: RoundingMode) -> BigDecimal {
        let base = max(base, .zero)
        var amount =
            switch plan {
            case .fixed(let amount): amount
            case .percent(let percent): base * Ratio.hundredth(percent)
            case .tiered(let tiers): Charge.graduated(base, tiers)
            }
        if let minimum { amount = max(amount, minimum) }
        if let maximum { amount = min(amount, maximum) }
        return amount.rounded(toScale: minorUnits, mode)
    }

    private static func graduated(_ base: BigDecimal, _ tiers: [Tier]) -> BigDecimal {
        var sum = BigDecimal.zero
        var start = BigDecimal.zero
        for tier in tiers where base > start {
            let end = tier.upTo.map { min($0, base) } ?? base
            sum += (end - start) * Ratio.hundredth(tier.percent)
            start = end
        }
        return sum
    }
}

/// A credit of a customer, with what is left of it (rule R11).
package struct CustomerCredit: Hashable, Sendable {
    package let id: String
    package let balance: BigDecimal
    /// As `2026-10-01T00:00:00Z`, so that order is the order of texts; nil for always.
    package let created: String?
    /// Likewise; nil for never.
    package let expires: String?
    /// Low first.
    package let priority: Int
    package let capPerPeriod: BigDecimal?

    package init(
        id: String,
        balance: BigDecimal,
        created: String?,
        expires: String?,
        priority: Int,
        capPerPeriod: BigDecimal?
    ) {
        self.id = id
        self.balance = balance
        self.created = created
        self.expires = expires
        self.priority = priority
        self.capPerPeriod = capPerPeriod
    }

    /// The same with another balance.
    package func with(balance: BigDecimal) -> CustomerCredit {
        CustomerCredit(
            id: id,
            balance: balance,
            created: created,
            expires: expires,
            priority: priority,
            capPerPeriod: capPerPeriod
        )
    }

    /// It was created before the period ends and had not expired when it started.
    package func isUsable(in period: BillingCycle) -> Bool {
        if let created, created >= "\(period.next)-01T00:00:00Z" { return false }
        if let expires, expires < "\(period)-01T00:00:00Z" { return false }
        return true
    }

    /// The order of use: priority, then the first to expire, then the oldest.
    static func isUsedBefore(_ left: CustomerCredit, _ right: CustomerCredit) -> Bool {
        // `~` is behind every digit: what never expires comes last.
        let first = (left.priority, left.expires ?? "~", left.created ?? "", left.id)
        let second = (right.priority, right.expires ?? "~", right.created ?? "", right.id)
        return first < second
    }
}
