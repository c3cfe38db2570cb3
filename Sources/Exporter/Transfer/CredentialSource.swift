// Where the credentials of a request come from, asked anew for each attempt: those of a session change while a
// long upload or a long pause goes on.

/// Gives credentials to sign with.
package protocol CredentialSource: Sendable {
    /// Credentials that are good now, and will be for the time that a request takes to begin.
    func credentials() throws(CredentialsFailure) -> AWSCredentials

    /// Other credentials instead of those that a service called expired or unknown; nil where there are none.
    func credentials(
        insteadOf refused: AWSCredentials
    ) throws(CredentialsFailure) -> AWSCredentials?
}

/// Why there are no credentials.
package enum CredentialsFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// Whoever gives them said no, in these words.
    case refused(status: Int, code: String, message: String)
    /// Whoever gives them could not be asked, or could not answer now.
    case unavailable(String)

    /// `403 AccessDenied: …`, or why nobody answered.
    package var description: String {
        switch self {
        case .refused(let status, let code, let message):
            "\(status) \(message.isEmpty ? code : "\(code): \(message)")"
        case .unavailable(let why): why
        }
    }
}

/// A key is a source of itself and of nothing else.
extension AWSCredentials: CredentialSource {
    package func credentials() -> AWSCredentials { self }

    package func credentials(insteadOf refused: AWSCredentials) -> AWSCredentials? { nil }
}

/// Whoever signs the requests to a service.
package struct RequestSigner: Sendable {
    package let source: any CredentialSource
    package let region: String
    /// The service in the signature's scope: `s3`, `sts`.
    package let service: String

    package init(_ source: any CredentialSource, region: String, service: String) {
        self.source = source
        self.region = region
        self.service = service
    }

    func sign(_ request: TransferRequest, with credentials: AWSCredentials) -> TransferRequest {
        request.signed(.init(credentials: credentials, region: region, service: service))
    }
}
