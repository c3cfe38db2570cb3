// Why a file is not CSV, with the place to look at.

/// What is wrong with the text of a CSV file.
package enum CSVProblem: Equatable, Sendable {
    /// The file ends inside a quoted field.
    case openQuote
    /// Behind a closing quote comes something else than a comma or line end.
    case textAfterQuote
    /// A quote stands in a field that does not begin with one.
    case quoteInUnquoted
    /// A carriage return without a line feed outside quotes.
    case bareCarriageReturn
    /// A record is larger than allowed.
    case recordTooLong(Int)
    /// A record has more fields than allowed.
    case tooManyFields(Int)

    package var message: String {
        switch self {
        case .openQuote: "the quoted field that opens here is not closed before the file ends"
        case .textAfterQuote:
            "expected a comma or the line's end after the closing quote; a quote inside a field is doubled"
        case .quoteInUnquoted:
            "a quote inside an unquoted field; quote the field and double the quote"
        case .bareCarriageReturn: "a carriage return without a line feed outside quotes"
        case .recordTooLong(let limit):
            "the record is longer than \(limit) bytes; is a closing quote missing?"
        case .tooManyFields(let limit): "the record has more than \(limit) fields"
        }
    }
}

/// A CSV file that can't be read on, and where.
package struct CSVError: Error, Equatable, Sendable, CustomStringConvertible {
    package let file: String
    /// From 1.
    package let line: Int
    /// In characters, from 1.
    package let column: Int
    /// The record's number, the first being 1.
    package let record: Int
    package let problem: CSVProblem

    package var description: String { "\(file):\(line):\(column): \(problem.message)" }
}
