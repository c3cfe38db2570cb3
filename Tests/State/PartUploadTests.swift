import State
import Testing

/// The record of uploads in parts, as a process leaves it and the next one finds it.
@Suite struct PartUploadTests {
    /// A state with one delivery that is being uploaded.
    struct Flow {
        let test: TestState
        let delivery: Int64

        var state: State { test.state }

        init() throws {
            test = try TestState()
            try test.state.store(exampleSetup, changes: [], now: time(0))
            let bill = try test.addBill()
            delivery = try test.state.plan(try Flow.plan(test.state, bill, "one"), now: time(1)).id
            _ = try test.state.beginUpload(delivery, now: time(1))
        }

        static func plan(
            _ state: State,
            _ bill: BillVersion,
            _ sha256: String
        ) throws
            -> DeliveryPlan
        {
            let export = try #require(try state.exports().first { $0.id == "customer/acme" })
            return DeliveryPlan(
                export: export.id,
                view: .cost,
                provider: .aws,
                format: .detailedWithResources,
                cycle: try cycle(),
                billVersion: bill.id,
                destination: export.destination.id,
                key: "k.csv",
                url: "s3://acme-billing/k.csv",
                recipe: "r",
                bytes: 17 << 20,
                sha256: sha256
            )
        }

        /// Begins an upload and has it named.
        func begin(_ name: String) throws -> Int64 {
            let id = try state.beginPartUpload(
                delivery: delivery,
                partBytes: 8 << 20,
                now: time(2)
            )
            try state.namePartUpload(id, name)
            return id
        }

        func pending() throws -> [String?] {
            try state.pendingUploads(
                export: "customer/acme",
                provider: .aws,
                format: .detailedWithResources,
                cycle: cycle()
            ).map(\.uploadID)
        }
    }

    static func part(_ number: Int, _ etag: String = "e") -> PartUpload.Part {
        PartUpload.Part(number: number, bytes: 8 << 20, etag: etag, checksum: "c\(number)")
    }

    @Test func aNewProcessFindsTheParts() throws {
        let flow = try Flow()
        let id = try flow.begin("u1")
        try flow.state.addPart(Self.part(2), to: id)
        try flow.state.addPart(Self.part(1), to: id)
        try flow.state.addPart(Self.part(2, "again"), to: id)
        try flow.test.reopen()
        let found = try #require(try flow.state.partUpload(of: flow.delivery))
        #expect(found.uploadID == "u1")
        #expect(found.stage == .open)
        #expect(found.partBytes == 8 << 20)
        #expect(found.parts == [Self.part(1), Self.part(2, "again")])
        #expect(try flow.pending() == ["u1"])
        #expect(try flow.state.hasOnlyUncompletedUploads(of: flow.delivery))
    }

    @Test func whatMayHaveBeenCompletedIsTold() throws {
        let flow = try Flow()
        #expect(
            try flow.state.hasOnlyUncompletedUploads(of: flow.delivery) == false,
            "nothing is known"
        )
        let id = try flow.begin("u1")
        try flow.state.willComplete(id)
        #expect(try flow.state.hasOnlyUncompletedUploads(of: flow.delivery) == false)
        try flow.state.wasNotCompleted(id)
        #expect(try flow.state.hasOnlyUncompletedUploads(of: flow.delivery))
        // Given up and gone: that nothing came of it is remembered until the outcome is.
        try flow.state.giveUpPartUpload(id)
        #expect(try flow.state.partUpload(of: flow.delivery) == nil)
        #expect(try flow.state.hasOnlyUncompletedUploads(of: flow.delivery))
        #expect(try flow.pending().isEmpty)
        _ = try flow.state.record(.collided(reason: "c"), for: flow.delivery, now: time(3))
        #expect(try flow.state.hasOnlyUncompletedUploads(of: flow.delivery) == false)
    }

    @Test func aConfirmedFileEndsItsUpload() throws {
        let flow = try Flow()
        let id = try flow.begin("u1")
        try flow.state.addPart(Self.part(1), to: id)
        try flow.state.willComplete(id)
        _ = try flow.state.record(.delivered(etag: "t"), for: flow.delivery, now: time(3))
        #expect(try flow.state.partUpload(of: flow.delivery) == nil)
        #expect(try flow.pending().isEmpty)
    }

    @Test func otherOutcomesKeepIt() throws {
        let flow = try Flow()
        _ = try flow.begin("u1")
        for outcome in [
            DeliveryOutcome.failed(reason: "f"), .refused(reason: "r"), .unconfirmed(reason: "u"),
            .collided(reason: "c"),
        ] {
            _ = try flow.state.record(outcome, for: flow.delivery, now: time(3))
            #expect(try flow.state.partUpload(of: flow.delivery)?.uploadID == "u1")
        }
    }

    @Test func whatWasLeftIsToldOnce() throws {
        let flow = try Flow()
        let url = "s3://acme-billing/k.csv"
        let id = try flow.begin("u1")
        let unnamed = try flow.state.beginPartUpload(
            delivery: flow.delivery,
            partBytes: 8 << 20,
            now: time(2)
        )
        #expect(try flow.state.unnamedUploads(of: flow.delivery).map(\.id) == [unnamed])
        try flow.state.leavePartUpload(unnamed, because: "lost", isVoid: true)
        #expect(try flow.state.unnamedUploads(of: flow.delivery).isEmpty)
        try flow.state.leavePartUpload(id, because: "403", isVoid: false)
        #expect(try flow.state.untoldUploads(url: url).map(\.leftBecause) == ["403", "lost"])
        // An outcome that says nothing of them has not told.
        _ = try flow.state.record(.failed(reason: "f"), for: flow.delivery, now: time(3))
        #expect(try flow.state.untoldUploads(url: url).count == 2)
        let told = try flow.state.record(
            .collided(reason: "c"),
            for: flow.delivery,
            note: "two were left",
            now: time(4)
        )
        #expect(told.reason == "c; two were left")
        #expect(try flow.state.untoldUploads(url: url).isEmpty)
        // The one that is not void can still be gone on with.
        #expect(try flow.state.partUpload(of: flow.delivery)?.uploadID == "u1")
        #expect(try flow.pending().isEmpty, "nobody tries to remove it again")
    }
}
