// Operators and values of conditions (iam.md section 3).

import JSON
import Policy

extension Rule {
    static let conditionForms: [Rule] = [
        Rule(
            "INVALID_CONDITION_DATA_TYPE",
            .error,
            condition: { line, _, _, report in
                guard let first = line.values.first,
                    let other = line.values.first(where: { $0.value.kind != first.value.kind })
                else { return }
                report.add(
                    other.token,
                    "the values of `\(line.key.text)` are of different types: \(first.value.kind) and \(other.value.kind)",
                    instead: "all of them in quotes"
                )
            }
        ),
        Rule(
            "INVALID_CONDITION_MULTIPLE_BOOLEAN",
            .error,
            condition: { line, _, _, report in
                guard line.base == .bool, line.operator?.quantifier == nil, line.values.count > 1
                else { return }
                report.add(
                    line.values[1].token,
                    "`Bool` compares with one value: with both, the condition always holds",
                    instead: "one of `\"true\"` and `\"false\"`"
                )
            }
        ),
        Rule(
            "WILDCARD_WITHOUT_LIKE_OPERATOR",
            .warning,
            condition: { line, _, subject, report in
                let like: String? =
                    switch line.base {
                    case .stringEquals: "StringLike"
                    case .stringNotEquals: "StringNotLike"
                    default: nil
                    }
                guard let like else { return }
                // `*` in `s3:prefix` or an ETag's `*` of If-None-Match is meant as it is written.
                guard !["s3:if-none-match", "s3:if-match"].contains(line.key.folded) else { return }
                for value in line.values {
                    let text =
                        subject.hasVariables ? withoutVariables(value.token.text) : value.token.text
                    guard hasWildcard(text) else { continue }
                    let name = line.operator
                    let full =
                        (name?.quantifier.map { $0.rawValue + ":" } ?? "") + like
                        + (name?.ifExists == true ? "IfExists" : "")
                    report.add(
                        value.token,
                        "`\(line.name.text)` takes the wildcard in `\(value.token.text)` for a plain character",
                        instead: "`\(full)`"
                    )
                }
            }
        ),
        Rule(
            "INVALID_DATE_VALUE",
            .warning,
            condition: { line, _, _, report in
                guard line.base?.rawValue.hasPrefix("Date") == true else { return }
                for value in line.values where isDigits(value.token.text) {
                    // A year alone is a date, too.
                    guard value.token.text.utf8.count > 4 else { continue }
                    report.add(
                        value.token,
                        "`\(value.token.text)` is seconds since 1970, which nobody can read",
                        instead: "a date, `2026-11-20T09:00:00Z`"
                    )
                }
            }
        ),
        // Documented, and the top surprise (iam.md section 3): also a Deny still denies without the header.
        Rule(
            "IF_EXISTS_CHANGES_NOTHING",
            .suggestion,
            condition: { line, view, _, report in
                guard line.operator?.ifExists == true, line.operator?.quantifier == nil,
                    line.isNegated
                else { return }
                let base = line.base?.rawValue ?? ""
                report.add(
                    line.name,
                    "`\(line.name.text)` is the same as `\(base)`: both hold when `\(line.key.text)` is absent"
                        + (view.effect == .deny ? ", so the Deny applies then" : ""),
                    instead:
                        "`\(base)`, with `\"Null\": {\"\(line.key.text)\": \"false\"}` if an absent key must not count"
                )
            }
        ),
        Rule(
            "DUPLICATE_KEYS_WITH_DIFFERENT_CASE",
            .error,
            statement: { view, _, report in
                for block in view.node["Condition"]?.object ?? [] {
                    var seen: [String: String] = [:]
                    for line in block.node.object ?? [] {
                        guard let other = seen.updateValue(line.key, forKey: line.key.lowercased())
                        else { continue }
                        report.add(
                            line.keyPlace,
                            "\(view.path).Condition.\(block.key).\(line.key)",
                            "`\(line.key)` and `\(other)` are the same key: case does not count",
                            instead: "one key with the values of both"
                        )
                    }
                }
            }
        ),
        // `NullIfExists` and `ForAllValues:Null` are refused by this name, too.
        Rule(
            "NULL_WITH_QUALIFIER",
            .suggestion,
            statement: { view, _, report in
                for block in view.node["Condition"]?.object ?? []
                where block.key == "ForAllValues:Null" || block.key == "ForAnyValue:Null" {
                    report.add(
                        block.keyPlace,
                        "\(view.path).Condition.\(block.key)",
                        "`Null` asks for the key itself: with a set operator it is always \(block.key.hasPrefix("ForAll") ? "true" : "false")",
                        instead: "`Null`"
                    )
                }
            }
        ),
    ]

    /// The text without its `${…}`.
    static func withoutVariables(_ text: String) -> String {
        var rest = text[...]
        var result = ""
        while let start = rest.firstRange(of: "${") {
            result += rest[..<start.lowerBound]
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else { return result }
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }
}
