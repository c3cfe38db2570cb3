import Testing
import Transfer

@testable import Destinations

/// Writing to a bucket: what is sent, and what the answers come to.
@Suite struct S3DestinationTests {
    static let upload = Upload(
        body: .bytes(Array("a,b\n".utf8)),
        sha256: "aa11",
        contentType: "text/csv"
    )

    static func destination(_ transport: ScriptedTransport) -> S3Destination {
        S3Destination(
            address: S3Address(
                bucket: "acme",
                region: "eu-west-1",
                endpoint: "http://127.0.0.1:9000"
            ),
            credentials: AWSCredentials(accessKeyID: "AK", secretAccessKey: "SK"),
            owner: "111122223333",
            transport: transport,
            environment: RetryEnvironment(pause: { _ in }, random: { 0 })
        )
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let script: [Result<TransferAnswer, TransferFailure>]
        let outcome: WriteOutcome
        var requests = 1

        init(
            _ name: String,
            _ script: [Result<TransferAnswer, TransferFailure>],
            _ outcome: WriteOutcome,
            requests: Int = 1
        ) {
            (testDescription, self.script, self.outcome, self.requests) = (
                name, script, outcome, requests
            )
        }
    }

    static let creations = [
        Case("stored", [.stored("e1")], .stored(tag: "e1")),
        Case("a file is there", [.status(412, "PreconditionFailed")], .occupied),
        Case(
            "no permission",
            [.status(403, "AccessDenied", "Access Denied")],
            .refused(
                Refusal(.permission, status: 403, code: "AccessDenied", message: "Access Denied")
            )
        ),
        Case(
            "no bucket",
            [.status(404, "NoSuchBucket", "gone")],
            .refused(Refusal(.bucket, status: 404, code: "NoSuchBucket", message: "gone"))
        ),
        Case(
            "another region",
            [
                .status(
                    400,
                    "AuthorizationHeaderMalformed",
                    "wrong",
                    "<Region>eu-central-1</Region>"
                )
            ],
            .refused(
                Refusal(
                    .region(expected: "eu-central-1"),
                    status: 400,
                    code: "AuthorizationHeaderMalformed",
                    message: "wrong"
                )
            )
        ),
        Case(
            "a redirect without words",
            [.status(301)],
            .refused(Refusal(.region(expected: nil), status: 301, code: "HTTP301", message: ""))
        ),
        Case(
            "a wrong secret",
            [.status(403, "SignatureDoesNotMatch")],
            .refused(Refusal(.secret, status: 403, code: "SignatureDoesNotMatch", message: ""))
        ),
        Case(
            "a proxy's page",
            [.success(TransferAnswer(status: 403, body: Array("<html>".utf8)))],
            .refused(Refusal(.permission, status: 403, code: "HTTP403", message: ""))
        ),
        Case(
            "SlowDown, then stored",
            [.status(503, "SlowDown"), .status(503, "SlowDown"), .stored("e1")],
            .stored(tag: "e1"),
            requests: 3
        ),
        Case(
            "SlowDown, then a file is there: not ours",
            [.status(503, "SlowDown"), .status(412, "PreconditionFailed")],
            .occupied,
            requests: 2
        ),
        Case(
            "SlowDown for ever",
            Array(repeating: .status(503, "SlowDown", "slow"), count: 6),
            .unavailable("503 SlowDown: slow"),
            requests: 6
        ),
        Case(
            "RequestTimeout did nothing",
            [.status(400, "RequestTimeout"), .status(412, "PreconditionFailed")],
            .occupied,
            requests: 2
        ),
        Case(
            "a race, told to retry",
            [.status(409, "ConditionalRequestConflict"), .status(412, "PreconditionFailed")],
            .occupied,
            requests: 2
        ),
        Case(
            "never sent",
            Array(repeating: .lost(.notSent), count: 6),
            .unavailable("connection lost"),
            requests: 6
        ),
        Case("cut, then stored", [.lost(.cut), .stored("e1")], .stored(tag: "e1"), requests: 2),
        Case(
            "cut, then a file is there: not ours",
            [.lost(.cut), .status(412)],
            .occupied,
            requests: 2
        ),
        Case(
            "the answer was lost, then stored",
            [.lost(.sent), .stored("e1")],
            .stored(tag: "e1"),
            requests: 2
        ),
        Case(
            "the answer was lost, then a file is there: perhaps ours",
            [.lost(.sent), .status(412)],
            .doubtful("an answer was lost, and then a file was there: it may be ours"),
            requests: 2
        ),
        Case(
            "InternalError, then a file is there: perhaps ours",
            [.status(500, "InternalError"), .status(412)],
            .doubtful("an answer was lost, and then a file was there: it may be ours"),
            requests: 2
        ),
        Case(
            "a proxy's 503, then a file is there: perhaps ours",
            [.status(503), .status(412)],
            .doubtful("an answer was lost, and then a file was there: it may be ours"),
            requests: 2
        ),
        Case(
            "two answers lost",
            [.lost(.sent), .lost(.sent)],
            .doubtful("the whole file was sent, but no answer came: connection lost"),
            requests: 2
        ),
        Case(
            "the answer was lost, then a denial",
            [.lost(.sent), .status(403, "AccessDenied")],
            .doubtful("an answer was lost, and the next one was 403 AccessDenied"),
            requests: 2
        ),
    ]

