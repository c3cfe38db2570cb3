import Destinations
import State
import Testing

@testable import Jobs

/// The notes of an upload in parts, over the state: what the next process finds, and what a run says of it.
@Suite struct DeliveryNotesTests {
    let flow: DeliverTests.Flow
    let delivery: Delivery

    init() throws {
        flow = try DeliverTests.Flow()
        delivery = try flow.interrupt()
    }

    func notes() -> DeliveryNotes {
        DeliveryNotes(DeliveryLedger(flow.test.state), delivery: delivery.id, now: { time(3) })
    }

    static func part(_ number: Int) -> UnfinishedUpload.Part {
        UnfinishedUpload.Part(number: number, count: 8 << 20, etag: "e\(number)", checksum: "c")
    }

    func begin(_ id: String = "u1", lost: Int = 0) throws -> DeliveryNotes {
        let notes = notes()
        try notes.willBegin(partBytes: 8 << 20)
        try notes.began(UnfinishedUpload(id: id, partBytes: 8 << 20), lost: lost)
        return notes
    }

    var left: [PartUpload] {
        get throws { try flow.test.state.untoldUploads(url: delivery.plan.url) }
    }

    @Test func anotherProcessGoesOn() throws {
        let first = try begin()
        try first.stored(Self.part(2))
        try first.stored(Self.part(1))
        #expect(
            try notes().unfinished()
                == UnfinishedUpload(
                    id: "u1",
                    partBytes: 8 << 20,
                    parts: [Self.part(1), Self.part(2)]
                )
        )
        try first.willComplete()
        #expect(try notes().unfinished()?.isCompleting == true)
        try first.wasNotCompleted()
        #expect(try notes().unfinished()?.isCompleting == false)
        try first.ended()
        #expect(try notes().unfinished() == nil)
        #expect(try left.isEmpty)
    }

    @Test func anUploadThatWasNeverNamedIsToldOf() throws {
        // Killed while it waited for the answer.
        try notes().willBegin(partBytes: 8 << 20)
        #expect(try notes().unfinished() == nil)
        #expect(try left.isEmpty)
        _ = try begin()
        #expect(try left.map(\.leftBecause) == ["the answer that named it was lost"])
        #expect(try notes().unfinished()?.id == "u1")
    }

    @Test func uploadsWhoseAnswersWereLostAreToldOf() throws {
        _ = try begin(lost: 2)
        #expect(try left.count == 2)
        let other = notes()
        try other.ended()
        try other.willBegin(partBytes: 8 << 20)
        try other.didNotBegin(lost: 1)
        #expect(try left.count == 3)
        #expect(try notes().unfinished() == nil)
    }

    @Test func whatStaysIsUsedAgainUnlessItIsVoid() throws {
        try begin().left(because: "403", isVoid: false)
        #expect(try notes().unfinished()?.id == "u1")
        try notes().left(because: "403", isVoid: true)
        #expect(try notes().unfinished() == nil)
        #expect(try left.map(\.uploadID) == ["u1"])
    }

    /// The run above all says what it found; a kill before the upload was completed leaves no doubt about the file.
    @Test func aKillBeforeCompletingLeavesNoDoubt() throws {
        _ = try begin()
        flow.bucket.allowReading(false)
        flow.bucket[flow.path] = MemoryBucket.Object(content: [1], tag: "theirs")
        let entry = try flow.run()
        #expect(entry.outcome == .state(.collided), "and not unconfirmed")
    }

    @Test func aRunTellsOnceWhatWasLeft() throws {
        try notes().willBegin(partBytes: 8 << 20)
        _ = try begin()
        try notes().left(because: "403 AccessDenied", isVoid: true)
        let entry = try flow.run()
        #expect(entry.outcome == .state(.delivered))
        #expect(
            entry.reason
                == "an upload may have been left unfinished in the bucket, where its parts cost their"
                + " space (the answer that named it was lost): a lifecycle rule removes such uploads;"
                + " upload `u1` was left unfinished in the bucket, where its parts cost their space"
                + " (403 AccessDenied): allow s3:AbortMultipartUpload, or let a lifecycle rule remove"
                + " such uploads"
        )
        #expect(
            entry.fix?.json.text()
                == #"{"Rules":[{"ID":"BillingExportUnfinishedUploads","Status":"Enabled","#
                + #""Filter":{"Prefix":""},"AbortIncompleteMultipartUpload":{"DaysAfterInitiation":7}}]}"#
        )
        #expect(try left.isEmpty)
        #expect(try flow.run().reason == nil)
    }
}
