// What somebody asked for: the command, and its options and operands by their names in the table.

/// A command line that was understood.
///
/// Names are those of the command's table; asking for one that isn't there is a mistake of the program.
package struct Arguments: Sendable {
    /// The words of the command below the program: `["cycle", "close"]`; empty for the program itself.
    package let words: [String]
    /// The program's name and the words: `exporter cycle close`.
    package let command: String

    private let options: [CommandOption]
    private let operands: [Operand]
    /// The values given for an option; a flag has an empty one for each time.
    private let values: [String: [String]]
    private let operandValues: [String: [String]]

    init(
        words: [String],
        command: String,
        options: [CommandOption],
        operands: [Operand],
        values: [String: [String]],
        operandValues: [String: [String]]
    ) {
        self.words = words
        self.command = command
        self.options = options
        self.operands = operands
        self.values = values
        self.operandValues = operandValues
    }

    /// Whether an option was given, by whoever typed the line or by the environment.
    package func has(_ name: String) -> Bool {
        _ = option(name)
        return values[name] != nil
    }

    /// An option's value, or its default; nil without either.
    package func text(_ name: String) -> String? { values[name]?.last ?? option(name).fallback }

    /// All values of an option that may be repeated, in the order given; its default when there is none.
    package func texts(_ name: String) -> [String] {
        let option = option(name)
        return values[name] ?? option.fallback.map { [$0] } ?? []
    }

    /// The value of an option that must be there, or has a default.
    package func required(_ name: String) -> String {
        guard let text = text(name) else {
            preconditionFailure("option `--\(name)` is neither required nor has it a default")
        }
        return text
    }

    /// An integer option's value, or its default; nil without either.
    package func integer(_ name: String) -> Int? { text(name).flatMap { Int($0) } }

    /// An option's value, read by a function that returns nil when it can't.
    ///
    /// - Parameters:
    ///   - name: the option's name.
    ///   - expected: what the value should be, as in `a time such as 2026-11-20T09:00:00Z`.
    ///   - read: turns the text into the value.
    /// - Returns: the value, or nil when the option isn't there and has no default.
    /// - Throws: a `UsageError` when the text can't be read.
    package func value<Value>(
        _ name: String,
        expected: String,
        _ read: (String) -> Value?
    ) throws(UsageError) -> Value? {
        guard let text = text(name) else { return nil }
        guard let value = read(text) else {
            throw error("`--\(name)`: expected \(expected), met `\(text)`")
        }
        return value
    }

    /// An operand; nil when it is optional and not there.
    package func operand(_ name: String) -> String? { operands(name).first }

    /// An operand that must be there.
    package func requiredOperand(_ name: String) -> String {
        guard let text = operand(name) else {
            preconditionFailure("operand `\(name)` is not required")
        }
        return text
    }

    /// All operands of a name.
    package func operands(_ name: String) -> [String] {
        precondition(operands.contains { $0.name == name }, "`\(command)` has no operand `\(name)`")
        return operandValues[name] ?? []
    }

    /// An error about this command line, for what the table can't say.
    package func error(_ message: String) -> UsageError {
        UsageError(command: command, message: message)
    }

    private func option(_ name: String) -> CommandOption {
        guard let option = options.first(where: { $0.name == name }) else {
            preconditionFailure("`\(command)` has no option `--\(name)`")
        }
        return option
    }
}
