// From the words of a command line to `Arguments`. Conventions: `--name value`, `--name=value`, `-n value`,
// `-nvalue`, flags joined as in `-vj`, `--` before operands that start with a dash, `-` as an operand.

import Spelling

extension Command {
    /// What a command line comes to.
    package enum Outcome: Sendable {
        /// A command to carry out.
        case run(Arguments)
        /// A text to print on standard output, and nothing else to do: help or the version.
        case text(String)
    }

    /// Reads a command line.
    ///
    /// - Parameters:
    ///   - arguments: the words after the program's name.
    ///   - environment: looks up an environment variable.
    /// - Returns: what to do.
    /// - Throws: a `UsageError` about the first thing that is wrong.
    package func parse(
        _ arguments: [String],
        environment: (String) -> String? = { _ in nil }
    ) throws(UsageError) -> Outcome {
        var parsing = Parsing(program: self, arguments: arguments)
        return try parsing.run(environment: environment)
    }
}

/// One command line on its way through the table.
private struct Parsing {
    private let program: Command
    private let arguments: [String]
    private var next = 0

    private var command: Command
    private var words: [String] = []
    /// The options of the commands above the current one, which it inherits.
    private var inherited: [CommandOption] = []
    private var exclusive: [[String]]
    private var values: [String: [String]] = [:]
    private var operands: [String] = []
    private var isHelpWanted = false

    init(program: Command, arguments: [String]) {
        self.program = program
        self.arguments = arguments
        command = program
        exclusive = program.exclusive
    }

    /// The options that may be given now.
    private var options: [CommandOption] { command.options + inherited }

    private var commandLine: String { ([program.name] + words).joined(separator: " ") }

    private func error(_ message: String) -> UsageError {
        UsageError(command: commandLine, message: message)
    }

    mutating func run(environment: (String) -> String?) throws(UsageError) -> Command.Outcome {
        var areOptionsOver = false
        while next < arguments.count {
            let word = arguments[next]
            next += 1
            if !areOptionsOver, word == "--" {
                areOptionsOver = true
            } else if !areOptionsOver, word == "--help" || word == "-h" {
                isHelpWanted = true
            } else if !areOptionsOver, word == "--version", let version = program.version {
                return .text("\(program.name) \(version)\n")
            } else if !areOptionsOver, word.hasPrefix("--") {
                try takeLong(word)
            } else if !areOptionsOver, word.hasPrefix("-"), word != "-" {
                try takeShort(word)
            } else if !command.subcommands.isEmpty {
                try enter(word)
            } else {
                operands.append(word)
            }
        }
        if isHelpWanted {
            return .text(command.help(calledAs: commandLine, inheriting: inherited))
        }
        guard command.subcommands.isEmpty else {
            throw error("expected a command: \(list(command.subcommands.map(\.name)))")
        }
        for option in options where values[option.name] == nil {
            guard let variable = option.environment, let value = environment(variable),
                !value.isEmpty
            else { continue }
            if let complaint = option.complaint(about: value) {
                throw error("`$\(variable)`: \(complaint), met `\(value)`")
            }
            values[option.name] = [value]
        }
        try checkOptions()
        return .run(
            Arguments(
                words: words,
                command: commandLine,
                options: options,
                operands: command.operands,
                values: values,
                operandValues: try distributeOperands()
            )
        )
    }

    /// Goes on with a subcommand; `help` stands for the help of the command after it.
    private mutating func enter(_ word: String) throws(UsageError) {
        if word == "help", !command.subcommands.contains(where: { $0.name == "help" }) {
            isHelpWanted = true
            return
        }
        guard let subcommand = command.subcommands.first(where: { $0.name == word }) else {
            let names = command.subcommands.map(\.name)
            let suggestion = Spelling.suggestion(for: word, among: names)
            throw error(
                "unknown command `\(word)`"
                    + (suggestion.isEmpty ? "; expected \(list(names))" : suggestion)
            )
        }
        inherited = options
        command = subcommand
        exclusive += subcommand.exclusive
        words.append(word)
    }

