// What may lie behind a refusal, for the person who can do something about it.

import JSON

/// One possible cause of a refusal.
package struct Cause: Equatable, Sendable {
    /// Who has to change something.
    package enum Party: String, Sendable {
        /// Whoever owns the bucket.
        case customer
        /// Whoever runs this exporter: its credentials, their policies, its set-up.
        case platform
        /// Whoever manages the organization that an account belongs to.
        case organization
        /// Whoever runs the network between here and there.
        case network
    }

    /// What may be wrong, and what to change.
    package let cause: String
    package let who: Party
    /// Where `fix` belongs: `bucket policy of acme-billing`.
    package let place: String?
    /// The JSON to paste.
    package let fix: JSONNode?

    package init(_ cause: String, who: Party, place: String? = nil, fix: JSONNode? = nil) {
        self.cause = cause
        self.who = who
        self.place = place
        self.fix = fix
    }
}

extension Cause: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("cause", cause)
            $0.member("who", who.rawValue)
            $0.member(ifPresent: "place", place)
            $0.member("fix", fix)
        }
    }
}

/// The possible causes of a refusal, the likeliest first.
package struct Diagnosis: Equatable, Sendable {
    package let causes: [Cause]
    /// The question whose answer would tell the causes apart; nil when there is one cause.
    package let question: String?

    package init(_ causes: [Cause], question: String? = nil) {
        self.causes = causes
        self.question = question
    }
}
