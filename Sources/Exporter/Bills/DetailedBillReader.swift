// Reads AWS's detailed billing report once, from the first byte to the last, checks that it agrees with itself,
// and says what is in it. It keeps sums, not lines: memory does not grow with the bill.
//
// What must hold (and did, to the last digit, in real bills): the LineItems of an account add up to its
// AccountTotal; all AccountTotals and Roundings add up to the InvoiceTotals, and these to the StatementTotal;
// for the blended and the unblended costs. A file that was cut off has no StatementTotal.

import CSV
import Rating

/// Reads one detailed billing report.
package struct DetailedBillReader: ~Copyable {
    /// The running sums of an account.
    private struct AccountSum {
        var lines = 0
        var sum = Money()
        /// One bit for each tag column.
        var tags: [UInt64]
        var stated: Stated?
    }

    private struct InvoiceSum {
        var lines = 0
        var total: Amount?
    }

    /// A blended and an unblended cost; the first stays zero in bills without consolidated billing.
    struct Money: Equatable {
        var blended = Amount.zero
        var unblended = Amount.zero

        mutating func add(_ other: Money) throws(AmountError) {
            try blended.add(other.blended)
            try unblended.add(other.unblended)
        }
    }

    /// A totals row: what it says and where.
    private struct Stated {
        let money: Money
        let place: BillPlace
        let blendedPlace: BillPlace
    }

    /// The most accounts, and the most invoices, that a bill may have: what is kept of each stays in memory.
    private static let keyLimit = 100_000

    private let file: String
    private let header: DetailedBillHeader
    private let tagWords: Int
    private var payer: [UInt8] = []
    private var accounts = KeyTable()
    private var accountSums: [AccountSum] = []
    private var accountTotalOrder: [Int] = []
    private var invoices = KeyTable()
    private var invoiceSums: [InvoiceSum] = []
    private var roundings = Money()
    private var invoiceTotals = Money()
    private var statement: Stated?
    private var statementPeriod: BillingCycle?
    private var months = KeyTable()
    private var monthLines: [Int] = []
    private var lines = 0
    private var scale = 8
    private var isInvoiceByInvoice = true

    /// Reads a whole bill.
    ///
    /// - Parameters:
    ///   - csv: the file, at its start.
    ///   - file: its name for errors.
    /// - Returns: What is in it.
    /// - Throws: a `BillError` or `CSVError` with the place of what is wrong, or what the source of bytes throws.
    package static func read(_ csv: CSVReader, file: String) throws -> BillFacts {
        guard try csv.next() else {
            throw BillError(file: file, line: 1, column: 1, message: "the file is empty")
        }
        var reader = try DetailedBillReader(header: csv.record, file: file)
        while try csv.next() { try reader.add(csv.record) }
        return try reader.finish(end: BillPlace(csv.position))
    }

    private init(header record: CSVRecord, file: String) throws {
        self.file = file
        header = try DetailedBillHeader(record, file: file)
        tagWords = (header.tags.count + 63) / 64
    }

    private mutating func add(_ record: CSVRecord) throws {
        guard record.count == header.names.count else {
            throw record.error(
                "the record has \(record.count) fields, the header \(header.names.count)",
                in: file
            )
        }
        guard let type = RecordType(record[header.recordType]) else {
            throw record.error(
                at: header.recordType,
                "unknown RecordType `\(record.text(header.recordType))`",
                in: file
            )
        }
        try checkPayer(record)
        let money = try money(record)
        switch type {
        case .lineItem: try addLine(record, money)
        case .rounding: try addRounding(record, money)
        case .invoiceTotal: try addInvoiceTotal(record, money)
        case .accountTotal: try addAccountTotal(record, money)
        case .statementTotal: try addStatementTotal(record, money)
        }
    }

    @inline(__always)
    private mutating func checkPayer(_ record: CSVRecord) throws {
        let field = record[header.payer]
        if payer.isEmpty {
            guard !field.isEmpty else {
                throw record.error(at: header.payer, "the PayerAccountId is empty", in: file)
            }
            payer = Array(field)
        }
        let isSame = payer.withUnsafeBytes { known in
            guard known.count == field.count else { return false }
            var index = 0
            while index < known.count {
                if known[index] != field[index] { return false }
                index += 1
            }
            return true
        }
        guard isSame else {
            throw record.error(
                at: header.payer,
                "payer `\(record.text(header.payer))` in the bill of `\(String(decoding: payer, as: UTF8.self))`",
                in: file
            )
        }
    }

    @inline(__always)
    private mutating func money(_ record: CSVRecord) throws -> Money {
        var money = Money()
        money.unblended = try amount(record, header.cost)
        if let blended = header.blendedCost { money.blended = try amount(record, blended) }
        return money
    }

    @inline(__always)
    private mutating func amount(_ record: CSVRecord, _ index: Int) throws -> Amount {
        let field = record[index]
        if field.isEmpty { return .zero }
        do throws(AmountError) {
            let written = try Amount.read(field)
            if written.scale > scale { scale = written.scale }
            return written.amount
        } catch {
            throw record.error(
                at: index,
                "\(header.names[index]) `\(record.text(index))`: \(error)",
                in: file
            )
        }
    }

    /// The index of a row's account; a bill without consolidated billing leaves it empty and means the payer.
    private mutating func accountIndex(_ record: CSVRecord) throws -> Int {
        var field = record[header.account]
        if field.isEmpty {
            guard header.blendedCost == nil else {
                throw record.error(at: header.account, "the LinkedAccountId is empty", in: file)
            }
            field = record[header.payer]
        }
        let index = accounts.index(of: field)
        if index == accountSums.count {
            guard index < DetailedBillReader.keyLimit else {
                throw record.error(
                    at: header.account,
                    "more than \(DetailedBillReader.keyLimit) accounts",
                    in: file
                )
            }
            accountSums.append(AccountSum(tags: [UInt64](repeating: 0, count: tagWords)))
        }
        return index
    }

    private mutating func invoiceIndex(_ record: CSVRecord) throws -> Int {
        let index = invoices.index(of: record[header.invoice])
        if index == invoiceSums.count {
            guard index < DetailedBillReader.keyLimit else {
                throw record.error(
                    at: header.invoice,
                    "more than \(DetailedBillReader.keyLimit) invoices",
                    in: file
                )
            }
            invoiceSums.append(InvoiceSum())
        }
        return index
    }

    private mutating func addLine(_ record: CSVRecord, _ money: Money) throws {
        lines += 1
        let account = try accountIndex(record)
        accountSums[account].lines += 1
        do throws(AmountError) {
            try accountSums[account].sum.add(money)
        } catch {
            throw record.error(at: header.cost, "the account's sum is \(error)", in: file)
        }
        for (bit, column) in header.tags.enumerated() where !record.isEmpty(column) {
            accountSums[account].tags[bit >> 6] |= 1 << UInt64(bit & 63)
        }
        let invoice = try invoiceIndex(record)
        invoiceSums[invoice].lines += 1
        if invoiceSums[invoice].total != nil { isInvoiceByInvoice = false }
        // The months only matter where the StatementTotal does not say its own.
        if let usageStart = header.usageStart, months.count < 1_000 {
            let month = months.index(
                of: UnsafeRawBufferPointer(rebasing: record[usageStart].prefix(7))
            )
            if month == monthLines.count { monthLines.append(0) }
            monthLines[month] += 1
        }
    }

    private mutating func addRounding(_ record: CSVRecord, _ money: Money) throws {
        do throws(AmountError) {
            try roundings.add(money)
        } catch {
            throw record.error(at: header.cost, "the sum of Roundings is \(error)", in: file)
        }
    }

    private mutating func addInvoiceTotal(_ record: CSVRecord, _ money: Money) throws {
        let invoice = try invoiceIndex(record)
        guard invoiceSums[invoice].total == nil else {
            throw record.error(
                at: header.invoice,
                "a second InvoiceTotal of `\(record.text(header.invoice))`",
                in: file
            )
        }
        invoiceSums[invoice].total = money.unblended
        do throws(AmountError) {
            try invoiceTotals.add(money)
        } catch {
            throw record.error(at: header.cost, "the sum of InvoiceTotals is \(error)", in: file)
        }
    }

    private mutating func addAccountTotal(_ record: CSVRecord, _ money: Money) throws {
        let account = try accountIndex(record)
        guard accountSums[account].stated == nil else {
            throw record.error(
                at: header.account,
                "a second AccountTotal of `\(record.text(header.account))`",
                in: file
            )
        }
        accountSums[account].stated = stated(record, money)
        accountTotalOrder.append(account)
    }

    private mutating func addStatementTotal(_ record: CSVRecord, _ money: Money) throws {
        guard statement == nil else { throw record.error("a second StatementTotal", in: file) }
        statement = stated(record, money)
        statementPeriod = period(record.text(header.description))
    }

    private func stated(_ record: CSVRecord, _ money: Money) -> Stated {
        Stated(
            money: money,
            place: BillPlace(record.position(of: header.cost)),
            blendedPlace: BillPlace(record.position(of: header.blendedCost ?? header.cost))
        )
    }

    /// The month in `Total statement amount for period 2026-10-01 00:00:00 - 2026-10-31 23:59:59`.
    private func period(_ description: String) -> BillingCycle? {
        let marker = "for period "
        guard let start = description.utf8.firstRange(of: marker.utf8)?.upperBound else {
            return nil
        }
        return BillingCycle(ascii: description.utf8[start...].prefix(7))
    }

    private func finish(end: BillPlace) throws -> BillFacts {
        guard let statement else {
            throw end.error("the file ends without a StatementTotal: it is cut off", in: file)
        }
        try checkAccounts()
        try checkStatement(statement)
        var months: [(BillingCycle, Int)] = []
        for (index, month) in self.months.keys.enumerated() {
            if let cycle = BillingCycle(ascii: month) { months.append((cycle, monthLines[index])) }
        }
        guard let cycle = statementPeriod ?? months.max(by: { $0.1 < $1.1 })?.0 else {
            throw statement.place.error(
                "neither the StatementTotal nor a line says the month",
                in: file
            )
        }
        var order = accountTotalOrder
        for index in accountSums.indices where accountSums[index].stated == nil {
            order.append(index)
        }
        return BillFacts(
            cycle: cycle,
            payer: String(decoding: payer, as: UTF8.self),
            header: header.names,
            accounts: order.map { accountFacts($0) },
            invoices: invoices.keys.enumerated().map { index, id in
                BillFacts.Invoice(
                    id: String(decoding: id, as: UTF8.self),
                    lines: invoiceSums[index].lines,
                    total: invoiceSums[index].total ?? .zero
                )
            },
            lines: lines,
            total: statement.money.unblended,
            scale: scale,
            isInvoiceByInvoice: isInvoiceByInvoice
        )
    }

    private func accountFacts(_ index: Int) -> BillFacts.Account {
        let account = accountSums[index]
        let tags = header.tags.enumerated().filter {
            account.tags[$0.offset >> 6] >> UInt64($0.offset & 63) & 1 == 1
        }
        return BillFacts.Account(
            id: String(decoding: accounts.keys[index], as: UTF8.self),
            lines: account.lines,
            blended: header.blendedCost == nil ? nil : account.sum.blended,
            total: account.sum.unblended,
            tags: tags.map(\.element)
        )
    }

    /// sum(LineItem of an account) = its AccountTotal.
    private func checkAccounts() throws {
        for (index, account) in accountSums.enumerated() {
            let id = String(decoding: accounts.keys[index], as: UTF8.self)
            guard let stated = account.stated else {
                // Without consolidated billing there is one account, and it needs no total of its own.
                if header.blendedCost == nil { continue }
                throw (statement?.place ?? BillPlace((1, 1))).error(
                    "account `\(id)` has \(account.lines) line items and no AccountTotal",
                    in: file
                )
            }
            let what = "the AccountTotal of `\(id)`"
            let sum = "its \(account.lines) line items"
            try check(stated, account.sum, what, sum)
        }
    }

    /// sum(AccountTotal) + sum(Rounding) = sum(InvoiceTotal) = StatementTotal.
    private func checkStatement(_ statement: Stated) throws {
        var sum = Money()
        do throws(AmountError) {
            for account in accountSums { try sum.add(account.sum) }
            try sum.add(roundings)
        } catch {
            throw statement.place.error("the sum of AccountTotals is \(error)", in: file)
        }
        try check(statement, sum, "the StatementTotal", "the AccountTotals and Roundings")
        try check(statement, invoiceTotals, "the StatementTotal", "the InvoiceTotals")
    }

    private func check(_ stated: Stated, _ sum: Money, _ what: String, _ parts: String) throws {
        func check(_ stated: Amount, _ sum: Amount, _ column: Int, _ place: BillPlace) throws {
            guard stated != sum else { return }
            throw place.error(
                "\(what) is \(stated.text(minimumScale: 2)), but \(parts) add up to "
                    + "\(sum.text(minimumScale: 2)) (\(header.names[column]))",
                in: file
            )
        }
        try check(stated.money.unblended, sum.unblended, header.cost, stated.place)
        if let blended = header.blendedCost {
            try check(stated.money.blended, sum.blended, blended, stated.blendedPlace)
        }
    }
}
