// The words of the domain that the set-up, the state and the answers share. Their raw values are what
// SETUP.json, the database and `--json` say.

/// A cloud whose bills are imported.
package enum Provider: String, CaseIterable, Sendable {
    case aws, azure, gcp
}

/// At which price an export shows the lines.
package enum BillView: String, CaseIterable, Sendable {
    /// As the provider billed them.
    case cost
    /// As the pricebooks say.
    case resale
}

/// The format of an exported file.
package enum ExportFormat: String, CaseIterable, Sendable {
    /// AWS's detailed billing report with resources and tags.
    case detailedWithResources = "dbr-rt"
    /// AWS's detailed billing report without them.
    case detailed = "dbr"
}

/// Which tag columns an export has.
package enum TagChoice: Hashable, Sendable {
    /// Only those in which a line of the export has something: a payer's tag keys name its other customers.
    case withData
    /// All that the bill has.
    case all
    /// These, named as the bill names them, where the bill has them: `user:CostCenter`.
    case chosen([String])
}

/// What a destination lets us do, as the last Verify found out.
package enum DestinationMode: String, CaseIterable, Sendable {
    /// No Verify has passed yet.
    case unknown
    /// Our own files can be replaced under a condition.
    case replace
    /// Files can be created and not replaced: each goes out once, when the bill is final.
    case createOnly = "create-only"
}

/// How a file of ours is replaced, as the set-up says.
package enum ReplaceRule: String, CaseIterable, Sendable {
    /// Only if it is still the version that we wrote, where the destination allows such a condition.
    case conditional
    /// Without a condition, when our own record says that we wrote it.
    case own
}

/// Where a cycle is in its life.
package enum CycleState: String, CaseIterable, Sendable {
    case open, closing, closed
}

/// How far a delivery has come.
package enum DeliveryState: String, CaseIterable, Sendable {
    /// Decided and not begun.
    case planned
    /// Begun; after a restart it means that the process died before the answer.
    case uploading
    /// The destination confirmed it.
    case delivered
    /// The answer was lost, and whose file is there could not be proven.
    case unconfirmed
    /// A file that we did not write is there; nothing was written.
    case collided
    /// The destination said no.
    case refused
    /// It did not work out, and may the next time.
    case failed
}

/// How a kept original is packed.
package enum BillEncoding: String, CaseIterable, Sendable {
    case plain, gzip, zip
}
