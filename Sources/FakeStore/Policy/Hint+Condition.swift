// What a condition met, in words: the value that was wanted and the one that came, and the rules that
// surprise (iam.md section 3).

import Spelling

extension Hint {
    /// What a condition met, whether it held or not.
    static func condition(
        _ condition: Condition,
        isMatch: Bool,
        _ request: AccessRequest
    ) -> String? {
        let base = condition.operator.base
        let wanted = condition.values.map { "`\($0)`" }.joined(separator: " or ")
        let value = request.value(of: condition.key)
        if base == .null {
            return value == .absent ? "the key is absent" : "the key is there"
        }
        switch value {
        case .absent:
            guard isMatch else { return "wants \(wanted): the key is absent" }
            return condition.operator.ifExists || condition.operator.quantifier == .all
                ? "holds because the key is absent"
                : "wants anything but \(wanted), and holds because the key is absent"
        case .several(let values) where condition.operator.quantifier == nil:
            return "has \(values.count) values to compare, which needs ForAllValues or ForAnyValue"
        case .one, .several: break
        }
        let actual = value.values.map { "`\($0)`" }.joined(separator: ", ")
        if isMatch {
            return base.isNegated ? "wants anything but \(wanted), met \(actual)" : "met \(actual)"
        }
        if base.isNegated { return "excepts \(actual)" }
        let reason = condition.values.lazy.compactMap {
            slip($0, value.values[0], condition, request)
        }.first
        return "wants \(wanted), met \(actual)" + (reason.map { ": \($0)" } ?? "")
    }

    /// Why a value is almost the one that is wanted.
    private static func slip(
        _ wanted: String,
        _ actual: String,
        _ condition: Condition,
        _ request: AccessRequest
    ) -> String? {
        switch condition.operator.base {
        case .stringEquals, .stringLike, .arnEquals, .arnLike, .stringEqualsIgnoreCase: break
        default: return nil
        }
        if condition.operator.base == .stringEquals, Glob(wanted).matches(actual) {
            return "StringEquals knows no wildcards, StringLike does"
        }
        if let name = (try? VariableText(wanted))?.variableNames.first(where: {
            request.value(of: ConditionKey($0)) == .absent
        }) {
            return "the variable `\(name)` has no value"
        }
        let isSpaced = { (text: String) in text.utf8.contains(UInt8(ascii: " ")) }
        if isSpaced(wanted) != isSpaced(actual), withoutSpaces(wanted) == withoutSpaces(actual) {
            return "they differ in a space"
        }
        if wanted.lowercased() == actual.lowercased() { return "they differ in case" }
        if wanted.contains(":assumed-role/"), actual.contains(":role/") {
            return "the key has the role's ARN, never the session's"
        }
        switch Spelling.distance(from: wanted, to: actual) {
        case 1: return "they differ in one letter"
        case 2: return "they differ in two letters"
        default: return nil
        }
    }

    private static func withoutSpaces(_ text: String) -> String {
        String(text.unicodeScalars.filter { !$0.properties.isWhitespace })
    }
}
