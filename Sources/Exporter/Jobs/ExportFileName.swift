// How the exported files are called. The name of an AWS export is the one that AWS itself would give: it
// begins with the account that owns the bucket.

import Rating
import State

/// The names and keys of exported files.
package enum ExportFileName {
    /// The file name of an export in one format.
    ///
    /// - Parameters:
    ///   - format: the format of the file.
    ///   - account: the account that owns the destination.
    ///   - cycle: the billing cycle.
    /// - Returns: The name without a prefix.
    package static func name(_ format: ExportFormat, account: String, cycle: BillingCycle) -> String
    {
        "\(stem(format, account: account))\(cycle).csv"
    }

    /// The key of an export's file: the destination's prefix and the file name.
    package static func key(
        _ format: ExportFormat,
        destination: DestinationSetup,
        cycle: BillingCycle
    ) -> String {
        destination.prefix + name(format, account: destination.account, cycle: cycle)
    }

    /// The URL of an export's files without the month: two exports with the same one would overwrite each other.
    static func family(_ format: ExportFormat, destination: DestinationSetup) -> String {
        destination.url(key: destination.prefix + stem(format, account: destination.account))
    }

    private static func stem(_ format: ExportFormat, account: String) -> String {
        switch format {
        case .detailedWithResources:
            "\(account)-aws-billing-detailed-line-items-with-resources-and-tags-"
        case .detailed:
            "\(account)-aws-billing-detailed-line-items-"
        }
    }
}
