// What a call's parameters must be, refused in AWS's words [recorded: the messages of Coral's validation,
// the same in STS and IAM].

/// The rule for a parameter's text.
package struct QueryRule: Sendable {
    /// How many characters at least.
    package let minimum: Int
    /// How many characters at most.
    package let maximum: Int
    /// The pattern as AWS prints it.
    package let pattern: String?
    /// Whether a character may stand in the text.
    package let allows: @Sendable (Unicode.Scalar) -> Bool

    package init(
        _ lengths: ClosedRange<Int>,
        pattern: String? = nil,
        allows: @escaping @Sendable (Unicode.Scalar) -> Bool = { _ in true }
    ) {
        minimum = lengths.lowerBound
        maximum = lengths.upperBound
        self.pattern = pattern
        self.allows = allows
    }
}

extension QueryExchange {
    /// The value of a parameter that must be there and obey a rule.
    package func required(
        _ name: String,
        _ rule: QueryRule = QueryRule(0...Int.max)
    ) throws(QueryError) -> String {
        guard let value = form[name] else {
            throw .failed(nil, name, "Member must not be null")
        }
        try check(value, name, rule)
        return value
    }

    /// The value of a parameter that may be absent.
    package func optional(
        _ name: String,
        _ rule: QueryRule = QueryRule(0...Int.max)
    ) throws(QueryError) -> String? {
        guard let value = form[name] else { return nil }
        try check(value, name, rule)
        return value
    }

    /// The value of a number that may be absent.
    package func optionalInteger(
        _ name: String,
        _ range: ClosedRange<Int>
    ) throws(QueryError) -> Int? {
        guard let text = form[name] else { return nil }
        guard let value = Int(text) else {
            throw QueryError(400, "MalformedInput", "Invalid Argument")
        }
        if value < range.lowerBound {
            throw .failed(
                text,
                name,
                "Member must have value greater than or equal to \(range.lowerBound)"
            )
        }
        if value > range.upperBound {
            throw .failed(
                text,
                name,
                "Member must have value less than or equal to \(range.upperBound)"
            )
        }
        return value
    }

    /// Checks a text against a rule; AWS looks at the pattern last.
    package func check(
        _ value: String,
        _ name: String,
        _ rule: QueryRule
    ) throws(QueryError) {
        let count = value.unicodeScalars.count
        if count < rule.minimum {
            throw .failed(
                value,
                name,
                "Member must have length greater than or equal to \(rule.minimum)"
            )
        }
        if count > rule.maximum {
            throw .failed(
                value,
                name,
                "Member must have length less than or equal to \(rule.maximum)"
            )
        }
        if let pattern = rule.pattern, !value.unicodeScalars.allSatisfy(rule.allows) {
            throw .failed(
                value,
                name,
                "Member must satisfy regular expression pattern: \(pattern)"
            )
        }
    }
}

extension QueryError {
    /// The words are `1 validation error detected: Value 'x' at 'roleArn' failed to satisfy constraint: …`.
    package static func failed(_ value: String?, _ name: String, _ constraint: String) -> QueryError
    {
        let shown = value.map { "'\($0)'" } ?? "null"
        // AWS names the member as its model does: with a small first letter.
        let member = name.prefix(1).lowercased() + name.dropFirst()
        return .validation(
            "1 validation error detected: Value \(shown) at '\(member)' failed to satisfy constraint: "
                + constraint
        )
    }
}
