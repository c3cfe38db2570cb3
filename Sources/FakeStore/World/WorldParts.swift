// The tables of a snapshot, filled account by account.

import Identity
import Policy

/// What a world's definition comes to while it is made ready.
struct WorldParts {
    let region: String
    var accounts: [String: Account] = [:]
    var buckets: [String: Bucket] = [:]
    /// Users and root users by their ARNs.
    var callers: [String: Caller] = [:]
    /// Users by their unique ids.
    var users: [String: Caller] = [:]
    /// Roles by their ARNs and by their unique ids.
    var roles: [String: Role] = [:]
    var credentials = CredentialTable()
    var managedPolicies: [String: NamedPolicy] = [:]
    /// By their ARNs, and by the ARNs of their aliases.
    var kmsKeys: [String: KMSKey] = [:]

    init(region: String) { self.region = region }

    mutating func add(_ account: AccountDefinition) {
        let canonicalID = account.canonicalID ?? UniqueID.canonical(account: account.id)
        accounts[account.id] = Account(
            id: account.id,
            name: account.name,
            canonicalID: canonicalID,
            publicAccessBlock: account.publicAccessBlock
        )
        for definition in account.kmsKeys {
            let key = KMSKey(definition, account: account.id, worldRegion: region)
            kmsKeys[key.arn] = key
            for alias in key.aliases {
                kmsKeys["arn:aws:kms:\(key.region):\(account.id):\(alias)"] = key
            }
        }
        for policy in account.policies {
            let arn = policy.arn(account: account.id)
            managedPolicies[arn] = NamedPolicy(
                name: policy.name,
                owner: "\(account.id)/policy",
                arn: arn,
                document: policy.current.document.compiled
            )
        }
        add(
            Caller(
                principal: Principal(kind: .root, account: account.id, uniqueID: account.id),
                canonicalID: canonicalID,
                policies: []
            ),
            keys: account.rootAccessKeys
        )
        for user in account.users { add(user, of: account, canonicalID) }
        for role in account.roles { add(role, of: account, canonicalID) }
        for bucket in account.buckets {
            buckets[bucket.name] = Bucket(
                name: bucket.name,
                account: account.id,
                region: bucket.region ?? region,
                settings: bucket.settings
            )
        }
    }

    private mutating func add(_ caller: Caller, keys: [AccessKeyDefinition]) {
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

    private mutating func add(
        _ user: UserDefinition,
        of account: AccountDefinition,
        _ canonicalID: String
    ) {
        let owner = "\(account.id)/user/\(user.name)"
        var policies = user.policies.map { named($0, owner: owner) }
        for group in account.groups where user.groups.contains(group.name) {
            policies += group.policies.map { named($0, owner: "\(account.id)/group/\(group.name)") }
        }
        let id = user.uniqueID(account: account.id)
        let caller = Caller(
            principal: Principal(
                kind: .user(name: user.name, path: user.path),
                account: account.id,
                uniqueID: id
            ),
            canonicalID: canonicalID,
            tags: user.tags,
            policies: policies,
            limits: user.permissionsBoundary.map {
                CallerLimits(boundary: named($0, owner: owner))
            }
        )
        users[id] = caller
        add(caller, keys: user.accessKeys)
    }

    private mutating func add(
        _ definition: RoleDefinition,
        of account: AccountDefinition,
        _ canonicalID: String
    ) {
        let owner = "\(account.id)/role/\(definition.name)"
        let role = Role(
            account: account.id,
            definition: definition,
            policies: definition.policies.map { named($0, owner: owner) },
            boundary: definition.permissionsBoundary.map { named($0, owner: owner) }
        )
        roles[role.arn] = role
        roles[role.uniqueID] = role
        for session in definition.sessions {
            let caller = Caller(
                of: role,
                session: session.name,
                policies: session.policy.map { [named($0, owner: "session/\(session.name)")] },
                tags: [],
                facts: SessionFacts(),
                canonicalID: canonicalID
            )
            credentials.add(
                Credential(
                    key: SecretKey(id: session.id, secret: session.secret),
                    isActive: true,
                    caller: caller,
                    token: Array(session.token.utf8),
                    expires: session.expires
                )
            )
        }
    }

    /// The attached policy under its name and owner.
    private func named(_ definition: PolicyDefinition, owner: String) -> NamedPolicy {
        switch definition {
        case .inline(let name, let document):
            return NamedPolicy(name: name, owner: owner, document: document.compiled)
        case .managed(let arn):
            guard let policy = managedPolicies[arn] ?? ManagedPolicies.policy(arn: arn) else {
                preconditionFailure("no managed policy \(arn): definitions hold only known ones")
            }
            return policy
        }
    }
}

extension UserDefinition {
    package func arn(account: String) -> String { "arn:aws:iam::\(account):user\(path)\(name)" }

    package func uniqueID(account: String) -> String {
        id ?? UniqueID.of(.user, account: account, path: path, name: name)
    }
}

extension RoleDefinition {
    package func arn(account: String) -> String { "arn:aws:iam::\(account):role\(path)\(name)" }

    package func uniqueID(account: String) -> String {
        id ?? UniqueID.of(.role, account: account, path: path, name: name)
    }
}

extension GroupDefinition {
    package func arn(account: String) -> String { "arn:aws:iam::\(account):group\(path)\(name)" }

    package func uniqueID(account: String) -> String {
        id ?? UniqueID.of(.group, account: account, path: path, name: name)
    }
}

extension ManagedPolicyDefinition {
    package func uniqueID(account: String) -> String {
        id ?? UniqueID.of(.policy, account: account, path: path, name: name)
    }
}