    @Test(arguments: creations) func creates(_ example: Case) {
        let transport = ScriptedTransport(example.script)
        let report = Self.destination(transport).create(Self.upload, key: "billing/x.csv")
        #expect(report.outcome == example.outcome)
        #expect(report.attempts == example.requests)
        #expect(transport.seen.count == example.requests)
    }

    static let replacements = [
        Case("stored", [.stored("e2")], .stored(tag: "e2")),
        Case("not our version any more", [.status(412)], .changed),
        Case("gone", [.status(404, "NoSuchKey")], .vanished),
        Case(
            "may not replace",
            [.status(403, "AccessDenied", "Access Denied")],
            .refused(
                Refusal(.permission, status: 403, code: "AccessDenied", message: "Access Denied")
            )
        ),
        Case(
            "the answer was lost, then it has changed: perhaps by us",
            [.lost(.sent), .status(412)],
            .doubtful("an answer was lost, and then a file was there: it may be ours"),
            requests: 2
        ),
    ]

    @Test(arguments: replacements) func replaces(_ example: Case) {
        let transport = ScriptedTransport(example.script)
        let report = Self.destination(transport).replace(Self.upload, key: "x.csv", current: "e1")
        #expect(report.outcome == example.outcome)
        #expect(transport.seen.count == example.requests)
        for request in transport.seen {
            #expect(request.headers.first { $0.name == "If-Match" }?.value == "\"e1\"")
            #expect(!request.headers.contains { $0.name == "If-None-Match" })
        }
    }

    @Test func sendsTheConditionTheOwnerAndTheDigestWithEveryAttempt() {
        let transport = ScriptedTransport([
            .lost(.notSent), .status(503, "SlowDown"), .stored("e1"),
        ])
        _ = Self.destination(transport).create(Self.upload, key: "billing/x y.csv")
        #expect(transport.seen.count == 3)
        for request in transport.seen {
            #expect(request.method == .put)
            #expect(request.url.description == "http://127.0.0.1:9000/acme/billing/x%20y.csv")
            #expect(
                request.headers.map { "\($0.name): \($0.value)" } == [
                    "If-None-Match: *", "Content-Type: text/csv", "x-amz-meta-sha256: aa11",
                    "x-amz-expected-bucket-owner: 111122223333",
                ]
            )
            #expect(request.bodySHA256 == "aa11")
            #expect(request.signing?.region == "eu-west-1")
            #expect(request.signing?.service == "s3")
        }
    }

    @Test func looksWithoutChanging() {
        let found = TransferAnswer(
            status: 200,
            headers: [("etag", "\"e1\""), ("X-Amz-Meta-Sha256", "aa11")]
        )
        let cases: [(Result<TransferAnswer, TransferFailure>, LookOutcome)] = [
            (.success(found), .found(tag: "e1", sha256: "aa11")),
            (.stored("e1"), .found(tag: "e1", sha256: nil)),
            (.status(404), .absent),
            (.status(403), .hidden("HEAD answered 403")),
        ]
        for (answer, outcome) in cases {
            let transport = ScriptedTransport([answer])
            #expect(Self.destination(transport).look(key: "x.csv") == outcome)
            #expect(transport.seen.map(\.method) == [.head])
        }
    }
}
