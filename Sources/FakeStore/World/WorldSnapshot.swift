// The world, ready to be asked: who owns this key, whose is this bucket, which policies have a say.
// Immutable; a change makes a new snapshot, which shares what did not change.

import Identity
import Platform
import Policy

/// A bucket with its compiled policy.
package final class Bucket: Sendable {
    package let name: String
    /// The account that owns it.
    package let account: String
    package let region: String
    package let settings: BucketSettings
    /// The bucket's policy under the bucket's name.
    package let policy: NamedPolicy?
    /// Whether the policy speaks to the public.
    package let hasPublicPolicy: Bool

    package init(name: String, account: String, region: String, settings: BucketSettings) {
        self.name = name
        self.account = account
        self.region = region
        self.settings = settings
        policy = settings.policy.map {
            NamedPolicy(name: name, owner: "\(account)/bucket", document: $0)
        }
        hasPublicPolicy = settings.policy?.publicStatement != nil
    }

    package var arn: String { "arn:aws:s3:::\(name)" }
}

/// What is known of an account apart from what is in it.
package struct Account: Sendable, Equatable {
    package let id: String
    package let name: String?
    /// 64 hex digits, as in the owner elements of listings.
    package let canonicalID: String
    /// The switches for all its buckets; nil when none are set.
    package let publicAccessBlock: PublicAccessBlock?
}

/// The world at one moment.
package final class WorldSnapshot: Sendable {
    /// The world as text can have it; what was changed since the start is in it.
    package let definition: WorldDefinition
    package let buckets: [String: Bucket]
    package let accounts: [String: Account]
    /// Whom unsigned requests are taken for.
    package let unsigned: Caller
    private let credentials: CredentialTable
    private let callers: [String: Caller]
    /// By ARN and by unique id.
    private let roles: [String: Role]
    /// Users by their unique ids.
    private let users: [String: Caller]
    private let managedPolicies: [String: NamedPolicy]
    private let kmsKeys: [String: KMSKey]
    private let sealer: SessionSealer?
    private let sessions: SessionTable

    package var region: String { definition.region }

    /// The credential of an access key id with the token that came with it, as both stand in a request.
    ///
    /// - Parameters:
    ///   - id: The access key id.
    ///   - token: The session's token, if the request has one.
    ///   - now: The time on the cloud's clock, by which sessions end.
    /// - Returns: The credential; nil when there is none, also for a session's key without its token.
    /// - Throws: `badToken`, `expiredToken`.
    package func credential(
        accessKeyID id: Span<UInt8>,
        token: ArraySlice<UInt8>?,
        now: Timestamp
    ) throws(SignatureError) -> Credential? {
        let found: Credential
        if let known = credentials[id] {
            // A token that comes with a long-term key is the verifier's to refuse.
            guard let own = known.token else { return known }
            guard let token else { return nil }
            guard own.elementsEqual(token) else { throw .badToken(text(token)) }
            found = known
        } else {
            guard let token else { return nil }
            if let known = sessions[id], let own = known.token, own.elementsEqual(token) {
                found = known
            } else {
                found = try open(token, id)
            }
        }
        if let expires = found.expires, let token, expires <= now {
            throw .expiredToken(text(token))
        }
        return found
    }

    /// The credential of an access key id, whatever token it needs.
    package func credential(accessKeyID: String) -> Credential? {
        credentials[accessKeyID.utf8.span]
    }

    /// Opens a token that this world has not seen.
    private func open(
        _ token: ArraySlice<UInt8>,
        _ id: Span<UInt8>
    ) throws(SignatureError) -> Credential {
        guard let sealer, let grant = sealer.grant(token: token),
            isEqual(grant.accessKeyID.utf8.span, id), let caller = caller(of: grant)
        else { throw .badToken(text(token)) }
        let credential = Credential(
            key: SecretKey(
                id: grant.accessKeyID,
                secret: sealer.secret(accessKeyID: grant.accessKeyID)
            ),
            isActive: true,
            caller: caller,
            token: Array(token),
            expires: grant.expires
        )
        sessions.add(credential)
        return credential
    }

    private func text(_ token: ArraySlice<UInt8>) -> String {
        String(decoding: token, as: UTF8.self)
    }

    /// The user or root of an ARN.
    package func caller(arn: String) -> Caller? { callers[arn] }

    /// The role of an ARN.
    package func role(arn: String) -> Role? { roles[arn] }

    /// The role of a unique id, `AROA…`.
    package func role(id: String) -> Role? { roles[id] }

    /// AWS's managed policy or an account's own, in its present version.
    package func managedPolicy(arn: String) -> NamedPolicy? {
        managedPolicies[arn] ?? ManagedPolicies.policy(arn: arn)
    }

    /// The key of an ARN, of a key or of an alias.
    package func kmsKey(arn: String) -> KMSKey? { kmsKeys[arn] }

    /// The switches that hold for a bucket: the account's and the bucket's own, the stricter of each.
    package func publicAccessBlock(of bucket: Bucket) -> PublicAccessBlock {
        let own = bucket.settings.publicAccessBlock ?? false
        return accounts[bucket.account]?.publicAccessBlock?.union(own) ?? own
    }

    package func bucket(_ name: String) -> Bucket? { buckets[name] }

    /// Makes a definition ready to be asked.
    ///
    /// - Parameters:
    ///   - definition: The world.
    ///   - sealer: What opens the tokens of sessions; nil when none were handed out.
    package init(_ definition: WorldDefinition, sealer: SessionSealer? = nil) {
        self.definition = definition
        self.sealer = sealer
        sessions = SessionTable()
        var parts = WorldParts(region: definition.region)
        for account in definition.accounts { parts.add(account) }
        accounts = parts.accounts
        buckets = parts.buckets
        callers = parts.callers
        credentials = parts.credentials
        roles = parts.roles
        users = parts.users
        managedPolicies = parts.managedPolicies
        kmsKeys = parts.kmsKeys
        unsigned = definition.anonymousAs.flatMap { parts.callers[$0] } ?? .anonymous
    }

    private init(_ other: WorldSnapshot, definition: WorldDefinition, buckets: [String: Bucket]) {
        self.definition = definition
        self.buckets = buckets
        accounts = other.accounts
        callers = other.callers
        roles = other.roles
        users = other.users
        managedPolicies = other.managedPolicies
        kmsKeys = other.kmsKeys
        sealer = other.sealer
        // Buckets are no part of a caller, so what was opened stays open.
        sessions = other.sessions
        credentials = other.credentials
        unsigned = other.unsigned
    }

    /// The world with one bucket more, or with this bucket in place of the one of its name.
    package func setting(_ bucket: Bucket) -> WorldSnapshot {
        var definition = definition
        definition.set(bucket)
        var buckets = buckets
        buckets[bucket.name] = bucket
        return WorldSnapshot(self, definition: definition, buckets: buckets)
    }

    /// The world without a bucket.
    package func removing(bucket name: String) -> WorldSnapshot {
        var definition = definition
        definition.remove(bucket: name)
        var buckets = buckets
        buckets[name] = nil
        return WorldSnapshot(self, definition: definition, buckets: buckets)
    }
}

