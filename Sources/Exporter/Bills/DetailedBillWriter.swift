// Writes the part of a detailed billing report that some accounts see, at cost: their lines byte for byte as AWS
// wrote them, and totals that fit these lines.
//
// The order is AWS's: the lines of an invoice, its Rounding if there is one, its InvoiceTotal, and so on for each
// invoice, then the AccountTotals in the bill's order, last the StatementTotal. All fields are quoted, lines end
// in LF. PayerAccountId stays what it is: the payer's id is known to every member of its organization
// (DescribeOrganization), and the rows stay those that AWS would show.
//
// An export that has all accounts of the bill is the bill: its totals are AWS's own. Otherwise InvoiceTotal is the
// sum of the invoice's lines rounded to cents, and Rounding is the difference (rules R10 and R12).

import CSV
import Rating

/// Renders one export of one bill.
package struct DetailedBillWriter: ~Copyable {
    /// Which lines and columns an export has.
    package struct Selection: Equatable, Sendable {
        /// The accounts whose lines it has; nil for all.
        package var accounts: Set<String>?
        package var columns: BillSelection

        package init(accounts: Set<String>?, columns: BillSelection = BillSelection()) {
            self.accounts = accounts
            self.columns = columns
        }
    }

    /// What was written.
    package struct Summary: Equatable, Sendable {
        package let lines: Int
        /// The StatementTotal.
        package let total: Amount
    }

    /// The sums of an invoice's exported lines.
    private struct InvoiceSum {
        var lines = 0
        var sum = DetailedBillReader.Money()
        var isWritten = false
    }

    private let file: String
    private let facts: BillFacts
    private let header: DetailedBillHeader
    /// All accounts of the bill are exported.
    private let isWhole: Bool
    private let accounts: KeyTable
    /// The exported columns as runs of neighbours.
    private let runs: [ClosedRange<Int>]
    private var out: CSVWriter
    private var invoices = KeyTable()
    private var sums: [InvoiceSum] = []
    /// InvoiceTotal rows that wait because lines of their invoice may follow: raw fields of the kept columns.
    private var held: [(invoice: Int, fields: [[UInt8]])] = []
    private var invoiceTotals = Amount.zero
    private var lines = 0

    /// Renders an export.
    ///
    /// - Parameters:
    ///   - csv: the bill, at its start.
    ///   - file: its name for errors.
    ///   - facts: what reading the same bill found out.
    ///   - selection: the lines and columns.
    ///   - sink: takes the bytes in order.
    /// - Returns: What was written.
    /// - Throws: a `BillError` or `CSVError` when the bill is not the one of the facts; what the source and the
    ///   sink throw.
    package static func write(
        _ csv: CSVReader,
        file: String,
        facts: BillFacts,
        selection: Selection,
        to sink: @escaping CSVWriter.Sink
    ) throws -> Summary {
        guard try csv.next() else {
            throw BillError(file: file, line: 1, column: 1, message: "the file is empty")
        }
        let header = try DetailedBillHeader(csv.record, file: file)
        guard header.names == facts.header else {
            throw csv.record.error("the columns are not those that were imported", in: file)
        }
        var writer = DetailedBillWriter(
            header: header,
            file: file,
            facts: facts,
            selection: selection,
            sink: sink
        )
        try writer.copy(csv.record)
        while try csv.next() { try writer.add(csv.record) }
        return try writer.finish()
    }

    private init(
        header: DetailedBillHeader,
        file: String,
        facts: BillFacts,
        selection: Selection,
        sink: @escaping CSVWriter.Sink
    ) {
        self.file = file
        self.facts = facts
        self.header = header
        let exported = facts.accounts.filter { selection.accounts?.contains($0.id) ?? true }
        isWhole = exported.count == facts.accounts.count
        var table = KeyTable()
        for account in exported {
            _ = Array(account.id.utf8).withUnsafeBytes { table.index(of: $0) }
        }
        accounts = table
        runs = DetailedBillWriter.runs(
            of: selection.columns.indexes(of: header, withData: Set(exported.flatMap(\.tags)))
        )
        out = CSVWriter(sink: sink)
    }

    /// Neighbouring columns in one piece, so that they are copied in one piece.
    private static func runs(of columns: [Int]) -> [ClosedRange<Int>] {
        var runs: [ClosedRange<Int>] = []
        for column in columns {
            if let last = runs.last, last.upperBound + 1 == column {
                runs[runs.count - 1] = last.lowerBound...column
            } else {
                runs.append(column...column)
            }
        }
        return runs
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
        switch type {
        case .lineItem: if isExported(record) { try addLine(record) }
        // The total's own: written together with it, when the lines are known.
        case .rounding: if isWhole { try copy(record) }
        case .invoiceTotal: try addInvoiceTotal(record)
        case .accountTotal:
            try writeHeld()
            if isExported(record) { try copy(record) }
        case .statementTotal:
            try writeHeld()
            try addStatementTotal(record)
        }
    }

    @inline(__always)
    private func isExported(_ record: CSVRecord) -> Bool {
        if isWhole { return true }
        let field = record[header.account]
        return accounts.existingIndex(of: field.isEmpty ? record[header.payer] : field) != nil
    }

    private mutating func addLine(_ record: CSVRecord) throws {
        let index = invoices.index(of: record[header.invoice])
        if index == sums.count { sums.append(InvoiceSum()) }
        var money = DetailedBillReader.Money()
        do throws(AmountError) {
            if !isWhole {
                money.unblended = try amount(record[header.cost])
                if let blended = header.blendedCost { money.blended = try amount(record[blended]) }
            }
            try sums[index].sum.add(money)
        } catch {
            throw record.error(at: header.cost, "\(error)", in: file)
        }
        sums[index].lines += 1
        lines += 1
        try copy(record)
    }

    @inline(__always)
    private func amount(_ field: UnsafeRawBufferPointer) throws(AmountError) -> Amount {
        field.isEmpty ? .zero : try Amount.read(field).amount
    }

    private mutating func addInvoiceTotal(_ record: CSVRecord) throws {
        if isWhole { return try copy(record) }
        guard let index = invoices.existingIndex(of: record[header.invoice]) ?? laterInvoice(record)
        else { return }
        held.append((index, (0..<record.count).map { Array(record[$0]) }))
        if facts.isInvoiceByInvoice { try writeHeld() }
    }

    /// In a bill whose lines may follow their total, an invoice that has none so far may still get some.
    private mutating func laterInvoice(_ record: CSVRecord) -> Int? {
        guard !facts.isInvoiceByInvoice else { return nil }
        let index = invoices.index(of: record[header.invoice])
        if index == sums.count { sums.append(InvoiceSum()) }
        return index
    }

    /// Writes Rounding and InvoiceTotal of the invoices whose lines are complete.
    private mutating func writeHeld() throws {
        for (index, fields) in held where sums[index].lines > 0 {
            let sum = sums[index].sum
            let total: Amount
            let rounding: DetailedBillReader.Money
            do throws(AmountError) {
                total = try sum.unblended.rounded(toScale: 2, .halfUp)
                rounding = DetailedBillReader.Money(
                    blended: header.blendedCost == nil ? .zero : try total.subtracting(sum.blended),
                    unblended: try total.subtracting(sum.unblended)
                )
                try invoiceTotals.add(total)
            } catch {
                throw BillError(
                    file: file,
                    line: 1,
                    column: 1,
                    message: "the sum of an invoice is \(error)"
                )
            }
            if rounding != DetailedBillReader.Money() { try writeRounding(rounding, of: fields) }
            try writeTotal(fields, blended: total, unblended: total, scale: 2)
        }
        held.removeAll()
    }

    private mutating func writeRounding(
        _ rounding: DetailedBillReader.Money,
        of total: [[UInt8]]
    ) throws {
        var fields = [[UInt8]](repeating: [], count: header.names.count)
        fields[header.invoice] = total[header.invoice]
        fields[header.payer] = total[header.payer]
        fields[header.recordType] = Array("Rounding".utf8)
        fields[header.description] = Array(DetailedBillWriter.roundingText.utf8)
        try writeTotal(
            fields,
            blended: rounding.blended,
            unblended: rounding.unblended,
            scale: facts.scale
        )
    }

    private static let roundingText =
        "This line contains rounding error due to the consolidated billing and hourly line item calculation processes."

    private mutating func addStatementTotal(_ record: CSVRecord) throws {
        if isWhole { return try copy(record) }
        let fields = (0..<record.count).map { Array(record[$0]) }
        try writeTotal(fields, blended: invoiceTotals, unblended: invoiceTotals, scale: 2)
    }

    /// Writes a totals row: fields as the bill has them, with other costs.
    private mutating func writeTotal(
        _ fields: [[UInt8]],
        blended: Amount,
        unblended: Amount,
        scale: Int
    ) throws {
        for column in runs.joined() {
            if column == header.cost {
                out.field(unblended.text(minimumScale: scale))
            } else if column == header.blendedCost {
                out.field(blended.text(minimumScale: scale))
            } else {
                fields[column].withUnsafeBytes { out.escapedField($0) }
            }
        }
        try out.endRecord()
    }

    /// Writes the exported columns of a record as they are.
    @inline(__always)
    private mutating func copy(_ record: CSVRecord) throws {
        for run in runs {
            if record.isFullyQuoted {
                out.quotedFields(record.raw(run))
            } else {
                for column in run { out.escapedField(record[column]) }
            }
        }
        try out.endRecord()
    }

    private mutating func finish() throws -> Summary {
        try out.flush()
        return Summary(lines: lines, total: isWhole ? facts.total : invoiceTotals)
    }
}
