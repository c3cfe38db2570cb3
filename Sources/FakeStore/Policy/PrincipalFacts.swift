// What policies may ask about the one who sends a request. The identity module finds out who it is;
// the world turns that into these facts; nothing here knows about keys or signatures.

/// The caller of a request, as policies see it.
///
/// A class, because one set of facts serves every request of its owner: handing it on costs one
/// reference count instead of one for each of its texts.
package final class PrincipalFacts: Sendable {
    /// What kind of caller it is.
    package enum Kind: String, Sendable, CaseIterable {
        case root, user, assumedRole, federatedUser, service, anonymous
    }

    package let kind: Kind
    /// The twelve digits of the caller's account; empty for anonymous callers and services.
    package let account: String
    /// `arn:aws:iam::A:user/NAME`, the session's ARN for roles, `arn:aws:iam::A:root`; empty when anonymous.
    package let arn: String
    /// The role's own ARN, with its path, when a session of it calls.
    package let roleARN: String?
    /// The user behind a federated session.
    package let userARN: String?
    /// AIDA…, or AROA…:session, or the account's id for root.
    package let userID: String?
    /// `aws:username`, which only IAM users have.
    package let userName: String?
    /// `example.amazonaws.com`, when a service calls.
    package let service: String?
    /// The canonical user id of the caller's account.
    package let canonicalID: String?
    /// The caller's tags: the user's, or the role's with the session's over them.
    package let tags: [String: String]
    /// The id of the organization that the caller's account is in, `o-…`; nil when it is in none.
    package let organization: String?
    /// `aws:PrincipalOrgPaths`: the account's way through the organization, `o-…/r-…/ou-…/`.
    package let organizationPaths: [String]

    package init(
        kind: Kind,
        account: String,
        arn: String,
        roleARN: String? = nil,
        userARN: String? = nil,
        userID: String? = nil,
        userName: String? = nil,
        service: String? = nil,
        canonicalID: String? = nil,
        tags: [String: String] = [:],
        organization: String? = nil,
        organizationPaths: [String] = []
    ) {
        self.kind = kind
        self.account = account
        self.arn = arn
        self.roleARN = roleARN
        self.userARN = userARN
        self.userID = userID
        self.userName = userName
        self.service = service
        self.canonicalID = canonicalID
        self.tags = tags
        self.organization = organization
        self.organizationPaths = organizationPaths
    }

    /// Whether a service-linked role calls, which no organization's policy limits.
    package var isServiceLinkedRole: Bool {
        roleARN?.contains(":role/aws-service-role/") ?? false
    }

    /// Someone who did not sign.
    package static let anonymous = PrincipalFacts(kind: .anonymous, account: "", arn: "")
}

extension PrincipalFacts: Equatable {
    package static func == (left: PrincipalFacts, right: PrincipalFacts) -> Bool {
        left === right
            || left.kind == right.kind && left.account == right.account && left.arn == right.arn
                && left.roleARN == right.roleARN && left.userARN == right.userARN
                && left.userID == right.userID && left.userName == right.userName
                && left.service == right.service && left.canonicalID == right.canonicalID
                && left.tags == right.tags && left.organization == right.organization
                && left.organizationPaths == right.organizationPaths
    }
}
