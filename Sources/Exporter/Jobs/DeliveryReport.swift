// What a run says about each file, and about all of them.

import JSON
import Platform
import Rating
import State

/// The end of one file in a run.
package struct DeliveryEntry: Equatable, Sendable {
    /// A delivery's state, or one of the two outcomes that leave no record.
    package enum Outcome: Equatable, Sendable {
        case state(DeliveryState)
        /// The same bytes are there already.
        case unchanged
        /// Not now: the reason says what for.
        case waiting

        package var word: String {
            switch self {
            case .state(let state): state.rawValue
            case .unchanged: "unchanged"
            case .waiting: "waiting"
            }
        }

        /// Whether somebody has to do something: the run then ends with 1.
        package var needsAttention: Bool {
            switch self {
            case .state(.unconfirmed), .state(.collided), .state(.refused), .state(.failed): true
            case .state(.planned), .state(.uploading), .state(.delivered), .unchanged, .waiting:
                false
            }
        }
    }

    /// Something to paste.
    package struct Fix: Equatable, Sendable {
        /// Where it belongs and what it does, up to a colon.
        package let lead: String
        package let json: JSONNode
    }

    /// nil for the reseller's own.
    package let customer: String?
    package let export: String
    package let view: BillView
    package let provider: Provider
    package let format: ExportFormat
    package let cycle: BillingCycle
    package let url: String
    package var outcome: Outcome
    package var reason: String?
    /// The JSON that would let the delivery go on or tidy up after it, where there is one.
    package var fix: Fix?
    /// Of the rendered file; nil where it did not have to be rendered.
    package var bytes: Int64?
    package var sha256: String?
    package var etag: String?
    /// How often the upload was begun.
    package var attempts = 0
    /// Requests that this run made for it.
    package var requests = 0
    /// Of an upload in parts that has not ended: how many are there, of how many.
    package var parts: PartCount?
}

extension DeliveryEntry: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("customer", customer)
            $0.member("export", export)
            $0.member("view", view.rawValue)
            $0.member("provider", provider.rawValue)
            $0.member("format", format.rawValue)
            $0.member("cycle", cycle.description)
            $0.member("url", url)
            $0.member("state", outcome.word)
            $0.member("reason", reason)
            $0.member(ifPresent: "fix", fix?.json)
            $0.member("bytes", bytes)
            $0.member("sha256", sha256)
            $0.member("etag", etag)
            $0.member("attempts", attempts)
            $0.member("requests", requests)
            $0.member(ifPresent: "parts", parts)
        }
    }
}

/// How far an upload in parts has come.
package struct PartCount: Equatable, Sendable, JSONWritable {
    package let done: Int
    package let all: Int

    package func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("done", done)
            $0.member("of", all)
        }
    }
}

/// The end of a run.
package struct DeliveryReport: Equatable, Sendable {
    /// The cycle that was asked for; nil for all.
    package let cycle: BillingCycle?
    package let entries: [DeliveryEntry]
    /// A signal ended the run before everything was begun.
    package let wasStopped: Bool

    package init(cycle: BillingCycle?, entries: [DeliveryEntry], wasStopped: Bool) {
        self.cycle = cycle
        self.entries = entries
        self.wasStopped = wasStopped
    }

    /// How many ended in each way, in the order of the states.
    package var counts: [(word: String, count: Int)] {
        let words = DeliveryState.allCases.map(\.rawValue) + ["unchanged", "waiting"]
        return words.compactMap { word in
            let count = entries.count { $0.outcome.word == word }
            return count == 0 ? nil : (word, count)
        }
    }

    package var needsAttention: Bool { entries.contains { $0.outcome.needsAttention } }
}

extension DeliveryReport: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("cycle", cycle?.description)
            writer.member("deliveries", entries)
            writer.object("counts") { for (word, count) in counts { $0.member(word, count) } }
            if wasStopped { writer.member("stopped", true) }
        }
    }
}
