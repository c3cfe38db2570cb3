// When to send a request again, as a state machine without a clock: outcome in, step out.
//
//     outcome of an attempt             may be repeated   leaves a doubt
//  1  no byte was sent                  yes               no
//  2  the body was cut                  yes               no: Content-Length was not met
//  3  sent, but no answer               yes; a write      yes: it may have been done
//                                       that must not
//                                       happen twice once
//  4  answer "again" (503 SlowDown)     yes               no: the server says that it did nothing
//  5  answer "again", effect unknown    as 3              yes
//     (500 InternalError, a proxy's 502)
//  6  answer "your session is over"     once, at once,    no: who asks is looked at before what is
//     (400 ExpiredToken)                with new          asked
//                                       credentials
//  7  any other answer                  no                no
//
// A doubt stays: a create-only write that lost its answer and then meets 412 may have met itself.

/// How often and how patiently a request is repeated.
package struct RetryPolicy: Equatable, Sendable {
    package var attempts = 6
    /// The first pause is drawn from 0 to this; each further one from twice as much.
    package var firstPauseMilliseconds = 200
    package var longestPauseMilliseconds = 20_000
    /// A server that asks for more patience than this is taken at its word: the request fails for now.
    package var longestRetryAfterSeconds = 120

    package init() {}
}

/// Whether a request may be sent again after an attempt that perhaps succeeded.
package enum RepeatSafety: Sendable {
    /// Reads: repeating them changes nothing.
    case repeatable
    /// Conditional writes: after a lost answer one more attempt under the same condition, no more.
    case onceMore
}

/// What became of one attempt.
package enum AttemptOutcome: Equatable, Sendable {
    case answered
    /// The server asked to come back. `effectUnknown`: it may have done the work all the same.
    case toldToRepeat(afterSeconds: Int?, effectUnknown: Bool)
    /// The server does not take these credentials any more, and did nothing.
    case sessionOver
    case failed(TransferFailure.Reach)
}

/// The retries of one request.
package struct RetryState: Equatable, Sendable {
    /// What to do next.
    package enum Step: Equatable, Sendable {
        /// The last outcome stands.
        case stop
        case pause(milliseconds: Int)
        /// Send it again with other credentials, if there are some; else the last outcome stands.
        case renew
    }

    package let policy: RetryPolicy
    package let safety: RepeatSafety
    /// Attempts that have ended.
    package private(set) var attempts = 0
    /// How many of them may have been carried out although no answer said so.
    package private(set) var doubts = 0
    private var wasRenewed = false

    package init(policy: RetryPolicy, safety: RepeatSafety) {
        self.policy = policy
        self.safety = safety
    }

    /// Takes note of an attempt's outcome and says what to do next.
    ///
    /// `random` is a fresh random number, all of its values equally likely.
    package mutating func next(after outcome: AttemptOutcome, random: UInt64) -> Step {
        attempts += 1
        var askedSeconds = 0
        switch outcome {
        case .answered:  // 7
            return .stop
        case .sessionOver:  // 6
            if wasRenewed { return .stop }
            wasRenewed = true
            return .renew
        case .failed(.notSent), .failed(.cut):  // 1, 2
            break
        case .failed(.sent):  // 3
            doubts += 1
        case .toldToRepeat(let afterSeconds, let effectUnknown):  // 4, 5
            askedSeconds = afterSeconds ?? 0
            if effectUnknown { doubts += 1 }
        }
        if safety == .onceMore, doubts > 1 { return .stop }
        if attempts >= policy.attempts || askedSeconds > policy.longestRetryAfterSeconds {
            return .stop
        }
        return .pause(milliseconds: max(askedSeconds * 1_000, jitter(random)))
    }

    /// Exponential backoff with full jitter: anything from nothing to twice the last bound.
    private func jitter(_ random: UInt64) -> Int {
        let doublings = min(attempts - 1, 20)
        let bound = min(policy.firstPauseMilliseconds << doublings, policy.longestPauseMilliseconds)
        return Int(random % UInt64(bound + 1))
    }
}
