// Who can send requests, with the policies that count for them, and the keys they sign with.

import Identity
import Platform
import Policy

/// Someone who can send requests, with the policies attached to them.
package final class Caller: Sendable {
    package let principal: Principal
    /// The same, as policies see it.
    package let facts: PrincipalFacts
    /// The policies of the caller and of the caller's groups, or of the session's role.
    package let policies: [NamedPolicy]
    /// Permissions boundary and session policies; nil when there are none.
    package let limits: CallerLimits?
    /// The session that calls; nil with long-term keys.
    package let session: SessionFacts?

    package init(
        principal: Principal,
        facts: PrincipalFacts,
        policies: [NamedPolicy],
        limits: CallerLimits? = nil,
        session: SessionFacts? = nil
    ) {
        self.principal = principal
        self.facts = facts
        self.policies = policies
        self.limits = limits
        self.session = session
    }

    convenience init(
        principal: Principal,
        canonicalID: String,
        tags: [Tag] = [],
        policies: [NamedPolicy],
        limits: CallerLimits? = nil,
        session: SessionFacts? = nil
    ) {
        self.init(
            principal: principal,
            facts: PrincipalFacts(principal, canonicalID: canonicalID, tags: tags),
            policies: policies,
            limits: limits,
            session: session
        )
    }

    /// Adds what conditions can ask of temporary credentials; with long-term keys there is nothing of it.
    package func addSession(to context: inout ContextValues) {
        guard let session else { return }
        // No second factor is modelled.
        context.set("aws:MultiFactorAuthPresent", to: ["false"], source: .world)
        if let issued = session.issued {
            context.set("aws:TokenIssueTime", to: [issued.iso8601()], source: .world)
        }
        if let identity = session.sourceIdentity {
            context.set("aws:SourceIdentity", to: [identity], source: .world)
        }
    }

    /// Someone who did not sign.
    package static let anonymous = Caller(principal: .anonymous, facts: .anonymous, policies: [])
}

/// What only temporary credentials have.
package struct SessionFacts: Sendable {
    /// When the token was issued; nil for sessions from the world's file.
    package let issued: Timestamp?
    /// The tags that sessions started from this one keep.
    package let transitiveTags: [Tag]
    package let sourceIdentity: String?

    package init(
        issued: Timestamp? = nil,
        transitiveTags: [Tag] = [],
        sourceIdentity: String? = nil
    ) {
        self.issued = issued
        self.transitiveTags = transitiveTags
        self.sourceIdentity = sourceIdentity
    }
}

/// An access key that requests can be signed with.
package final class Credential: KeyHolder, Sendable {
    package let key: SecretKey
    package let isActive: Bool
    package let caller: Caller
    /// The token that must come with the key; nil for long-term keys.
    package let token: [UInt8]?
    /// When the session ends; nil: never.
    package let expires: Timestamp?

    package var isSession: Bool { token != nil }

    init(
        key: SecretKey,
        isActive: Bool,
        caller: Caller,
        token: [UInt8]? = nil,
        expires: Timestamp? = nil
    ) {
        self.key = key
        self.isActive = isActive
        self.caller = caller
        self.token = token
        self.expires = expires
    }
}

/// A role that can be assumed.
package final class Role: Sendable {
    package let account: String
    package let definition: RoleDefinition
    package let arn: String
    /// The role's id, `AROA…`.
    package let uniqueID: String
    /// The role's trust policy.
    package let trust: NamedPolicy
    package let policies: [NamedPolicy]
    package let boundary: NamedPolicy?

    init(
        account: String,
        definition: RoleDefinition,
        policies: [NamedPolicy],
        boundary: NamedPolicy?
    ) {
        self.account = account
        self.definition = definition
        arn = definition.arn(account: account)
        uniqueID = definition.uniqueID(account: account)
        trust = NamedPolicy(
            name: definition.name,
            owner: "\(account)/trust",
            document: definition.trustPolicy.compiled
        )
        self.policies = policies
        self.boundary = boundary
    }

    package var name: String { definition.name }
}

extension PrincipalFacts {
    /// The facts that policies may ask about a principal.
    package convenience init(_ principal: Principal, canonicalID: String?, tags: [Tag] = []) {
        let kind: Kind
        var userName: String?
        var userARN: String?
        var service: String?
        switch principal.kind {
        case .root: kind = .root
        case .user(let name, _):
            kind = .user
            userName = name
        case .assumedRole: kind = .assumedRole
        case .federatedUser(_, let user):
            kind = .federatedUser
            userARN = user
        case .service(let name):
            kind = .service
            service = name
        case .anonymous: kind = .anonymous
        }
        self.init(
            kind: kind,
            account: principal.account,
            arn: principal.arn,
            roleARN: principal.roleARN,
            userARN: userARN,
            userID: principal.uniqueID,
            userName: userName,
            service: service,
            canonicalID: canonicalID,
            tags: Dictionary(tags.map { ($0.key, $0.value) }) { first, _ in first }
        )
    }
}
