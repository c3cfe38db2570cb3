// `exporter demo`: the whole flow on a sample bill against a FakeStore inside the process. Nothing in it is
// played: signatures are made by libcurl and verified by the store, refusals come from the store's policies, and
// the exporter's own jobs do the work.

import Destinations
import Digest
import FakeStore
import JSON
import Jobs
import Platform
import SampleBill
import State
import Transfer

/// Plays the demo.
struct Demo {
    /// The demo did not go as it must.
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    private let world = DemoWorld()
    private let folder: String
    private let state: State
    private let store: DemoStore
    private let now: @Sendable () -> Timestamp
    private var story = DemoStory()

    /// Plays the demo in a folder, and leaves what it wrote there to the caller.
    static func play(
        in folder: String,
        now: @escaping @Sendable () -> Timestamp
    ) async throws -> DemoStory {
        var options = FakeStore.Options()
        options.threads = 1
        let server = try await FakeStore.start(
            world: .json(DemoWorld().text(policies: [:])),
            options: options
        )
        do {
            var demo = try Demo(folder: folder, url: server.url, now: now)
            try demo.play()
            await server.stop()
            return demo.story
        } catch {
            await server.stop()
            throw error
        }
    }

    private init(folder: String, url: String, now: @escaping @Sendable () -> Timestamp) throws {
        self.folder = folder
        self.now = now
        state = try State(folder: "\(folder)/state")
        store = DemoStore(url: url)
    }

    private mutating func play() throws {
        story.tell(
            """
            A reseller delivers detailed AWS bills into buckets that its customers own. Here a FakeStore inside
            this process stands in for Amazon S3; it verifies every signature and enforces every policy.
            """
        )
        try save(world.text(policies: [:]), as: "world.json")
        try apply([world.acme])
        let policy = try verifyIsRefused()
        try attach(policy)
        try verifyPasses()
        try importBill()
        try deliver()
        try deliverAgain()
        try collide(policy)
        story.tell(
            "That was the whole flow. `exporter --help` shows how to run it on your own bills."
        )
    }

    // MARK: The steps

    private mutating func verifyIsRefused() throws -> JSONNode {
        story.begin("Verify: may we write to Acme's bucket?")
        let report = try verify(world.acme)
        story.tell(VerifyText.text(report))
        guard let failure = report.failure, let cause = failure.diagnosis.causes.first,
            let fix = cause.fix
        else {
            throw Failed(description: "Verify was not refused: \(report.mode.rawValue)")
        }
        story.add("verify", of: world.acme.id, "refused") {
            $0.member("code", failure.code)
            $0.member("cause", cause.cause)
            $0.member("fix", fix)
        }
        return fix
    }

    private mutating func attach(_ policy: JSONNode) throws {
        story.begin("Acme's administrator pastes the policy into \(world.acme.bucket)")
        try store.setWorld(world.text(policies: [world.acme.id: policy]))
        story.tell("The bucket policy is attached; nothing else has changed.")
        story.add("attach-policy", "done")
    }

    private mutating func verifyPasses() throws {
        story.begin("Verify again")
        let report = try verify(world.acme)
        story.tell(VerifyText.text(report))
        guard report.mode != .refused else { throw Failed(description: "Verify was refused again") }
        story.add("verify", "passed")
    }

    private mutating func importBill() throws {
        story.begin("Import the bill of October 2026")
        let path = "\(folder)/123456789012\(DemoWorld.fileName)"
        let bill = UnsafeRawBufferPointer(start: sample_bill_pointer(), count: sample_bill_bytes)
        try OpenFile(path, .replace).write(bill, at: 0)
        let result = try Jobs.importBill(path, provider: .aws, into: state, now: now())
        story.tell(BillText.table([result]))
        story.add("import", "imported") {
            $0.member("lines", result.bill.bill.lines)
            $0.member("total", result.bill.bill.total.text(minimumScale: 2))
        }
    }

    private mutating func deliver() throws {
        story.begin("Deliver what is due")
        let report = try run()
        story.tell(DeliveryText.text(report))
        guard let entry = report.entries.first, entry.outcome == .state(.delivered) else {
            throw Failed(description: "nothing was delivered: \(report.entries)")
        }
        story.tell(
            "Acme's file has Acme's lines alone, its own totals, and the name that AWS itself would give it."
        )
        story.add("deliver", "delivered") {
            $0.member("url", entry.url)
            $0.member("bytes", entry.bytes)
            $0.member("sha256", entry.sha256)
        }
    }

