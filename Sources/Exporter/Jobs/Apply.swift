// `exporter apply`: makes the state what SETUP.json says.

import JSON
import Platform
import State

/// What an apply changed, or would change.
package struct ApplyResult: Equatable, Sendable {
    /// Empty when the state says the same already.
    package let changes: [SetupChange]
    /// Customers in the state that the file does not name and that stay.
    package let kept: [String]
    /// What a person should know about the exports that were added or changed.
    package let warnings: [String]
}

/// Makes the state's set-up what a file says.
///
/// A second call with the same text changes nothing. Without `prune`, customers that the file does not name stay.
///
/// - Parameters:
///   - text: the content of SETUP.json.
///   - file: its path, for errors and for what is relative to it.
///   - state: where the set-up is kept.
///   - now: the time of the change.
///   - isDryRun: only find out what would change.
///   - prune: remove what the file does not name.
/// - Returns: What changed, or would.
/// - Throws: a `JSONError` with the place of what is wrong; then nothing was changed.
package func apply(
    _ text: [UInt8],
    file: String,
    to state: State,
    now: Timestamp,
    isDryRun: Bool = false,
    prune: Bool = false
) throws -> ApplyResult {
    let current = try state.setup()
    let reader = try SetupReader(text, file: file, folder: SetupReader.folder(of: file))
    let setup = try reader.merged(with: current, prune: prune)
    let changes = differences(from: current, to: setup)
    if !changes.isEmpty, !isDryRun {
        let history = changes.map {
            HistoryEntry(time: now, subject: $0.subject, change: $0.change)
        }
        try state.store(setup, changes: history, now: now)
    }
    let named = Set(reader.customers.map(\.setup.id))
    return ApplyResult(
        changes: changes,
        kept: setup.customers.map(\.id).filter { !named.contains($0) },
        warnings: warnings(setup, since: current) + roleWarnings(setup, since: current)
            + priceWarnings(setup, since: current)
    )
}

/// AWS delivers its own report as `KEY.zip`, so a plain `.csv` does not take that file's place.
private func warnings(_ setup: Setup, since old: Setup) -> [String] {
    let known = Set(old.customers.compactMap(\.export) + (old.reseller?.exports ?? []))
    func warning(_ name: String, _ export: ExportSetup) -> String? {
        guard case .s3 = export.destination.storage, export.isEnabled, !known.contains(export)
        else { return nil }
        return
            "export \(name) writes `.csv`: AWS's own report in that bucket would be the same key with `.zip`"
    }
    let reseller =
        setup.reseller?.exports.compactMap { warning("reseller/\($0.view.rawValue)", $0) } ?? []
    return reseller
        + setup.customers.compactMap { customer in
            customer.export.flatMap { warning("customer/\(customer.id)", $0) }
        }
}

/// What is allowed in an export at resale prices, and easily not meant.
private func priceWarnings(_ setup: Setup, since old: Setup) -> [String] {
    let known = Set(old.customers)
    return setup.customers.filter { !known.contains($0) }.flatMap { customer -> [String] in
        guard let export = customer.export, export.isEnabled, export.view == .resale else {
            return []
        }
        var notes: [String] = []
        let accounts = customer.accounts.map(\.id)
        if accounts.contains(where: { customer.terms.book(of: $0) == nil }) {
            notes.append(
                "customer \(customer.id) has no pricebook for every account: there the resale price is the cost"
            )
        }
        if export.tags == .all {
            notes.append(
                "export customer/\(customer.id) has all tag columns of the payer, whose names may tell of its other"
                    + " customers; `with-data` has the customer's own"
            )
        }
        return notes
    }
}
