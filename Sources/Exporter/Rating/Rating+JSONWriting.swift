// Prices and terms as JSON: what the state keeps, what a closed cycle froze, and what a file's fingerprint is made of.
// Reading what was written gives equal values; equal values are written alike.

import JSON

extension BigDecimal: JSONWritable {
    package func write(to writer: inout JSONWriter) { writer.string(text()) }
}

extension Price: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object {
            switch kind {
            case .markup(let percent): Price.write("markup", percent, to: &$0)
            case .discount(let percent): Price.write("discount", percent, to: &$0)
            case .margin(let percent): Price.write("margin", percent, to: &$0)
            case .unitPrice(let amount):
                $0.member("kind", "unit_price")
                $0.member("amount", amount)
            case .passThrough: $0.member("kind", "pass_through")
            }
            if basis != .cost { $0.member("basis", basis.rawValue) }
        }
    }

    private static func write(
        _ kind: String,
        _ percent: BigDecimal,
        to writer: inout JSONWriter
    ) {
        writer.member("kind", kind)
        writer.member("percent", percent)
    }
}

extension PriceRule: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("id", id)
            $0.object("match") {
                $0.member(ifPresent: "product", match.product?.text)
                $0.member(ifPresent: "usage_type", match.usageType?.text)
                $0.member(ifPresent: "operation", match.operation?.text)
                $0.member(ifPresent: "rate_id", match.rateID?.text)
                $0.member(ifPresent: "class", match.lineClass?.text)
            }
            $0.member("price", price)
        }
    }
}

extension Pricebook: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member(ifPresent: "default", defaultPrice)
            $0.member("rules", rules)
        }
    }
}

extension GlobalAdjustment: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member(ifPresent: "id", id)
            $0.member("kind", kind.rawValue)
            $0.member("percent", percent)
            $0.member("mode", mode.rawValue)
        }
    }
}

extension Charge.Tier: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member(ifPresent: "up_to", upTo)
            $0.member("percent", percent)
        }
    }
}

extension Charge: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("id", id)
            $0.member("type", kind.rawValue)
            switch plan {
            case .fixed(let amount):
                $0.member("plan", "fixed")
                $0.member("amount", amount)
            case .percent(let percent):
                $0.member("plan", "percent")
                $0.member("percent", percent)
            case .tiered(let tiers):
                $0.member("plan", "tiered")
                $0.member("tiers", tiers)
            }
            $0.member(ifPresent: "min", minimum)
            $0.member(ifPresent: "max", maximum)
            $0.member("apply_to", base.rawValue)
            $0.member("scope", scope.rawValue)
        }
    }
}

extension CustomerCredit: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("id", id)
            $0.member("balance", balance)
            $0.member(ifPresent: "created", created)
            $0.member(ifPresent: "expires", expires)
            $0.member("priority", priority)
            $0.member(ifPresent: "cap_per_period", capPerPeriod)
        }
    }
}

extension CustomerTerms: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object { writeMembers(to: &$0) }
    }

    /// Writes the members of a rating config's customer.
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        writer.member(ifPresent: "pricebook", pricebook)
        writer.object("account_pricebooks") {
            for (account, book) in accountPricebooks.sorted(by: { $0.key < $1.key }) {
                $0.member(account, book)
            }
        }
        writer.member(ifPresent: "billing_account", billingAccount)
        writer.member("global", globals)
        writer.member("charges", charges)
        writer.member("credits", credits)
    }
}

extension RatedCustomer: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("id", id)
            $0.member("accounts", accounts)
            terms.writeMembers(to: &$0)
        }
    }
}

extension RatingConfig: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("provider", format.rawValue)
            $0.member("period", period.description)
            $0.member("view", view.rawValue)
            $0.member("currency", currency)
            $0.member("minor_units", minorUnits)
            $0.object("rounding") {
                $0.member("line_scale", lineScale)
                $0.member("line_mode", lineMode.rawValue)
                $0.member("money_mode", moneyMode.rawValue)
            }
            $0.object("pricebooks") {
                for (name, book) in pricebooks.sorted(by: { $0.key < $1.key }) {
                    $0.member(name, book)
                }
            }
            $0.member("customers", customers)
            $0.object("treatment") {
                for lineClass in LineClass.allCases {
                    $0.member(ifPresent: lineClass.rawValue, treatment[lineClass]?.rawValue)
                }
            }
        }
    }
}
