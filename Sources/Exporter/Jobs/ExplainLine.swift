// `exporter explain-line`: which rule priced a line of a bill for a customer, and how.

import Bills
import JSON
import Rating
import State

/// Why a line can't be explained.
package enum ExplainError: Error, Equatable, CustomStringConvertible {
    case noCustomer(String)
    /// No bill of the cycle has a line of the customer.
    case noBill(customer: String, cycle: BillingCycle)
    /// Lines of the customer are in the bills of these payers.
    case severalBills(customer: String, payers: [String])
    /// The bill has no such line item; totals rows are none.
    case noLine(String, bill: String)
    /// The line is another's.
    case otherAccount(String, account: String, customer: String)

    package var description: String {
        switch self {
        case .noCustomer(let id): "there is no customer `\(id)`"
        case .noBill(let customer, let cycle): "no bill of \(cycle) has a line of `\(customer)`"
        case .severalBills(let customer, let payers):
            "the lines of `\(customer)` are in the bills of several payers (\(payers.joined(separator: ", ")))"
        case .noLine(let line, let bill): "\(line) of `\(bill)` is no line item"
        case .otherAccount(let line, let account, let customer):
            "\(line) is a line of account \(account), which is none of `\(customer)`"
        }
    }
}

/// How a line of a bill is found.
package enum LineAddress: Equatable, Sendable, CustomStringConvertible {
    /// The CSV record of the bill, the header being 1.
    case row(Int)
    /// The column RecordId, which is the same in a delivered file.
    case recordID(String)

    package var description: String {
        switch self {
        case .row(let row): "row \(row)"
        case .recordID(let id): "the line with RecordId \(id)"
        }
    }
}

/// What made the price of a line.
package struct LineExplanation: Sendable {
    package let customer: String
    package let bill: BillVersion
    package let line: BillLine
    package let treatment: Treatment
    /// The name of the account's book, or of the customer's; nil where there is none.
    package let pricebook: String?
    /// The book is the account's own.
    package let isAccountBook: Bool
    /// The rule in the book, if one of them applies.
    package let rule: PriceRule?
    /// What multiplies the line's numbers; nil when the line is left out.
    package let factor: LineFactor?
    /// The customer's discounts and uplifts that are in the factor.
    package let globals: [GlobalAdjustment]
    /// Nil when the line is left out.
    package let priced: PricedLine?
}

/// Explains a line.
///
/// - Parameters:
///   - address: which line of the bill.
///   - customer: whose price it is about.
///   - cycle: the month.
///   - state: the set-up and the bills.
/// - Returns: What made the price, in the resale view, also where the customer's export is at cost.
/// - Throws: an `ExplainError`, and what reading the bill throws.
package func explainLine(
    _ address: LineAddress,
    customer: String,
    cycle: BillingCycle,
    in state: State
) throws -> LineExplanation {
    guard let setup = try state.setup().customers.first(where: { $0.id == customer }) else {
        throw ExplainError.noCustomer(customer)
    }
    let accounts = Set(setup.accounts.filter { $0.provider == .aws }.map(\.id))
    let bills = try state.currentBills(cycle: cycle, provider: .aws).filter { bill in
        try bill.facts().accounts.contains { $0.lines > 0 && accounts.contains($0.id) }
    }
    guard let bill = bills.first else {
        throw ExplainError.noBill(customer: customer, cycle: cycle)
    }
    guard bills.count == 1 else {
        throw ExplainError.severalBills(customer: customer, payers: bills.map(\.bill.payer))
    }
    guard let line = try find(address, in: bill, cycle) else {
        throw ExplainError.noLine("\(address)", bill: bill.bill.source)
    }
    guard accounts.contains(line.account) else {
        throw ExplainError.otherAccount(
            "\(address)",
            account: line.account,
            customer: customer
        )
    }
    let config = try ResalePrices(state).config(
        for: .customer(customer),
        provider: .aws,
        cycle: cycle
    )
    return explain(line, bill, config)
}

