// The prices of files at resale prices: a set-up and a cycle make the settings of a rating. What is left of a
// customer's credits follows from the months before: the balance in the set-up is what there was at first, and each
// month takes from it what its bill used. So a month's file is the same whenever it is made.

import Bills
import Digest
import JSON
import Rating
import State

/// Makes the rating settings of exports.
final class ResalePrices {
    private let state: State
    private let setup: Setup
    /// The current bills of all cycles, read when credits ask for them.
    private lazy var bills = Result { try state.currentBills().map { ($0, try $0.facts()) } }

    init(_ state: State) throws {
        self.state = state
        setup = try state.setup()
    }

    /// The settings of an export's file for a cycle.
    ///
    /// - Parameters:
    ///   - owner: a customer, or the reseller, whose file has all customers' lines.
    ///   - provider: whose bill it is made from.
    ///   - cycle: the month.
    /// - Returns: The settings, in the resale view, with the books that are used and the balances that credits
    ///   have when the month starts.
    /// - Throws: what reading the state or an earlier month's bill throws.
    func config(
        for owner: ExportOwner,
        provider: Provider,
        cycle: BillingCycle
    ) throws -> RatingConfig {
        let customers = setup.customers.filter { owner == .reseller || owner == .customer($0.id) }
        var config = config(customers, provider, cycle)
        for index in config.customers.indices {
            config.customers[index].terms.credits = try credits(
                of: config.customers[index],
                provider,
                before: cycle
            )
        }
        return config
    }

    private func config(
        _ customers: [CustomerSetup],
        _ provider: Provider,
        _ cycle: BillingCycle
    ) -> RatingConfig {
        let rated = customers.compactMap { customer -> RatedCustomer? in
            let accounts = customer.accounts.filter { $0.provider == provider }.map(\.id)
            return accounts.isEmpty
                ? nil : RatedCustomer(id: customer.id, accounts: accounts, terms: customer.terms)
        }
        let used = Set(rated.flatMap(\.terms.bookNames))
        return RatingConfig(
            format: .awsDetailed,
            period: cycle,
            view: .resale,
            currency: "USD",
            pricebooks: setup.pricebooks.filter { used.contains($0.key) },
            customers: rated
        )
    }

    /// The customer's credits as they are when a cycle starts.
    private func credits(
        of customer: RatedCustomer,
        _ provider: Provider,
        before cycle: BillingCycle
    ) throws -> [CustomerCredit] {
        guard !customer.terms.credits.isEmpty else { return [] }
        var customer = customer
        let accounts = Set(customer.accounts)
        let earlier = try bills.get().filter { bill, facts in
            bill.bill.provider == provider && bill.bill.cycle < cycle
                && facts.accounts.contains { $0.lines > 0 && accounts.contains($0.id) }
        }
        let cycles = Dictionary(grouping: earlier) { $0.0.bill.cycle }.sorted { $0.key < $1.key }
        for (month, bills) in cycles where bills.count == 1 {
            let usable = customer.terms.credits.contains {
                $0.balance > .zero && $0.isUsable(in: month)
            }
            guard usable else { continue }
            let left = try balances(of: customer, provider, month, bills[0].0, bills[0].1)
            customer.terms.credits = customer.terms.credits.map { credit in
                credit.with(balance: left[credit.id] ?? credit.balance)
            }
        }
        return customer.terms.credits
    }

    /// What is left of a customer's credits after a month; computed once for each bill and prices.
    private func balances(
        of customer: RatedCustomer,
        _ provider: Provider,
        _ cycle: BillingCycle,
        _ bill: BillVersion,
        _ facts: BillFacts
    ) throws -> [String: BigDecimal] {
        var config = config(setup.customers.filter { $0.id == customer.id }, provider, cycle)
        config.customers = [customer]
        let recipe = fingerprint(["credits", bill.bill.sha256, config.json])
        if let known = try state.creditBalances(recipe) { return known }
        let bills = try ResaleBillWriter.bills(
            try bill.csv(),
            file: bill.bill.source,
            facts: facts,
            config: config
        )
        let balances = Dictionary(
            uniqueKeysWithValues: bills[0].creditBalances.map { ($0.id, $0.balance) }
        )
        try state.keepCreditBalances(balances, recipe: recipe)
        return balances
    }
}

/// A fingerprint of texts in order.
func fingerprint(_ parts: [String]) -> String {
    var digest = SHA256()
    Array(parts.joined(separator: "\n").utf8).withUnsafeBytes { digest.update($0) }
    return digest.finalize().hex
}

extension RatingConfig {
    /// The settings as JSON text.
    var json: String {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.text
    }
}
