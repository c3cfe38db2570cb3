// The rows of the state as values.

import Platform
import Rating

/// A destination as the state knows it.
///
/// A changed set-up makes a new one, whose mode is unknown again.
package struct DestinationRecord: Equatable, Sendable {
    package let id: Int64
    package let setup: DestinationSetup
    package let mode: DestinationMode
    /// The last Verify, if there was one.
    package let verification: Verification?
}

/// The outcome of one Verify.
package struct Verification: Equatable, Sendable {
    package let time: Timestamp
    package let passed: Bool
    /// The stages as the JSON answer has them.
    package let stages: String

    package init(time: Timestamp, passed: Bool, stages: String) {
        self.time = time
        self.passed = passed
        self.stages = stages
    }
}

/// Whose an export is.
package enum ExportOwner: Hashable, Sendable {
    case customer(String)
    case reseller

    /// The customer's id; nil for the reseller.
    package var customer: String? {
        switch self {
        case .customer(let id): id
        case .reseller: nil
        }
    }
}

/// An export as the state knows it.
package struct ExportRecord: Equatable, Sendable {
    /// `customer/acme` or `reseller/cost`.
    package let id: String
    package let owner: ExportOwner
    package let isEnabled: Bool
    package let view: BillView
    package let providers: [Provider]
    package let formats: [Provider: [ExportFormat]]
    package let tags: TagChoice
    package let destination: DestinationRecord
    /// The owner's accounts in the set-up's order; empty for the reseller, whose exports hold all accounts.
    package let accounts: [AccountSetup]
    /// The accounts with a role that this export may be written with: the customer's own, and for the reseller's
    /// exports everybody's.
    package let roleAccounts: [AccountSetup]
}

/// A bill that is about to be kept: what the reader found out about it.
package struct BillDraft: Equatable, Sendable {
    package var provider: Provider
    package var cycle: BillingCycle
    package var payer: String
    /// The name of the file as it was given, or `-`.
    package var source: String
    package var encoding: BillEncoding
    /// Of the unpacked file.
    package var bytes: Int64
    /// Of the unpacked file, in hex: the same bytes are not a new version, however they are packed.
    package var sha256: String
    package var lines: Int64
    package var total: Amount
    /// No line is `Estimated` any more.
    package var isFinal: Bool
    /// What the reader found out, as JSON in the reader's own form.
    package var facts: String

    package init(
        provider: Provider,
        cycle: BillingCycle,
        payer: String,
        source: String,
        encoding: BillEncoding,
        bytes: Int64,
        sha256: String,
        lines: Int64,
        total: Amount,
        isFinal: Bool,
        facts: String
    ) {
        self.provider = provider
        self.cycle = cycle
        self.payer = payer
        self.source = source
        self.encoding = encoding
        self.bytes = bytes
        self.sha256 = sha256
        self.lines = lines
        self.total = total
        self.isFinal = isFinal
        self.facts = facts
    }
}

/// One version of one bill.
///
/// A bill is what one payer gets for one cycle of one provider.
package struct BillVersion: Equatable, Sendable {
    package let id: Int64
    /// Counted from 1 for each bill; the highest is the current one.
    package let version: Int
    package let imported: Timestamp
    /// Where the original is kept.
    package let path: String
    package let bill: BillDraft
}

/// What is to be delivered: everything that is decided before the first request.
package struct DeliveryPlan: Equatable, Sendable {
    package var export: String
    package var view: BillView
    package var provider: Provider
    package var format: ExportFormat
    package var cycle: BillingCycle
    /// The row id of the bill version that the file is made from.
    package var billVersion: Int64
    package var destination: Int64
    package var key: String
    package var url: String
    /// A fingerprint of all that decides the bytes: bill, accounts, tags, view, format, renderer.
    package var recipe: String
    /// Of the rendered file.
    package var bytes: Int64
    /// Of the rendered file, in hex.
    package var sha256: String

    package init(
        export: String,
        view: BillView,
        provider: Provider,
        format: ExportFormat,
        cycle: BillingCycle,
        billVersion: Int64,
        destination: Int64,
        key: String,
        url: String,
        recipe: String,
        bytes: Int64,
        sha256: String
    ) {
        self.export = export
        self.view = view
        self.provider = provider
        self.format = format
        self.cycle = cycle
        self.billVersion = billVersion
        self.destination = destination
        self.key = key
        self.url = url
        self.recipe = recipe
        self.bytes = bytes
        self.sha256 = sha256
    }
}

/// A delivery of one file: one row for each content that was decided on, the latest being the current one.
package struct Delivery: Equatable, Sendable {
    package let id: Int64
    package let plan: DeliveryPlan
    package let state: DeliveryState
    /// What a person should know about the state: the code, the cause, what to do.
    package let reason: String?
    /// The ETag that the destination gave our file.
    package let etag: String?
    /// How often the upload was begun.
    package let attempts: Int
    package let planned: Timestamp
    /// When the last attempt began.
    package let started: Timestamp?
    /// When the last attempt's outcome was recorded.
    package let finished: Timestamp?
}

/// How an attempt ended.
package enum DeliveryOutcome: Equatable, Sendable {
    /// The destination confirmed our file and gave it this ETag.
    case delivered(etag: String?)
    case unconfirmed(reason: String)
    case collided(reason: String)
    case refused(reason: String)
    case failed(reason: String)

    package var state: DeliveryState {
        switch self {
        case .delivered: .delivered
        case .unconfirmed: .unconfirmed
        case .collided: .collided
        case .refused: .refused
        case .failed: .failed
        }
    }
}

/// A file that our own record says we wrote, and that was confirmed: what a replacement's condition needs.
package struct WrittenFile: Equatable, Sendable {
    package let url: String
    package let delivery: Int64
    package let sha256: String
    package let bytes: Int64
    package let etag: String?
    package let time: Timestamp
}

/// Something that was changed, and when.
package struct HistoryEntry: Equatable, Sendable {
    package let time: Timestamp
    /// What it is about: `customer acme`, `bill aws 2026-10 123456789012`, `cycle 2026-10`.
    package let subject: String
    /// What happened: `added`, `view: resale, was cost`, `imported version 2`.
    package let change: String

    package init(time: Timestamp, subject: String, change: String) {
        self.time = time
        self.subject = subject
        self.change = change
    }
}
