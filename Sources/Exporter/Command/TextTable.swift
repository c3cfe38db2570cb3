// Tables for the terminal: columns as wide as their widest cell, numbers to the right.

/// Rows of cells under a header.
struct TextTable {
    /// To which side a column's cells are pushed.
    enum Side {
        case left, right
    }

    private let columns: [(title: String, side: Side)]
    private var rows: [[String]] = []

    /// A table without rows; a column whose title is empty has no header.
    init(_ columns: (String, Side)...) {
        self.columns = columns.map { (title: $0.0, side: $0.1) }
    }

    mutating func add(_ cells: String...) {
        precondition(
            cells.count == columns.count,
            "\(cells.count) cells for \(columns.count) columns"
        )
        rows.append(cells)
    }

    var isEmpty: Bool { rows.isEmpty }

    /// The lines, indented, without a line end at the end.
    func text(indent: Int = 0) -> String {
        let titles = columns.map(\.title)
        let all = titles.allSatisfy(\.isEmpty) ? rows : [titles] + rows
        let widths = columns.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            let cells = row.indices.map { column in
                let gap = String(repeating: " ", count: widths[column] - row[column].count)
                return columns[column].side == .right ? gap + row[column] : row[column] + gap
            }
            var line = String(repeating: " ", count: indent) + cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}

/// A number with a comma between thousands: `417,627`.
func grouped(_ number: some BinaryInteger) -> String {
    let digits = Array(String(number.magnitude))
    var text = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
        text.append(digit)
    }
    return text
}
