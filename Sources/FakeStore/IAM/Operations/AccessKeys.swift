// The calls about access keys, of the named user or of the caller's own.

import QueryProtocol
import World
import XML

enum CreateAccessKey {
    /// From "IAM and AWS STS quotas".
    private static let keysPerUser = 2

    static let operation = QueryOperation.iam("CreateAccessKey") { exchange throws(QueryError) in
        let name = try UserName.given(exchange)
        try exchange.require("iam:CreateAccessKey", on: UserName.arn(name, exchange))
        let (account, now, sealer) = (exchange.account, exchange.second, exchange.cloud.sealer)
        let key = try await exchange.editWorld { world in
            guard let index = world.index(ofAccount: account) else {
                throw QueryError.internalFailure
            }
            let id = world.drawID(.accessKey, account: account)
            let key = AccessKeyDefinition(
                id: id,
                secret: sealer.secret(accessKeyID: id),
                created: now
            )
            try AccessKeys.edit(&world.accounts[index], of: name) { keys in
                guard keys.count < keysPerUser else {
                    throw QueryError.limitExceeded(
                        "Cannot exceed quota for AccessKeysPerUser: \(keysPerUser)"
                    )
                }
                keys.append(key)
            }
            return key
        }
        return QueryResult { xml in
            xml.element("AccessKey") { xml in
                xml.key(key, of: name)
                xml.element("SecretAccessKey", key.secret)
            }
        }
    }
}

enum ListAccessKeys {
    static let operation = QueryOperation.iam("ListAccessKeys") { exchange throws(QueryError) in
        let name = try UserName.given(exchange)
        try exchange.require("iam:ListAccessKeys", on: UserName.arn(name, exchange))
        var account = try exchange.ownAccount()
        let keys: [AccessKeyDefinition]
        do {
            keys = try AccessKeys.edit(&account, of: name) { $0 }
        } catch {
            throw error as? QueryError ?? .internalFailure
        }
        let page = try Page(exchange, of: keys, by: \.id)
        return QueryResult { $0.page(page, "AccessKeyMetadata") { $0.key($1, of: name) } }
    }
}

enum UpdateAccessKey {
    static let operation = QueryOperation.iam("UpdateAccessKey") { exchange throws(QueryError) in
        let name = try UserName.given(exchange)
        let id = try exchange.required("AccessKeyId", IAMRule.keyID)
        let text = try exchange.required("Status")
        guard let status = AccessKeyDefinition.Status(rawValue: text) else {
            throw .failed(
                text,
                "status",
                "Member must satisfy enum value set: [Active, Inactive, Expired]"
            )
        }
        try exchange.require("iam:UpdateAccessKey", on: UserName.arn(name, exchange))
        try await exchange.editAccount { account in
            try AccessKeys.edit(&account, of: name) { keys in
                guard let index = keys.firstIndex(where: { $0.id == id }) else {
                    throw AccessKeys.notFound(id)
                }
                keys[index].status = status
            }
        }
        return .done
    }
}

enum DeleteAccessKey {
    static let operation = QueryOperation.iam("DeleteAccessKey") { exchange throws(QueryError) in
        let name = try UserName.given(exchange)
        let id = try exchange.required("AccessKeyId", IAMRule.keyID)
        try exchange.require("iam:DeleteAccessKey", on: UserName.arn(name, exchange))
        try await exchange.editAccount { account in
            try AccessKeys.edit(&account, of: name) { keys in
                guard let index = keys.firstIndex(where: { $0.id == id }) else {
                    throw AccessKeys.notFound(id)
                }
                keys.remove(at: index)
            }
        }
        return .done
    }
}

private enum AccessKeys {
    /// Changes the keys of a user, or of the root user when no user is named.
    static func edit<Result>(
        _ account: inout AccountDefinition,
        of name: String?,
        _ change: (inout [AccessKeyDefinition]) throws -> Result
    ) throws -> Result {
        guard let name else { return try change(&account.rootAccessKeys) }
        guard let index = account.users.firstIndex(where: { $0.name == name }) else {
            throw QueryError.notFound("user", name)
        }
        return try change(&account.users[index].accessKeys)
    }

    static func notFound(_ id: String) -> QueryError {
        .noSuchEntity("The Access Key with id \(id) cannot be found.")
    }
}

extension XMLWriter {
    fileprivate mutating func key(_ key: AccessKeyDefinition, of user: String?) {
        element(ifPresent: "UserName", user)
        element("AccessKeyId", key.id)
        element("Status", key.status.rawValue)
        date("CreateDate", key.created)
    }
}
