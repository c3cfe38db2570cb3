// Long sentences for the terminal.

/// Breaks a text at its spaces into lines of at most `width` characters, if its words allow that.
///
/// The first line starts with `lead`, the others with as many spaces.
func wrapped(_ text: String, lead: String = "", width: Int = 100) -> [String] {
    let indent = String(repeating: " ", count: lead.count)
    var lines: [String] = []
    var line = lead
    var isEmpty = true
    for word in text.split(separator: " ") {
        if !isEmpty, line.count + 1 + word.count > width {
            lines.append(line)
            line = indent
            isEmpty = true
        }
        line += isEmpty ? String(word) : " \(word)"
        isEmpty = false
    }
    return lines + [line]
}
