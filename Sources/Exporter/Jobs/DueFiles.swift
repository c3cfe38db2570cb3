// Which files each export should have, from the set-up and the current bills: what a run delivers and what
// `status` shows.

import Bills
import Rating
import State

/// One file of one export.
package struct DueFile: Equatable, Sendable {
    package let export: ExportRecord
    package let provider: Provider
    package let format: ExportFormat
    package let cycle: BillingCycle
    /// What it is made from.
    package let source: Source
    /// At which prices; nil for those of the bill.
    package let prices: RatingConfig?
    package let key: String
    package let url: String
    /// The current delivery, if there was one.
    package let delivery: Delivery?
    /// The file at the URL, when our record says that we wrote it.
    package let written: WrittenFile?
    /// How far the delivery's upload in parts has come, where one is under way.
    package let parts: PartCount?

    /// What a file is made from.
    package enum Source: Equatable, Sendable {
        /// The current version of the one bill that has lines of the export.
        case bill(BillVersion, facts: BillFacts, recipe: String)
        /// It can't be made, and why.
        case unusable(RenderError)
    }

    /// Nothing has changed since the file was confirmed: rendering it again would give the same bytes.
    package var isDelivered: Bool {
        guard case .bill(_, _, let recipe) = source, let delivery else { return false }
        return delivery.state == .delivered && delivery.plan.recipe == recipe
            && delivery.plan.url == url
    }
}

/// The files that the enabled exports should have, in the order of exports and cycles.
///
/// An export of which no bill has a line has no file.
///
/// - Parameters:
///   - state: the set-up, the bills and the deliveries.
///   - cycle: only this cycle.
///   - customer: only this customer; nil for all and the reseller.
/// - Returns: The files, each with its current delivery.
/// - Throws: what reading the state throws.
package func dueFiles(
    in state: State,
    cycle: BillingCycle? = nil,
    customer: String? = nil
) throws -> [DueFile] {
    let bills = try state.currentBills(cycle: cycle).map { ($0, try $0.facts()) }
    let prices = try ResalePrices(state)
    var files: [DueFile] = []
    for export in try state.exports() where export.isEnabled {
        if let customer, export.owner.customer != customer { continue }
        files += try dueFiles(of: export, bills, prices, state)
    }
    return files
}

/// The file of one export for one cycle, whether the export is enabled or not, or nil when no bill has a
/// line of it.
package func dueFile(
    of export: ExportRecord,
    provider: Provider,
    format: ExportFormat,
    cycle: BillingCycle,
    in state: State
) throws -> DueFile? {
    let bills = try state.currentBills(cycle: cycle).map { ($0, try $0.facts()) }
    return try dueFiles(of: export, bills, ResalePrices(state), state).first {
        $0.provider == provider && $0.format == format
    }
}

private func dueFiles(
    of export: ExportRecord,
    _ bills: [(BillVersion, BillFacts)],
    _ resale: ResalePrices,
    _ state: State
) throws -> [DueFile] {
    var files: [DueFile] = []
    for provider in export.providers {
        let own = bills.filter {
            $0.0.bill.provider == provider && export.hasLines(in: $0.1, of: provider)
        }
        for (cycle, bills) in Dictionary(grouping: own, by: { $0.0.bill.cycle }).sorted(by: {
            $0.key < $1.key
        }) {
            guard let (bill, facts) = bills.first else { continue }
            let prices =
                export.view == .resale
                ? try resale.config(for: export.owner, provider: provider, cycle: cycle) : nil
            if let prices, !prices.hasLines(in: facts) { continue }
            for format in export.formats[provider] ?? [] {
                let key = ExportFileName.key(
                    format,
                    destination: export.destination.setup,
                    cycle: cycle
                )
                let url = export.destination.setup.url(key: key)
                let source: DueFile.Source
                if bills.count > 1 {
                    let payers = bills.map(\.0.bill.payer)
                    source = .unusable(.severalPayers(export: export.id, payers: payers))
                } else if format == .detailedWithResources, !facts.hasResources {
                    source = .unusable(.withoutResources(export: export.id, bill: bill.bill.source))
                } else {
                    let recipe = recipe(export, provider, format, bill, prices)
                    source = .bill(bill, facts: facts, recipe: recipe)
                }
                let delivery = try state.currentDelivery(
                    export: export.id,
                    provider: provider,
                    format: format,
                    cycle: cycle
                )
                files.append(
                    DueFile(
                        export: export,
                        provider: provider,
                        format: format,
                        cycle: cycle,
                        source: source,
                        prices: prices,
                        key: key,
                        url: url,
                        delivery: delivery,
                        written: try state.writtenFile(url),
                        parts: try delivery.flatMap { try PartCount(of: $0, in: state) }
                    )
                )
            }
        }
    }
    return files
}

/// Counted up with every change of the renderer that changes bytes, so that such files are rendered again.
private let rendererVersion = 1

/// The same for the renderer of files at resale prices.
private let resaleVersion = 1

/// A fingerprint of everything that decides an export's bytes.
private func recipe(
    _ export: ExportRecord,
    _ provider: Provider,
    _ format: ExportFormat,
    _ bill: BillVersion,
    _ prices: RatingConfig?
) -> String {
    var parts =
        [
            "renderer \(rendererVersion)", "bill \(bill.bill.sha256)",
            "view \(export.view.rawValue)",
            "format \(format.rawValue)", "tags \(export.tags.stored)",
            export.owner == .reseller ? "all accounts" : "accounts",
        ] + export.accountIDs(of: provider).sorted()
    if let prices {
        parts += [
            "resale \(resaleVersion)", "owner \(export.destination.setup.account)", prices.json,
        ]
    }
    return fingerprint(parts)
}

extension ExportRecord {
    /// The ids of the owner's accounts with a provider.
    func accountIDs(of provider: Provider) -> [String] {
        accounts.filter { $0.provider == provider }.map(\.id)
    }

    fileprivate func hasLines(in facts: BillFacts, of provider: Provider) -> Bool {
        if owner == .reseller { return facts.lines > 0 }
        let ids = Set(accountIDs(of: provider))
        return facts.accounts.contains { $0.lines > 0 && ids.contains($0.id) }
    }
}

extension RatingConfig {
    /// One of the customers has a line.
    fileprivate func hasLines(in facts: BillFacts) -> Bool {
        let ids = Set(customers.flatMap(\.accounts))
        return facts.accounts.contains { $0.lines > 0 && ids.contains($0.id) }
    }
}
