// Where files go: one protocol, so that delivering and verifying know nothing of any provider.
//
// Outcomes are the caller's questions, not statuses: did it get stored, is something else there, may we
// not, could we not find out. A destination never writes over anything but by `replace`, under
// a condition, and by `overwrite`, which a person has chosen for files that are ours.

import Platform
import Transfer

/// A place that files can be written to.
package protocol Destination: Sendable {
    /// Whether `replace` exists here at all.
    var canReplace: Bool { get }

    /// Stores the file if nothing is there under this key.
    func create(_ upload: Upload, key: String) -> WriteReport

    /// Stores the file over the one whose tag is `current`, and over nothing else.
    func replace(_ upload: Upload, key: String, current: String) -> WriteReport

    /// Stores the file over whatever is there.
    func overwrite(_ upload: Upload, key: String) -> WriteReport

    /// Gives up an unfinished upload in parts, so that its parts take no space any more.
    func abandon(upload id: String, key: String) -> AbandonReport

    /// Looks at what is there without changing it, as far as we may.
    func look(key: String) -> LookOutcome
}

/// What became of a write, and how it was found out.
package struct WriteReport: Sendable {
    package let outcome: WriteOutcome
    /// Requests that were made.
    package let attempts: Int
    /// What the last answer said, if there was one.
    package let evidence: Evidence?

    package init(_ outcome: WriteOutcome, attempts: Int = 1, evidence: Evidence? = nil) {
        self.outcome = outcome
        self.attempts = attempts
        self.evidence = evidence
    }
}

/// The ways a write can end.
package enum WriteOutcome: Equatable, Sendable {
    /// It is stored; the tag names this version of it.
    case stored(tag: String)
    /// Something that this write did not make is there: nothing was written.
    case occupied
    /// What is there is not the version that was to be replaced: nothing was written.
    case changed
    /// What was to be replaced is gone: nothing was written.
    case vanished
    /// It may have been stored or not; the text says why that is unknown.
    case doubtful(String)
    /// The destination said no: nothing was written.
    case refused(Refusal)
    /// The destination could not be asked, or could not do it now: nothing was written.
    case unavailable(String)
}

extension WriteOutcome {
    /// How a write ended whose request did not leave, or left to no effect.
    init(notSent failure: TransferFailure) {
        guard case .credentials(.refused(let status, let code, let message)) = failure.reason else {
            self = .unavailable(failure.message)
            return
        }
        self = .refused(
            Refusal(status: status, code: code, message: message, permission: .role)
                .advised("`exporter verify` shows what may be behind that")
        )
    }
}

/// What became of an unfinished upload that was to be given up.
package struct AbandonReport: Equatable, Sendable {
    /// The ways in which that can end.
    package enum Outcome: Equatable, Sendable {
        /// It is not there any more.
        case gone
        /// It stays: we may not remove it.
        case refused(Refusal)
        /// The destination could not be asked, or could not do it now.
        case unavailable(String)
    }

    package let outcome: Outcome
    /// Requests that were made.
    package let attempts: Int

    package init(_ outcome: Outcome, attempts: Int) {
        self.outcome = outcome
        self.attempts = attempts
    }
}

/// What can be seen under a key.
package enum LookOutcome: Equatable, Sendable {
    /// Something is there; `sha256` is what its writer said of its content, if anything.
    case found(tag: String, sha256: String?)
    case absent
    /// We may not look, or could not.
    case hidden(String)
}

/// What an answer showed beside its outcome; Verify's stages are read from it.
package struct Evidence: Equatable, Sendable {
    package let status: Int
    package let code: String?
    package let message: String?
    package let requestID: String?
    /// The server's clock.
    package let date: Timestamp?
    /// The bucket's region, where the answer names it.
    package let region: String?

    package init(
        status: Int,
        code: String? = nil,
        message: String? = nil,
        requestID: String? = nil,
        date: Timestamp? = nil,
        region: String? = nil
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.requestID = requestID
        self.date = date
        self.region = region
    }
}

/// A refusal: which question got a no, and the refuser's own words.
package struct Refusal: Error, Equatable, Sendable, CustomStringConvertible {
    /// The questions that a destination can answer with no.
    package enum Question: Equatable, Sendable {
        /// May this principal do this?
        case permission
        /// Does the bucket (or folder) exist?
        case bucket
        /// Is the request addressed to the bucket's region? The right one, where the answer names it.
        case region(expected: String?)
        /// Is the access key known?
        case accessKey
        /// Is the secret the access key's?
        case secret
        /// Is the session still good?
        case session
        /// May the platform take the customer's role?
        case role
        /// Do the clocks agree?
        case clock
        /// Is there room?
        case space
        /// Anything else that is wrong with the request.
        case request
    }

    package let question: Question
    /// 0 where there is no HTTP.
    package let status: Int
    package let code: String
    package let message: String
    package let requestID: String?
    /// Where to look, when the call that was refused tells more than the words.
    package private(set) var advice: String?

    package init(
        _ question: Question,
        status: Int = 0,
        code: String,
        message: String,
        requestID: String? = nil
    ) {
        self.question = question
        self.status = status
        self.code = code
        self.message = message
        self.requestID = requestID
    }

    /// The same with advice.
    package func advised(_ advice: String) -> Refusal {
        var refusal = self
        refusal.advice = advice
        return refusal
    }

    /// `403 AccessDenied: Access Denied`.
    package var description: String {
        (status == 0 ? "" : "\(status) ") + (message.isEmpty ? code : "\(code): \(message)")
    }
}
