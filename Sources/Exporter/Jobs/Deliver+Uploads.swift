// What a run does about uploads in parts beside sending them: which of them may have got through, which are of
// no use any more, and what it says about those that it could not remove.

import Destinations
import Platform
import State

extension Deliver {
    /// What our record says of an attempt whose end is not known.
    enum AttemptMark: Equatable {
        /// An upload in parts that nobody has begun to complete: no file can have come of it.
        case notCompleted
        /// An upload in parts that may have been completed, and can be completed again to find out.
        case completing
        /// Anything else: the file may be there.
        case unknown
    }

    /// The mark of an attempt in the state `uploading` or `unconfirmed`.
    func mark(of delivery: Delivery, _ state: State) throws -> AttemptMark {
        if try state.hasOnlyUncompletedUploads(of: delivery.id) { return .notCompleted }
        return try state.partUpload(of: delivery.id) == nil ? .unknown : .completing
    }

    /// How many parts of a delivery are there; nil when none is under way.
    func partCount(of delivery: Delivery, _ state: State) throws -> PartCount? {
        try PartCount(of: delivery, in: state)
    }

    /// Gives up the uploads of earlier contents and places of a file: nothing will go on with them.
    func giveUpStaleUploads(
        of file: DueFile,
        keeping sha256: String,
        _ ledger: DeliveryLedger,
        _ requests: inout Int
    ) throws {
        let pending = try ledger.locked { state in
            try state.pendingUploads(
                export: file.export.id,
                provider: file.provider,
                format: file.format,
                cycle: file.cycle
            ).map { (upload: $0, delivery: try state.delivery($0.delivery)) }
        }
        for (upload, delivery) in pending {
            let isCurrent =
                delivery.id == file.delivery?.id && delivery.plan.url == file.url
                && delivery.plan.sha256 == sha256 && delivery.state != .delivered
            if isCurrent { continue }
            let record = try ledger.locked { try $0.destination(delivery.plan.destination) }
            guard let destination = try? platform.destination(of: file.export, at: record.setup)
            else { continue }
            try giveUp(upload, delivery, destination, ledger, &requests)
        }
    }

    /// Gives up what is left of a delivery's upload when a look has shown what is there.
    ///
    /// Our own file ends an upload that was being completed. Where nothing is there, or nothing could be seen,
    /// it may still be completed.
    func giveUpUpload(
        of delivery: Delivery,
        after outcome: DeliveryOutcome,
        _ destination: any Destination,
        _ ledger: DeliveryLedger,
        _ requests: inout Int
    ) throws {
        guard let upload = try ledger.locked({ try $0.partUpload(of: delivery.id) }) else { return }
        let isOver =
            outcome.state == .collided || (outcome.state == .delivered && upload.stage == .open)
        if !isOver { return }
        try giveUp(upload, delivery, destination, ledger, &requests)
    }

    private func giveUp(
        _ upload: PartUpload,
        _ delivery: Delivery,
        _ destination: any Destination,
        _ ledger: DeliveryLedger,
        _ requests: inout Int
    ) throws {
        guard let id = upload.uploadID else {
            let why = "the answer that named it was lost"
            try ledger.locked { try $0.leavePartUpload(upload.id, because: why, isVoid: true) }
            return
        }
        let report = destination.abandon(upload: id, key: delivery.plan.key)
        requests += report.attempts
        try ledger.locked { state in
            switch report.outcome {
            case .gone: try state.endPartUpload(upload.id)
            case .refused(let refusal):
                let why = refusal.description
                try state.leavePartUpload(upload.id, because: why, isVoid: true)
            // The next run tries again.
            case .unavailable: break
            }
        }
    }

    /// Records an outcome with all that a person should know.
    func record(
        _ outcome: DeliveryOutcome,
        _ delivery: Delivery,
        _ file: DueFile,
        _ ledger: DeliveryLedger,
        wasOverwritten: Bool = false
    ) throws -> DeliveryEntry {
        try ledger.locked { state in
            let left = try state.untoldUploads(url: delivery.plan.url)
            var notes: [String] = []
            if wasOverwritten {
                notes.append(
                    "our earlier file was overwritten without a condition, as `replace: own` says"
                )
            }
            let count = outcome.state == .failed ? try partCount(of: delivery, state) : nil
            if let count {
                notes.append(
                    "\(count.done) of \(count.all) parts are there: the next run goes on from them"
                )
            }
            notes += left.map(\.words)
            let recorded = try state.record(
                outcome,
                for: delivery.id,
                note: notes.isEmpty ? nil : notes.joined(separator: "; "),
                now: now()
            )
            var entry = entry(file, .state(recorded.state), recorded)
            entry.parts = count
            if !left.isEmpty, case .s3(let bucket, _) = file.export.destination.setup.storage {
                entry.fix = DeliveryEntry.Fix(
                    lead: "with this rule in the lifecycle configuration of `\(bucket)`, S3 removes"
                        + " uploads that were left unfinished:",
                    json: PolicyText(
                        bucket: bucket,
                        prefix: file.export.destination.setup.prefix
                    ).lifecycle()
                )
            }
            return entry
        }
    }
}

extension PartCount {
    /// The parts of a delivery that are there; nil when no upload in parts is under way.
    package init?(of delivery: Delivery, in state: State) throws {
        guard let upload = try state.partUpload(of: delivery.id) else { return nil }
        let plan = PartPlan(fileBytes: delivery.plan.bytes, partBytes: upload.partBytes)
        self.init(done: upload.parts.count, all: plan.parts.count)
    }
}

extension PartUpload {
    /// What a person should know about an upload that was left in a bucket.
    fileprivate var words: String {
        guard let uploadID else {
            return
                "an upload may have been left unfinished in the bucket, where its parts cost their"
                + " space (\(leftBecause ?? "")): a lifecycle rule removes such uploads"
        }
        return "upload `\(uploadID)` was left unfinished in the bucket, where its parts cost their"
            + " space (\(leftBecause ?? "")): allow s3:AbortMultipartUpload, or let a lifecycle rule"
            + " remove such uploads"
    }
}
