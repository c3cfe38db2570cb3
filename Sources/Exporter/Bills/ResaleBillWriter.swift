// Writes what some customers see of a detailed billing report, at their own prices.
//
// Nothing of the payer's cost is in it:
// - costs and rates are the customer's, and the blended columns, which average over all customers, are like the others;
// - PayerAccountId is the account that owns the destination, with which the file's name begins too;
// - ReservedInstance is `N`: whether a reservation of the payer covers an hour is no business of the customer's;
// - descriptions are without amounts of money (`MoneyText`);
// - columns that are not the report's own are left out: nobody knows what they tell;
// - lines of classes that customers don't see are left out, and all totals are those of the lines that are there.
//
// Lines that no provider billed (discounts and uplifts as lines, charges, credits) come behind the lines of the
// customer's first invoice, written as AWS writes taxes: RecordId and RateId `0`, the whole month, no quantity, no
// rate; ProductName says what it is (`Charge`), ItemDescription names it (`Charge: business-support`).
//
// One pass over the bill is enough, unless lines are added and several invoices have lines: then a first pass adds up.

import CSV
import Rating

/// Renders one export at resale prices of one bill.
package struct ResaleBillWriter: ~Copyable {
    /// What a file shows and to whom.
    package struct Request: Sendable {
        /// The prices, in the resale view, and the customers whose lines there are.
        package var config: RatingConfig
        /// The account that the file names as the payer.
        package var owner: String
        package var columns: BillSelection

        package init(config: RatingConfig, owner: String, columns: BillSelection = BillSelection())
        {
            self.config = config
            self.owner = owner
            self.columns = columns
        }
    }

    /// What was written, and what was billed.
    package struct Summary: Sendable {
        /// The line items, the added ones included.
        package let lines: Int
        /// In the config's order.
        package let bills: [CustomerBill]
    }

    /// A totals row of the bill that waits for the lines of its invoice.
    private struct Held {
        let invoice: Int
        let description: [UInt8]
    }

    private let file: String
    private let facts: BillFacts
    private let header: DetailedBillHeader
    private let config: RatingConfig
    private let layout: ResaleLayout
    private var pricing: ResalePricing
    private var sums: ResaleSums
    private var invoices = KeyTable()
    private var held: [Held] = []
    private var isTotalWritten: Set<Int> = []
    private var statementText: [UInt8] = []
    private var out: CSVWriter
    private var number = [UInt8](repeating: 0, count: 64)
    private var lines = 0
    /// The customers' bills, where they are known before the lines are written.
    private let knownBills: [CustomerBill]?

    /// Renders an export.
    ///
    /// - Parameters:
    ///   - open: gives the bill at its start; called once or twice.
    ///   - file: its name for errors.
    ///   - facts: what reading the same bill found out.
    ///   - request: the customers, prices and columns.
    ///   - sink: takes the bytes in order.
    /// - Returns: What was written.
    /// - Throws: a `BillError` or `CSVError` when the bill is not the one of the facts; what the source and the
    ///   sink throw.
    package static func write(
        _ open: () throws -> CSVReader,
        file: String,
        facts: BillFacts,
        request: Request,
        to sink: @escaping CSVWriter.Sink
    ) throws -> Summary {
        let mayAddLines = request.config.customers.contains { $0.terms.mayAddLines }
        let isSecond = facts.isInvoiceByInvoice && facts.invoices.count { $0.lines > 0 } > 1
        let known =
            mayAddLines && isSecond
            ? try bills(open(), file: file, facts: facts, config: request.config) : nil
        let csv = try open()
        let header = try start(csv, file, facts)
        var writer = ResaleBillWriter(header, file, facts, request, known, sink)
        try writer.writeHeader()
        while try csv.next() { try writer.add(csv.record) }
        return try writer.finish()
    }

    /// The bills of the customers, without writing anything.
    ///
    /// - Parameters:
    ///   - csv: the bill at its start.
    ///   - file: its name for errors.
    ///   - facts: what reading the same bill found out.
    ///   - config: the prices and customers.
    /// - Returns: The bills in the config's order.
    /// - Throws: as `write`.
    package static func bills(
        _ csv: CSVReader,
        file: String,
        facts: BillFacts,
        config: RatingConfig
    ) throws -> [CustomerBill] {
        let header = try start(csv, file, facts)
        var pricing = ResalePricing(config: config, facts: facts, header: header, file: file)
        var sums = ResaleSums(config: config, accounts: pricing.accounts)
        var invoices = KeyTable()
        while try csv.next() {
            let record = csv.record
            guard case .lineItem = try header.type(of: record, in: file),
                let line = try pricing.line(record)
            else { continue }
            let invoice = invoices.index(of: record[header.invoice])
            try sums.add(line, record, header, invoice: invoice, file: file)
        }
        return sums.bills(invoices: invoices.keys)
    }

    private static func start(
        _ csv: CSVReader,
        _ file: String,
        _ facts: BillFacts
    ) throws -> DetailedBillHeader {
        guard try csv.next() else {
            throw BillError(file: file, line: 1, column: 1, message: "the file is empty")
        }
        let header = try DetailedBillHeader(csv.record, file: file)
        guard header.names == facts.header else {
            throw csv.record.error("the columns are not those that were imported", in: file)
        }
        return header
    }

    private init(
        _ header: DetailedBillHeader,
        _ file: String,
        _ facts: BillFacts,
        _ request: Request,
        _ knownBills: [CustomerBill]?,
        _ sink: @escaping CSVWriter.Sink
    ) {
        self.file = file
        self.facts = facts
        self.header = header
        self.knownBills = knownBills
        config = request.config
        pricing = ResalePricing(config: config, facts: facts, header: header, file: file)
        sums = ResaleSums(config: config, accounts: pricing.accounts)
        let shown = Set(pricing.accounts.map(\.id))
        let tags = facts.accounts.filter { shown.contains($0.id) }.flatMap(\.tags)
        layout = ResaleLayout(
            header: header,
            columns: request.columns.indexes(of: header, withData: Set(tags)),
            owner: request.owner
        )
        out = CSVWriter(sink: sink)
    }

    private mutating func writeHeader() throws {
        for column in layout.columns { out.field(header.names[column]) }
        try out.endRecord()
    }

    private mutating func add(_ record: CSVRecord) throws {
        switch try header.type(of: record, in: file) {
        case .lineItem: if let line = try pricing.line(record) { try add(line, record) }
        case .invoiceTotal:
            let invoice = invoices.index(of: record[header.invoice])
            held.append(
                Held(invoice: invoice, description: Array(record[header.description]))
            )
            if facts.isInvoiceByInvoice { try writeHeld() }
        case .statementTotal: statementText = Array(record[header.description])
        case .rounding, .accountTotal: break
        }
    }

    private mutating func add(_ line: ResaleLine, _ record: CSVRecord) throws {
        let invoice = invoices.index(of: record[header.invoice])
        try sums.add(line, record, header, invoice: invoice, file: file)
        lines += 1
        for step in layout.steps {
            switch step {
            case .copy(let columns):
                if record.isFullyQuoted {
                    out.quotedFields(record.raw(columns))
                } else {
                    for column in columns { out.escapedField(record[column]) }
                }
            case .owner: out.field(layout.owner)
            case .reserved: out.field("N")
            case .description:
                pricing.description(record).withUnsafeBytes { out.escapedField($0) }
            case .rate:
                let start = try pricing.rate(record, of: line, into: &number)
                writeNumber(from: start)
            case .cost:
                writeNumber(from: writeFixed(line.price, scale: config.lineScale, into: &number))
            }
        }
        try out.endRecord()
    }

    @inline(__always)
    private mutating func writeNumber(from start: Int) {
        number.withUnsafeBytes { out.escapedField(UnsafeRawBufferPointer(rebasing: $0[start...])) }
    }

    /// Writes what comes behind the lines of the invoices whose totals rows wait.
    private mutating func writeHeld() throws {
        guard !held.isEmpty else { return }
        let bills = knownBills ?? sums.bills(invoices: invoices.keys)
        for total in held { try write(total, of: bills) }
        held.removeAll()
    }

    private mutating func write(_ total: Held, of bills: [CustomerBill]) throws {
        guard isTotalWritten.insert(total.invoice).inserted else { return }
        let id = String(decoding: invoices.keys[total.invoice], as: UTF8.self)
        let parts = bills.flatMap(\.invoices).filter { $0.id == id }
        guard !parts.isEmpty else { return }
        for bill in bills where bill.invoices.first?.id == id {
            for line in bill.added { try write(line, on: id) }
        }
        let rounding = parts.reduce(BigDecimal.zero) { $0 + $1.rounding }
        if !rounding.isZero {
            try write(
                layout.total("Rounding", invoice: id, ResaleLayout.roundingText),
                rounding,
                scale: config.lineScale
            )
        }
        try write(
            layout.total("InvoiceTotal", invoice: id, escaped: total.description),
            parts.reduce(.zero) { $0 + $1.total },
            scale: config.minorUnits
        )
    }

    private mutating func write(_ line: AddedLine, on invoice: String) throws {
        lines += 1
        try write(
            layout.added(line, invoice: invoice, period: config.period),
            line.amount,
            scale: config.lineScale
        )
    }

    /// Writes a record of fields that are escaped already, and with the same amount in both cost columns.
    private mutating func write(
        _ fields: [Int: [UInt8]],
        _ amount: BigDecimal,
        scale: Int
    ) throws {
        for column in layout.columns {
            if column == header.cost || column == header.blendedCost {
                out.field(amount.text(minimumScale: scale))
            } else {
                (fields[column] ?? []).withUnsafeBytes { out.escapedField($0) }
            }
        }
        try out.endRecord()
    }

    private mutating func finish() throws -> Summary {
        // Lines may be on invoices of which the bill has no total.
        let waiting = Set(held.map(\.invoice)).union(isTotalWritten)
        for (index, id) in invoices.keys.enumerated() where !waiting.contains(index) {
            held.append(
                Held(invoice: index, description: Array("Total amount for invoice ".utf8) + id)
            )
        }
        try writeHeld()
        let bills = sums.bills(invoices: invoices.keys)
        let totals = Dictionary(
            bills.flatMap(\.accounts).map { ($0.id, $0.total) },
            uniquingKeysWith: { $0 + $1 }
        )
        let billed = facts.accounts.map(\.id)
        let known = Set(billed)
        let others = bills.flatMap(\.accounts).map(\.id).filter { !known.contains($0) }
        for id in billed + others {
            guard let total = totals[id] else { continue }
            try write(
                layout.total("AccountTotal", account: id, "Total for linked account# \(id)"),
                total,
                scale: config.lineScale
            )
        }
        try write(
            layout.total("StatementTotal", escaped: statementText),
            bills.reduce(.zero) { $0 + $1.statementTotal },
            scale: config.minorUnits
        )
        try out.flush()
        return Summary(lines: lines, bills: bills)
    }
}

extension ResaleSums {
    @inline(__always)
    fileprivate mutating func add(
        _ line: ResaleLine,
        _ record: CSVRecord,
        _ header: DetailedBillHeader,
        invoice: Int,
        file: String
    ) throws {
        do throws(AmountError) {
            let cost = record[header.cost]
            try add(
                line,
                cost: cost.isEmpty ? .zero : try Amount.read(cost).amount,
                invoice: invoice
            )
        } catch {
            throw record.error(at: header.cost, "\(error)", in: file)
        }
    }
}

extension DetailedBillHeader {
    /// What a record is, if it has as many fields as the header.
    @inline(__always)
    func type(of record: CSVRecord, in file: String) throws -> RecordType {
        guard record.count == names.count else {
            throw record.error(
                "the record has \(record.count) fields, the header \(names.count)",
                in: file
            )
        }
        guard let type = RecordType(record[recordType]) else {
            throw record.error(
                at: recordType,
                "unknown RecordType `\(record.text(recordType))`",
                in: file
            )
        }
        return type
    }
}
