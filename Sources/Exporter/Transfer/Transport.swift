// The seam between what is asked and how it is carried: tests put a script here, programs put curl.

/// Sends requests and waits for their answers.
package protocol Transport: Sendable {
    /// Sends the request once and blocks until the answer is there.
    ///
    /// Never follows a redirect, never retries, and never sends a request twice behind the caller's back.
    func perform(_ request: TransferRequest) throws(TransferFailure) -> TransferAnswer
}

/// The bounds of one request.
package struct TransferLimits: Sendable {
    package var connectMilliseconds = 10_000
    /// A transfer (or a wait for the answer) slower than a byte a second for so long is given up.
    package var stallSeconds = 60
    package var answerHeadBytes = 64 << 10
    package var answerBodyBytes = 1 << 20

    package init() {}
}
