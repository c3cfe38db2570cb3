// What may be there only once in a whole set-up: customer ids, accounts, and the places that files go to.

import JSON
import Spelling
import State

extension SetupReader {
    /// The whole set-up after this file: its own customers, then those of `current` that it does not name.
    ///
    /// - Parameters:
    ///   - current: the set-up in the state.
    ///   - prune: customers and reseller that the file does not name go away.
    /// - Returns: The merged set-up.
    /// - Throws: an error at the second of two that claim the same thing.
    func merged(with current: Setup, prune: Bool) throws(JSONError) -> Setup {
        var names = Set<String>()
        for customer in customers where !names.insert(customer.setup.id).inserted {
            throw JSONError(
                place: customer.place,
                path: "customers",
                message: "customer `\(customer.setup.id)` is there twice"
            )
        }
        let kept = prune ? [] : current.customers.filter { !names.contains($0.id) }
        // A customer that stays keeps its prices, so books stay with it.
        let setup = Setup(
            platform: platform,
            pricebooks: prune
                ? pricebooks : current.pricebooks.merging(pricebooks) { _, new in new },
            reseller: reseller ?? (prune ? nil : current.reseller),
            customers: customers.map(\.setup) + kept
        )
        try checkBooks(setup)
        try checkAccounts(kept)
        try checkFiles(setup, kept)
        return setup
    }

    private func checkBooks(_ setup: Setup) throws(JSONError) {
        for reference in customers.flatMap(\.bookReferences)
        where setup.pricebooks[reference.book] == nil {
            throw JSONError(
                place: reference.place,
                path: reference.path,
                message: "there is no pricebook `\(reference.book)`"
                    + Spelling.suggestion(
                        for: reference.book,
                        among: setup.pricebooks.keys.sorted()
                    )
            )
        }
    }

    private func checkAccounts(_ kept: [CustomerSetup]) throws(JSONError) {
        var owners: [AccountSetup.ID: (customer: String, isKept: Bool)] = [:]
        for customer in kept {
            for account in customer.accounts { owners[account.name] = (customer.id, true) }
        }
        for customer in customers {
            for (account, place) in zip(customer.setup.accounts, customer.accountPlaces) {
                if let owner = owners[account.name] {
                    let message =
                        owner.customer == customer.setup.id
                        ? "account `\(account.id)` is there twice"
                        : "account `\(account.id)` belongs to customer `\(owner.customer)` already"
                            + (owner.isKept ? SetupReader.keptHint : "")
                    throw JSONError(place: place, path: "customers", message: message)
                }
                owners[account.name] = (customer.setup.id, false)
            }
        }
    }

    private func checkFiles(_ setup: Setup, _ kept: [CustomerSetup]) throws(JSONError) {
        var owners: [String: (name: String, isKept: Bool)] = [:]
        for customer in kept {
            for family in customer.export?.families ?? [] {
                owners[family] = ("customer `\(customer.id)`", true)
            }
        }
        if reseller == nil {
            for family in setup.reseller?.exports.flatMap(\.families) ?? [] {
                owners[family] = ("the reseller", true)
            }
        }
        func claim(_ export: ExportSetup, _ name: String, _ place: Place) throws(JSONError) {
            for family in export.families {
                if let owner = owners[family] {
                    throw JSONError(
                        place: place,
                        path: "destination",
                        message:
                            "the files of \(name) would have the same bucket and key as those of \(owner.name)"
                            + ": `\(family)…`; each needs a bucket or prefix of its own"
                            + (owner.isKept ? SetupReader.keptHint : "")
                    )
                }
                owners[family] = (name, false)
            }
        }
        for (export, place) in zip(reseller?.exports ?? [], resellerDestinationPlaces) {
            try claim(export, "the reseller", place)
        }
        for customer in customers {
            guard let export = customer.setup.export else { continue }
            try claim(export, "customer `\(customer.setup.id)`", customer.destinationPlace)
        }
    }

    private static let keptHint = " (in the state, not in this file; --prune removes it)"
}

extension ExportSetup {
    /// The URLs of its files without the month.
    fileprivate var families: [String] {
        providers.flatMap { formats[$0] ?? [] }.map {
            ExportFileName.family($0, destination: destination)
        }
    }
}