    private mutating func takeLong(_ word: String) throws(UsageError) {
        let parts = word.dropFirst(2).split(
            separator: "=",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        let name = String(parts[0])
        guard let option = options.first(where: { $0.name == name }) else { throw unknown(name) }
        if parts.count == 2 {
            guard option.takesValue else { throw error("`--\(name)` takes no value") }
            try add(String(parts[1]), to: option, as: "--\(name)")
        } else {
            try add(
                option.takesValue ? valueAfter(option, as: "--\(name)") : "",
                to: option,
                as: "--\(name)"
            )
        }
    }

    private mutating func takeShort(_ word: String) throws(UsageError) {
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            guard let option = options.first(where: { $0.short == letter }) else {
                if letter == "h" {
                    isHelpWanted = true
                    continue
                }
                throw error("unknown option `-\(letter)`" + (word.count > 2 ? " in `\(word)`" : ""))
            }
            if option.takesValue {
                let value =
                    letters.isEmpty ? try valueAfter(option, as: "-\(letter)") : String(letters)
                return try add(value, to: option, as: "-\(letter)")
            }
            try add("", to: option, as: "-\(letter)")
        }
    }

    private mutating func valueAfter(
        _ option: CommandOption,
        as written: String
    ) throws(UsageError) -> String {
        guard next < arguments.count else {
            throw error("`\(written)` needs a value: \(option.synopsis)")
        }
        let value = arguments[next]
        if value.hasPrefix("--") {
            throw error(
                "`\(written)` needs a value, met `\(value)`; if that is the value, write `--\(option.name)=\(value)`"
            )
        }
        next += 1
        return value
    }

    private mutating func add(
        _ value: String,
        to option: CommandOption,
        as written: String
    ) throws(UsageError) {
        if let complaint = option.complaint(about: value) {
            var suggestion = ""
            if case .choice(let words) = option.kind {
                suggestion = Spelling.suggestion(for: value, among: words)
            }
            throw error("`\(written)`: \(complaint), met `\(value)`\(suggestion)")
        }
        if values[option.name] != nil, !option.isRepeatable {
            throw error("`--\(option.name)` is given twice")
        }
        values[option.name, default: []].append(value)
    }

    private func unknown(_ name: String) -> UsageError {
        // An option of a subcommand, given before the subcommand's name.
        if let owner = command.subcommands.first(where: { $0.options.contains { $0.name == name } })
        {
            return error(
                "unknown option `--\(name)` here; it follows the command, as in "
                    + "`\(commandLine) \(owner.name) --\(name)`"
            )
        }
        var names = options.map(\.name) + ["help"]
        if program.version != nil { names.append("version") }
        let suggestion = Spelling.nearest(to: name, among: names).map {
            "; did you mean `--\($0)`?"
        }
        return error("unknown option `--\(name)`" + (suggestion ?? ""))
    }

    private func checkOptions() throws(UsageError) {
        for names in exclusive {
            let given = names.filter { values[$0] != nil }
            if given.count > 1 {
                throw error("`--\(given[0])` and `--\(given[1])` exclude each other")
            }
        }
        for option in options where option.isRequired && values[option.name] == nil {
            throw error("`--\(option.name)` is missing: \(option.synopsis)")
        }
    }

    private func distributeOperands() throws(UsageError) -> [String: [String]] {
        var rest = operands[...]
        var distributed: [String: [String]] = [:]
        for operand in command.operands {
            switch operand.count {
            case .one, .oneOrMore:
                guard !rest.isEmpty else {
                    throw error("\(operand.name) is missing: \(operand.help)")
                }
            case .optional, .any: break
            }
            let taken = operand.count == .one || operand.count == .optional ? rest.prefix(1) : rest
            distributed[operand.name] = Array(taken)
            rest = rest.dropFirst(taken.count)
        }
        if let extra = rest.first { throw error("unexpected `\(extra)`") }
        return distributed
    }

    private func list(_ words: [String]) -> String {
        words.map { "`\($0)`" }.joined(separator: ", ")
    }
}
