import Digest
import Platform
import Testing
import Transfer

@testable import Destinations

/// Uploads in parts: what is sent, what the answers come to, and what is left behind.
@Suite struct S3PartsWriteTests {
    /// 17 MiB: parts of 8, 8 and 1 MiB.
    static let content = [UInt8](repeating: 7, count: 17 << 20)

    static func upload(_ notes: any UploadNotes = PassingNotes()) -> Upload {
        Upload(body: .bytes(content), sha256: "aa11", contentType: "text/csv", notes: notes)
    }

    static func destination(_ transport: PartsTransport) -> S3Destination {
        S3Destination(
            address: S3Address(bucket: "acme", region: "eu-west-1", endpoint: "http://127.0.0.1:9"),
            credentials: AWSCredentials(accessKeyID: "AK", secretAccessKey: "SK"),
            owner: "111122223333",
            transport: transport,
            environment: RetryEnvironment(pause: { _ in }, random: { 0 })
        )
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let script: [PartsTransport.Call: [PartsTransport.Answer]]
        let outcome: WriteOutcome
        /// nil where it depends on which part fails first.
        let requests: Int?
        var aborts = 0
        /// Whether the notes have an upload to go on with.
        var isKept = false

        init(
            _ name: String,
            _ script: [PartsTransport.Call: [PartsTransport.Answer]],
            _ outcome: WriteOutcome,
            requests: Int?,
            aborts: Int = 0,
            isKept: Bool = false
        ) {
            (testDescription, self.script, self.outcome) = (name, script, outcome)
            (self.requests, self.aborts, self.isKept) = (requests, aborts, isKept)
        }
    }

    static func refused(
        _ question: Refusal.Question,
        _ status: Int,
        _ code: String
    )
        -> WriteOutcome
    { .refused(Refusal(question, status: status, code: code, message: "")) }

    static let lostThen412 = WriteOutcome.doubtful(
        "an answer was lost, and then a file was there: it may be ours"
    )
    static let gone = WriteOutcome.doubtful(
        "the upload is gone: it was completed, or somebody else has ended it"
    )

