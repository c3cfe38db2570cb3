// The columns of a bill's header, by name: providers add, drop and reorder columns from month to month.

import CSV
import Rating
import Spelling

/// Where the columns of a CSV bill are.
struct BillColumns {
    private let file: String
    private let indexes: [String: Int]
    let names: [String]

    /// Reads the header record.
    init(_ record: CSVRecord, file: String) throws(BillError) {
        self.file = file
        var names = (0..<record.count).map { record.text($0) }
        // A byte order mark belongs to no name.
        if let first = names.first, first.unicodeScalars.first == "\u{FEFF}" {
            names[0] = String(first.unicodeScalars.dropFirst())
        }
        var indexes: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            if let first = indexes[name] {
                throw record.error(
                    at: index,
                    "column `\(name)` is there twice, first as column \(first + 1)",
                    in: file
                )
            }
            indexes[name] = index
        }
        self.names = names
        self.indexes = indexes
    }

    /// The index of a column, if the bill has it.
    func optional(_ name: String) -> Int? { indexes[name] }

    /// The index of a column that the bill must have.
    func required(_ name: String, in bill: String) throws(BillError) -> Int {
        if let index = indexes[name] { return index }
        throw BillError(
            file: file,
            line: 1,
            column: 1,
            message: "no \(bill): the header lacks the column `\(name)`"
                + Spelling.suggestion(for: name, among: indexes.keys.sorted())
        )
    }

    /// Refuses a record that has another number of fields than the header.
    func check(_ record: CSVRecord) throws(BillError) {
        guard record.count == names.count else {
            throw record.error(
                "the record has \(record.count) fields, the header \(names.count)",
                in: file
            )
        }
    }

    /// A field's text; empty where the bill has no such column.
    func text(_ record: CSVRecord, _ index: Int?) -> String { index.map { record.text($0) } ?? "" }

    /// A field's number; nil where it is empty or the bill has no such column.
    func number(_ record: CSVRecord, _ index: Int?) throws(BillError) -> BigDecimal? {
        guard let index, !record.isEmpty(index) else { return nil }
        do throws(AmountError) {
            return try BigDecimal.read(record[index])
        } catch {
            throw record.error(
                at: index,
                "\(names[index]) `\(record.text(index))`: \(error)",
                in: file
            )
        }
    }
}
