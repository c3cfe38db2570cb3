// Prices the lines of a detailed billing report at the speed of reading it. Which rule makes a line's price depends on
// a few texts that repeat, so it is asked once for each of their combinations; a price is then one exact
// multiplication. The rules themselves are `LinePricer`'s, so that this and `exporter rate` can't differ.

import CSV
import Rating

/// A line's price and what it was made of.
struct ResaleLine {
    /// The index of the account.
    let account: Int
    let lineClass: LineClass
    /// In 10^-8.
    let price: Int128
    fileprivate let pricer: Int
    fileprivate let factor: Int
}

/// Prices the lines of some customers' accounts.
struct ResalePricing {
    /// An account that is in the file.
    struct Account {
        let id: String
        /// The index of its customer in the config.
        let customer: Int
        fileprivate let pricer: Int
    }

    /// What multiplies which field.
    private enum Factor {
        case cost(Multiplier)
        /// A unit price, with the unit rate that is shown.
        case quantity(Multiplier, rate: [UInt8])
    }

    private struct Pricer {
        /// Pricers of one book choose alike.
        let book: Int
        let rules: LinePricer
        let factors: [Factor]
    }

    /// What a description says, and as what it is shown.
    private struct Description {
        let traits: LineTraits
        let shown: [UInt8]
    }

    /// The most combinations of texts, and the most descriptions, that are remembered: more cost time, not memory.
    private static let memoryLimit = 16_384

    let accounts: [Account]
    private let config: RatingConfig
    private let header: DetailedBillHeader
    private let file: String
    private let scale: Int
    private let accountTable: KeyTable
    private let pricers: [Pricer]
    private var skus = KeyTable()
    private var skuTraits: [LineTraits] = []
    private var skuKey: [UInt8] = []
    /// For each book: the factor's index for each combination of texts, class, and whether there is a quantity.
    private var choices: [[Int32]]
    private var descriptions = KeyTable()
    private var descriptionFacts: [Description] = []

    private static let unknown: Int32 = -1
    private static let dropped: Int32 = -2
    private static let kinds = LineClass.allCases.count * 2

    /// - Parameters:
    ///   - config: the settings, with the customers whose lines there are.
    ///   - facts: the bill's; accounts that it has no line of need no price.
    ///   - header: the bill's header.
    ///   - file: the bill's name for errors.
    init(config: RatingConfig, facts: BillFacts, header: DetailedBillHeader, file: String) {
        precondition(config.format == .awsDetailed && config.view == .resale)
        self.config = config
        self.header = header
        self.file = file
        scale = config.lineScale
        let present = Set(facts.accounts.filter { $0.lines > 0 }.map(\.id))
        var accounts: [Account] = []
        var pricers: [Pricer] = []
        var books: [String: Int] = [:]
        for (index, customer) in config.customers.enumerated() {
            var own: [String: Int] = [:]
            for id in customer.accounts where present.contains(id) {
                // No book has an empty name.
                let name = customer.terms.book(of: id) ?? ""
                let book = books[name] ?? books.count
                books[name] = book
                if own[name] == nil {
                    own[name] = pricers.count
                    let rules = LinePricer(
                        config: config,
                        book: config.pricebooks[name],
                        adjustments: customer.terms.globals
                    )
                    pricers.append(
                        Pricer(
                            book: book,
                            rules: rules,
                            factors: rules.factors.map { Self.factor($0, config) }
                        )
                    )
                }
                accounts.append(Account(id: id, customer: index, pricer: own[name] ?? 0))
            }
        }
        var table = KeyTable()
        for account in accounts {
            _ = Array(account.id.utf8).withUnsafeBytes { table.index(of: $0) }
        }
        accountTable = table
        self.accounts = accounts
        self.pricers = pricers
        choices = [[Int32]](repeating: [], count: books.count)
    }

    private static func factor(_ factor: LineFactor, _ config: RatingConfig) -> Factor {
        switch factor.basis {
        case .cost, .list: return .cost(Multiplier(factor.ratio, config.lineMode))
        case .quantity(let unitPrice):
            let rate = unitPrice.multiplied(
                by: factor.ratio,
                toScale: LinePricer.rateScale,
                .halfEven
            )
            return .quantity(
                Multiplier(Ratio(unitPrice) * factor.ratio, config.lineMode),
                rate: Array(rate.written.utf8)
            )
        }
    }

    /// The price of a line item; nil for accounts that are not in the file and lines that are left out.
    mutating func line(_ record: CSVRecord) throws -> ResaleLine? {
        var field = record[header.account]
        if field.isEmpty { field = record[header.payer] }
        guard let account = accountTable.existingIndex(of: field) else { return nil }
        let hasQuantity = header.quantity.map { !record.isEmpty($0) } ?? false
        let sku = skuIndex(record)
        let lineClass = LineTraits(
            sku: skuTraits[sku],
            description: descriptionFacts[descriptionIndex(record)].traits
        ).lineClass(
            isNegative: isNegative(record[header.cost]),
            hasQuantity: hasQuantity,
            isReserved: header.reserved.map { record[$0] == "Y" } ?? false,
            hasResource: header.resource.map { !record.isEmpty($0) } ?? false
        )
        let pricer = accounts[account].pricer
        let kind = sku * Self.kinds + lineClass.index * 2 + (hasQuantity ? 1 : 0)
        let factor = choice(record, pricer, kind, lineClass, hasQuantity)
        guard factor >= 0 else { return nil }
        return ResaleLine(
            account: account,
            lineClass: lineClass,
            price: try price(record, pricers[pricer].factors[factor]),
            pricer: pricer,
            factor: factor
        )
    }

