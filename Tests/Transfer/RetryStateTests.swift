import Testing

@testable import Transfer

/// The retry policy as a table: outcomes in, steps out; the dice always show their highest bound.
@Suite struct RetryStateTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let safety: RepeatSafety
        let outcomes: [AttemptOutcome]
        let steps: [RetryState.Step]
        let doubts: Int

        var testDescription: String { name }
    }

    static let slowDown = AttemptOutcome.toldToRepeat(afterSeconds: nil, effectUnknown: false)
    static let internalError = AttemptOutcome.toldToRepeat(afterSeconds: nil, effectUnknown: true)

    static let cases = [
        Case(
            name: "new credentials are tried once, at once, and a doubt from before stays",
            safety: .onceMore,
            outcomes: [.failed(.sent), .sessionOver, .sessionOver],
            steps: [.pause(milliseconds: 200), .renew, .stop],
            doubts: 1
        ),
        Case(
            name: "an answer ends it",
            safety: .onceMore,
            outcomes: [.answered],
            steps: [.stop],
            doubts: 0
        ),
        Case(
            name: "what was not sent is sent again, with growing pauses, six times in all",
            safety: .onceMore,
            outcomes: Array(repeating: .failed(.notSent), count: 6),
            steps: [200, 400, 800, 1_600, 3_200].map { .pause(milliseconds: $0) } + [.stop],
            doubts: 0
        ),
        Case(
            name: "a cut body leaves no doubt",
            safety: .onceMore,
            outcomes: [.failed(.cut), .failed(.cut), .answered],
            steps: [.pause(milliseconds: 200), .pause(milliseconds: 400), .stop],
            doubts: 0
        ),
        Case(
            name: "a lost answer of a conditional write is tried once more",
            safety: .onceMore,
            outcomes: [.failed(.sent), .failed(.sent)],
            steps: [.pause(milliseconds: 200), .stop],
            doubts: 2
        ),
        Case(
            name: "a lost answer of a read is tried on",
            safety: .repeatable,
            outcomes: Array(repeating: .failed(.sent), count: 6),
            steps: [200, 400, 800, 1_600, 3_200].map { .pause(milliseconds: $0) } + [.stop],
            doubts: 6
        ),
        Case(
            name: "SlowDown does nothing, so it may come often",
            safety: .onceMore,
            outcomes: [slowDown, slowDown, slowDown, .answered],
            steps: [200, 400, 800].map { .pause(milliseconds: $0) } + [.stop],
            doubts: 0
        ),
        Case(
            name: "InternalError may have done it",
            safety: .onceMore,
            outcomes: [internalError, internalError],
            steps: [.pause(milliseconds: 200), .stop],
            doubts: 2
        ),
        Case(
            name: "the one more try may itself be told to come back",
            safety: .onceMore,
            outcomes: [.failed(.sent), slowDown, .answered],
            steps: [.pause(milliseconds: 200), .pause(milliseconds: 400), .stop],
            doubts: 1
        ),
        Case(
            name: "Retry-After is honoured",
            safety: .onceMore,
            outcomes: [.toldToRepeat(afterSeconds: 120, effectUnknown: false), .answered],
            steps: [.pause(milliseconds: 120_000), .stop],
            doubts: 0
        ),
        Case(
            name: "but not beyond our patience",
            safety: .onceMore,
            outcomes: [.toldToRepeat(afterSeconds: 121, effectUnknown: false)],
            steps: [.stop],
            doubts: 0
        ),
    ]

    @Test(arguments: cases) func follows(_ example: Case) {
        var state = RetryState(policy: RetryPolicy(), safety: example.safety)
        var steps: [RetryState.Step] = []
        for (index, outcome) in example.outcomes.enumerated() {
            // The highest value of each pause's range: 200, 400, …
            let bound = min(200 << index, 20_000)
            steps.append(state.next(after: outcome, random: UInt64(bound)))
        }
        #expect(steps == example.steps, "\(example.name)")
        #expect(state.doubts == example.doubts, "\(example.name)")
    }

    @Test func drawsThePauseFromNothingToItsBound() {
        for (random, pause) in [(0, 0), (77, 77), (200, 200), (201, 0), (402, 0)] as [(UInt64, Int)]
        {
            var state = RetryState(policy: RetryPolicy(), safety: .repeatable)
            #expect(
                state.next(after: .failed(.notSent), random: random) == .pause(milliseconds: pause)
            )
        }
    }

    @Test func boundsTheLongestPause() {
        var policy = RetryPolicy()
        policy.attempts = 40
        var state = RetryState(policy: policy, safety: .repeatable)
        var longest = 0
        for _ in 1..<40 {
            // A multiple of 20,001 less one draws the bound itself once the bound is reached.
            if case .pause(let milliseconds) = state.next(after: .failed(.notSent), random: 20_000)
            {
                longest = max(longest, milliseconds)
            }
        }
        #expect(longest == 20_000)
    }

    @Test(
        arguments: [
            ("3", nil, 3), ("0", nil, 0), ("-1", nil, nil), ("soon", nil, nil),
            ("Tue, 24 Nov 2026 14:00:30 GMT", "Tue, 24 Nov 2026 14:00:00 GMT", 30),
            ("Tue, 24 Nov 2026 13:00:00 GMT", "Tue, 24 Nov 2026 14:00:00 GMT", 0),
            ("Tue, 24 Nov 2026 14:00:30 GMT", nil, nil),
        ] as [(String, String?, Int?)]
    )
    func readsRetryAfter(text: String, date: String?, seconds: Int?) {
        var headers = [(name: "retry-after", value: text)]
        if let date { headers.append(("Date", date)) }
        #expect(TransferAnswer(status: 503, headers: headers).retryAfterSeconds == seconds)
    }
}
