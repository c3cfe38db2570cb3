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
            world: .json(DemoWorld().text()),
            options: options
        )
        do {
            var demo = try Demo(folder: folder, server, now: now)
            try demo.play()
            await server.stop()
            return demo.story
        } catch {
            await server.stop()
            throw error
        }
    }

    private init(
        folder: String,
        _ server: FakeStore.Server,
        now: @escaping @Sendable () -> Timestamp
    ) throws {
        self.folder = folder
        self.now = now
        state = try State(folder: "\(folder)/state")
        store = DemoStore(server)
    }

    private mutating func play() throws {
        story.tell(
            """
            A reseller delivers detailed AWS bills into buckets that its customers own, in a role of each customer's.
            A FakeStore inside this process stands in for S3, STS and IAM: it verifies every signature and enforces
            every policy.
            """
        )
        try save(world.text(), as: "world.json")
        try apply([world.acme])
        try createRole()
        let policy = try verifyIsRefused()
        try attach(policy)
        try verifyPasses()
        try importBill()
        try deliver()
        try deliverAgain()
        try collide()
        try makeMistakes()
        story.tell("\n`exporter --help` shows how to run all this on your own bills.")
    }

    // MARK: The steps

    private mutating func createRole() throws {
        let acme = world.acme
        story.begin("Acme's administrator creates the role \(DemoWorld.role) for the reseller")
        try createRole(of: acme)
        story.tell(
            "Its trust policy lets \(DemoWorld.principal) in, with the external id \(acme.externalID).",
            lead: "  "
        )
        story.add("create-role", of: acme.id, "done") {
            $0.member("roleArn", acme.roleARN)
            $0.member("externalId", acme.externalID)
        }
    }

    private func createRole(of customer: DemoWorld.Customer) throws {
        let trust = PolicyText.trust(
            principal: DemoWorld.principal,
            externalID: customer.externalID
        )
        try store.iam(
            "CreateRole",
            [("RoleName", DemoWorld.role), ("AssumeRolePolicyDocument", trust.text())],
            as: customer
        )
    }

    /// Creates the write policy and attaches it to the customer's role.
    private func attach(_ policy: JSONNode, for customer: DemoWorld.Customer) throws {
        try store.iam(
            "CreatePolicy",
            [("PolicyName", DemoWorld.policy), ("PolicyDocument", policy.text())],
            as: customer
        )
        try store.iam(
            "AttachRolePolicy",
            [("RoleName", DemoWorld.role), ("PolicyArn", customer.policyARN)],
            as: customer
        )
    }

    private mutating func verifyIsRefused() throws -> JSONNode {
        story.begin("Verify: may we write to Acme's bucket?")
        let report = try verify(world.acme)
        story.tell("  " + DemoText.stages(report))
        guard let failure = report.failure, let cause = failure.diagnosis.causes.first,
            let fix = cause.fix
        else {
            throw Failed(description: "Verify was not refused: \(report.mode.rawValue)")
        }
        story.tell("AWS: \(failure.message ?? "")", lead: "  ")
        story.tell("Verify, to the \(cause.who.rawValue): \(cause.cause)", lead: "  ")
        story.tell("  paste into the \(cause.place ?? "policy"):")
        story.tell(fix.text().split(separator: ",").joined(separator: ", "), lead: "    ")
        story.add("verify", of: world.acme.id, "refused") {
            $0.member("stage", failure.name.rawValue)
            $0.member("code", failure.code)
            $0.member("message", failure.message)
            $0.member("cause", cause.cause)
            $0.member("fix", fix)
        }
        return fix
    }

    private mutating func attach(_ policy: JSONNode) throws {
        story.begin("Acme's administrator creates that policy and attaches it to the role")
        let acme = world.acme
        try attach(policy, for: acme)
        story.add("attach-policy", "done") { $0.member("policyArn", acme.policyARN) }
    }

    private mutating func verifyPasses() throws {
        story.begin("Verify again")
        let report = try verify(world.acme)
        story.tell("  " + DemoText.stages(report))
        guard report.mode != .refused else { throw Failed(description: "Verify was refused again") }
        story.tell("\(VerifyText.conclusion(report))", lead: "  ")
        story.add("verify", "passed") { $0.member("mode", report.mode.rawValue) }
    }

    private mutating func importBill() throws {
        story.begin("Import the bill of October 2026")
        let path = "\(folder)/123456789012\(DemoWorld.fileName)"
        let bill = UnsafeRawBufferPointer(start: sample_bill_pointer(), count: sample_bill_bytes)
        try OpenFile(path, .replace).write(bill, at: 0)
        let result = try Jobs.importBill(path, provider: .aws, into: state, now: now())
        let kept = result.bill.bill
        let total = kept.total.text(minimumScale: 2)
        story.tell(
            "  payer \(kept.payer): \(grouped(kept.lines)) lines, \(total) in all,"
                + " \(kept.isFinal ? "final" : "estimated")"
        )
        story.add("import", "imported") {
            $0.member("lines", result.bill.bill.lines)
            $0.member("total", result.bill.bill.total.text(minimumScale: 2))
        }
    }

    private mutating func deliver() throws {
        story.begin("Deliver what is due")
        let report = try run()
        guard let entry = report.entries.first, entry.outcome == .state(.delivered) else {
            throw Failed(description: "nothing was delivered: \(report.entries)")
        }
        story.tell(
            "  \(entry.export)  delivered  \(grouped(entry.bytes ?? 0)) bytes\n  \(entry.url)"
        )
        story.tell(
            "  Acme's lines alone, with their own totals, under the name that AWS would give the file."
        )
        story.add("deliver", "delivered") {
            $0.member("url", entry.url)
            $0.member("bytes", entry.bytes)
            $0.member("sha256", entry.sha256)
        }
    }

    private mutating func deliverAgain() throws {
        story.begin("Run again: the same bytes are never sent twice")
        let before = store.requestCount
        let report = try run()
        let requests = store.requestCount - before
        story.tell("  unchanged; requests that reached the store: \(requests)")
        guard report.entries.map(\.outcome) == [.unchanged], requests == 0 else {
            throw Failed(description: "something was sent again: \(report.entries)")
        }
        story.add("deliver again", "unchanged") { $0.member("requests", requests) }
    }

    private mutating func collide() throws {
        let globex = world.globex
        story.begin("Globex's bucket already holds AWS's own report under that name")
        try createRole(of: globex)
        try attach(PolicyText(bucket: globex.bucket, prefix: "").identityPolicy(), for: globex)
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
        guard let entry = report.entries.first(where: { $0.customer == globex.id }),
            entry.outcome == .state(.collided), before == after
        else { throw Failed(description: "Globex's file was not left alone: \(report.entries)") }
        story.tell("\(entry.export)  collided: \(entry.reason ?? "")", lead: "  ")
        story.tell("  SHA-256 of the file there, before and after: \(before.prefix(16))…")
        story.add("collision", "collided") {
            $0.member("url", entry.url)
            $0.member("sha256Before", before)
            $0.member("sha256After", after)
        }
    }

    private mutating func makeMistakes() throws {
        story.begin("Five typical mistakes, each made, verified and mended")
        for (letter, mistake) in zip("abcde", DemoMistake.all) {
            try mistake.make(store, world)
            let last = store.server.lastSequence
            let report = try verify(world.acme)
            guard let failure = report.failure, let cause = failure.diagnosis.causes.first else {
                throw Failed(description: "\(mistake.name): Verify was \(report.mode.rawValue)")
            }
            let explanation = try store.explanation(since: last)
            try mistake.mend(store, world)
            let answer = "\(failure.status ?? 0) \(failure.code ?? "")"
            story.tell("  \(letter). \(mistake.title): \(failure.name.rawValue) failed, \(answer)")
            story.tell(explanation, lead: "     FakeStore: ")
            story.tell(
                "\(cause.who.rawValue): \(DemoText.gist(cause.cause))",
                lead: "     Verify:    "
            )
            story.add("mistake", of: world.acme.id, "refused") {
                $0.member("mistake", mistake.name)
                $0.member("stage", failure.name.rawValue)
                $0.member("status", failure.status)
                $0.member("code", failure.code)
                $0.member("message", failure.message)
                $0.member("explanation", explanation)
                $0.member("causes", failure.diagnosis.causes)
            }
        }
        guard try verify(world.acme).mode != .refused else {
            throw Failed(description: "a mistake was not mended")
        }
        story.add("verify", of: world.acme.id, "passed")
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

/// What the demo says more shortly than the commands do.
private enum DemoText {
    /// `reach ok, clock ok, …, write failed`.
    static func stages(_ report: VerifyReport) -> String {
        report.stages.map { "\($0.name.rawValue) \($0.outcome.rawValue)" }.joined(separator: ", ")
    }

    /// A cause without its details: up to the first colon or semicolon.
    static func gist(_ cause: String) -> String {
        var gist = ""
        for word in cause.split(separator: " ") {
            gist += gist.isEmpty ? word : " \(word)"
            if word.hasSuffix(":") || word.hasSuffix(";") { return String(gist.dropLast()) }
        }
        return gist
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
