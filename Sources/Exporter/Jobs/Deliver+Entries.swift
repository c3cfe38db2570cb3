// What a run says about one file.

import Destinations
import JSON
import State

extension Deliver {
    /// An entry with what the record knows; what its end said was said when it ended.
    func entry(
        _ file: DueFile,
        _ outcome: DeliveryEntry.Outcome,
        _ delivery: Delivery
    ) -> DeliveryEntry {
        var entry = file.entry(outcome, reason: outcome == .unchanged ? nil : delivery.reason)
        entry.bytes = delivery.plan.bytes
        entry.sha256 = delivery.plan.sha256
        entry.etag = delivery.etag
        entry.attempts = delivery.attempts
        return entry
    }

    /// An entry about a file that is not sent now, with the JSON that would let it go on.
    func waiting(
        _ file: DueFile,
        _ bill: BillVersion,
        _ wait: DeliveryDecision.Wait
    ) -> DeliveryEntry {
        let destination = file.export.destination
        let why =
            switch wait {
            case .final:
                destination.mode == .unknown
                    ? "the bill is still estimated, and whether a file there can be corrected later is not"
                        + " known: `exporter verify` finds out"
                    : "the bill is still estimated, and the destination lets files be created and not replaced:"
                        + " the final bill is delivered, or this one with `run --estimated`"
            case .permissionToReplace:
                "version \(bill.version) of the bill differs from the file that was delivered, and the"
                    + " destination does not let us replace it"
            }
        var entry = file.entry(.waiting, reason: why)
        entry.etag = file.written?.etag
        if case .s3(let bucket, _) = destination.setup.storage, let caller = destination.caller {
            let fix = PolicyText(bucket: bucket, prefix: destination.setup.prefix)
                .replacing(by: caller, owner: destination.setup.account)
            entry.fix = fix.json.map {
                DeliveryEntry.Fix(
                    lead: "with this in the \(fix.place), files can be replaced:",
                    json: $0
                )
            }
        }
        return entry
    }
}

extension DueFile {
    /// What a run says about it.
    func entry(_ outcome: DeliveryEntry.Outcome, reason: String? = nil) -> DeliveryEntry {
        DeliveryEntry(
            customer: export.owner.customer,
            export: export.id,
            view: export.view,
            provider: provider,
            format: format,
            cycle: cycle,
            url: url,
            outcome: outcome,
            reason: reason
        )
    }
}

extension DeliveryDecision {
    /// What it would do, for a dry run.
    var intention: String {
        switch self {
        case .unchanged: "nothing would be sent"
        case .waiting: "it would wait"
        case .look: "it would look whether the file that is there is ours"
        case .create: "it would be created"
        case .replace: "it would replace our earlier file"
        case .overwrite: "it would overwrite our earlier file, without a condition"
        }
    }
}

extension DeliveryOutcome {
    var reason: String? {
        switch self {
        case .delivered: nil
        case .unconfirmed(let reason), .collided(let reason), .refused(let reason),
            .failed(let reason):
            reason
        }
    }
}

extension DestinationRecord {
    /// Who writes there, as the last Verify learned it.
    fileprivate var caller: String? {
        guard let stages = verification?.stages, let list = try? JSON.parse(stages).array else {
            return nil
        }
        // The session in the customer's role, or else the platform itself.
        for name in [VerifyStage.Name.assume, .identity] {
            let stage = list.first { $0["stage"]?.string == name.rawValue }
            if let said = stage?["message"]?.string, said.hasPrefix("arn:") { return said }
        }
        return nil
    }
}
