// A request with its retries: the loop around `RetryState`, with the pauses and the dice passed in.

@preconcurrency import Glibc

/// What retries need from outside: a way to wait, and randomness.
package struct RetryEnvironment: Sendable {
    package let pause: @Sendable (_ milliseconds: Int) -> Void
    package let random: @Sendable () -> UInt64

    package init(pause: @escaping @Sendable (Int) -> Void, random: @escaping @Sendable () -> UInt64)
    {
        self.pause = pause
        self.random = random
    }

    /// The real ones.
    package static let real = RetryEnvironment(
        pause: { milliseconds in
            var wanted = timespec(
                tv_sec: milliseconds / 1_000,
                tv_nsec: milliseconds % 1_000 * 1_000_000
            )
            var left = timespec()
            // A signal (SIGTERM lets an upload finish) must not shorten the pause.
            while nanosleep(&wanted, &left) == -1, errno == EINTR { wanted = left }
        },
        random: {
            var generator = SystemRandomNumberGenerator()
            return generator.next()
        }
    )
}

/// The end of a request and its retries.
package struct RetriedAnswer: Sendable {
    package let result: Result<TransferAnswer, TransferFailure>
    package let attempts: Int
    /// How many attempts may have been carried out although no answer said so.
    package let doubts: Int
}

extension Transport {
    /// Sends the request, and again as `policy` and `safety` allow.
    ///
    /// `signer` signs each attempt with the credentials of that moment; a request without one goes out as it
    /// is. `classify` reads an answer: does it stand, or did the server ask to come back? The seconds of a
    /// Retry-After header are added here.
    package func perform(
        _ request: TransferRequest,
        signer: RequestSigner? = nil,
        policy: RetryPolicy,
        safety: RepeatSafety,
        environment: RetryEnvironment,
        classify: (TransferAnswer) -> AttemptOutcome
    ) -> RetriedAnswer {
        var state = RetryState(policy: policy, safety: safety)
        var renewed: AWSCredentials?
        func end(_ result: Result<TransferAnswer, TransferFailure>) -> RetriedAnswer {
            RetriedAnswer(result: result, attempts: state.attempts, doubts: state.doubts)
        }
        while true {
            let result: Result<TransferAnswer, TransferFailure>
            var outcome: AttemptOutcome
            var signed = request
            do {
                if let signer {
                    if renewed == nil { renewed = try signer.source.credentials() }
                    if let renewed { signed = signer.sign(request, with: renewed) }
                }
            } catch {
                return end(.failure(TransferFailure(error)))
            }
            renewed = nil
            do {
                let answer = try perform(signed)
                result = .success(answer)
                outcome = classify(answer)
                if case .toldToRepeat(nil, let effectUnknown) = outcome {
                    outcome = .toldToRepeat(
                        afterSeconds: answer.retryAfterSeconds,
                        effectUnknown: effectUnknown
                    )
                }
            } catch {
                result = .failure(error)
                // Trying again does not mend our own side.
                let isHopeless = error.reason == .local && error.reach != .sent
                outcome = isHopeless ? .answered : .failed(error.reach)
            }
            switch state.next(after: outcome, random: environment.random()) {
            case .stop: return end(result)
            case .pause(let milliseconds): environment.pause(milliseconds)
            case .renew:
                guard let signer, let refused = signed.signing?.credentials else {
                    return end(result)
                }
                do {
                    renewed = try signer.source.credentials(insteadOf: refused)
                } catch {
                    return end(.failure(TransferFailure(error)))
                }
                if renewed == nil { return end(result) }
            }
        }
    }
}

extension TransferFailure {
    /// A request that was not sent for want of credentials.
    init(_ failure: CredentialsFailure) {
        self.init(reach: .notSent, reason: .credentials(failure), message: "\(failure)")
    }
}
