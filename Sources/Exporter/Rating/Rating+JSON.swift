// The parts of a rating config that set-ups have too, read from JSON: numbers may be written as strings or as
// numbers, and never pass through binary floating point.

import JSON

extension BigDecimal: JSONReadable {
    package init(json node: JSONNode, path: String) throws(JSONError) {
        guard let text = node.string ?? node.number else {
            throw node.mismatch("a decimal number", path: path)
        }
        do throws(AmountError) {
            self = try BigDecimal(text)
        } catch {
            throw node.error("`\(text)`: \(error)", path: path)
        }
    }
}

extension Glob: JSONReadable {
    package init(json node: JSONNode, path: String) throws(JSONError) {
        self.init(try String(json: node, path: path))
    }
}

/// Takes a member whose text is one of a few.
func choice<Value: RawRepresentable & CaseIterable>(
    _ reader: inout ObjectReader,
    _ key: String,
    default fallback: Value?
) throws(JSONError) -> Value where Value.RawValue == String {
    guard let text: String = try reader.optional(key) else {
        if let fallback { return fallback }
        throw reader.error("`\(key)` is missing")
    }
    guard let value = Value(rawValue: text) else {
        let known = Value.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
        throw reader.error(at: key, "`\(text)` is none of \(known)")
    }
    return value
}

/// Takes a number that is not negative.
private func positive(
    _ reader: inout ObjectReader,
    _ key: String
) throws(JSONError) -> BigDecimal? {
    guard let value: BigDecimal = try reader.optional(key) else { return nil }
    guard !value.isNegative else { throw reader.error(at: key, "\(value) is negative") }
    return value
}

/// Takes a percentage that leaves a factor of zero or more.
private func percentage(
    _ reader: inout ObjectReader,
    below limit: BigDecimal? = nil,
    atMost top: BigDecimal? = nil
) throws(JSONError) -> BigDecimal {
    let value: BigDecimal = try reader.required("percent")
    if let limit, value >= limit {
        throw reader.error(at: "percent", "\(value) is not below \(limit)")
    }
    if let top, value > top { throw reader.error(at: "percent", "\(value) is above \(top)") }
    guard value >= BigDecimal(-100) else {
        throw reader.error(at: "percent", "\(value) is below -100")
    }
    return value
}

extension Price: JSONReadable {
    package init(json node: JSONNode, path: String) throws(JSONError) {
        self = try ObjectReader.read(node, path: path) { reader throws(JSONError) in
            try Price(reading: &reader)
        }
    }

    private init(reading reader: inout ObjectReader) throws(JSONError) {
        let name: String = try reader.required("kind")
        let kind: Kind
        switch name {
        case "markup": kind = .markup(percent: try percentage(&reader))
        case "discount":
            kind = .discount(percent: try percentage(&reader, atMost: BigDecimal(100)))
        case "margin": kind = .margin(percent: try percentage(&reader, below: BigDecimal(100)))
        case "unit_price":
            guard let amount = try positive(&reader, "amount") else {
                throw reader.error("`amount` is missing")
            }
            kind = .unitPrice(amount: amount)
        case "pass_through": kind = .passThrough
        default:
            throw reader.error(
                at: "kind",
                "`\(name)` is none of `markup`, `discount`, `margin`, `unit_price`, `pass_through`"
            )
        }
        self.init(kind, basis: try choice(&reader, "basis", default: Basis.cost))
    }
}

extension PriceRule: JSONReadable {
    package init(json node: JSONNode, path: String) throws(JSONError) {
        self = try ObjectReader.read(node, path: path) { reader throws(JSONError) in
            let match = try reader.optionalObject("match") { reader throws(JSONError) in
                var match = RuleMatch()
                match.product = try reader.optional("product")
                match.usageType = try reader.optional("usage_type")
                match.operation = try reader.optional("operation")
                match.rateID = try reader.optional("rate_id")
                match.lineClass = try reader.optional("class")
                return match
            }
            return PriceRule(
                id: try reader.required("id"),
                match: match ?? RuleMatch(),
                price: try reader.required("price")
            )
        }
    }
}

extension Pricebook: JSONReadable {
    package init(json node: JSONNode, path: String) throws(JSONError) {
        self = try ObjectReader.read(node, path: path) { reader throws(JSONError) in
            let defaultPrice: Price? = try reader.optional("default")
            var ids = Set<String>()
            let rules = try reader.elements("rules") { node, path throws(JSONError) in
                let rule = try PriceRule(json: node, path: path)
                guard ids.insert(rule.id).inserted else {
                    throw node.error("the rule id `\(rule.id)` is there twice", path: path)
                }
                return rule
            }
            return Pricebook(defaultPrice: defaultPrice, rules: rules)
        }
    }
}

extension GlobalAdjustment: JSONReadable {
    package init(json node: JSONNode, path: String) throws(JSONError) {
        self = try ObjectReader.read(node, path: path) { reader throws(JSONError) in
            let kind: Kind = try choice(&reader, "kind", default: nil)
            return GlobalAdjustment(
                id: try reader.optional("id"),
                kind: kind,
                percent: try percentage(&reader, atMost: kind == .discount ? BigDecimal(100) : nil),
                mode: try choice(&reader, "mode", default: Mode.perLine)
            )
        }
    }
}

extension Charge.Tier: JSONReadable {
    package init(json node: JSONNode, path: String) throws(JSONError) {
        self = try ObjectReader.read(node, path: path) { reader throws(JSONError) in
            Charge.Tier(upTo: try positive(&reader, "up_to"), percent: try percentage(&reader))
        }
    }
}

