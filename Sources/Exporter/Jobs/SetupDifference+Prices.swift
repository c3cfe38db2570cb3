// What changes of prices: pricebooks rule by rule, terms item by item.

import JSON
import Rating
import State

/// The differences of the pricebooks, by name.
func pricebookChanges(
    from old: [String: Pricebook],
    to new: [String: Pricebook]
) -> [SetupChange] {
    Set(old.keys).union(new.keys).sorted().flatMap { name -> [SetupChange] in
        let subject = "pricebook \(name)"
        guard let book = new[name] else {
            return [SetupChange(subject: subject, change: "removed")]
        }
        guard let known = old[name] else {
            let count = book.rules.count == 1 ? "1 rule" : "\(book.rules.count) rules"
            let words = "added: \(count), default \(book.defaultPrice?.words ?? "the cost")"
            return [SetupChange(subject: subject, change: words)]
        }
        var changes: [String] = []
        if known.defaultPrice != book.defaultPrice {
            changes.append(
                "default: \(book.defaultPrice?.words ?? "the cost"), was \(known.defaultPrice?.words ?? "the cost")"
            )
        }
        changes += itemChanges("rule", from: known.rules, to: book.rules, \.id, \.words)
        if changes.isEmpty, known != book { changes.append("rules in another order") }
        return changes.map { SetupChange(subject: subject, change: $0) }
    }
}

/// The differences of a customer's terms.
func termsChanges(from old: CustomerTerms, to new: CustomerTerms) -> [String] {
    func changed(_ field: String, _ old: String?, _ new: String?) -> [String] {
        old == new ? [] : ["\(field): \(new ?? "none"), was \(old ?? "none")"]
    }
    var changes = changed("pricebook", old.pricebook, new.pricebook)
    for account in Set(old.accountPricebooks.keys).union(new.accountPricebooks.keys).sorted() {
        changes += changed(
            "pricebook of account \(account)",
            old.accountPricebooks[account],
            new.accountPricebooks[account]
        )
    }
    changes += changed("billing account", old.billingAccount, new.billingAccount)
    changes += itemChanges("global", from: old.globals, to: new.globals, \.name, \.words)
    changes += itemChanges("charge", from: old.charges, to: new.charges, \.id, \.words)
    changes += itemChanges("credit", from: old.credits, to: new.credits, \.id, \.words)
    if changes.isEmpty, old != new { changes.append("globals or charges in another order") }
    return changes
}

private func itemChanges<Item: Equatable>(
    _ what: String,
    from old: [Item],
    to new: [Item],
    _ name: (Item) -> String,
    _ words: (Item) -> String
) -> [String] {
    var changes: [String] = []
    let known = Dictionary(old.map { (name($0), $0) }) { first, _ in first }
    for item in new {
        guard let before = known[name(item)] else {
            changes.append("\(what) \(name(item)) added: \(words(item))")
            continue
        }
        if before != item {
            changes.append("\(what) \(name(item)): \(words(item)), was \(words(before))")
        }
    }
    let names = Set(new.map(name))
    for item in old where !names.contains(name(item)) {
        changes.append("\(what) \(name(item)) removed")
    }
    return changes
}

extension Price {
    var words: String {
        switch kind {
        case .markup(let percent): "markup \(percent) %"
        case .discount(let percent): "discount \(percent) %"
        case .margin(let percent): "margin \(percent) %"
        case .unitPrice(let amount): "unit price \(amount)"
        case .passThrough: "the cost"
        }
    }
}

extension PriceRule {
    var words: String {
        let keys = [
            ("product", match.product), ("usage_type", match.usageType),
            ("operation", match.operation), ("rate_id", match.rateID), ("class", match.lineClass),
        ]
        let wanted = keys.compactMap { key, glob in glob.map { "\(key) `\($0.text)`" } }
        return price.words + " for "
            + (wanted.isEmpty ? "everything" : wanted.joined(separator: ", "))
    }
}

extension GlobalAdjustment {
    /// What tells it from others; without an id its kind.
    fileprivate var name: String { id ?? kind.rawValue }

    fileprivate var words: String {
        "\(kind.rawValue) \(percent) %\(mode == .perLine ? " on each line" : " as a line")"
    }
}

extension Charge {
    fileprivate var words: String {
        var words: [String]
        switch plan {
        case .fixed(let amount): words = ["\(kind.rawValue) \(amount)"]
        case .percent(let percent): words = ["\(kind.rawValue) \(percent) %"]
        case .tiered(let tiers):
            let parts = tiers.map { tier in
                "\(tier.percent) %" + (tier.upTo.map { " up to \($0)" } ?? "")
            }
            words = ["\(kind.rawValue) \(parts.joined(separator: ", "))"]
        }
        if let minimum { words.append("at least \(minimum)") }
        if let maximum { words.append("at most \(maximum)") }
        if base == .sellerCost { words.append("of the cost") }
        if scope == .account { words.append("for each account") }
        return words.joined(separator: ", ")
    }
}

extension CustomerCredit {
    fileprivate var words: String {
        var words = ["balance \(balance)"]
        if let created { words.append("from \(created)") }
        if let expires { words.append("until \(expires)") }
        if priority != 0 { words.append("priority \(priority)") }
        if let capPerPeriod { words.append("at most \(capPerPeriod) a month") }
        return words.joined(separator: ", ")
    }
}
