// Accounts, groups, users and access keys.

import JSON

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
        try notYet(&reader, ["publicAccessBlock", "policies", "roles", "kmsKeys"])
        let rootKeys = try accessKeys(&reader, "rootAccessKeys")

        var groups: [GroupDefinition] = []
        for (node, path) in try reader.elements(
            "groups",
            { node, path throws(JSONError) in (node, path) }
        ) {
            var group = try ObjectReader(node, path: path)
            let name = try entityName(&group, "name", what: "group")
            guard !groups.contains(where: { $0.name == name }) else {
                throw group.error(at: "name", "the group `\(name)` is there twice")
            }
            groups.append(GroupDefinition(name: name, policies: try policies(&group)))
            try group.finish()
        }
        var users: [UserDefinition] = []
        for (node, path) in try reader.elements(
            "users",
            { node, path throws(JSONError) in (node, path) }
        ) {
            users.append(try user(node, path: path, account: id, groups: groups, others: users))
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
            rootAccessKeys: rootKeys,
            groups: groups,
            users: users,
            buckets: buckets
        )
    }

    mutating func user(
        _ node: JSONNode,
        path: String,
        account: String,
        groups: [GroupDefinition],
        others: [UserDefinition]
    ) throws(JSONError) -> UserDefinition {
        var reader = try ObjectReader(node, path: path)
        let name = try entityName(&reader, "name", what: "user")
        // IAM keeps names apart without regard to case [documented: IAM name requirements].
        guard !others.contains(where: { $0.name.lowercased() == name.lowercased() }) else {
            throw reader.error(at: "name", "the user `\(name)` is there twice")
        }
        let userPath = try reader.value("path", default: "/")
        guard userPath.hasPrefix("/"), userPath.hasSuffix("/"), userPath.utf8.count <= 512 else {
            throw reader.error(at: "path", "`\(userPath)` must begin and end with `/`")
        }
        let id: String? = try reader.optional("id")
        if let id, !(id.hasPrefix("AIDA") && id.utf8.count >= 16) {
            throw reader.error(at: "id", "`\(id)` is no id of a user: it must begin with `AIDA`")
        }
        try notYet(&reader, ["permissionsBoundary", "tags"])
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
        let keys = try accessKeys(&reader, "accessKeys")
        let policies = try policies(&reader)
        try reader.finish()
        userARNs.insert("arn:aws:iam::\(account):user\(userPath)\(name)")
        return UserDefinition(
            name: name,
            path: userPath,
            id: id,
            groups: memberships,
            accessKeys: keys,
            policies: policies
        )
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
            let status = try reader.value("status", default: AccessKeyDefinition.Status.active)
            try reader.finish()
            keys.append(AccessKeyDefinition(id: id, secret: secret, status: status))
        }
        return keys
    }

    func isKeyText(_ text: String) -> Bool {
        (16...128).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    func entityName(
        _ reader: inout ObjectReader,
        _ key: String,
        what: String
    ) throws(JSONError) -> String {
        let name: String = try reader.required(key)
        let extra = Array("+=,.@-_".utf8)
        let isName =
            (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
                    || extra.contains(byte)
            }
        guard isName else {
            throw reader.error(
                at: key,
                "`\(name)` is no name of a \(what): it must be 1 to 64 letters, digits or `+=,.@-_`"
            )
        }
        return name
    }
}
