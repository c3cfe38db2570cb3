// The table of rules: one rule, one code. What the parser refuses is in RefusalCode.swift; these are the
// documents that AWS takes.

import Policy

/// One thing that can be wrong with a document that AWS takes.
struct Rule: Sendable {
    /// Access Analyzer's issue code, or one of our own.
    let code: String
    let severity: Severity
    /// The kinds of document it is asked of.
    let kinds: Set<PolicyDocument.Kind>
    /// Reports each place where the rule is broken.
    let check: @Sendable (Subject, inout Report) -> Void

    init(
        _ code: String,
        _ severity: Severity,
        in kinds: Set<PolicyDocument.Kind> = Set(PolicyDocument.Kind.allCases),
        check: @escaping @Sendable (Subject, inout Report) -> Void
    ) {
        self.code = code
        self.severity = severity
        self.kinds = kinds
        self.check = check
    }

    /// A rule that looks at each statement by itself.
    init(
        _ code: String,
        _ severity: Severity,
        in kinds: Set<PolicyDocument.Kind> = Set(PolicyDocument.Kind.allCases),
        statement: @escaping @Sendable (StatementView, Subject, inout Report) -> Void
    ) {
        self.init(code, severity, in: kinds) { subject, report in
            for view in subject.statements { statement(view, subject, &report) }
        }
    }

    /// A rule that looks at each line of each Condition.
    init(
        _ code: String,
        _ severity: Severity,
        in kinds: Set<PolicyDocument.Kind> = Set(PolicyDocument.Kind.allCases),
        condition: @escaping @Sendable (ConditionView, StatementView, Subject, inout Report) -> Void
    ) {
        self.init(code, severity, in: kinds) { view, subject, report in
            for line in view.conditions { condition(line, view, subject, &report) }
        }
    }

    /// A rule that looks at each entry of Resource and NotResource but `*`.
    init(
        _ code: String,
        _ severity: Severity,
        in kinds: Set<PolicyDocument.Kind> = Set(PolicyDocument.Kind.allCases),
        resource: @escaping @Sendable (ARNView, Token, StatementView, Subject, inout Report) -> Void
    ) {
        self.init(code, severity, in: kinds) { view, subject, report in
            for token in view.resources?.tokens ?? [] where token.text.hasPrefix("arn:") {
                resource(ARNView(token.text), token, view, subject, &report)
            }
        }
    }

    /// All rules.
    static let all: [Rule] =
        grammar + scp + actions + arns + buckets + conditionForms + conditionKeys + addresses
        + variables + redundancies + principals + trusts + names + uploads + lockOuts
}

extension Linter {
    /// The codes of all findings there can be, with their severities, in alphabetical order.
    package static var codes: [(code: String, severity: Severity)] {
        var codes = Dictionary(
            Rule.all.map { ($0.code, $0.severity) },
            uniquingKeysWith: { first, _ in first }
        )
        for code in RefusalCode.all { codes[code.name] = code.severity }
        return codes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

/// An ARN taken apart at its first five colons; parts that are missing are nil.
struct ARNView {
    let parts: [String]

    init(_ text: String) {
        parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
            .map(String.init)
    }

    private func part(_ index: Int) -> String? {
        parts.indices.contains(index) ? parts[index] : nil
    }

    var service: String? { part(2) }
    var region: String? { part(3) }
    var account: String? { part(4) }
    var name: String? { part(5) }

    /// The bucket's pattern when this is the ARN of a bucket or of objects; nil otherwise.
    var bucket: String? {
        guard service == "s3", region == "", account == "", let name else { return nil }
        return String(name.prefix { $0 != "/" })
    }

    /// What follows the bucket's `/`; nil for a bucket itself.
    var key: String? {
        guard bucket != nil, let slash = name?.firstIndex(of: "/") else { return nil }
        return name.map { String($0[$0.index(after: slash)...]) }
    }
}

/// Whether a text holds a wildcard.
func hasWildcard(_ text: some StringProtocol) -> Bool {
    text.contains { $0 == "*" || $0 == "?" }
}

extension Set where Element == PolicyDocument.Kind {
    /// Policies of identities, and what bounds them.
    static var ofIdentities: Self { [.identity, .boundary, .session] }
    /// Policies that name principals.
    static var withPrincipals: Self { [.bucket, .trust, .key, .vpce] }
    static var everywhere: Self { Set(PolicyDocument.Kind.allCases) }
}
