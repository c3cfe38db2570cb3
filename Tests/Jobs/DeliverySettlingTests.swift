import Destinations
import State
import Testing

@testable import Jobs

/// How a write's end is read, as a table.
@Suite struct DeliverySettlingTests {
    static let url = "s3://acme/x.csv"
    static let refusal = Refusal(
        .permission,
        status: 403,
        code: "AccessDenied",
        message: "Access Denied"
    )
    static let collided = DeliveryOutcome.collided(reason: DeliverySettling.collision(url))

    struct Case: CustomTestStringConvertible, Sendable {
        let write: WriteOutcome
        let certain: DeliverySettling
        let doubtful: DeliverySettling

        var testDescription: String { "\(write)" }
    }

    static let cases = [
        Case(
            write: .stored(tag: "t"),
            certain: .record(.delivered(etag: "t")),
            doubtful: .record(.delivered(etag: "t"))
        ),
        Case(write: .occupied, certain: .record(collided), doubtful: .look),
        Case(
            write: .changed,
            certain: .record(
                .collided(
                    reason:
                        "somebody else has changed s3://acme/x.csv since we wrote it: nothing was"
                        + " written; use a bucket that nothing else writes to"
                )
            ),
            doubtful: .look
        ),
        Case(write: .vanished, certain: .createAgain, doubtful: .createAgain),
        Case(write: .doubtful("lost"), certain: .look, doubtful: .look),
        Case(
            write: .refused(refusal),
            certain: .record(.refused(reason: "403 AccessDenied: Access Denied")),
            doubtful: .keepDoubt(.refused(reason: "403 AccessDenied: Access Denied"))
        ),
        Case(
            write: .unavailable("down"),
            certain: .record(.failed(reason: "down")),
            doubtful: .keepDoubt(.failed(reason: "down"))
        ),
    ]

    @Test(arguments: cases) func reads(_ example: Case) {
        #expect(
            DeliverySettling(example.write, isDoubtful: false, url: Self.url) == example.certain
        )
        #expect(
            DeliverySettling(example.write, isDoubtful: true, url: Self.url) == example.doubtful
        )
    }

    @Test(
        arguments: [
            ("it carries our digest", .found(tag: "kms", sha256: "aa"), .delivered),
            ("it carries another digest", .found(tag: "m", sha256: "bb"), .collided),
            ("it carries none, but its ETag is our MD5", .found(tag: "m", sha256: nil), .delivered),
            ("it carries none, and its ETag is another", .found(tag: "n", sha256: nil), .collided),
            ("nothing is there", .absent, .failed),
            ("nothing can be seen", .hidden("HEAD answered 403"), .unconfirmed),
        ] as [(String, LookOutcome, DeliveryState)]
    )
    func looks(_ name: String, look: LookOutcome, state: DeliveryState) {
        let outcome = DeliverySettling.outcome(of: look, sha256: "aa", url: Self.url) { "m" }
        #expect(outcome.state == state, "\(name)")
    }
}
