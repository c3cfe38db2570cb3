// One option of a command.

/// An option: its name, what it takes, and what it means.
package struct CommandOption: Sendable {
    /// What may stand after the option's name.
    package enum Kind: Sendable {
        /// Nothing: it is there or not.
        case flag
        /// Any text.
        case text
        /// A whole number of a range.
        case integer(ClosedRange<Int>)
        /// One of some words.
        case choice([String])
    }

    /// The name without its two dashes, and what it is asked for by.
    package let name: String
    /// The letter of its short form, without the dash.
    package let short: Character?
    package let kind: Kind
    /// What the value is called in help, `PORT`; empty for a flag.
    package let placeholder: String
    /// Whether it may be given more than once.
    package let isRepeatable: Bool
    /// Whether it must be given.
    package let isRequired: Bool
    /// The value when it isn't given.
    package let fallback: String?
    /// The environment variable that is asked when it isn't given.
    package let environment: String?
    /// What it means, for the help: lower case, no full stop.
    package let help: String

    /// An option that is there or not.
    package static func flag(_ name: String, short: Character? = nil, help: String) -> CommandOption
    {
        CommandOption(
            name: name,
            short: short,
            kind: .flag,
            placeholder: "",
            isRepeatable: false,
            isRequired: false,
            fallback: nil,
            environment: nil,
            help: help
        )
    }

    /// An option with a text.
    package static func text(
        _ name: String,
        _ placeholder: String,
        short: Character? = nil,
        default fallback: String? = nil,
        environment: String? = nil,
        isRepeatable: Bool = false,
        isRequired: Bool = false,
        help: String
    ) -> CommandOption {
        CommandOption(
            name: name,
            short: short,
            kind: .text,
            placeholder: placeholder,
            isRepeatable: isRepeatable,
            isRequired: isRequired,
            fallback: fallback,
            environment: environment,
            help: help
        )
    }

    /// An option with a whole number.
    package static func integer(
        _ name: String,
        _ placeholder: String,
        in range: ClosedRange<Int> = 0...Int.max,
        short: Character? = nil,
        default fallback: Int? = nil,
        environment: String? = nil,
        isRequired: Bool = false,
        help: String
    ) -> CommandOption {
        CommandOption(
            name: name,
            short: short,
            kind: .integer(range),
            placeholder: placeholder,
            isRepeatable: false,
            isRequired: isRequired,
            fallback: fallback.map(String.init),
            environment: environment,
            help: help
        )
    }

    /// An option with one of some words; help shows them as `aws|azure|gcp`.
    package static func choice(
        _ name: String,
        of words: [String],
        short: Character? = nil,
        default fallback: String? = nil,
        environment: String? = nil,
        isRepeatable: Bool = false,
        isRequired: Bool = false,
        help: String
    ) -> CommandOption {
        CommandOption(
            name: name,
            short: short,
            kind: .choice(words),
            placeholder: words.joined(separator: "|"),
            isRepeatable: isRepeatable,
            isRequired: isRequired,
            fallback: fallback,
            environment: environment,
            help: help
        )
    }

    /// Whether a value must follow.
    var takesValue: Bool {
        if case .flag = kind { return false }
        return true
    }

    /// `--port PORT`, or `-v` when the short form is all that is needed to tell.
    var synopsis: String { takesValue ? "--\(name) \(placeholder)" : "--\(name)" }

    /// The words that are missing in a value, or nil when the value is right.
    func complaint(about value: String) -> String? {
        switch kind {
        case .flag, .text: return nil
        case .integer(let range):
            if let number = Int(value), range.contains(number) { return nil }
            return range.upperBound == Int.max
                ? "expected a whole number from \(range.lowerBound)"
                : "expected a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .choice(let words):
            if words.contains(value) { return nil }
            return "expected one of " + words.map { "`\($0)`" }.joined(separator: ", ")
        }
    }
}
