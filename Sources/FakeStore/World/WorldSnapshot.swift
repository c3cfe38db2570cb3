// The world, ready to be asked: who owns this key, whose is this bucket, which policies have a say.
// Immutable; a change makes a new snapshot, which shares what did not change.

import Identity
import Policy

/// Someone who can send requests, with the policies attached to them.
package final class Caller: Sendable {
    package let principal: Principal
    /// The same, as policies see it.
    package let facts: PrincipalFacts
    /// The policies of the caller and of the caller's groups.
    package let policies: [NamedPolicy]

    package init(principal: Principal, facts: PrincipalFacts, policies: [NamedPolicy]) {
        self.principal = principal
        self.facts = facts
        self.policies = policies
    }

    /// Someone who did not sign.
    package static let anonymous = Caller(principal: .anonymous, facts: .anonymous, policies: [])
}

/// An access key that requests can be signed with.
package final class Credential: KeyHolder, Sendable {
    package let key: SecretKey
    package let isActive: Bool
    package let caller: Caller

    init(key: SecretKey, isActive: Bool, caller: Caller) {
        self.key = key
        self.isActive = isActive
        self.caller = caller
    }
}

/// A bucket with its compiled policy.
package final class Bucket: Sendable {
    package let name: String
    /// The account that owns it.
    package let account: String
    package let region: String
    package let settings: BucketSettings
    /// The bucket's policy under the bucket's name.
    package let policy: NamedPolicy?

    package init(name: String, account: String, region: String, settings: BucketSettings) {
        self.name = name
        self.account = account
        self.region = region
        self.settings = settings
        policy = settings.policy.map {
            NamedPolicy(name: name, owner: "\(account)/bucket", document: $0)
        }
    }

    package var arn: String { "arn:aws:s3:::\(name)" }
}

/// What is known of an account apart from what is in it.
package struct Account: Sendable, Hashable {
    package let id: String
    package let name: String?
    /// 64 hex digits, as in the owner elements of listings.
    package let canonicalID: String
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

    package var region: String { definition.region }

    /// The credential of an access key id, as it stands in a request.
    package func credential(accessKeyID: Span<UInt8>) -> Credential? { credentials[accessKeyID] }

    /// The credential of an access key id.
    package func credential(accessKeyID: String) -> Credential? {
        credentials[accessKeyID.utf8.span]
    }

    /// The user or root of an ARN.
    package func caller(arn: String) -> Caller? { callers[arn] }

    package func bucket(_ name: String) -> Bucket? { buckets[name] }

    /// Makes a definition ready to be asked.
    package init(_ definition: WorldDefinition) {
        self.definition = definition
        var accounts: [String: Account] = [:]
        var buckets: [String: Bucket] = [:]
        var callers: [String: Caller] = [:]
        var credentials = CredentialTable()
        for account in definition.accounts {
            let canonicalID = account.canonicalID ?? UniqueID.canonical(account: account.id)
            accounts[account.id] = Account(
                id: account.id,
                name: account.name,
                canonicalID: canonicalID
            )

            func add(_ caller: Caller, keys: [AccessKeyDefinition]) {
                callers[caller.facts.arn] = caller
                for key in keys {
                    credentials.add(
                        Credential(
                            key: SecretKey(id: key.id, secret: key.secret),
                            isActive: key.status == .active,
                            caller: caller
                        )
                    )
                }
            }
            add(
                Caller(
                    principal: Principal(kind: .root, account: account.id, uniqueID: account.id),
                    canonicalID: canonicalID,
                    policies: []
                ),
                keys: account.rootAccessKeys
            )
            for user in account.users {
                let principal = Principal(
                    kind: .user(name: user.name, path: user.path),
                    account: account.id,
                    uniqueID: user.id
                        ?? UniqueID.user(account: account.id, path: user.path, name: user.name)
                )
                var policies = user.policies.map {
                    NamedPolicy.named($0, owner: "\(account.id)/user/\(user.name)")
                }
                for group in account.groups where user.groups.contains(group.name) {
                    policies += group.policies.map {
                        NamedPolicy.named($0, owner: "\(account.id)/group/\(group.name)")
                    }
                }
                add(
                    Caller(principal: principal, canonicalID: canonicalID, policies: policies),
                    keys: user.accessKeys
                )
            }
            for bucket in account.buckets {
                buckets[bucket.name] = Bucket(
                    name: bucket.name,
                    account: account.id,
                    region: bucket.region ?? definition.region,
                    settings: bucket.settings
                )
            }
        }
        self.accounts = accounts
        self.buckets = buckets
        self.callers = callers
        self.credentials = credentials
        unsigned = definition.anonymousAs.flatMap { callers[$0] } ?? .anonymous
    }

    private init(_ other: WorldSnapshot, definition: WorldDefinition, buckets: [String: Bucket]) {
        self.definition = definition
        self.buckets = buckets
        accounts = other.accounts
        callers = other.callers
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

extension NamedPolicy {
    /// The attached policy under its name and owner.
    static func named(_ definition: PolicyDefinition, owner: String) -> NamedPolicy {
        switch definition {
        case .inline(let name, let document):
            return NamedPolicy(name: name, owner: owner, document: document)
        case .managed(let arn):
            guard let policy = ManagedPolicies.policy(arn: arn) else {
                preconditionFailure("no managed policy \(arn): definitions hold only known ones")
            }
            return policy
        }
    }
}

extension Caller {
    convenience init(principal: Principal, canonicalID: String, policies: [NamedPolicy]) {
        self.init(
            principal: principal,
            facts: PrincipalFacts(principal, canonicalID: canonicalID),
            policies: policies
        )
    }
}

extension PrincipalFacts {
    /// The facts that policies may ask about a principal.
    package convenience init(_ principal: Principal, canonicalID: String?) {
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
            canonicalID: canonicalID
        )
    }
}