    private func price(_ record: CSVRecord, _ factor: Factor) throws -> Int128 {
        switch factor {
        case .cost(let multiplier):
            if record.isEmpty(header.cost) { return 0 }
            return try product(record, header.cost, multiplier, toScale: scale)
        case .quantity(let multiplier, _):
            guard let quantity = header.quantity else { preconditionFailure("no quantity") }
            return try product(record, quantity, multiplier, toScale: scale)
        }
    }

    /// The unit rate to show, written to the end of the buffer; returns where it starts.
    func rate(_ record: CSVRecord, of line: ResaleLine, into text: inout [UInt8]) throws -> Int {
        guard let rate = header.rate, !record.isEmpty(rate) else { return text.count }
        switch pricers[line.pricer].factors[line.factor] {
        case .cost(let multiplier):
            let units = try product(record, rate, multiplier, toScale: LinePricer.rateScale)
            return writeFixed(units, scale: LinePricer.rateScale, into: &text)
        case .quantity(_, let rate):
            let start = text.count - rate.count
            text.replaceSubrange(start..., with: rate)
            return start
        }
    }

    /// The description as it is shown.
    mutating func description(_ record: CSVRecord) -> [UInt8] {
        descriptionFacts[descriptionIndex(record)].shown
    }

    @inline(__always)
    private func product(
        _ record: CSVRecord,
        _ column: Int,
        _ multiplier: Multiplier,
        toScale scale: Int
    ) throws -> Int128 {
        do throws(AmountError) {
            return try multiplier.product(of: record[column], toScale: scale)
        } catch {
            throw record.error(
                at: column,
                "\(header.names[column]) `\(record.text(column))`: \(error)",
                in: file
            )
        }
    }

    /// A number below zero; `-0.00` is none.
    @inline(__always)
    private func isNegative(_ field: UnsafeRawBufferPointer) -> Bool {
        guard field.first == UInt8(ascii: "-") else { return false }
        return field.contains { $0 >= UInt8(ascii: "1") && $0 <= UInt8(ascii: "9") }
    }

    private mutating func skuIndex(_ record: CSVRecord) -> Int {
        skuKey.removeAll(keepingCapacity: true)
        for column in [header.product, header.usageType, header.operation, header.rateID] {
            guard let column else { continue }
            let field = record[column]
            // The length keeps neighbours apart.
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: field.count)) {
                skuKey.append(contentsOf: $0)
            }
            skuKey.append(contentsOf: field)
        }
        if skus.count >= Self.memoryLimit {
            skus.removeAll()
            skuTraits.removeAll()
            choices = choices.map { _ in [] }
        }
        let index = skuKey.withUnsafeBytes { skus.index(of: $0) }
        if index == skuTraits.count {
            skuTraits.append(
                LineTraits(
                    product: text(record, header.product),
                    usageType: text(record, header.usageType)
                )
            )
            for book in choices.indices {
                choices[book] += repeatElement(Self.unknown, count: Self.kinds)
            }
        }
        return index
    }

    private mutating func descriptionIndex(_ record: CSVRecord) -> Int {
        let field = record[header.description]
        if descriptions.count >= Self.memoryLimit {
            descriptions.removeAll()
            descriptionFacts.removeAll()
        }
        let index = descriptions.index(of: field)
        if index == descriptionFacts.count {
            descriptionFacts.append(
                Description(
                    traits: LineTraits(description: record.text(header.description)),
                    shown: MoneyText.removed(from: Array(field))
                )
            )
        }
        return index
    }

    /// The index of the factor, or a negative number for a line that is left out.
    private mutating func choice(
        _ record: CSVRecord,
        _ pricer: Int,
        _ kind: Int,
        _ lineClass: LineClass,
        _ hasQuantity: Bool
    ) -> Int {
        let book = pricers[pricer].book
        let known = choices[book][kind]
        if known != Self.unknown { return Int(known) }
        var line = BillLine(
            row: record.number,
            account: "",
            invoice: "",
            lineClass: lineClass,
            cost: .zero
        )
        line.product = text(record, header.product)
        line.usageType = text(record, header.usageType)
        line.operation = text(record, header.operation)
        line.rateID = text(record, header.rateID)
        line.quantity = hasQuantity ? .one : nil
        let index = pricers[pricer].rules.factorIndex(for: line).map { Int32($0) } ?? Self.dropped
        choices[book][kind] = index
        return Int(index)
    }

    private func text(_ record: CSVRecord, _ column: Int?) -> String {
        column.map { record.text($0) } ?? ""
    }
}
