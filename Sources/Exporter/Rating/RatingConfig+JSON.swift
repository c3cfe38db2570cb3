// The config of `exporter rate`. Unknown keys and references to what is not there are refused with their place.

import JSON

extension RatingConfig {
    /// Reads a config.
    ///
    /// - Throws: a `JSONError` with the place of what is wrong.
    package init(json node: JSONNode) throws(JSONError) {
        self = try ObjectReader.read(node) { reader throws(JSONError) in
            try RatingConfig(reading: &reader)
        }
    }

    private init(reading reader: inout ObjectReader) throws(JSONError) {
        let format: BillFormat = try choice(&reader, "provider", default: nil)
        let cycle: String = try reader.required("period")
        guard let period = BillingCycle(cycle) else {
            throw reader.error(at: "period", "`\(cycle)` is no month, as in `2026-10`")
        }
        let currency: String = try reader.required("currency")
        let minorUnits: Int? = try reader.optional("minor_units")
        if let minorUnits, !(0...18).contains(minorUnits) {
            throw reader.error(at: "minor_units", "\(minorUnits) is not 0 to 18")
        }
        let rounding = try reader.optionalObject("rounding") { reader throws(JSONError) in
            let scale: Int? = try reader.optional("line_scale")
            if let scale, !(0...18).contains(scale) {
                throw reader.error(at: "line_scale", "\(scale) is not 0 to 18")
            }
            return (
                scale: scale,
                line: try choice(&reader, "line_mode", default: RoundingMode.halfEven),
                money: try choice(&reader, "money_mode", default: format.moneyMode)
            )
        }
        var books: [String: Pricebook] = [:]
        for (name, book) in try reader.dictionary("pricebooks", of: Pricebook.self) {
            books[name] = book
        }
        self.init(
            format: format,
            period: period,
            view: try choice(&reader, "view", default: nil),
            currency: currency,
            minorUnits: minorUnits,
            lineScale: rounding?.scale,
            lineMode: rounding?.line ?? .halfEven,
            moneyMode: rounding?.money,
            pricebooks: books,
            customers: try RatingConfig.customers(reading: &reader, books: books),
            treatment: try RatingConfig.treatment(reading: &reader)
        )
    }

    private static func treatment(
        reading reader: inout ObjectReader
    ) throws(JSONError) -> [LineClass: Treatment] {
        let treatment = try reader.optionalObject("treatment") { reader throws(JSONError) in
            var treatment: [LineClass: Treatment] = [:]
            for lineClass in LineClass.allCases {
                treatment[lineClass] = try choice(
                    &reader,
                    lineClass.rawValue,
                    default: lineClass.defaultTreatment
                )
            }
            return treatment
        }
        return treatment ?? [:]
    }

    private static func customers(
        reading reader: inout ObjectReader,
        books: [String: Pricebook]
    ) throws(JSONError) -> [RatedCustomer] {
        var ids = Set<String>()
        var owners: [String: String] = [:]
        return try reader.elements("customers") { node, path throws(JSONError) in
            let customer = try RatedCustomer(json: node, path: path)
            guard ids.insert(customer.id).inserted else {
                throw node.error("the customer `\(customer.id)` is there twice", path: path)
            }
            for account in customer.accounts {
                if let owner = owners.updateValue(customer.id, forKey: account) {
                    throw node.error(
                        "the account `\(account)` is claimed by `\(owner)` already",
                        path: path
                    )
                }
            }
            for name in customer.terms.bookNames where books[name] == nil {
                throw node.error("there is no pricebook `\(name)`", path: path)
            }
            return customer
        }
    }
}

extension RatedCustomer: JSONReadable {
    package init(json node: JSONNode, path: String) throws(JSONError) {
        self = try ObjectReader.read(node, path: path) { reader throws(JSONError) in
            let accounts: [String] = try reader.required("accounts")
            guard !accounts.isEmpty else {
                throw reader.error(at: "accounts", "a customer needs an account")
            }
            return RatedCustomer(
                id: try reader.required("id"),
                accounts: accounts,
                terms: try CustomerTerms(reading: &reader, accounts: accounts)
            )
        }
    }
}
