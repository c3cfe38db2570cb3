// Users that a bucket's policy names and the world does not have.

import JSON
import Policy

/// A user named in a bucket's policy who is not there.
package struct MissingUser: Sendable {
    package let arn: String
    /// The statement's number, from 1.
    package let statement: Int
    /// The place of its Principal.
    package let place: Place
}

extension PolicyDocument {
    /// The first user named who is not there, though the account is; other accounts may have anyone.
    func missingUser(hasAccount: (String) -> Bool, hasUser: (String) -> Bool) -> MissingUser? {
        for statement in statements {
            guard let principals = statement.principals else { continue }
            for pattern in principals.patterns {
                guard case .user(let arn) = pattern, !hasUser(arn) else { continue }
                let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
                guard parts.count == 6, hasAccount(String(parts[4])) else { continue }
                return MissingUser(arn: arn, statement: statement.number, place: principals.place)
            }
        }
        return nil
    }
}

extension WorldSnapshot {
    /// The first user that a bucket's policy names and this world does not have.
    ///
    /// S3 refuses such a policy when it is put: MalformedPolicy, `Invalid principal in policy`.
    package func missingUser(in document: PolicyDocument) -> MissingUser? {
        document.missingUser(
            hasAccount: { accounts[$0] != nil },
            hasUser: { caller(arn: $0) != nil }
        )
    }
}
