// A program's command line as a table: what can be given, and what it means. Parsing and help both come
// from it, so they can't disagree.

/// A program or one of its subcommands.
package struct Command: Sendable {
    /// The word it is called by.
    package var name: String
    /// What it does, in a line: lower case, no full stop.
    package var summary: String
    /// More about it for its own help; paragraphs are separated by empty lines and wrapped.
    package var details: String
    /// What it takes besides options, in order.
    package var operands: [Operand]
    /// Its options; those of a command with subcommands may be given to each of them, too.
    package var options: [CommandOption]
    /// Names of options of which only one may be given.
    package var exclusive: [[String]]
    /// Its subcommands; a command has either these or operands.
    package var subcommands: [Command]
    /// Complete command lines, each with what it is for.
    package var examples: [(line: String, purpose: String)]
    /// What `--version` prints; only for the program itself.
    package var version: String?

    package init(
        _ name: String,
        summary: String,
        details: String = "",
        operands: [Operand] = [],
        options: [CommandOption] = [],
        exclusive: [[String]] = [],
        subcommands: [Command] = [],
        examples: [(line: String, purpose: String)] = [],
        version: String? = nil
    ) {
        precondition(
            operands.isEmpty || subcommands.isEmpty,
            "`\(name)` has operands and subcommands"
        )
        self.name = name
        self.summary = summary
        self.details = details
        self.operands = operands
        self.options = options
        self.exclusive = exclusive
        self.subcommands = subcommands
        self.examples = examples
        self.version = version
    }
}

/// Something that is given by its position.
package struct Operand: Sendable {
    /// How many there may be.
    package enum Count: Sendable {
        case one
        case optional
        case oneOrMore
        case any
    }

    /// What it stands for in usage lines, `FILE`, and what it is asked for by.
    package let name: String
    package let count: Count
    /// What it means, for the help.
    package let help: String

    /// Describes an operand; only the last one may be there more or less than once.
    package init(_ name: String, _ count: Count = .one, help: String) {
        self.name = name
        self.count = count
        self.help = help
    }

    /// `FILE`, `[FILE]`, `FILE...` or `[FILE...]`.
    var synopsis: String {
        switch count {
        case .one: name
        case .optional: "[\(name)]"
        case .oneOrMore: "\(name)..."
        case .any: "[\(name)...]"
        }
    }
}
