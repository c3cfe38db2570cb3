// Any provider's bill as a sequence of lines, for rating.

import CSV
import Rating

/// Makes lines of the records of one format.
protocol BillLines {
    /// Reads the header record.
    init(header: CSVRecord, file: String) throws(BillError)

    /// The record's line; nil for totals rows and lines of other periods.
    func line(_ record: CSVRecord) throws(BillError) -> BillLine?
}

/// Reads the lines of a bill one by one.
///
/// - Parameters:
///   - csv: the bill, at its start.
///   - file: its name for errors.
///   - format: whose bill it is.
///   - period: the month; lines of others are passed over where the format says the month of each line.
///   - body: takes the lines in the file's order, and the currency where the format says one for each line.
/// - Throws: a `BillError` or `CSVError` with the place of what is wrong, what the source and `body` throw.
package func readLines(
    _ csv: CSVReader,
    file: String,
    format: BillFormat,
    period: BillingCycle,
    _ body: (BillLine, _ currency: String?) throws -> Void
) throws {
    guard try csv.next() else {
        throw BillError(file: file, line: 1, column: 1, message: "the file is empty")
    }
    switch format {
    case .awsDetailed:
        let lines = try DetailedBillLines(header: csv.record, file: file)
        while try csv.next() {
            if let line = try lines.line(csv.record) { try body(line, nil) }
        }
    case .azureDaily:
        let lines = try AzureDailyLines(header: csv.record, file: file)
        while try csv.next() {
            if let line = try lines.line(csv.record), try lines.isInvoiced(csv.record, period) {
                try body(line, lines.currency(csv.record))
            }
        }
    case .googleDetailed:
        let lines = try GoogleDetailedLines(header: csv.record, file: file)
        while try csv.next() {
            if try lines.isInvoiced(csv.record, period), let line = try lines.line(csv.record) {
                try body(line, lines.currency(csv.record))
            }
        }
    }
}
