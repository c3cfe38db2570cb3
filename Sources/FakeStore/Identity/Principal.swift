// Who sends a request, once that is proven: the owner of the key it was signed with, or nobody.

/// An identity of the cloud: an account with a user, a session or neither.
package struct Principal: Hashable, Sendable {
    /// What kind of identity it is, with what only that kind has.
    package enum Kind: Hashable, Sendable {
        /// The account itself.
        case root
        /// An IAM user; `path` begins and ends with a slash.
        case user(name: String, path: String)
        /// A session of a role, under the name its starter chose.
        case assumedRole(role: String, path: String, session: String)
        /// A session of GetFederationToken, started by a user.
        case federatedUser(name: String, by: String)
        /// A service of the cloud, for example `logging.s3.amazonaws.com`.
        case service(String)
        /// Someone who did not sign.
        case anonymous
    }

    package let kind: Kind
    /// The account's twelve digits; empty for services and anonymous callers.
    package let account: String
    /// AIDA…, AROA…:session or the account's id for root; empty when anonymous.
    package let uniqueID: String

    package init(kind: Kind, account: String, uniqueID: String) {
        self.kind = kind
        self.account = account
        self.uniqueID = uniqueID
    }

    /// Someone who did not sign.
    package static let anonymous = Principal(kind: .anonymous, account: "", uniqueID: "")

    /// The name that answers and messages use; for a session this is the session's ARN.
    package var arn: String {
        switch kind {
        case .root: "arn:aws:iam::\(account):root"
        case .user(let name, let path): "arn:aws:iam::\(account):user\(path)\(name)"
        // The role's path never appears in a session's ARN.
        case .assumedRole(let role, _, let session):
            "arn:aws:sts::\(account):assumed-role/\(role)/\(session)"
        case .federatedUser(let name, _): "arn:aws:sts::\(account):federated-user/\(name)"
        case .service(let name): name
        case .anonymous: ""
        }
    }

    /// The role behind a session, with its path.
    package var roleARN: String? {
        guard case .assumedRole(let role, let path, _) = kind else { return nil }
        return "arn:aws:iam::\(account):role\(path)\(role)"
    }

    /// A short name for people: the user, the role's session, `root`, `anonymous`.
    package var name: String {
        switch kind {
        case .root: "root"
        case .user(let name, _): name
        case .assumedRole(let role, _, let session): "\(role)/\(session)"
        case .federatedUser(let name, _): name
        case .service(let name): name
        case .anonymous: "anonymous"
        }
    }

    /// The session's name, when there is a session.
    package var session: String? {
        switch kind {
        case .assumedRole(_, _, let session): session
        case .federatedUser(let name, _): name
        case .root, .user, .service, .anonymous: nil
        }
    }

    package var isAnonymous: Bool { kind == .anonymous }
}
