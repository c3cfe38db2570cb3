// Who are we? `sts:GetCallerIdentity` needs no permission and knows the principal's ARN, which the
// policies that Verify prints must name.

import Digest
import Transfer
import XML

/// The answer to "who are these credentials?".
package enum CallerIdentity: Equatable, Sendable {
    /// The principal's ARN.
    case known(arn: String)
    /// The credentials are no good.
    case refused(Refusal)
    /// Nobody could say: there is no such service there, or it did not answer.
    case unknown(String)

    /// Asks the Security Token Service; `endpoint` is nil for AWS itself.
    package static func ask(
        _ credentials: AWSCredentials,
        region: String,
        endpoint: String?,
        transport: any Transport,
        policy: RetryPolicy = RetryPolicy(),
        environment: RetryEnvironment = .real
    ) -> CallerIdentity {
        var origin = endpoint ?? "https://sts.\(region).amazonaws.com"
        while origin.hasSuffix("/") { origin.removeLast() }
        let body = Array("Action=GetCallerIdentity&Version=2011-06-15".utf8)
        let request = TransferRequest(
            .post,
            TransferURL(origin: origin, path: "/"),
            headers: [("Content-Type", "application/x-www-form-urlencoded")],
            body: .bytes(body),
            bodySHA256: SHA256.hash(body).hex,
            signing: .init(credentials: credentials, region: region, service: "sts")
        )
        let answer = transport.perform(
            request,
            policy: policy,
            safety: .repeatable,
            environment: environment,
            classify: S3Answer.attemptOutcome
        )
        switch answer.result {
        case .failure(let failure): return .unknown(failure.message)
        case .success(let answer): return read(answer)
        }
    }

    private static func read(_ answer: TransferAnswer) -> CallerIdentity {
        let root = try? XML.parse(answer.body)
        if answer.status == 200, let result = root?.child("GetCallerIdentityResult"),
            let arn = result.child("Arn")?.trimmedText, !arn.isEmpty
        {
            return .known(arn: arn)
        }
        // STS wraps its error: <ErrorResponse><Error><Code/>…; what else answers here is no STS.
        guard let error = root?.child("Error"), let code = error.text(of: "Code") else {
            return .unknown("the token service answered \(answer.status)")
        }
        let question: Refusal.Question? =
            switch code {
            case "InvalidClientTokenId": .accessKey
            case "SignatureDoesNotMatch": .secret
            case "ExpiredToken", "ExpiredTokenException": .session
            default: nil
            }
        let message = error.text(of: "Message") ?? ""
        guard let question else { return .unknown("\(code): \(message)") }
        return .refused(Refusal(question, status: answer.status, code: code, message: message))
    }
}
