// A policy document: parsed and compiled once, then only asked.

/// A compiled policy document.
///
/// A class, because the same document serves many requests and stands in their journal entries.
package final class PolicyDocument: Sendable {
    /// What the document is attached to, which decides what may stand in it.
    package enum Kind: String, Sendable {
        /// A user's, group's or role's policy.
        case identity
        /// A bucket's policy.
        case bucket
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

    init(kind: Kind, version: Version?, id: String?, statements: [Statement], text: String) {
        self.kind = kind
        self.version = version
        self.id = id
        self.statements = statements
        self.text = text
    }
}

/// A document under the name by which people and traces call it.
package final class NamedPolicy: Sendable {
    /// `ExportWrite`; for a bucket's policy the bucket's name.
    package let name: String
    /// What the document is attached to: `111122223333/user/exporter`, `111122223333/bucket`.
    package let owner: String
    /// The ARN of a managed policy; nil for inline and resource policies.
    package let arn: String?
    package let document: PolicyDocument

    package init(name: String, owner: String = "", arn: String? = nil, document: PolicyDocument) {
        self.name = name
        self.owner = owner
        self.arn = arn
        self.document = document
    }

    /// `111122223333/user/exporter/ExportWrite`: names the attachment in the whole world.
    package var id: String { owner.isEmpty ? name : "\(owner)/\(name)" }
}

/// All the documents that have a say in one request.
package struct PolicySet: Sendable {
    /// The caller's own policies and those of the caller's groups.
    package var identity: [NamedPolicy]
    /// The policy of the resource: here, of the bucket.
    package var resource: NamedPolicy?

    package init(identity: [NamedPolicy] = [], resource: NamedPolicy? = nil) {
        self.identity = identity
        self.resource = resource
    }
}

extension PolicyDocument {
    /// The first Allow that speaks to everyone, which makes the whole policy public
    /// (iam.md section 11; without conditions nothing narrows it).
    package var publicStatement: Statement? {
        statements.first { statement in
            statement.effect == .allow && statement.principals?.patterns.contains(.everyone) == true
        }
    }
}
