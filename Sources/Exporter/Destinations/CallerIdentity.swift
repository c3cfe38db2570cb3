// Who are we? `sts:GetCallerIdentity` needs no permission and knows the principal's ARN, which the
// policies that Verify prints must name.

import Transfer

/// The answer to "who are these credentials?".
package enum CallerIdentity: Equatable, Sendable {
    /// The principal's ARN.
    case known(arn: String)
    /// The credentials are no good.
    case refused(Refusal)
    /// Nobody could say: there is no such service there, or it did not answer.
    case unknown(String)

    /// Asks the Security Token Service.
    package static func ask(_ credentials: AWSCredentials, of sts: QueryService) -> CallerIdentity {
        do throws(CredentialsFailure) {
            let answer = try sts.call("GetCallerIdentity", with: credentials)
            guard let arn = answer.result.child("Arn")?.trimmedText, !arn.isEmpty else {
                return .unknown("the token service's answer names nobody")
            }
            return .known(arn: arn)
        } catch {
            // Anything that is not about the credentials says nothing about them.
            guard case .refused(let status, let code, let message) = error else {
                return .unknown("\(error)")
            }
            let refusal = Refusal(
                status: status,
                code: code,
                message: message,
                permission: .request
            )
            return refusal.question == .request
                ? .unknown("\(code): \(message)") : .refused(refusal)
        }
    }
}
