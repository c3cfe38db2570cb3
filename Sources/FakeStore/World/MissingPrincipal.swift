// Users and roles that a policy's Principal names and the world does not have.

import JSON
import Policy

/// A user or role named as a principal who is not there.
package struct MissingPrincipal: Sendable {
    package let arn: String
    /// `user` or `role`.
    package let what: String
    /// The statement's number, from 1.
    package let statement: Int
    /// The place of its Principal.
    package let place: Place
}

extension PolicyDocument {
    /// The first user or role named who is not there, though the account is; other accounts may have
    /// anyone.
    func missingPrincipal(
        hasAccount: (String) -> Bool,
        has: (String) -> Bool
    ) -> MissingPrincipal? {
        for statement in statements {
            guard let principals = statement.principals else { continue }
            for pattern in principals.patterns {
                let (arn, what): (String, String)
                switch pattern {
                case .user(let text): (arn, what) = (text, "user")
                case .role(let text): (arn, what) = (text, "role")
                default: continue
                }
                if has(arn) { continue }
                let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
                guard parts.count == 6, hasAccount(String(parts[4])) else { continue }
                return MissingPrincipal(
                    arn: arn,
                    what: what,
                    statement: statement.number,
                    place: principals.place
                )
            }
        }
        return nil
    }
}

extension WorldSnapshot {
    /// The first user or role that a bucket's or trust policy names and this world does not have.
    ///
    /// S3 refuses such a policy when it is put: MalformedPolicy, `Invalid principal in policy`; IAM
    /// does too, with MalformedPolicyDocument.
    package func missingPrincipal(in document: PolicyDocument) -> MissingPrincipal? {
        document.missingPrincipal(
            hasAccount: { accounts[$0] != nil },
            has: { caller(arn: $0) != nil || role(arn: $0) != nil }
        )
    }

    /// The first principal for which S3 and IAM refuse a policy that is put: a user or role who is not there,
    /// or the id of one that was deleted, which can be kept but not put again [documented: AWS JSON policy
    /// elements: Principal].
    package func unknownPrincipal(in document: PolicyDocument) -> String? {
        for pattern in document.statements.compactMap(\.principals).flatMap(\.patterns) {
            if case .deleted(let id) = pattern { return id }
        }
        return missingPrincipal(in: document)?.arn
    }
}
