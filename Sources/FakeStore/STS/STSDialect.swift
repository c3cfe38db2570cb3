// AWS Security Token Service: who am I, and credentials for a while.

import Cloud
import QueryProtocol

/// The calls of STS.
package enum STS {
    /// Every call that is modelled.
    static let modelled: [QueryOperation] = [
        AssumeRole.operation,
        GetCallerIdentity.operation,
        GetSessionToken.operation,
    ]

    /// The calls that STS has and this server does not model: each answers 501.
    static let unmodelled: Set<String> = [
        "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "AssumeRoot",
        "DecodeAuthorizationMessage", "GetAccessKeyInfo", "GetDelegatedAccessToken",
        "GetFederationToken", "GetWebIdentityToken",
    ]

    /// STS for a cloud.
    package static func dialect(_ cloud: Cloud) -> QueryDialect {
        QueryDialect(
            cloud,
            .sts,
            version: "2011-06-15",
            operations: modelled,
            unmodelled: unmodelled
        )
    }
}
