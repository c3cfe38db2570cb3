// What kind of line a bill's line is, which decides how a resale price is made of it (rules R2 and R3).

/// The kind of a line, the same for all providers.
package enum LineClass: String, CaseIterable, Hashable, Sendable {
    case usage
    case refund
    /// A reservation's monthly fee.
    case reservationFee = "ri_fee"
    /// What is paid once, or has no quantity.
    case fee
    /// A correction of an earlier line.
    case adjustment
    case marketplace
    case tax
    /// The provider's own support plan.
    case providerSupport = "provider_support"
    /// What the provider gave to the payer.
    case providerCredit = "provider_credit"
    /// A difference that arose from rounding.
    case rounding

    /// Its place among all classes, from 0.
    package var index: Int {
        switch self {
        case .usage: 0
        case .refund: 1
        case .reservationFee: 2
        case .fee: 3
        case .adjustment: 4
        case .marketplace: 5
        case .tax: 6
        case .providerSupport: 7
        case .providerCredit: 8
        case .rounding: 9
        }
    }

    /// It counts in the base of line-item globals and of charges (rules R8 and R9).
    package var isBase: Bool {
        switch self {
        case .usage, .refund, .reservationFee, .fee, .adjustment: true
        case .marketplace, .tax, .providerSupport, .providerCredit, .rounding: false
        }
    }

    /// What the resale view does with it unless the config says otherwise (rule R3).
    package var defaultTreatment: Treatment {
        switch self {
        case .usage, .refund, .reservationFee, .fee, .adjustment: .rate
        case .marketplace: .passThrough
        case .tax, .providerSupport, .providerCredit, .rounding: .drop
        }
    }
}

/// What the resale view does with the lines of a class.
package enum Treatment: String, CaseIterable, Sendable {
    /// Priced by the pricebook and the customer's globals.
    case rate
    /// The price is the cost, without globals.
    case passThrough = "pass_through"
    /// Left out, also of the totals.
    case drop
}
