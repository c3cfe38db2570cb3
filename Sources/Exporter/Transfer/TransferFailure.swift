// A request without an answer. What matters afterwards is how far it came: that decides whether it
// may be sent again, and whether its effect is certain.

/// Why there is no answer, and what that says about the request's effect.
package struct TransferFailure: Error, Equatable, CustomStringConvertible {
    /// How much of the request the server can have seen.
    package enum Reach: Equatable, Sendable {
        /// No byte of the request left: nothing can have happened.
        case notSent
        /// The body was cut: a server that keeps to Content-Length has stored nothing.
        case cut
        /// All of it may have arrived: what it asked for may have been done.
        case sent
    }

    /// What went wrong, as far as a person needs to know it.
    package enum Reason: Equatable, Sendable {
        /// There was nothing to sign with.
        case credentials(CredentialsFailure)
        case hostNotFound
        case notConnected
        case certificate
        case timeout
        case connectionLost
        /// More header fields or body than `TransferLimits` allows.
        case answerTooLarge
        /// Our own side: the file could not be read, curl could not be set up.
        case local
    }

    package let reach: Reach
    package let reason: Reason
    package let message: String

    package init(reach: Reach, reason: Reason, message: String) {
        self.reach = reach
        self.reason = reason
        self.message = message
    }

    package var description: String { message }
}
