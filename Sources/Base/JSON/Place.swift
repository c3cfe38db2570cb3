// Where something stands in a text, in the form that editors and terminals make clickable.

/// A position in a text: a file's name if there is one, a line and a column, both counted from 1.
package struct Place: Hashable, Sendable, CustomStringConvertible {
    /// The file or document as the user named it, or nil when the text has no name.
    package var file: String?
    private var lineStored: UInt32
    private var columnStored: UInt32

    /// A place that is nowhere: for values that were made rather than read.
    package static let none = Place(file: nil, line: 0, column: 0)

    package init(file: String? = nil, line: Int, column: Int) {
        self.file = file
        lineStored = UInt32(clamping: line)
        columnStored = UInt32(clamping: column)
    }

    /// The line, from 1; 0 for `none`.
    package var line: Int { Int(lineStored) }

    /// The column in Unicode characters (scalars), from 1; 0 for `none`.
    package var column: Int { Int(columnStored) }

    /// `file:line:column`, or `line 3, column 5` without a file.
    package var description: String {
        guard let file else { return "line \(line), column \(column)" }
        return line == 0 ? file : "\(file):\(line):\(column)"
    }
}
