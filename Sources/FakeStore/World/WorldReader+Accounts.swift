// Accounts, groups, users and access keys.

import JSON
import Platform
import Policy

extension WorldReader {
    mutating func account(
        _ node: JSONNode,
        path: String
    ) throws(JSONError) -> AccountDefinition {
        var reader = try ObjectReader(node, path: path)
        let id: String = try reader.required("id")
        guard id.utf8.count == 12, id.utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) else {
            throw reader.error(at: "id", "`\(id)` is no account id: it must be twelve digits")
        }
        guard accountIDs.insert(id).inserted else {
            throw reader.error(at: "id", "the account `\(id)` is there twice")
        }
        let name: String? = try reader.optional("name")
        let canonicalID: String? = try reader.optional("canonicalId")
        if let canonicalID {
            let isID =
                canonicalID.utf8.count == 64
                && canonicalID.utf8.allSatisfy {
                    ($0 | 0x20) &- UInt8(ascii: "a") < 6 || $0 &- UInt8(ascii: "0") < 10
                }
            guard isID else {
                throw reader.error(
                    at: "canonicalId",
                    "`\(canonicalID)` must be 64 hexadecimal digits"
                )
            }
        }
        let accountBlock: PublicAccessBlock? = try reader.optional("publicAccessBlock")
        let rootKeys = try accessKeys(&reader, "rootAccessKeys")

