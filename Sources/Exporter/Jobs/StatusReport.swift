// `exporter status`: what each export should have, what it has, and what is waited for.

import Rating
import State

/// The state of everything that matters now.
package struct StatusReport: Equatable, Sendable {
    package let cycles: [CycleRecord]
    /// The current version of each bill.
    package let bills: [BillVersion]
    /// All exports with their destinations and the last Verify, disabled ones too.
    package let exports: [ExportRecord]
    /// The files that the enabled exports should have, each with its current delivery.
    package let files: [DueFile]
    /// Accounts that bills have lines of and that no customer has: nobody gets these lines.
    package let unclaimedAccounts: [UnclaimedAccount]
}

/// An account in a bill that belongs to no customer.
package struct UnclaimedAccount: Equatable, Sendable {
    package let provider: Provider
    package let cycle: BillingCycle
    package let id: String
    package let lines: Int
    package let total: Amount
}

/// Collects the status.
///
/// - Parameters:
///   - state: what to report on.
///   - cycle: only this cycle.
///   - customer: only this customer's exports.
/// - Returns: The status.
/// - Throws: what reading the state throws.
package func statusReport(
    of state: State,
    cycle: BillingCycle? = nil,
    customer: String? = nil
) throws -> StatusReport {
    let bills = try state.currentBills(cycle: cycle)
    let claimed = Set(try state.setup().customers.flatMap(\.accounts).map(\.name))
    var unclaimed: [UnclaimedAccount] = []
    for bill in bills {
        for account in try bill.facts().accounts where account.lines > 0 {
            let provider = bill.bill.provider
            if claimed.contains(AccountSetup.ID(provider: provider, id: account.id)) { continue }
            unclaimed.append(
                UnclaimedAccount(
                    provider: provider,
                    cycle: bill.bill.cycle,
                    id: account.id,
                    lines: account.lines,
                    total: account.total
                )
            )
        }
    }
    let exports = try state.exports().filter { customer == nil || $0.owner.customer == customer }
    return StatusReport(
        cycles: try state.cycles().filter { cycle == nil || $0.cycle == cycle },
        bills: bills,
        exports: exports,
        files: try dueFiles(in: state, cycle: cycle, customer: customer),
        unclaimedAccounts: unclaimed
    )
}
