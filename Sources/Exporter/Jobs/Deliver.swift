// `exporter run`: delivers what is due. For each file: render it, decide (`DeliveryDecision`), write down
// what is about to happen, write the file, read the outcome (`DeliverySettling`), write that down.
//
// The record is always ahead of the network: `planned` and `uploading` are committed before the first byte
// leaves, the end right after the answer. Whatever moment a process is killed at, the next run knows what may
// have happened.

import Destinations
import Platform
import Rating
import State
import Transfer

/// Delivers what is due.
package struct Deliver: Sendable {
    /// What a run is to do.
    package struct Options: Sendable {
        /// Only this cycle.
        package var cycle: BillingCycle?
        /// Only this customer's.
        package var customer: String?
        /// How many files are written at a time.
        package var jobs = 1
        /// Deliver estimated bills also where they can't be corrected.
        package var takesEstimated = false
        /// Only say what would be done.
        package var isDryRun = false

        package init() {}
    }

    package let platform: DeliveryPlatform
    package let options: Options
    package let now: @Sendable () -> Timestamp
    /// Asked before each file: true lets those under way finish and begins no other.
    package let isStopping: @Sendable () -> Bool
    /// Told how many bytes of a file's how many have left, by the threads that send.
    package let onProgress: (@Sendable (_ url: String, _ sent: Int64, _ all: Int64) -> Void)?

    package init(
        platform: DeliveryPlatform,
        options: Options = Options(),
        now: @escaping @Sendable () -> Timestamp,
        isStopping: @escaping @Sendable () -> Bool = { false },
        onProgress: (@Sendable (String, Int64, Int64) -> Void)? = nil
    ) {
        self.platform = platform
        self.options = options
        self.now = now
        self.isStopping = isStopping
        self.onProgress = onProgress
    }

    /// Delivers everything that is due and says what became of each file.
    ///
    /// - Throws: what makes the state unusable, or a `DeliveryPlatform.Unusable`; what goes wrong with one
    ///   file is that file's entry.
    package func run(_ state: State) throws -> DeliveryReport {
        let files = try dueFiles(in: state, cycle: options.cycle, customer: options.customer)
        let closed = Set(try state.cycles().filter { $0.state == .closed }.map(\.cycle))
        // A platform that can't deliver is found out before the first file, not between two.
        var destinations: [String: any Destination] = [:]
        for export in files.map(\.export) where destinations[export.id] == nil {
            destinations[export.id] = try platform.destination(of: export)
        }
        let ready = destinations
        let ledger = DeliveryLedger(state)
        let entries = Locked([DeliveryEntry?](repeating: nil, count: files.count))
        let failure = Locked<(any Error)?>(nil)
        Workers.run(Array(files.enumerated()), count: options.jobs) { index, file in
            if isStopping() || failure.withLock({ $0 != nil }) { return }
            do {
                guard let destination = ready[file.export.id] else {
                    preconditionFailure("no destination of \(file.export.id)")
                }
                let entry = try deliver(
                    file,
                    to: destination,
                    isClosed: closed.contains(file.cycle),
                    ledger
                )
                entries.withLock { $0[index] = entry }
            } catch {
                failure.withLock { if $0 == nil { $0 = error } }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        let done = entries.withLock { $0 }
        return DeliveryReport(
            cycle: options.cycle,
            entries: zip(files, done).map { file, entry in
                entry ?? file.entry(.state(.planned), reason: "not begun: the run was stopped")
            },
            wasStopped: done.contains(nil)
        )
    }

    // MARK: One file

    private func deliver(
        _ file: DueFile,
        to destination: any Destination,
        isClosed: Bool,
        _ ledger: DeliveryLedger
    ) throws -> DeliveryEntry {
        let bill: BillVersion
        let recipe: String
        switch file.source {
        case .bill(let version, _, let fingerprint): (bill, recipe) = (version, fingerprint)
        case .unusable(let error): return file.entry(.state(.failed), reason: "\(error)")
        }
        let open = try ledger.locked { try openAttempts(at: file, $0) }
        var facts = DeliveryFacts(
            mode: file.export.destination.mode,
            replaceRule: file.export.destination.setup.replaceRule,
            isFinal: bill.bill.isFinal || isClosed,
            takesEstimated: options.takesEstimated,
            sha256: "",
            written: file.written
        )
        // Rendering is spared where the bytes don't matter or are known to be the same.
        if open.isEmpty {
            if file.written == nil, case .waiting(let wait) = DeliveryDecision(facts) {
                return waiting(file, bill, wait)
            }
            if file.isDelivered, let delivery = file.delivery,
                delivery.plan.sha256 == file.written?.sha256
            {
                return entry(file, .unchanged, delivery)
            }
        }
        let rendered: RenderedFile
        do {
            rendered = try ledger.render(file)
        } catch {
            return file.entry(.state(.failed), reason: "\(error)")
        }
        defer { rendered.remove() }
        var requests = 0
        // The attempt that this run goes on with, and those that it must settle first.
        let current = open.filter {
            $0.id == file.delivery?.id && $0.plan.sha256 == rendered.sha256
        }
        let stale = open.filter { attempt in !current.contains { $0.id == attempt.id } }
        let isStaleOpen =
            options.isDryRun ? !stale.isEmpty : try settle(stale, destination, ledger, &requests)
        if !options.isDryRun {
            try giveUpStaleUploads(of: file, keeping: rendered.sha256, ledger, &requests)
        }
        // Settling may have found an older file of ours there.
        facts.written = try ledger.locked { try $0.writtenFile(file.url) }
        facts.sha256 = rendered.sha256
        facts.unconfirmed = current.contains { $0.state == .unconfirmed }
        let marks = try ledger.locked { state in try current.map { try mark(of: $0, state) } }
        facts.canCompleteAgain = marks.contains(.completing)
        facts.isDoubtful = marks.contains { $0 != .notCompleted } || isStaleOpen
        let plan = DeliveryPlan(
            export: file.export.id,
            view: file.export.view,
            provider: file.provider,
            format: file.format,
            cycle: file.cycle,
            billVersion: bill.id,
            destination: file.export.destination.id,
            key: file.key,
            url: file.url,
            recipe: recipe,
            bytes: rendered.bytes,
            sha256: rendered.sha256
        )
        let decision = DeliveryDecision(facts)
        var entry: DeliveryEntry
        switch decision {
        case .unchanged: entry = try unchanged(file, plan, facts.written, ledger)
        case .waiting(let wait): entry = waiting(file, bill, wait)
        case .look, .create, .replace, .overwrite:
            entry =
                options.isDryRun
                ? file.entry(.state(.planned), reason: decision.intention)
                : try send(decision, file, plan, rendered, destination, ledger, &requests)
        }
        entry.bytes = rendered.bytes
        entry.sha256 = rendered.sha256
        entry.requests = requests
        return entry
    }

    /// The attempts at a file's address of which nobody knows the end.
    ///
    /// Those before our confirmed file do not count: it is there, so they don't matter any more.
    private func openAttempts(at file: DueFile, _ state: State) throws -> [Delivery] {
        try state.allDeliveries(cycle: file.cycle).filter {
            $0.plan.url == file.url && $0.id > file.written?.delivery ?? 0
                && ($0.state == .uploading || $0.state == .unconfirmed)
        }
    }

    /// The same bytes came from another recipe (a version of the bill that changes nothing of this export's):
    /// the record learns it, so that the next run need not render.
    private func unchanged(
        _ file: DueFile,
        _ plan: DeliveryPlan,
        _ written: WrittenFile?,
        _ ledger: DeliveryLedger
    ) throws -> DeliveryEntry {
        if options.isDryRun { return file.entry(.unchanged) }
        let delivery = try ledger.locked { state in
            if let delivery = file.delivery, delivery.id == written?.delivery {
                return try state.renew(delivery.id, plan)
            }
            return try state.record(
                .delivered(etag: written?.etag),
                for: try state.plan(plan, now: now()).id,
                now: now()
            )
        }
        return entry(file, .unchanged, delivery)
    }

    /// Writes the file, or looks for it, and records the end.
    private func send(
        _ decision: DeliveryDecision,
        _ file: DueFile,
        _ plan: DeliveryPlan,
        _ rendered: RenderedFile,
        _ destination: any Destination,
        _ ledger: DeliveryLedger,
        _ requests: inout Int
    ) throws -> DeliveryEntry {
        let delivery = try ledger.locked { try $0.plan(plan, now: now()) }
        let notes = DeliveryNotes(ledger, delivery: delivery.id, now: now)
        let onProgress = onProgress
        let upload: Upload
        do {
            let spooled = try OpenFile(rendered.path, .read)
            upload = Upload(
                body: .file(spooled, offset: 0, count: plan.bytes),
                sha256: plan.sha256,
                contentType: "text/csv",
                notes: notes,
                progress: { onProgress?(plan.url, $0, plan.bytes) }
            )
        } catch {
            return file.entry(.state(.failed), reason: "\(error)")
        }
        if isKnownCollision(delivery, file) {
            requests += 1
            let outcome = try look(delivery, destination, rendered)
            if outcome.state == .collided || outcome.state == .delivered {
                return try record(outcome, delivery, file, ledger)
            }
        }
        var step = decision
        while true {
            let report: WriteReport
            let doubt: Bool
            switch step {
            case .create(let isDoubtful):
                _ = try ledger.locked { try $0.beginUpload(delivery.id, now: now()) }
                (report, doubt) = (destination.create(upload, key: file.key), isDoubtful)
            case .replace(let tag, let isDoubtful):
                _ = try ledger.locked { try $0.beginUpload(delivery.id, now: now()) }
                (report, doubt) = (
                    destination.replace(upload, key: file.key, current: tag), isDoubtful
                )
            case .overwrite:
                _ = try ledger.locked { try $0.beginUpload(delivery.id, now: now()) }
                (report, doubt) = (destination.overwrite(upload, key: file.key), false)
            case .look, .unchanged, .waiting:
                requests += 1
                let outcome = try look(delivery, destination, rendered)
                try giveUpUpload(of: delivery, after: outcome, destination, ledger, &requests)
                return try record(outcome, delivery, file, ledger)
            }
            requests += report.attempts
            if let error = notes.failure { throw error }
            switch DeliverySettling(report.outcome, isDoubtful: doubt, url: file.url) {
            case .record(let outcome):
                return try record(
                    outcome,
                    delivery,
                    file,
                    ledger,
                    wasOverwritten: step == .overwrite && outcome.state == .delivered
                )
            case .keepDoubt(let outcome):
                var entry = entry(file, .state(outcome.state), delivery)
                entry.reason = outcome.reason
                entry.parts = try ledger.locked { try partCount(of: delivery, $0) }
                return entry
            case .look: step = .look
            case .createAgain: step = .create(isDoubtful: false)
            }
        }
    }

    /// Whether these bytes met another's file the last time, are many, and can be spared by a look.
    ///
    /// An upload in parts learns only at its end that another's file is there.
    private func isKnownCollision(_ delivery: Delivery, _ file: DueFile) -> Bool {
        delivery.state == .collided && delivery.plan.bytes > PartPlan.singleRequestBytes
            && file.export.destination.mode == .replace
    }

    /// Settles older attempts at the same address with other bytes, as far as looking can.
    ///
    /// True when one of them may still have got through.
    private func settle(
        _ open: [Delivery],
        _ destination: any Destination,
        _ ledger: DeliveryLedger,
        _ requests: inout Int
    ) throws -> Bool {
        var isOpen = false
        for delivery in open {
            let outcome: DeliveryOutcome
            if try ledger.locked({ try mark(of: delivery, $0) }) == .notCompleted {
                outcome = .failed(reason: "given up before it was completed: the file has changed")
            } else {
                requests += 1
                // Its bytes are gone with its spool file; only the digest that a file carries can tell.
                outcome = try look(delivery, destination, nil)
            }
            if outcome.state == .unconfirmed { isOpen = true }
            _ = try ledger.locked { try $0.record(outcome, for: delivery.id, now: now()) }
        }
        return isOpen
    }

    private func look(
        _ delivery: Delivery,
        _ destination: any Destination,
        _ rendered: RenderedFile?
    ) throws -> DeliveryOutcome {
        try DeliverySettling.outcome(
            of: destination.look(key: delivery.plan.key),
            sha256: delivery.plan.sha256,
            url: delivery.plan.url
        ) { try rendered.map { try FileDigest.md5(of: $0.path) } ?? "" }
    }
}
