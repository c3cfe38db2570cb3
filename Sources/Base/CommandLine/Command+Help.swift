// The help of a command: how to call it, what it is for, and its options in columns.

extension Command {
    /// The help text of this command.
    ///
    /// - Parameters:
    ///   - line: the words it is called by, from the program's name on.
    ///   - inherited: the options of the commands above it.
    /// - Returns: the text, with a line feed at its end.
    func help(calledAs line: String, inheriting inherited: [CommandOption]) -> String {
        var sections = [
            usage(line), paragraph(summary.prefix(1).uppercased() + summary.dropFirst() + "."),
        ]
        sections += details.split(separator: "\n\n").map { paragraph(String($0)) }
        if !subcommands.isEmpty {
            sections.append(
                Columns(title: "Commands", rows: subcommands.map { ($0.name, $0.summary) }).text
            )
        }
        if !operands.isEmpty {
            sections.append(
                Columns(title: "Arguments", rows: operands.map { ($0.synopsis, $0.help) }).text
            )
        }
        sections += optionTables(inherited)
        if !examples.isEmpty {
            let lines = examples.map { "  # \($0.purpose)\n  \($0.line)" }
            sections.append("Examples:\n" + lines.joined(separator: "\n"))
        }
        if !subcommands.isEmpty {
            sections.append("Try `\(line) COMMAND --help` for more about a command.")
        }
        return sections.joined(separator: "\n\n") + "\n"
    }

    private func paragraph(_ text: String) -> String {
        Paragraph.lines(text).joined(separator: "\n")
    }

    /// The options in one table, or in two when some are inherited.
    private func optionTables(_ inherited: [CommandOption]) -> [String] {
        let own = options.map { (label: $0.label, meaning: $0.meaning) }
        var common = inherited.map { (label: $0.label, meaning: $0.meaning) }
        common.append(("-h, --help", "show this help"))
        if version != nil { common.append(("    --version", "show the version")) }
        if own.isEmpty || inherited.isEmpty {
            return [Columns(title: "Options", rows: own + common).text]
        }
        let width = Columns.labelWidth(of: own + common)
        return [
            Columns(title: "Options", rows: own, labelWidth: width).text,
            Columns(title: "Common options", rows: common, labelWidth: width).text,
        ]
    }

    /// `Usage: fakestore serve [--port PORT] …`, wrapped under its first option.
    private func usage(_ line: String) -> String {
        var parts: [String] = []
        var shown: Set<String> = []
        for option in options where !shown.contains(option.name) {
            let names = exclusive.first { $0.contains(option.name) } ?? [option.name]
            shown.formUnion(names)
            let forms = names.compactMap { name in options.first { $0.name == name }?.synopsis }
            let joined = forms.joined(separator: " | ")
            let isBare = option.isRequired && forms.count == 1
            parts.append((isBare ? joined : "[\(joined)]") + (option.isRepeatable ? "..." : ""))
        }
        parts += operands.map(\.synopsis)
        if !subcommands.isEmpty { parts.append("COMMAND ...") }
        let head = "Usage: \(line) "
        let lines = Paragraph.lines(parts, width: Paragraph.columns - head.count)
        return head + lines.joined(separator: "\n" + spaces(head.count))
    }
}

extension CommandOption {
    /// `-p, --port PORT`, with room for the short form where there is none.
    fileprivate var label: String {
        (short.map { "-\($0), " } ?? "    ") + synopsis + (isRepeatable ? "..." : "")
    }

    /// The help, and what else the table says.
    fileprivate var meaning: String {
        var notes: [String] = []
        if isRequired { notes.append("required") }
        if let environment { notes.append("else $\(environment)") }
        if let fallback { notes.append("default \(fallback)") }
        return notes.isEmpty ? help : "\(help) (\(notes.joined(separator: ", ")))"
    }
}
