import Destinations
import Digest
import Platform
import Rating
import State
import Testing
import Transfer

@testable import Jobs

/// Runs against a bucket in memory: what is sent, what is recorded, and that nothing is sent twice.
@Suite struct DeliverTests {
    /// One customer with one bucket, and the bill of October 2026.
    struct Flow {
        let test: TestFolder
        let bucket = MemoryBucket()
        let path =
            "/acme-billing/111122223333-aws-billing-detailed-line-items-with-resources-and-tags-2026-10.csv"

        init(
            isFinal: Bool = true,
            mode: DestinationMode = .createOnly,
            replace: ReplaceRule = .conditional
        ) throws {
            test = try TestFolder()
            try test.apply(
                """
                {"platform": {"aws": {"accessKeyId": {"env": "AK"}, "secretAccessKey": {"env": "SK"}},
                              "endpoints": {"s3": "http://127.0.0.1:9"}},
                 "customers": [{"id": "acme", "accounts": [{"provider": "aws", "id": "111122223333"}],
                   "export": {"destination": {"type": "s3", "account": "111122223333",
                     "bucket": "acme-billing", "region": "eu-west-1", "replace": "\(replace.rawValue)"}}}]}
                """
            )
            try setMode(mode)
            _ = try test.importBill(isFinal ? sample() : sample("estimated/\(sampleName)"))
        }

        func setMode(_ mode: DestinationMode) throws {
            let destination = try #require(try test.state.exports().first).destination
            try test.state.record(
                Verification(time: time(0), passed: true, stages: "[]"),
                mode: mode,
                for: destination.id
            )
        }

        func run(_ change: (inout Deliver.Options) -> Void = { _ in }) throws -> DeliveryEntry {
            var options = Deliver.Options()
            change(&options)
            let platform = DeliveryPlatform(
                setup: try test.state.setup().platform,
                environment: ["AK": "key", "SK": "secret"],
                transport: bucket,
                retries: RetryEnvironment(pause: { _ in }, random: { 0 })
            )
            let report = try Deliver(platform: platform, options: options, now: { time(2) })
                .run(test.state)
            try #require(report.entries.count == 1)
            return report.entries[0]
        }

        /// The bytes that the export should have.
        func rendered() throws -> [UInt8] {
            var bytes: [UInt8] = []
            try render(try dueFiles(in: test.state)[0]) { bytes += $0 }
            return bytes
        }

        /// Leaves the record as a process does that was killed in the middle of an upload.
        func interrupt() throws -> Delivery {
            let file = try dueFiles(in: test.state)[0]
            guard case .bill(let bill, _, let recipe) = file.source else { throw NoBill() }
            let bytes = try rendered()
            let delivery = try test.state.plan(
                DeliveryPlan(
                    export: file.export.id,
                    view: .cost,
                    provider: .aws,
                    format: file.format,
                    cycle: file.cycle,
                    billVersion: bill.id,
                    destination: file.export.destination.id,
                    key: file.key,
                    url: file.url,
                    recipe: recipe,
                    bytes: Int64(bytes.count),
                    sha256: SHA256.hash(bytes).hex
                ),
                now: time(1)
            )
            return try test.state.beginUpload(delivery.id, now: time(1))
        }

        /// Puts bytes there as an upload of ours does.
        func store(_ bytes: [UInt8]) {
            bucket[path] = MemoryBucket.Object(
                content: bytes,
                sha256: SHA256.hash(bytes).hex,
                tag: MD5.hash(bytes).hex
            )
        }

        struct NoBill: Error {}
    }

    @Test func deliversAFinalBillOnceAndNeverAgain() throws {
        let flow = try Flow()
        let first = try flow.run()
        #expect(first.outcome == .state(.delivered))
        #expect(first.attempts == 1 && first.requests == 1)
        #expect(flow.bucket[flow.path]?.content == (try flow.rendered()))
        #expect(first.sha256 == flow.bucket[flow.path]?.sha256)
        for _ in 1...3 {
            let again = try flow.run()
            #expect(again.outcome == .unchanged)
            #expect(again.requests == 0)
        }
        #expect(flow.bucket.requests == 1)
    }