    static let creations = [
        Case("stored", [:], .stored(tag: "whole-3"), requests: 5, isKept: true),
        Case(
            "a file is there",
            [.complete: [.status(412, "PreconditionFailed")]],
            .occupied,
            requests: 6,
            aborts: 1
        ),
        Case(
            "a file is there, said late",
            [.complete: [.error200("PreconditionFailed")]],
            .occupied,
            requests: 6,
            aborts: 1
        ),
        Case(
            "a file is there, and the upload can't be removed",
            [.complete: [.status(412)], .abort: [.status(403, "AccessDenied")]],
            .occupied,
            requests: 6,
            aborts: 1,
            isKept: true
        ),
        Case(
            "the answer to completing was lost; the second proves it",
            [.complete: [.lost(.sent)]],
            .stored(tag: "whole-3"),
            requests: 6,
            isKept: true
        ),
        Case(
            "the answer to completing was lost, then a file is there: perhaps ours",
            [.complete: [.lost(.sent), .status(412)]],
            lostThen412,
            requests: 7,
            aborts: 1
        ),
        Case(
            "the answer to completing was lost, then the upload is gone: perhaps completed",
            [.complete: [.lost(.sent), .status(404, "NoSuchUpload")]],
            gone,
            requests: 6
        ),
        Case(
            "two answers to completing were lost",
            [.complete: [.lost(.sent), .lost(.sent)]],
            .doubtful("all parts were sent, but no answer came: connection lost"),
            requests: 6,
            isKept: true
        ),
        Case(
            "an InternalError behind a 200, then stored",
            [.complete: [.error200("InternalError")]],
            .stored(tag: "whole-3"),
            requests: 6,
            isKept: true
        ),
        Case(
            "an InternalError behind a 200, then a file is there: perhaps ours",
            [.complete: [.error200("InternalError"), .status(412)]],
            lostThen412,
            requests: 7,
            aborts: 1
        ),
        Case(
            "a SlowDown behind a 200 did nothing",
            [.complete: [.error200("SlowDown"), .status(412)]],
            .occupied,
            requests: 7,
            aborts: 1
        ),
        Case(
            "a 200 that is neither leaves a doubt",
            [.complete: [.document("<html/>"), .status(412)]],
            lostThen412,
            requests: 7,
            aborts: 1
        ),
        Case(
            "SlowDown for ever on completing: the next run goes on",
            [.complete: Array(repeating: .status(503, "SlowDown"), count: 6)],
            .unavailable("503 SlowDown"),
            requests: 10,
            isKept: true
        ),
        Case(
            "somebody ended the upload: begun anew",
            [.complete: [.status(404, "NoSuchUpload")]],
            .stored(tag: "whole-3"),
            requests: 10,
            isKept: true
        ),
        Case(
            "somebody ended it between two parts",
            [.part(3): [.status(404, "NoSuchUpload")]],
            .stored(tag: "whole-3"),
            requests: nil,
            isKept: true
        ),
        Case(
            "somebody ends every upload",
            [.complete: [.status(404, "NoSuchUpload"), .status(404, "NoSuchUpload")]],
            .unavailable("the upload was ended by somebody else, a lifecycle rule perhaps"),
            requests: 10
        ),
        Case(
            "the key changed under the upload: begun anew",
            [.complete: [.status(409, "ConditionalRequestConflict")]],
            .stored(tag: "whole-3"),
            requests: 11,
            aborts: 1,
            isKept: true
        ),
        Case(
            "answers to a part were lost",
            [.part(2): [.lost(.sent), .lost(.cut), .lost(.sent), .status(500, "InternalError")]],
            .stored(tag: "whole-3"),
            requests: 9,
            isKept: true
        ),
        Case(
            "SlowDown for ever on a part: the next run goes on",
            [.part(3): Array(repeating: .status(503, "SlowDown"), count: 6)],
            .unavailable("503 SlowDown"),
            requests: nil,
            isKept: true
        ),
        Case(
            "no permission for a part",
            [.part(3): [.status(403, "AccessDenied")]],
            refused(.permission, 403, "AccessDenied"),
            requests: nil,
            aborts: 1
        ),
        Case(
            "the session ended: the next run goes on",
            [.part(3): [.status(400, "ExpiredToken")]],
            refused(.session, 400, "ExpiredToken"),
            requests: nil,
            isKept: true
        ),
        Case(
            "a part that was altered on its way",
            [.part(3): [.status(400, "BadDigest")]],
            refused(.request, 400, "BadDigest"),
            requests: nil,
            aborts: 1
        ),
        Case(
            "parts that S3 does not like",
            [.complete: [.status(400, "EntityTooSmall")]],
            refused(.request, 400, "EntityTooSmall"),
            requests: 6,
            aborts: 1
        ),
        Case(
            "the same, said late, and it can't be removed",
            [.complete: [.error200("InvalidPart")], .abort: [.status(403)]],
            .refused(Refusal(.request, status: 400, code: "InvalidPart", message: "late")),
            requests: 6,
            aborts: 1
        ),
        Case(
            "the answer to beginning was lost",
            [.create: [.lost(.sent)]],
            .stored(tag: "whole-3"),
            requests: 6,
            isKept: true
        ),
        Case(
            "no permission to begin",
            [.create: [.status(403, "AccessDenied")]],
            refused(.permission, 403, "AccessDenied"),
            requests: 1
        ),
        Case(
            "two answers to beginning were lost",
            [.create: [.lost(.sent), .lost(.sent)]],
            .unavailable("connection lost"),
            requests: 2
        ),
        Case(
            "an answer to beginning without a name",
            [.create: [.document("<html/>")]],
            .unavailable("an upload was begun, and the answer does not name it"),
            requests: 1
        ),
    ]