        ownPolicies = []
        var policies: [ManagedPolicyDefinition] = []
        for (node, path) in try reader.elements(
            "policies",
            { node, path throws(JSONError) in (node, path) }
        ) {
            let policy = try managedPolicy(node, path: path, number: policies.count + 1)
            guard !policies.contains(where: { isSameName($0.name, policy.name) }) else {
                throw node.error("the policy `\(policy.name)` is there twice", path: path)
            }
            policies.append(policy)
            ownPolicies.insert(policy.arn(account: id))
        }
        var groups: [GroupDefinition] = []
        for (node, path) in try reader.elements(
            "groups",
            { node, path throws(JSONError) in (node, path) }
        ) {
            groups.append(try group(node, path: path, others: groups))
        }
        var users: [UserDefinition] = []
        for (node, path) in try reader.elements(
            "users",
            { node, path throws(JSONError) in (node, path) }
        ) {
            users.append(try user(node, path: path, account: id, groups: groups, others: users))
        }
        var roles: [RoleDefinition] = []
        for (node, path) in try reader.elements(
            "roles",
            { node, path throws(JSONError) in (node, path) }
        ) {
            roles.append(try role(node, path: path, account: id, others: roles))
        }
        var kmsKeys: [KMSKeyDefinition] = []
        for (node, path) in try reader.elements(
            "kmsKeys",
            { node, path throws(JSONError) in (node, path) }
        ) {
            kmsKeys.append(try kmsKey(node, path: path, others: kmsKeys))
        }
        var buckets: [BucketDefinition] = []
        for (node, path) in try reader.elements(
            "buckets",
            { node, path throws(JSONError) in (node, path) }
        ) {
            buckets.append(try bucket(node, path: path))
        }
        try reader.finish()
        return AccountDefinition(
            id: id,
            name: name,
            canonicalID: canonicalID,
            publicAccessBlock: accountBlock,
            rootAccessKeys: rootKeys,
            policies: policies,
            groups: groups,
            users: users,
            roles: roles,
            kmsKeys: kmsKeys,
            buckets: buckets
        )
    }

    func group(
        _ node: JSONNode,
        path: String,
        others: [GroupDefinition]
    ) throws(JSONError) -> GroupDefinition {
        var reader = try ObjectReader(node, path: path)
        let name = try entityName(&reader, "name", what: "group", limit: 128)
        guard !others.contains(where: { isSameName($0.name, name) }) else {
            throw reader.error(at: "name", "the group `\(name)` is there twice")
        }
        let group = GroupDefinition(
            name: name,
            path: try self.path(&reader),
            id: try uniqueID(&reader, .group),
            created: try time(&reader, "created"),
            policies: try policies(&reader)
        )
        try reader.finish()
        return group
    }

    mutating func user(
        _ node: JSONNode,
        path: String,
        account: String,
        groups: [GroupDefinition],
        others: [UserDefinition]
    ) throws(JSONError) -> UserDefinition {
        var reader = try ObjectReader(node, path: path)
        let name = try entityName(&reader, "name", what: "user", limit: 64)
        guard !others.contains(where: { isSameName($0.name, name) }) else {
            throw reader.error(at: "name", "the user `\(name)` is there twice")
        }
        let userPath = try self.path(&reader)
        let id = try uniqueID(&reader, .user)
        var memberships: [String] = []
        let elements = try reader.elements("groups") { node, path throws(JSONError) in (node, path)
        }
        for (node, path) in elements {
            let group = try String(json: node, path: path)
            guard groups.contains(where: { $0.name == group }) else {
                throw node.error("there is no group `\(group)` in the account", path: path)
            }
            memberships.append(group)
        }
        let user = UserDefinition(
            name: name,
            path: userPath,
            id: id,
            created: try time(&reader, "created"),
            groups: memberships,
            accessKeys: try accessKeys(&reader, "accessKeys"),
            policies: try policies(&reader),
            permissionsBoundary: try optionalPolicy(
                &reader,
                "permissionsBoundary",
                kind: .boundary
            ),
            tags: try tags(&reader)
        )
        try reader.finish()
        let arn = "arn:aws:iam::\(account):user\(userPath)\(name)"
        userARNs.insert(arn)
        principalARNs.insert(arn)
        return user
    }

    mutating func accessKeys(
        _ reader: inout ObjectReader,
        _ key: String
    ) throws(JSONError) -> [AccessKeyDefinition] {
        var keys: [AccessKeyDefinition] = []
        for (node, path) in try reader.elements(
            key,
            { node, path throws(JSONError) in (node, path) }
        ) {
            var reader = try ObjectReader(node, path: path)
            let id = try accessKeyID(&reader)
            let secret = try secret(&reader, of: id)
            let status = try reader.value("status", default: AccessKeyDefinition.Status.active)
            let created = try time(&reader, "created")
            try reader.finish()
            keys.append(
                AccessKeyDefinition(id: id, secret: secret, status: status, created: created)
            )
        }
        return keys
    }

    /// The id of an access key, which no other key of the world has.
    mutating func accessKeyID(_ reader: inout ObjectReader) throws(JSONError) -> String {
        let id: String = try reader.required("id")
        guard isKeyText(id), !id.utf8.contains(UInt8(ascii: "/")) else {
            throw reader.error(
                at: "id",
                "an access key id must be 16 to 128 printable characters without space and `/`"
            )
        }
        guard keyIDs.insert(id).inserted else {
            throw reader.error(at: "id", "the access key `\(id)` is there twice")
        }
        return id
    }

    /// A key's secret, or the one that `***` keeps.
    func secret(_ reader: inout ObjectReader, of id: String) throws(JSONError) -> String {
        var secret: String = try reader.required("secret")
        if secret == WorldDefinition.hiddenSecret {
            guard let kept = previous?.secret(ofKey: id) else {
                throw reader.error(
                    at: "secret",
                    "`***` keeps a secret, but there is no key `\(id)` whose it could be"
                )
            }
            secret = kept
        }
        // Never the value: it would be a secret in a message.
        guard isKeyText(secret) else {
            throw reader.error(
                at: "secret",
                "a secret must be 16 to 128 printable characters without space"
            )
        }
        return secret
    }

    func isKeyText(_ text: String) -> Bool {
        (16...128).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    /// IAM keeps names apart without regard to case [documented: IAM name requirements].
    func isSameName(_ left: String, _ right: String) -> Bool {
        left.lowercased() == right.lowercased()
    }

    func entityName(
        _ reader: inout ObjectReader,
        _ key: String,
        what: String,
        limit: Int
    ) throws(JSONError) -> String {
        let name: String = try reader.required(key)
        guard IAMName.isName(name, limit: limit) else {
            throw reader.error(
                at: key,
                "`\(name)` is no name of a \(what): it must be 1 to \(limit) letters, digits or "
                    + "`+=,.@-_`"
            )
        }
        return name
    }

    func path(_ reader: inout ObjectReader) throws(JSONError) -> String {
        let path = try reader.value("path", default: "/")
        guard IAMName.isPath(path) else {
            throw reader.error(at: "path", "`\(path)` must begin and end with `/`")
        }
        return path
    }

    func uniqueID(
        _ reader: inout ObjectReader,
        _ kind: UniqueID.Kind
    ) throws(JSONError) -> String? {
        let id: String? = try reader.optional("id")
        let prefix = kind.rawValue
        guard let id else { return nil }
        guard id.hasPrefix(prefix), (16...128).contains(id.utf8.count) else {
            let what = "\(kind)"
            throw reader.error(
                at: "id",
                "`\(id)` is no id of a \(what): it must begin with `\(prefix)`"
            )
        }
        return id
    }

    func time(_ reader: inout ObjectReader, _ key: String) throws(JSONError) -> Timestamp? {
        guard let text: String = try reader.optional(key) else { return nil }
        guard let time = Timestamp(iso8601: text) else {
            throw reader.error(
                at: key,
                "expected a time such as `2026-11-20T09:00:00Z`, met `\(text)`"
            )
        }
        return time
    }

    func tags(_ reader: inout ObjectReader) throws(JSONError) -> [Tag] {
        var tags: [Tag] = []
        for (key, value) in try reader.dictionary("tags", of: String.self) {
            guard (1...128).contains(key.unicodeScalars.count),
                value.unicodeScalars.count <= 256
            else {
                throw reader.error(
                    at: "tags",
                    "a tag's key has 1 to 128 characters, its value at most 256: `\(key)`"
                )
            }
            guard !tags.contains(where: { isSameName($0.key, key) }) else {
                throw reader.error(at: "tags", "the tag `\(key)` is there twice")
            }
            tags.append(Tag(key: key, value: value))
        }
        guard tags.count <= 50 else { throw reader.error(at: "tags", "more than 50 tags") }
        return tags
    }
}
