// Which columns a file at resale prices has, where each comes from, and what is in the rows that no bill has.

import Rating

/// The columns of a file at resale prices.
struct ResaleLayout {
    /// A column or some neighbours, and what a line has there.
    enum Step {
        /// What the bill has.
        case copy(ClosedRange<Int>)
        case owner
        case reserved
        case description
        case rate
        case cost
    }

    /// AWS's text of the row with what rounding made.
    static let roundingText =
        "This line contains rounding error due to the consolidated billing and hourly line item calculation processes."

    /// The columns that are copied; the report may have others, of which nobody knows what they tell.
    private static let copied: Set<String> = [
        "InvoiceID", "LinkedAccountId", "RecordType", "RecordId", "ProductName", "RateId",
        "SubscriptionId", "PricingPlanId", "UsageType", "Operation", "AvailabilityZone",
        "UsageStartDate", "UsageEndDate", "UsageQuantity", "ResourceId",
    ]

    /// The indexes in the bill's header, in order.
    let columns: [Int]
    let steps: [Step]
    /// The account that is named as the payer.
    let owner: String
    private let header: DetailedBillHeader

    /// - Parameters:
    ///   - header: the bill's header.
    ///   - columns: those that were asked for, in the bill's order.
    ///   - owner: the account to name as the payer.
    init(header: DetailedBillHeader, columns: [Int], owner: String) {
        self.header = header
        self.owner = owner
        let tags = Set(header.tags)
        var kept: [Int] = []
        var steps: [Step] = []
        for column in columns {
            switch column {
            case header.payer: steps.append(.owner)
            case header.description: steps.append(.description)
            case _ where column == header.reserved: steps.append(.reserved)
            case _ where column == header.rate || column == header.blendedRate: steps.append(.rate)
            case _ where column == header.cost || column == header.blendedCost: steps.append(.cost)
            default:
                guard tags.contains(column) || Self.copied.contains(header.names[column]) else {
                    continue
                }
                if case .copy(let run)? = steps.last, run.upperBound + 1 == column {
                    steps[steps.count - 1] = .copy(run.lowerBound...column)
                } else {
                    steps.append(.copy(column...column))
                }
            }
            kept.append(column)
        }
        self.columns = kept
        self.steps = steps
    }

    /// The fields of a totals row by column, escaped for CSV.
    func total(
        _ type: String,
        invoice: String = "",
        account: String = "",
        escaped description: [UInt8]
    ) -> [Int: [UInt8]] {
        [
            header.invoice: Array(invoice.utf8), header.payer: Array(owner.utf8),
            header.account: Array(account.utf8), header.recordType: Array(type.utf8),
            header.description: description,
        ]
    }

    /// The fields of a totals row by column, escaped for CSV.
    func total(
        _ type: String,
        invoice: String = "",
        account: String = "",
        _ description: String
    ) -> [Int: [UInt8]] {
        total(type, invoice: invoice, account: account, escaped: Array(description.utf8))
    }

    /// The fields of a line that no provider billed, as AWS writes taxes.
    func added(_ line: AddedLine, invoice: String, period: BillingCycle) -> [Int: [UInt8]] {
        let name = line.kind.productName
        let description = line.id.map { "\(name): \($0)" } ?? name
        var fields = total(
            "LineItem",
            invoice: invoice,
            account: line.account,
            escaped: ResaleLayout.escaped(description)
        )
        func set(_ name: String, _ value: String) {
            if let column = header.names.firstIndex(of: name) { fields[column] = Array(value.utf8) }
        }
        set("RecordId", "0")
        set("ProductName", name)
        set("RateId", "0")
        set("ReservedInstance", "N")
        set("UsageStartDate", "\(period)-01 00:00:00")
        set("UsageEndDate", "\(period)-\(period.days) 23:59:59")
        return fields
    }

    /// A field's text with its quotes doubled.
    private static func escaped(_ text: String) -> [UInt8] {
        text.utf8.flatMap { $0 == UInt8(ascii: "\"") ? [$0, $0] : [$0] }
    }
}

extension AddedLine.Kind {
    /// What the column ProductName says.
    var productName: String {
        switch self {
        case .globalDiscount: "Global discount"
        case .globalUplift: "Global uplift"
        case .charge: "Charge"
        case .discount: "Discount"
        case .credit: "Credit"
        }
    }
}