    @Test func aVersionThatChangesNothingOfTheExportsIsNotSent() throws {
        let flow = try Flow()
        _ = try flow.run()
        // Another account's line gets another resource; the totals stay.
        let changed = String(decoding: try sample(), as: UTF8.self)
            .replacing("i-000000033b26", with: "i-000000033b27")
        #expect(try flow.test.importBill(Array(changed.utf8)).isNew)
        #expect(try flow.run().outcome == .unchanged)
        #expect(try dueFiles(in: flow.test.state)[0].isDelivered, "the record knows the new recipe")
        #expect(flow.bucket.requests == 1)
    }

    @Test func neverWritesOverAStrangersFile() throws {
        for mode in DestinationMode.allCases {
            let flow = try Flow(mode: mode)
            flow.bucket[flow.path] = MemoryBucket.Object(content: [1, 2, 3], tag: "theirs")
            let entry = try flow.run()
            #expect(entry.outcome == .state(.collided))
            #expect(
                entry.reason?.contains("a file that we did not write is at s3://acme-billing/")
                    == true
            )
            #expect(flow.bucket[flow.path]?.content == [1, 2, 3])
            // It is asked again, still without writing, and delivered when the file is gone.
            #expect(try flow.run().outcome == .state(.collided))
            flow.bucket[flow.path] = nil
            #expect(try flow.run().outcome == .state(.delivered))
        }
    }

    // MARK: Estimated bills

    @Test func aCreateOnlyDestinationWaitsForTheFinalBill() throws {
        let flow = try Flow(isFinal: false)
        let waiting = try flow.run()
        #expect(waiting.outcome == .waiting)
        #expect(waiting.reason?.contains("still estimated") == true)
        #expect(flow.bucket.requests == 0)
        _ = try flow.test.importBill(sample())
        #expect(try flow.run().outcome == .state(.delivered))
    }

    @Test func estimatedBillsAreDeliveredOnRequestAndThenCannotBeCorrected() throws {
        let flow = try Flow(isFinal: false)
        #expect(try flow.run { $0.takesEstimated = true }.outcome == .state(.delivered))
        _ = try flow.test.importBill(sample())
        let stuck = try flow.run()
        #expect(stuck.outcome == .waiting)
        #expect(stuck.reason?.contains("does not let us replace it") == true)
        #expect(flow.bucket.requests == 1)
        // Once replacing is allowed, the correction goes out.
        try flow.setMode(.replace)
        #expect(try flow.run().outcome == .state(.delivered))
        #expect(flow.bucket[flow.path]?.content == (try flow.rendered()))
    }

    @Test func aReplaceDestinationGetsEveryChangedVersion() throws {
        let flow = try Flow(isFinal: false, mode: .replace)
        #expect(try flow.run().outcome == .state(.delivered))
        _ = try flow.test.importBill(sample())
        #expect(try flow.run().outcome == .state(.delivered))
        #expect(flow.bucket[flow.path]?.content == (try flow.rendered()))
        #expect(try flow.run().outcome == .unchanged)
        #expect(flow.bucket.puts.count == 2)
    }

    @Test func doesNotReplaceWhatSomebodyElseHasChanged() throws {
        let flow = try Flow(isFinal: false, mode: .replace)
        _ = try flow.run()
        flow.bucket[flow.path] = MemoryBucket.Object(content: [9], tag: "theirs")
        _ = try flow.test.importBill(sample())
        #expect(try flow.run().outcome == .state(.collided))
        #expect(flow.bucket[flow.path]?.content == [9])
    }

    @Test func createsAgainWhatItsOwnerDeleted() throws {
        let flow = try Flow(isFinal: false, mode: .replace)
        _ = try flow.run()
        flow.bucket[flow.path] = nil
        _ = try flow.test.importBill(sample())
        #expect(try flow.run().outcome == .state(.delivered))
        #expect(flow.bucket[flow.path]?.content == (try flow.rendered()))
    }

    // MARK: Overwriting, where a person chose that

    @Test func overwritesItsOwnFileWithoutACondition() throws {
        let flow = try Flow(isFinal: false, replace: .own)
        flow.bucket.allowReading(false)
        // An estimated bill can be corrected here, so it does not wait.
        #expect(try flow.run().outcome == .state(.delivered))
        _ = try flow.test.importBill(sample())
        let corrected = try flow.run()
        #expect(corrected.outcome == .state(.delivered))
        #expect(
            corrected.reason
                == "our earlier file was overwritten without a condition, as `replace: own` says"
        )
        #expect(flow.bucket[flow.path]?.content == (try flow.rendered()))
        #expect(try flow.run().outcome == .unchanged)
        #expect(flow.bucket.puts.count == 2)
    }

    @Test func overwritesNothingThatTheRecordDoesNotHave() throws {
        let flow = try Flow(replace: .own)
        flow.bucket[flow.path] = MemoryBucket.Object(content: [1, 2, 3], tag: "theirs")
        #expect(try flow.run().outcome == .state(.collided))
        #expect(flow.bucket[flow.path]?.content == [1, 2, 3])
    }

    @Test func overwritesNothingThatIsPerhapsOurs() throws {
        let flow = try Flow(isFinal: false, replace: .own)
        flow.bucket.allowReading(false)
        flow.bucket.fail(.answerLost)
        #expect(try flow.run().outcome == .state(.unconfirmed))
        _ = try flow.test.importBill(sample())
        #expect(try flow.run().outcome == .state(.unconfirmed))
        #expect(flow.bucket.puts.count == 1)
    }

    @Test func aKilledOverwriteIsSimplyRepeated() throws {
        for wasStored in [true, false] {
            let flow = try Flow(isFinal: false, replace: .own)
            flow.bucket.allowReading(false)
            _ = try flow.run()
            _ = try flow.test.importBill(sample())
            _ = try flow.interrupt()
            if wasStored { flow.store(try flow.rendered()) }
            #expect(try flow.run().outcome == .state(.delivered))
            #expect(flow.bucket[flow.path]?.content == (try flow.rendered()))
        }
    }

    // MARK: Lost answers and kills

    @Test func aLostAnswerIsProvenWhereItMayLook() throws {
        let flow = try Flow()
        flow.bucket.fail(.answerLost)
        let entry = try flow.run()
        #expect(entry.outcome == .state(.delivered))
        #expect(flow.bucket.puts.count == 1)
        #expect(try flow.run().outcome == .unchanged)
    }

    @Test func aLostAnswerIsUnconfirmedWhereItMayNotLookAndNeverSentAgain() throws {
        let flow = try Flow()
        flow.bucket.allowReading(false)
        flow.bucket.fail(.answerLost)
        for _ in 1...3 {
            let entry = try flow.run()
            #expect(entry.outcome == .state(.unconfirmed))
            #expect(entry.outcome.needsAttention)
        }
        #expect(flow.bucket.puts.count == 1)
        // Once it may look, it knows.
        flow.bucket.allowReading(true)
        #expect(try flow.run().outcome == .state(.delivered))
        #expect(flow.bucket.puts.count == 1)
    }

    @Test func aLostRequestIsSentOnceMore() throws {
        let flow = try Flow()
        flow.bucket.fail(.requestLost)
        #expect(try flow.run().outcome == .state(.delivered))
        #expect(flow.bucket.puts.count == 1)
    }

    @Test(arguments: [true, false], [true, false])
    func goesOnAfterAKill(wasStored: Bool, mayRead: Bool) throws {
        let flow = try Flow()
        flow.bucket.allowReading(mayRead)
        _ = try flow.interrupt()
        if wasStored { flow.store(try flow.rendered()) }
        let entry = try flow.run()
        #expect(
            entry.outcome == (wasStored && !mayRead ? .state(.unconfirmed) : .state(.delivered))
        )
        #expect(flow.bucket.puts.count == (wasStored ? 0 : 1), "written once in all")
        #expect(flow.bucket[flow.path]?.content == (try flow.rendered()))
        #expect(entry.attempts == 2)
    }

    @Test func aKillBeforeTheBillChangedIsSettledFirst() throws {
        // The estimated file got through, the process died, and then the final bill came.
        let flow = try Flow(isFinal: false, mode: .replace)
        let interrupted = try flow.interrupt()
        flow.store(try flow.rendered())
        _ = try flow.test.importBill(sample())
        #expect(try flow.run().outcome == .state(.delivered))
        #expect(flow.bucket[flow.path]?.content == (try flow.rendered()))
        let deliveries = try flow.test.state.allDeliveries()
        #expect(deliveries.map(\.state) == [.delivered, .delivered])
        #expect(deliveries[0].id == interrupted.id)
    }

    @Test func aKilledReplacementIsRecognized() throws {
        let flow = try Flow(isFinal: false, mode: .replace)
        _ = try flow.run()
        _ = try flow.test.importBill(sample())
        _ = try flow.interrupt()
        flow.store(try flow.rendered())
        #expect(try flow.run().outcome == .state(.delivered))
        #expect(flow.bucket.puts.count == 1, "the replacement was not written again")
    }

    @Test func aConfirmedFileEndsOlderDoubts() throws {
        // An attempt at the estimated file stays unconfirmed, and is then removed by its owner.
        let flow = try Flow(isFinal: false)
        flow.bucket.allowReading(false)
        flow.bucket.fail(.answerLost)
        #expect(try flow.run { $0.takesEstimated = true }.outcome == .state(.unconfirmed))
        flow.bucket[flow.path] = nil
        _ = try flow.test.importBill(sample())
        #expect(try flow.run().outcome == .state(.delivered))
        let again = try flow.run()
        #expect(again.outcome == .unchanged)
        #expect(again.requests == 0)
    }

    @Test func theDoubtOutlivesARunThatGotNowhere() throws {
        let flow = try Flow()
        flow.bucket.allowReading(false)
        _ = try flow.interrupt()
        flow.store(try flow.rendered())
        flow.bucket.fail(
            .unreachable,
            .unreachable,
            .unreachable,
            .unreachable,
            .unreachable,
            .unreachable
        )
        #expect(try flow.run().outcome == .state(.failed))
        #expect(try flow.test.state.allDeliveries()[0].state == .uploading)
        #expect(try flow.run().outcome == .state(.unconfirmed))
    }

    // MARK: Refusals and the rest

    @Test func aRefusalIsTriedAgainByTheNextRun() throws {
        let flow = try Flow()
        flow.bucket.fail(.answer(403, "AccessDenied"))
        let entry = try flow.run()
        #expect(entry.outcome == .state(.refused))
        #expect(entry.reason == "403 AccessDenied")
        #expect(try flow.run().outcome == .state(.delivered))
    }

    @Test func aDryRunSendsAndRecordsNothing() throws {
        let flow = try Flow()
        let entry = try flow.run { $0.isDryRun = true }
        #expect(entry.outcome == .state(.planned))
        #expect(entry.reason == "it would be created")
        #expect(flow.bucket.requests == 0)
        #expect(try flow.test.state.allDeliveries().isEmpty)
    }

    @Test func aStoppedRunBeginsNothing() throws {
        let flow = try Flow()
        let platform = DeliveryPlatform(
            setup: try flow.test.state.setup().platform,
            environment: ["AK": "key", "SK": "secret"],
            transport: flow.bucket
        )
        let report = try Deliver(platform: platform, now: { time(2) }, isStopping: { true })
            .run(flow.test.state)
        #expect(report.wasStopped)
        #expect(report.entries.map(\.outcome) == [.state(.planned)])
        #expect(flow.bucket.requests == 0)
    }

    @Test func aPlatformWithoutItsSecretsIsFoundOutBeforeTheFirstFile() throws {
        let flow = try Flow()
        let platform = DeliveryPlatform(
            setup: try flow.test.state.setup().platform,
            environment: [:],
            transport: flow.bucket
        )
        let error = #expect(throws: DeliveryPlatform.Unusable.self) {
            try Deliver(platform: platform, now: { time(2) }).run(flow.test.state)
        }
        #expect(
            error?.description
                == "`platform.aws.accessKeyId` in the set-up: the environment variable `AK` is not set"
        )
    }
}
