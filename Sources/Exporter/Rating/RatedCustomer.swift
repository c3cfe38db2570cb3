// A customer as rating sees it.

/// A customer as rating sees it.
package struct RatedCustomer: Hashable, Sendable {
    package let id: String
    package let accounts: [String]
    /// Where added lines go.
    package let billingAccount: String
    package var terms: CustomerTerms

    /// - Parameters:
    ///   - id: the customer's id.
    ///   - accounts: the accounts, subscriptions or projects; at least one.
    ///   - terms: what was agreed; the first account is the billing account unless they name another.
    package init(id: String, accounts: [String], terms: CustomerTerms) {
        precondition(!accounts.isEmpty, "customer \(id) has no account")
        self.id = id
        self.accounts = accounts
        self.terms = terms
        billingAccount = terms.billingAccount ?? accounts[0]
    }
}
