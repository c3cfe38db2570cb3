// What could be left out [documented: Access Analyzer, "policy check reference", suggestions].

import JSON
import Policy

extension Rule {
    static let redundancies: [Rule] = [
        Rule(
            "REDUNDANT_ACTION",
            .suggestion,
            statement: { view, _, report in
                let patterns = view.actionPatterns
                for (index, entry) in patterns.enumerated() {
                    let other = patterns.enumerated().first { position, other in
                        position != index && covers(other.token.folded, entry.token.folded)
                            && (position < index || !covers(entry.token.folded, other.token.folded))
                    }
                    guard let other else { continue }
                    report.add(
                        entry.token,
                        "`\(entry.token.text)` is in `\(other.element.token.text)` already",
                        instead: "leave it out"
                    )
                }
            }
        ),
        Rule(
            "REDUNDANT_RESOURCE",
            .suggestion,
            statement: { view, _, report in
                let tokens = view.resources?.tokens ?? []
                for (index, token) in tokens.enumerated() {
                    let other = tokens.enumerated().first { position, other in
                        position != index && coversARN(other.text, token.text)
                            && (position < index || !coversARN(token.text, other.text))
                    }
                    guard let other else { continue }
                    report.add(
                        token,
                        "`\(token.text)` is in `\(other.element.text)` already",
                        instead: "leave it out"
                    )
                }
            }
        ),
        Rule(
            "REDUNDANT_CONDITION_VALUE_NUM",
            .suggestion,
            condition: { line, _, _, report in
                guard let name = line.base?.rawValue, name.hasPrefix("Numeric"),
                    name.contains("Than"), line.values.count > 1
                else { return }
                let isLess = name.contains("Less")
                report.add(
                    line.values[1].token,
                    "of several limits only the \(isLess ? "greatest" : "least") counts",
                    instead: "that one alone"
                )
            }
        ),
        Rule("REDUNDANT_STATEMENT", .suggestion) { subject, report in
            for (index, view) in subject.statements.enumerated() {
                let twin = subject.statements[..<index].first { other in
                    without("Sid", view.node) == without("Sid", other.node)
                }
                guard let twin, view.node.object != nil else { continue }
                report.add(
                    view.node.place,
                    view.path,
                    "the statement says the same as statement \(twin.number)",
                    instead: "one of them"
                )
            }
        },
    ]

    private static func without(_ key: String, _ node: JSONNode) -> JSONNode {
        guard let members = node.object else { return node }
        return JSONNode(.object(members.filter { $0.key != key }))
    }

    /// Whether everything that the second pattern covers is covered by the first.
    ///
    /// Taking the second's
    /// wildcards for characters is right: what covers them as text covers all that they stand for, but for
    /// a `?` that meets a `*`.
    static func covers(_ wide: String, _ narrow: String) -> Bool {
        if wide == narrow { return true }
        guard wide.contains("*") || !hasWildcard(narrow) else { return false }
        if wide.contains("?"), narrow.contains("*") { return false }
        return Glob(wide).matches(narrow)
    }

    private static func coversARN(_ wide: String, _ narrow: String) -> Bool {
        if wide == "*" || wide == narrow { return true }
        guard wide.hasPrefix("arn:"), narrow.hasPrefix("arn:"), !wide.contains("$"),
            !narrow.contains("$")
        else { return false }
        let (wideParts, narrowParts) = (ARNView(wide).parts, ARNView(narrow).parts)
        guard wideParts.count == 6, narrowParts.count == 6 else { return false }
        return zip(wideParts, narrowParts).allSatisfy { covers($0, $1) }
    }
}
