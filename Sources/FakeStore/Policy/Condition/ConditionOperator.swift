// The operators of Condition (iam.md section 3): `ForAnyValue:StringLikeIfExists` is a quantifier, a
// comparison and a suffix. Names count with their case.

import Spelling

/// An operator as it stands in a policy, taken apart.
package struct ConditionOperator: Sendable, Hashable {
    /// How many of a key's values must satisfy the comparison.
    package enum Quantifier: String, Sendable, CaseIterable {
        /// All of them; also when there are none.
        case all = "ForAllValues"
        /// One of them; never when there are none.
        case any = "ForAnyValue"
    }

    /// The comparison itself.
    package enum Base: String, Sendable, CaseIterable {
        case stringEquals = "StringEquals"
        case stringNotEquals = "StringNotEquals"
        case stringEqualsIgnoreCase = "StringEqualsIgnoreCase"
        case stringNotEqualsIgnoreCase = "StringNotEqualsIgnoreCase"
        case stringLike = "StringLike"
        case stringNotLike = "StringNotLike"
        case numericEquals = "NumericEquals"
        case numericNotEquals = "NumericNotEquals"
        case numericLessThan = "NumericLessThan"
        case numericLessThanEquals = "NumericLessThanEquals"
        case numericGreaterThan = "NumericGreaterThan"
        case numericGreaterThanEquals = "NumericGreaterThanEquals"
        case dateEquals = "DateEquals"
        case dateNotEquals = "DateNotEquals"
        case dateLessThan = "DateLessThan"
        case dateLessThanEquals = "DateLessThanEquals"
        case dateGreaterThan = "DateGreaterThan"
        case dateGreaterThanEquals = "DateGreaterThanEquals"
        case bool = "Bool"
        case binaryEquals = "BinaryEquals"
        case ipAddress = "IpAddress"
        case notIPAddress = "NotIpAddress"
        case arnEquals = "ArnEquals"
        case arnNotEquals = "ArnNotEquals"
        case arnLike = "ArnLike"
        case arnNotLike = "ArnNotLike"
        case null = "Null"
    }

    package let quantifier: Quantifier?
    package let base: Base
    /// Whether a key that is absent satisfies the condition.
    package let ifExists: Bool

    /// Reads an operator; nil when there is none of that name.
    package init?(_ text: String) {
        var name = Substring(text)
        var quantifier: Quantifier?
        for candidate in Quantifier.allCases where name.hasPrefix(candidate.rawValue + ":") {
            quantifier = candidate
            name = name.dropFirst(candidate.rawValue.utf8.count + 1)
        }
        let suffix = "IfExists"
        let ifExists = name.hasSuffix(suffix)
        if ifExists { name = name.dropLast(suffix.utf8.count) }
        guard let base = Base(rawValue: String(name)) else { return nil }
        // Null asks for existence itself.
        if base == .null, ifExists || quantifier != nil { return nil }
        self.quantifier = quantifier
        self.base = base
        self.ifExists = ifExists
    }

    /// The operator as a policy has it.
    package var text: String {
        (quantifier.map { $0.rawValue + ":" } ?? "") + base.rawValue + (ifExists ? "IfExists" : "")
    }

    /// The operator that a wrong name was probably meant to be.
    static func nearest(to text: String) -> String? {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        var name = parts.last ?? ""
        let suffix = name.lowercased().hasSuffix("ifexists") ? "IfExists" : ""
        name = String(name.dropLast(suffix.utf8.count))
        guard let base = Spelling.nearest(to: name, among: Base.allCases.map(\.rawValue)) else {
            return nil
        }
        guard base != Base.null.rawValue else { return base }
        guard parts.count == 2 else { return base + suffix }
        let quantifier = Spelling.nearest(
            to: parts[0],
            among: Quantifier.allCases.map(\.rawValue)
        )
        return quantifier.map { "\($0):\(base)\(suffix)" }
    }
}

extension ConditionOperator.Base {
    /// Whether the comparison is the opposite of another one; it then holds for a key that is absent.
    package var isNegated: Bool {
        switch self {
        case .stringNotEquals, .stringNotEqualsIgnoreCase, .stringNotLike, .numericNotEquals,
            .dateNotEquals, .notIPAddress, .arnNotEquals, .arnNotLike:
            true
        case .stringEquals, .stringEqualsIgnoreCase, .stringLike, .numericEquals,
            .numericLessThan, .numericLessThanEquals, .numericGreaterThan,
            .numericGreaterThanEquals, .dateEquals, .dateLessThan, .dateLessThanEquals,
            .dateGreaterThan, .dateGreaterThanEquals, .bool, .binaryEquals, .ipAddress,
            .arnEquals, .arnLike, .null:
            false
        }
    }
}