    private mutating func deliverAgain() throws {
        story.begin("Run again: the same bytes are never sent twice")
        let before = try store.requestCount()
        let report = try run()
        let requests = try store.requestCount() - before
        story.tell(DeliveryText.text(report) + "\n\nrequests that reached the store: \(requests)")
        guard report.entries.map(\.outcome) == [.unchanged], requests == 0 else {
            throw Failed(description: "something was sent again: \(report.entries)")
        }
        story.add("deliver again", "unchanged") { $0.member("requests", requests) }
    }

    private mutating func collide(_ policy: JSONNode) throws {
        let globex = world.globex
        story.begin("Globex's bucket already holds AWS's own report under that name")
        let own = PolicyText(bucket: globex.bucket, prefix: "")
            .bucketPolicy(principal: DemoWorld.principal)
        try store.setWorld(world.text(policies: [world.acme.id: policy, globex.id: own]))
        let key = globex.account + DemoWorld.fileName
        try store.put(
            Array("\"InvoiceID\",\"PayerAccountId\"\n\"written by AWS\",\"\"\n".utf8),
            key: key,
            for: globex
        )
        let before = SHA256.hash(try store.get(key: key, of: globex)).hex
        try apply([world.acme, globex])
        let report = try run()
        let after = SHA256.hash(try store.get(key: key, of: globex)).hex
        story.tell(DeliveryText.text(report))
        guard let entry = report.entries.first(where: { $0.customer == globex.id }),
            entry.outcome == .state(.collided), before == after
        else { throw Failed(description: "Globex's file was not left alone: \(report.entries)") }
        var table = TextTable(("", .left), ("SHA-256 of Globex's file", .left))
        table.add("before", before)
        table.add("after", after)
        story.tell(table.text())
        story.add("collision", "collided") {
            $0.member("url", entry.url)
            $0.member("sha256Before", before)
            $0.member("sha256After", after)
        }
    }

    // MARK: The exporter's jobs

    private func apply(_ customers: [DemoWorld.Customer]) throws {
        let text = world.setup(endpoint: store.url, customers: customers)
        try save(text, as: "setup.json")
        _ = try Jobs.apply(Array(text.utf8), file: "setup.json", to: state, now: now())
    }

    private func verify(_ customer: DemoWorld.Customer) throws -> VerifyReport {
        guard let export = try state.exports().first(where: { $0.owner.customer == customer.id })
        else {
            throw Failed(description: "\(customer.name) has no export")
        }
        return try Verify(platform: try platform()).run(export, state: state, now: now())
    }

    private func run() throws -> DeliveryReport {
        try Deliver(platform: try platform(), now: now).run(state)
    }

    private func platform() throws -> DeliveryPlatform {
        DeliveryPlatform(
            setup: try state.setup().platform,
            environment: world.environment,
            transport: CurlTransport(userAgent: "exporter/\(ExporterProgram.version)")
        )
    }

    private func save(_ text: String, as name: String) throws {
        let file = try OpenFile("\(folder)/\(name)", .replace)
        try Array(text.utf8).withUnsafeBytes { try file.write($0, at: 0) }
    }
}

extension ExporterProgram {
    static func demoCommand(_ surroundings: Surroundings) async throws -> CommandAnswer {
        let kept = surroundings.arguments.text("keep")
        let folder: String
        if let kept {
            if fileExists("\(kept)/state") {
                throw surroundings.arguments.error(
                    "`\(kept)` holds a demo already: name another folder"
                )
            }
            try Folder.create(kept)
            folder = kept
        } else {
            folder = try Folder.temporary(prefix: "exporter-demo-")
        }
        defer { if kept == nil { try? Folder.remove(folder) } }
        var story = try await Demo.play(in: folder, now: surroundings.now)
        if let kept {
            story.tell("Kept in \(kept): the set-up, the world, the bill and the exporter's state.")
        }
        return CommandAnswer(text: story.text) {
            $0.member("ok", true)
            $0.member("steps", story.steps)
        }
    }
}