// MARK: - Sessions

extension WorldSnapshot {
    /// Who calls when a session calls; nil when its role or user is gone.
    package func caller(of grant: SessionGrant) -> Caller? {
        switch grant.subject {
        case .role(let id):
            guard let role = roles[id], role.account == grant.account else { return nil }
            return caller(
                of: role,
                session: grant.name,
                policies: sessionPolicies(of: grant),
                tags: grant.tags,
                facts: SessionFacts(
                    issued: grant.issued,
                    transitiveTags: grant.tags.filter { tag in
                        grant.transitiveTagKeys.contains { $0.lowercased() == tag.key.lowercased() }
                    },
                    sourceIdentity: grant.sourceIdentity
                )
            )
        case .user(let id):
            return users[id].map { $0.inSession(SessionFacts(issued: grant.issued)) }
        case .root:
            return callers["arn:aws:iam::\(grant.account):root"].map {
                $0.inSession(SessionFacts(issued: grant.issued))
            }
        }
    }

    /// The caller that a session of a role is.
    package func caller(
        of role: Role,
        session: String,
        policies: [NamedPolicy]? = nil,
        tags: [Tag] = [],
        facts: SessionFacts = SessionFacts()
    ) -> Caller {
        guard let account = accounts[role.account] else {
            preconditionFailure("the role \(role.arn) is in no account")
        }
        return Caller(
            of: role,
            session: session,
            policies: policies,
            tags: tags,
            facts: facts,
            canonicalID: account.canonicalID
        )
    }

    /// What limits the session beside its role; nil when nothing was passed.
    private func sessionPolicies(of grant: SessionGrant) -> [NamedPolicy]? {
        guard grant.policy != nil || !grant.managedPolicies.isEmpty else { return nil }
        var policies: [NamedPolicy] = []
        // A policy that can't be had any more allows nothing.
        if let text = grant.policy,
            let document = try? PolicyDocument.parse(text, kind: .session)
        {
            policies.append(NamedPolicy.session(document, name: grant.name))
        }
        policies += grant.managedPolicies.compactMap { managedPolicy(arn: $0) }
        return policies
    }
}

extension NamedPolicy {
    /// The policy passed with a session.
    static func session(_ document: PolicyDocument, name: String) -> NamedPolicy {
        NamedPolicy(name: "session-policy", owner: "session/\(name)", document: document)
    }
}

extension Caller {
    /// The caller that a session of a role is.
    ///
    /// A session's tags go before the role's.
    convenience init(
        of role: Role,
        session: String,
        policies: [NamedPolicy]?,
        tags: [Tag],
        facts: SessionFacts,
        canonicalID: String
    ) {
        let principal = Principal(
            kind: .assumedRole(role: role.name, path: role.definition.path, session: session),
            account: role.account,
            uniqueID: "\(role.uniqueID):\(session)"
        )
        let ownTags = role.definition.tags.filter { own in
            !tags.contains { $0.key.lowercased() == own.key.lowercased() }
        }
        let hasLimits = policies != nil || role.boundary != nil
        self.init(
            principal: principal,
            canonicalID: canonicalID,
            tags: tags + ownTags,
            policies: role.policies,
            limits: hasLimits ? CallerLimits(boundary: role.boundary, session: policies) : nil,
            session: facts
        )
    }

    /// The same caller with temporary credentials.
    fileprivate func inSession(_ session: SessionFacts) -> Caller {
        Caller(
            principal: principal,
            facts: facts,
            policies: policies,
            limits: limits,
            session: session
        )
    }
}

@inline(__always)
private func isEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    for index in left.indices where left[index] != right[index] { return false }
    return true
}
