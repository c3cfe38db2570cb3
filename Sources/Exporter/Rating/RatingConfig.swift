// Everything that decides prices, beside the bill itself.

/// A bill's format, which decides how its numbers are rounded by default (rule R7).
package enum BillFormat: String, CaseIterable, Sendable {
    case awsDetailed = "aws-dbr"
    case azureDaily = "azure-daily"
    case googleDetailed = "gcp-detailed"

    var lineScale: Int {
        switch self {
        case .awsDetailed: 8
        case .azureDaily: 10
        case .googleDetailed: 9
        }
    }

    /// Microsoft cuts off at the minor units, before and after the currency's exchange.
    var moneyMode: RoundingMode { self == .azureDaily ? .down : .halfUp }
}

/// Whose prices a file shows.
package enum RatingView: String, CaseIterable, Sendable { case cost, resale }

/// The settings of a rating.
package struct RatingConfig: Hashable, Sendable {
    package let format: BillFormat
    package let period: BillingCycle
    package let view: RatingView
    /// An ISO 4217 code.
    package let currency: String
    /// The decimals of money: 2 for USD, 0 for JPY.
    package let minorUnits: Int
    /// The decimals of a line's price.
    package let lineScale: Int
    package let lineMode: RoundingMode
    package let moneyMode: RoundingMode
    package let pricebooks: [String: Pricebook]
    package var customers: [RatedCustomer]
    package let treatment: [LineClass: Treatment]

    package init(
        format: BillFormat,
        period: BillingCycle,
        view: RatingView,
        currency: String,
        minorUnits: Int? = nil,
        lineScale: Int? = nil,
        lineMode: RoundingMode = .halfEven,
        moneyMode: RoundingMode? = nil,
        pricebooks: [String: Pricebook] = [:],
        customers: [RatedCustomer],
        treatment: [LineClass: Treatment] = [:]
    ) {
        self.format = format
        self.period = period
        self.view = view
        self.currency = currency
        self.minorUnits = minorUnits ?? RatingConfig.minorUnits(of: currency)
        self.lineScale = lineScale ?? format.lineScale
        self.lineMode = lineMode
        self.moneyMode = moneyMode ?? format.moneyMode
        self.pricebooks = pricebooks
        self.customers = customers
        self.treatment = treatment
    }

    /// What happens to lines of a class in this view.
    package func treatment(of lineClass: LineClass) -> Treatment {
        if view == .cost { return .passThrough }
        return treatment[lineClass] ?? lineClass.defaultTreatment
    }

    /// The decimals of a currency's money, by ISO 4217; 2 for one that is not known.
    package static func minorUnits(of currency: String) -> Int {
        switch currency {
        case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI",
            "VND", "VUV", "XAF", "XOF", "XPF":
            0
        case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND": 3
        case "CLF", "UYW": 4
        default: 2
        }
    }
}