    @Test(arguments: creations) func creates(_ example: Case) {
        let transport = PartsTransport(example.script)
        let notes = PassingNotes()
        let report = Self.destination(transport).create(Self.upload(notes), key: "x.csv")
        #expect(report.outcome.plain == example.outcome)
        if case .refused(let refusal) = report.outcome {
            #expect((refusal.advice != nil) == (refusal.question == .permission))
        }
        if let requests = example.requests { #expect(report.attempts == requests) }
        #expect(transport.seen.count == report.attempts)
        #expect(transport.aborts == example.aborts)
        #expect((notes.unfinished() != nil) == example.isKept)
    }

    @Test func sendsWhatS3Compares() throws {
        let transport = PartsTransport()
        _ = Self.destination(transport).create(Self.upload(), key: "billing/x y.csv")
        let seen = transport.seen
        let owner = "x-amz-expected-bucket-owner: 111122223333"
        func lines(_ request: TransferRequest) -> [String] {
            request.headers.map { "\($0.name): \($0.value)" }
        }
        #expect(
            lines(seen[0].request) == [
                "Content-Type: text/csv", "x-amz-meta-sha256: aa11",
                "x-amz-checksum-algorithm: CRC64NVME", "x-amz-checksum-type: FULL_OBJECT", owner,
            ]
        )
        #expect(
            seen[0].request.url.description == "http://127.0.0.1:9/acme/billing/x%20y.csv?uploads="
        )
        for (index, bytes) in [8 << 20, 8 << 20, 1 << 20].enumerated() {
            let part = try #require(seen.first { $0.call == .part(index + 1) }).request
            let content = [UInt8](repeating: 7, count: bytes)
            #expect(
                part.url.query == "partNumber=\(index + 1)&uploadId=upload%201"
            )
            #expect(
                lines(part) == [
                    "x-amz-checksum-crc64nvme: \(CRC64NVME.hash(content).base64)", owner,
                ]
            )
            #expect(part.bodySHA256 == SHA256.hash(content).hex)
            #expect(part.body.count == Int64(bytes))
        }
        let completion = try #require(seen.last).request
        #expect(
            lines(completion) == [
                "If-None-Match: *", "Content-Type: application/xml",
                "x-amz-checksum-crc64nvme: \(CRC64NVME.hash(Self.content).base64)",
                "x-amz-checksum-type: FULL_OBJECT", "x-amz-mp-object-size: 17825792", owner,
            ]
        )
        guard case .bytes(let document) = completion.body else {
            Issue.record("no document")
            return
        }
        let large = CRC64NVME.hash([UInt8](repeating: 7, count: 8 << 20)).base64
        let last = CRC64NVME.hash([UInt8](repeating: 7, count: 1 << 20)).base64
        func part(_ number: Int, _ checksum: String) -> String {
            "<Part><PartNumber>\(number)</PartNumber><ETag>&quot;part-\(number)&quot;</ETag>"
                + "<ChecksumCRC64NVME>\(checksum)</ChecksumCRC64NVME></Part>"
        }
        #expect(
            String(decoding: document, as: UTF8.self) == """
                <?xml version="1.0" encoding="UTF-8"?>
                <CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\
                \(part(1, large))\(part(2, large))\(part(3, last))</CompleteMultipartUpload>
                """
        )
        #expect(completion.bodySHA256 == SHA256.hash(document).hex)
    }

    @Test func oneRequestIsEnoughForExactly16MiB() {
        let transport = ScriptedTransport([.stored("e1")])
        let upload = Upload(
            body: .bytes([UInt8](repeating: 1, count: 16 << 20)),
            sha256: "aa",
            contentType: "text/csv"
        )
        let destination = S3Destination(
            address: S3Address(bucket: "acme", region: "eu-west-1", endpoint: "http://127.0.0.1:9"),
            credentials: AWSCredentials(accessKeyID: "AK", secretAccessKey: "SK"),
            owner: nil,
            transport: transport
        )
        #expect(destination.create(upload, key: "x").outcome == .stored(tag: "e1"))
        #expect(transport.seen.map(\.method) == [.put])
    }

    // MARK: Going on

    static func unfinished(parts: ClosedRange<Int>, isCompleting: Bool = false) -> UnfinishedUpload
    {
        let transport = PartsTransport()
        let notes = PassingNotes()
        _ = destination(transport).create(upload(notes), key: "x.csv")
        var upload = UnfinishedUpload(id: "upload 9", partBytes: 8 << 20)
        upload.isCompleting = isCompleting
        upload.parts = notes.unfinished()?.parts.filter { parts.contains($0.number) } ?? []
        return upload
    }

    static func resumed(_ upload: UnfinishedUpload) -> PassingNotes {
        let notes = PassingNotes()
        notes.began(upload, lost: 0)
        return notes
    }

    @Test func goesOnWithThePartsThatAreMissing() {
        let transport = PartsTransport()
        let notes = Self.resumed(Self.unfinished(parts: 2...3))
        let report = Self.destination(transport).create(Self.upload(notes), key: "x.csv")
        #expect(report.outcome == .stored(tag: "whole-3"))
        #expect(transport.seen.map(\.call) == [.part(1), .complete])
        #expect(transport.seen.allSatisfy { $0.request.url.query.contains("uploadId=upload%209") })
        #expect(
            transport.seen[1].request.headers.contains {
                $0.name == "x-amz-checksum-crc64nvme"
                    && $0.value == CRC64NVME.hash(Self.content).base64
            },
            "the checksum of the whole holds recorded parts and new ones"
        )
    }

    @Test(
        arguments: [
            ("completed again, and that proves it", [], .stored(tag: "whole-3"), 1),
            ("gone: perhaps completed", [.status(404, "NoSuchUpload")], gone, 1),
            // `Deliver` knows that an earlier run may have completed it.
            ("not completed, and a file is there", [.status(412)], .occupied, 2),
        ] as [(String, [PartsTransport.Answer], WriteOutcome, Int)]
    )
    func goesOnWithCompleting(
        _ name: String,
        answers: [PartsTransport.Answer],
        outcome: WriteOutcome,
        requests: Int
    ) {
        let transport = PartsTransport([.complete: answers])
        let notes = Self.resumed(Self.unfinished(parts: 1...3, isCompleting: true))
        let report = Self.destination(transport).create(Self.upload(notes), key: "x.csv")
        #expect(report.outcome == outcome, "\(name)")
        #expect(transport.seen.count == requests, "\(name)")
    }

    // MARK: Replacing

    @Test func replacesUnderItsConditionAlone() {
        let cases: [(PartsTransport.Answer, WriteOutcome, Bool)] = [
            (.completed, .stored(tag: "whole-3"), true),
            (.status(412), .changed, false),
            // Creating it again goes on with the same parts.
            (.status(404, "NoSuchKey"), .vanished, true),
        ]
        for (answer, outcome, isKept) in cases {
            let transport = PartsTransport([.complete: [answer]])
            let notes = PassingNotes()
            let report = Self.destination(transport)
                .replace(Self.upload(notes), key: "x.csv", current: "e1")
            #expect(report.outcome == outcome)
            #expect((notes.unfinished() != nil) == isKept)
            let completion = transport.seen.first { $0.call == .complete }
            let names = completion?.request.headers.map(\.name) ?? []
            #expect(completion?.request.headers.first?.value == "\"e1\"")
            #expect(names.contains("If-Match") && !names.contains("If-None-Match"))
        }
    }

    @Test func overwritesWithoutACondition() {
        let transport = PartsTransport()
        let report = Self.destination(transport).overwrite(Self.upload(), key: "x.csv")
        #expect(report.outcome == .stored(tag: "whole-3"))
        let names = transport.seen.flatMap { $0.request.headers.map(\.name) }
        #expect(!names.contains("If-Match") && !names.contains("If-None-Match"))
    }

    @Test func overwritesAnewWhenItCannotKnow() {
        let transport = PartsTransport([.complete: [.lost(.sent), .status(404, "NoSuchUpload")]])
        let report = Self.destination(transport).overwrite(Self.upload(), key: "x.csv")
        #expect(report.outcome == .stored(tag: "whole-3"))
        #expect(transport.count { $0 == .create } == 2)
    }

    // MARK: Giving up

    @Test(
        arguments: [
            ("gone", .status(204), .gone),
            ("was gone", .status(404, "NoSuchUpload"), .gone),
            (
                "may not", .status(403, "AccessDenied"),
                .refused(Refusal(.permission, status: 403, code: "AccessDenied", message: ""))
            ),
        ] as [(String, PartsTransport.Answer, AbandonReport.Outcome)]
    )
    func givesUp(_ name: String, answer: PartsTransport.Answer, outcome: AbandonReport.Outcome) {
        let transport = PartsTransport([.abort: [answer]])
        let report = Self.destination(transport).abandon(upload: "u/1", key: "x.csv")
        #expect(report == AbandonReport(outcome, attempts: 1), "\(name)")
        #expect(transport.seen.first?.request.url.query == "uploadId=u%2F1")
    }

    @Test func showsWhatHasLeft() {
        let shown = Locked([Int64]())
        let upload = Upload(
            body: .bytes(Self.content),
            sha256: "aa",
            contentType: "text/csv",
            notes: Self.resumed(Self.unfinished(parts: 1...2)),
            progress: { bytes in shown.withLock { $0.append(bytes) } }
        )
        let transport = PartsTransport()
        _ = Self.destination(transport).create(upload, key: "x.csv")
        transport.seen.first?.request.progress?(1 << 20)
        #expect(shown.withLock { $0 } == [8 << 20, 16 << 20, 17 << 20])
    }
}

extension WriteOutcome {
    /// Without the advice that goes with a refusal.
    fileprivate var plain: WriteOutcome {
        guard case .refused(let refusal) = self else { return self }
        return .refused(
            Refusal(
                refusal.question,
                status: refusal.status,
                code: refusal.code,
                message: refusal.message,
                requestID: refusal.requestID
            )
        )
    }
}