extension Charge: JSONReadable {
    package init(json node: JSONNode, path: String) throws(JSONError) {
        self = try ObjectReader.read(node, path: path) { reader throws(JSONError) in
            let id: String = try reader.required("id")
            let kind: Kind = try choice(&reader, "type", default: .charge)
            let plan = try Charge.plan(reading: &reader)
            let minimum: BigDecimal? = try positive(&reader, "min")
            let maximum: BigDecimal? = try positive(&reader, "max")
            if let minimum, let maximum, maximum < minimum {
                throw reader.error(at: "max", "\(maximum) is below `min`, \(minimum)")
            }
            return Charge(
                id: id,
                kind: kind,
                plan: plan,
                minimum: minimum,
                maximum: maximum,
                base: try choice(&reader, "apply_to", default: Base.customerCost),
                scope: try choice(&reader, "scope", default: Scope.customer)
            )
        }
    }

    private static func plan(reading reader: inout ObjectReader) throws(JSONError) -> Plan {
        let name: String = try reader.required("plan")
        switch name {
        case "fixed":
            guard let amount = try positive(&reader, "amount") else {
                throw reader.error("`amount` is missing")
            }
            return .fixed(amount: amount)
        case "percent": return .percent(try percentage(&reader))
        case "tiered":
            var last: BigDecimal? = .zero
            let tiers = try reader.elements("tiers") { node, path throws(JSONError) in
                let tier = try Tier(json: node, path: path)
                guard let start = last else {
                    throw node.error("a tier behind the one without `up_to`", path: path)
                }
                if let end = tier.upTo, end <= start {
                    throw node.error("`up_to` \(end) is not above \(start)", path: path)
                }
                last = tier.upTo
                return tier
            }
            guard !tiers.isEmpty else { throw reader.error("`tiers` is missing or empty") }
            return .tiered(tiers)
        default:
            throw reader.error(at: "plan", "`\(name)` is none of `fixed`, `percent`, `tiered`")
        }
    }
}

extension CustomerCredit: JSONReadable {
    package init(json node: JSONNode, path: String) throws(JSONError) {
        self = try ObjectReader.read(node, path: path) { reader throws(JSONError) in
            guard let balance = try positive(&reader, "balance") else {
                throw reader.error("`balance` is missing")
            }
            return CustomerCredit(
                id: try reader.required("id"),
                balance: balance,
                created: try CustomerCredit.time(&reader, "created"),
                expires: try CustomerCredit.time(&reader, "expires"),
                priority: try reader.value("priority", default: 0),
                capPerPeriod: try positive(&reader, "cap_per_period")
            )
        }
    }

    /// A day or a time in UTC, in the one form in which texts sort as times do.
    private static func time(
        _ reader: inout ObjectReader,
        _ key: String
    ) throws(JSONError) -> String? {
        guard let text: String = try reader.optional(key) else { return nil }
        let full = text.utf8.count == 10 ? "\(text)T00:00:00Z" : text
        let shape = full.utf8.map { (48...57).contains($0) ? UInt8(ascii: "0") : $0 }
        guard shape == Array("0000-00-00T00:00:00Z".utf8),
            BillingCycle(full.prefix(7)) != nil,
            ("01"..."31").contains(full.dropFirst(8).prefix(2))
        else {
            throw reader.error(
                at: key,
                "`\(text)` is no day or time in UTC, as in `2026-10-01` or `2026-10-01T00:00:00Z`"
            )
        }
        return full
    }
}

extension CustomerTerms {
    /// How the members are called: rating configs use underscores, set-ups capitals.
    package struct Names: Sendable {
        let accountPricebooks: String
        let billingAccount: String

        package static let config = Names(
            accountPricebooks: "account_pricebooks",
            billingAccount: "billing_account"
        )
        package static let setup = Names(
            accountPricebooks: "accountPricebooks",
            billingAccount: "billingAccount"
        )
    }

    /// Takes a customer's terms from among the members of an object.
    ///
    /// - Parameters:
    ///   - reader: the customer's object.
    ///   - accounts: the customer's accounts, which others may not be named beside.
    ///   - names: how the members are called.
    /// - Throws: a `JSONError` at the place of what is wrong; whether the books exist is the caller's to ask.
    package init(
        reading reader: inout ObjectReader,
        accounts: [String],
        names: Names = .config
    ) throws(JSONError) {
        var books: [String: String] = [:]
        for (account, book) in try reader.dictionary(names.accountPricebooks, of: String.self) {
            guard accounts.contains(account) else {
                throw reader.error(
                    at: names.accountPricebooks,
                    "`\(account)` is none of the customer's accounts"
                )
            }
            books[account] = book
        }
        self.init(
            pricebook: try reader.optional("pricebook"),
            accountPricebooks: books,
            billingAccount: try reader.optional(names.billingAccount),
            globals: try unique("global", &reader) { $0.id },
            charges: try unique("charges", &reader) { $0.id },
            credits: try unique("credits", &reader) { $0.id }
        )
    }
}

/// Takes an array of things whose ids differ where they have one.
private func unique<Element: JSONReadable>(
    _ key: String,
    _ reader: inout ObjectReader,
    _ id: (Element) -> String?
) throws(JSONError) -> [Element] {
    var ids = Set<String>()
    return try reader.elements(key) { node, path throws(JSONError) in
        let element = try Element(json: node, path: path)
        if let id = id(element), !ids.insert(id).inserted {
            throw node.error("the id `\(id)` is there twice", path: path)
        }
        return element
    }
}
