// What the linter says of a document: one finding is one place, one thing that is wrong there, and what
// to write instead.

import JSON
import Policy

/// How bad a finding is; the words are those of IAM Access Analyzer (`ValidatePolicyFinding.findingType`).
package enum Severity: String, Sendable, CaseIterable, Comparable {
    /// A part of the document does not work, or AWS refuses all of it.
    case error
    /// The document allows more than is wise.
    case securityWarning = "security-warning"
    /// It works, but hardly as it was meant.
    case warning
    /// It works; it could say so more plainly.
    case suggestion

    package static func < (left: Severity, right: Severity) -> Bool {
        left.rank < right.rank
    }

    /// 0 for the worst.
    private var rank: Int { Severity.allCases.firstIndex(of: self) ?? 0 }
}

/// One thing that is wrong with a document.
package struct Finding: Sendable, Hashable {
    /// Access Analyzer's issue code where it has one, else one of our own.
    package let code: String
    package let severity: Severity
    /// The first character of the token that is wrong.
    package let place: Place
    /// The way to it, `Statement[0].Action[1]`; empty for the whole document.
    package let path: String
    /// What is wrong: lower case, no full stop.
    package let message: String
    /// What to write instead, or whom to ask; nil when the message says it.
    package let instead: String?
    /// What AWS answers to the call that stores the document; nil when it takes it.
    package let refusal: Refusal?

    /// AWS's answer to a document that it does not take.
    package struct Refusal: Sendable, Hashable {
        /// `MalformedPolicy`.
        package let code: String
        /// AWS's sentence.
        package let message: String
    }
}

/// What was found in one document.
package struct CheckedDocument: Sendable {
    /// The document's name: a file, or a file and the way into it.
    package let name: String
    package let kind: PolicyDocument.Kind
    /// Whether the kind was told by the document itself, not by whoever asked.
    package let isKindDetected: Bool
    /// In the order of their places.
    package let findings: [Finding]
}
