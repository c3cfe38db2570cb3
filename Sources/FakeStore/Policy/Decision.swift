// What policies answer.

/// A statement that decided a request.
package struct StatementReference: Sendable {
    package let layer: Layer
    package let policy: NamedPolicy
    /// The statement's index in its document, from 0.
    package let index: Int

    /// The statement's number for people, from 1.
    package var number: Int { index + 1 }
    package var statement: Statement { policy.document.statements[index] }
    package var sid: String? { statement.sid }
}

/// The three answers of AWS.
package enum Verdict: String, Sendable {
    case allow
    /// A statement forbids it.
    case explicitDeny
    /// Nothing allows it.
    case implicitDeny
}

/// The answer to an `AccessRequest` alone.
package struct Ruling: Sendable, Hashable {
    package let verdict: Verdict
    /// The layer that refused; nil when the request is allowed.
    package let layer: Layer?
    /// What else of the request had a say.
    package let dependence: Dependence

    init(_ verdict: Verdict, _ layer: Layer?, _ dependence: Dependence) {
        self.verdict = verdict
        self.layer = layer
        self.dependence = dependence
    }

    package var isAllowed: Bool { verdict == .allow }
}

/// The answer to an `AccessRequest`, with what decided it.
package struct Decision: Sendable {
    /// The answer alone.
    package let ruling: Ruling
    package var verdict: Verdict { ruling.verdict }
    /// The layer that refused; nil when the request is allowed.
    package var layer: Layer? { ruling.layer }
    /// What else of the request had a say.
    package var dependence: Dependence { ruling.dependence }
    /// The statements that made the decision.
    ///
    /// For a denial all that deny, in order of layers; for an allow the first of each layer that
    /// counted. Empty when nothing allowed it, or when the account's root user asked.
    package var determining: [StatementReference] {
        var statements: [StatementReference] = []
        if let first { statements.append(first) }
        if let second { statements.append(second) }
        return statements + others
    }

    // Two stored in place, so that an allow needs no array.
    let first: StatementReference?
    let second: StatementReference?
    let others: [StatementReference]

    init(
        _ ruling: Ruling,
        first: StatementReference? = nil,
        second: StatementReference? = nil,
        others: [StatementReference] = []
    ) {
        self.ruling = ruling
        self.first = first
        self.second = second
        self.others = others
    }

    package var isAllowed: Bool { verdict == .allow }

    /// The same question refused because the bucket's policy is public and RestrictPublicBuckets keeps others
    /// out: AWS shows that as an explicit deny in a resource-based policy [documented: "Troubleshoot access
    /// denied (403 Forbidden) errors in Amazon S3"].
    ///
    /// - Parameter policy: The bucket's policy, whose first public statement is named.
    /// - Returns: The refusal.
    package func restricted(by policy: NamedPolicy) -> Decision {
        let index = policy.document.publicStatement.map { $0.number - 1 } ?? 0
        return Decision(
            Ruling(.explicitDeny, .resource, dependence),
            others: [StatementReference(layer: .resource, policy: policy, index: index)]
        )
    }
}
