// What Verify reports: one line for each question between here and a written file, in the order in which
// they are answered.

import Destinations
import JSON

/// One stage of a Verify.
package struct VerifyStage: Equatable, Sendable {
    /// The questions.
    package enum Name: String, CaseIterable, Sendable {
        /// Does anything answer there?
        case reach
        /// Do the clocks agree?
        case clock
        /// Are the credentials good?
        case identity
        /// May the platform take the customer's role?
        case assume
        /// Is the bucket where the set-up says?
        case region
        /// Is there such a bucket?
        case bucket
        /// May files be created?
        case write
        /// May our own files be replaced?
        case replace
    }

    /// The answers.
    package enum Outcome: String, Sendable {
        // `ok` is the word of the JSON answer.
        case ok, failed, skipped
    }

    package let name: Name
    package let outcome: Outcome
    /// The HTTP status, where one answered the question with no.
    package let status: Int?
    /// The destination's code for its no.
    package let code: String?
    /// The destination's own words for a no, ours for everything else.
    package let message: String?
    package let diagnosis: Diagnosis

    package init(
        _ name: Name,
        _ outcome: Outcome,
        status: Int? = nil,
        code: String? = nil,
        message: String? = nil,
        diagnosis: Diagnosis = Diagnosis([])
    ) {
        self.name = name
        self.outcome = outcome
        self.status = status
        self.code = code
        self.message = message
        self.diagnosis = diagnosis
    }

    /// A stage that a refusal failed.
    init(_ name: Name, refusedBy refusal: Refusal, _ diagnosis: Diagnosis) {
        self.init(
            name,
            .failed,
            status: refusal.status == 0 ? nil : refusal.status,
            code: refusal.code,
            message: refusal.message,
            diagnosis: diagnosis
        )
    }
}

extension VerifyStage: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("stage", name.rawValue)
            $0.member("outcome", outcome.rawValue)
            $0.member("status", status)
            $0.member("code", code)
            $0.member("message", message)
            $0.member("causes", diagnosis.causes)
            $0.member(ifPresent: "question", diagnosis.question)
        }
    }
}