private func explain(
    _ line: BillLine,
    _ bill: BillVersion,
    _ config: RatingConfig
) -> LineExplanation {
    let customer = config.customers[0]
    let name = customer.terms.book(of: line.account)
    let book = name.flatMap { config.pricebooks[$0] }
    let pricer = LinePricer(config: config, book: book, adjustments: customer.terms.globals)
    let treatment = config.treatment(of: line.lineClass)
    let index = pricer.factorIndex(for: line)
    let rules = book?.rules ?? []
    return LineExplanation(
        customer: customer.id,
        bill: bill,
        line: line,
        treatment: treatment,
        pricebook: name,
        isAccountBook: customer.terms.accountPricebooks[line.account] != nil,
        rule: index.flatMap { $0 < rules.count ? rules[$0] : nil },
        factor: index.map { pricer.factors[$0] },
        globals: treatment == .rate ? customer.terms.globals.filter { $0.mode == .perLine } : [],
        priced: pricer.price(line)
    )
}

private func find(
    _ address: LineAddress,
    in bill: BillVersion,
    _ cycle: BillingCycle
) throws -> BillLine? {
    // The rest of a large bill need not be read.
    struct Found: Error { let line: BillLine }
    do {
        try readLines(
            try bill.csv(),
            file: bill.bill.source,
            format: .awsDetailed,
            period: cycle
        ) { line, _ in
            switch address {
            case .row(let row): if line.row == row { throw Found(line: line) }
            case .recordID(let id): if line.recordID == id { throw Found(line: line) }
            }
        }
    } catch let found as Found {
        return found.line
    }
    return nil
}

extension LineExplanation {
    /// How the price is computed: `0.1150000000 × 5/4 = 0.14375000`.
    package var arithmetic: String {
        guard let factor, let priced else { return "left out of the file and its totals" }
        var terms: [String]
        switch factor.basis {
        case .cost: terms = ["cost \(line.cost.written)"]
        case .list: terms = ["list price \(line.listCost?.written ?? "0")"]
        case .quantity(let unitPrice):
            terms = ["quantity \(line.quantity?.written ?? "0")", "unit price \(unitPrice)"]
        }
        switch factor.price?.kind {
        case .markup(let percent): terms.append("(1 + \(percent)/100)")
        case .discount(let percent): terms.append("(1 - \(percent)/100)")
        case .margin(let percent): terms.append("1/(1 - \(percent)/100)")
        case .unitPrice, .passThrough, nil: break
        }
        for global in globals {
            terms.append("(1 \(global.kind == .uplift ? "+" : "-") \(global.percent)/100)")
        }
        return terms.joined(separator: " × ") + " = \(priced.price.written)"
    }

    /// The rule in words: `ec2: margin 20 % for product …`.
    package var ruleWords: String {
        switch treatment {
        case .drop: "none: lines of this class are not shown to customers"
        case .passThrough: "none: lines of this class pass at cost"
        case .rate:
            if let rule {
                "\(rule.id): \(rule.words)"
            } else if let price = factor?.price {
                "the book's default: \(price.words)"
            } else {
                pricebook == nil ? "none: there is no pricebook" : "none that fits: the cost"
            }
        }
    }
}

extension LineExplanation: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("customer", customer)
            $0.member("cycle", bill.bill.cycle.description)
            $0.member("bill", bill.bill.source)
            $0.member("version", bill.version)
            $0.member("row", line.row)
            $0.member("recordId", line.recordID)
            $0.member("account", line.account)
            $0.member("invoice", line.invoice)
            $0.member("product", line.product)
            $0.member("usageType", line.usageType)
            $0.member("operation", line.operation)
            $0.member("rateId", line.rateID)
            $0.member("class", line.lineClass.rawValue)
            $0.member("treatment", treatment.rawValue)
            $0.member("pricebook", pricebook)
            $0.member("pricebookOf", pricebook.map { _ in isAccountBook ? "account" : "customer" })
            $0.member("rule", priced?.rule)
            $0.member("ruleText", ruleWords)
            $0.member("definition", rule)
            $0.member("globals", globals)
            $0.member("quantity", line.quantity?.written)
            $0.member("cost", line.cost.written)
            $0.member("costRate", line.rate?.written)
            $0.member("price", priced?.price.written)
            $0.member("rate", priced?.rate?.written)
            $0.member("dropped", priced == nil)
            $0.member("arithmetic", arithmetic)
        }
    }
}
