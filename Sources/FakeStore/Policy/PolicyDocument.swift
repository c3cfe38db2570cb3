// A policy document: parsed and compiled once, then only asked.

/// A compiled policy document.
///
/// A class, because the same document serves many requests and stands in their journal entries.
package final class PolicyDocument: Sendable {
    /// What the document is attached to, which decides what may stand in it.
    package enum Kind: String, Sendable, CaseIterable {
        /// A user's, group's or role's policy.
        case identity
        /// A permissions boundary.
        case boundary
        /// A policy passed to AssumeRole or GetFederationToken.
        case session
        /// A bucket's policy.
        case bucket
        /// A role's trust policy.
        case trust
        /// A KMS key's policy.
        case key
        /// A service control policy.
        case scp
        /// A resource control policy.
        case rcp
        /// A VPC endpoint's policy.
        case vpce
    }

    /// The two versions of the language; a document without one is of the older.
    package enum Version: String, Sendable {
        case v2008 = "2008-10-17"
        case v2012 = "2012-10-17"
    }

    package let kind: Kind
    /// Nil when the document names none, which means 2008-10-17.
    package let version: Version?
    package let id: String?
    package let statements: [Statement]
    /// The document exactly as it was given.
    package let text: String
    /// Whether a condition or a variable asks for the context of a request.
    package let asksContext: Bool

    init(kind: Kind, version: Version?, id: String?, statements: [Statement], text: String) {
        self.kind = kind
        self.version = version
        self.id = id
        self.statements = statements
        self.text = text
        asksContext = statements.contains { statement in
            !statement.conditions.isEmpty
                || statement.resources?.patterns.contains(where: \.hasVariables) == true
        }
    }
}
