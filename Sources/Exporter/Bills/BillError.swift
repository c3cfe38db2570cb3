// Why a bill was refused, with the place to look at.

import CSV

/// A bill that does not say what a bill must, or contradicts itself.
package struct BillError: Error, Equatable, Sendable, CustomStringConvertible {
    package let file: String
    /// From 1.
    package let line: Int
    /// In characters, from 1.
    package let column: Int
    package let message: String

    package var description: String { "\(file):\(line):\(column): \(message)" }
}

/// A place in a bill.
struct BillPlace: Equatable {
    let line: Int
    let column: Int

    init(_ position: (line: Int, column: Int)) { (line, column) = position }

    func error(_ message: String, in file: String) -> BillError {
        BillError(file: file, line: line, column: column, message: message)
    }
}

extension CSVRecord {
    /// An error about a field of this record.
    func error(at index: Int, _ message: String, in file: String) -> BillError {
        BillPlace(position(of: index)).error(message, in: file)
    }

    /// An error about this record as a whole.
    func error(_ message: String, in file: String) -> BillError {
        BillPlace(position).error(message, in: file)
    }
}
