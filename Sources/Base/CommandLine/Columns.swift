// Text for terminals: wrapped paragraphs, and two columns under a title.

/// Breaks text into lines.
enum Paragraph {
    /// The width of help.
    static let columns = 100

    /// The words of a text in lines of at most `width` characters; line breaks within it count as spaces.
    static func lines(_ text: String, width: Int = columns) -> [String] {
        lines(text.split { $0 == " " || $0 == "\n" }.map(String.init), width: width)
    }

    /// Parts in lines of at most `width` characters; a part is never broken, even if it is longer.
    static func lines(_ parts: [String], width: Int) -> [String] {
        var lines: [String] = []
        for part in parts {
            if let last = lines.last, last.count + 1 + part.count <= width {
                lines[lines.count - 1] = last + " " + part
            } else {
                lines.append(part)
            }
        }
        return lines
    }
}

/// Rows of a label and what it means.
struct Columns {
    let title: String
    let rows: [(label: String, meaning: String)]
    /// The width of the labels.
    let labelWidth: Int

    /// A longer label gets a line of its own, so that one doesn't push all meanings to the right.
    private static let widestLabel = 30
    private static let indent = 2
    private static let gap = 2

    /// Columns as wide as the rows need, or as `labelWidth` says, so that several tables line up.
    init(title: String, rows: [(label: String, meaning: String)], labelWidth: Int? = nil) {
        self.title = title
        self.rows = rows
        self.labelWidth = labelWidth ?? Columns.labelWidth(of: rows)
    }

    /// The width that the labels of some rows need.
    static func labelWidth(of rows: [(label: String, meaning: String)]) -> Int {
        rows.map(\.label.count).filter { $0 <= widestLabel }.max() ?? widestLabel
    }

    /// The title and the rows.
    var text: String { ([title + ":"] + rows.flatMap(lines)).joined(separator: "\n") }

    private func lines(label: String, meaning: String) -> [String] {
        let start = Columns.indent + labelWidth + Columns.gap
        var lines = Paragraph.lines(meaning, width: Paragraph.columns - start).map {
            spaces(start) + $0
        }
        if label.count <= labelWidth, !lines.isEmpty {
            lines[0] =
                spaces(Columns.indent) + label + lines[0].dropFirst(Columns.indent + label.count)
        } else {
            lines.insert(spaces(Columns.indent) + label, at: 0)
        }
        return lines
    }
}

/// So many spaces.
func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }
