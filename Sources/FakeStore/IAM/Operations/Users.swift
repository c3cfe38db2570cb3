// The calls about users themselves.

import QueryProtocol
import World

enum CreateUser {
    static let operation = QueryOperation.iam("CreateUser") { exchange throws(QueryError) in
        let name = try exchange.required("UserName", IAMRule.shortName)
        let path = try exchange.path()
        let boundary = try exchange.optional("PermissionsBoundary", IAMRule.arn)
        let tags = try exchange.tags()
        let account = exchange.account
        try exchange.require(
            "iam:CreateUser",
            on: "arn:aws:iam::\(account):user\(path)\(name)",
            PutPermissionsBoundary.keys(boundary)
        )
        if let boundary { _ = try exchange.attachablePolicy(boundary) }
        let now = exchange.second
        let user = try await exchange.editWorld { world in
            guard let index = world.index(ofAccount: account) else {
                throw QueryError.internalFailure
            }
            let users = world.accounts[index].users
            guard !users.contains(where: { $0.name.lowercased() == name.lowercased() }) else {
                throw QueryError.alreadyExists("User with name \(name) already exists.")
            }
            let user = UserDefinition(
                name: name,
                path: path,
                id: world.drawID(.user, account: account),
                created: now,
                permissionsBoundary: boundary.map { .managed(arn: $0) },
                tags: tags
            )
            world.accounts[index].users.append(user)
            return user
        }
        return QueryResult { xml in xml.element("User") { $0.wholeUser(user, account) } }
    }
}

enum GetUser {
    static let operation = QueryOperation.iam("GetUser") { exchange throws(QueryError) in
        let name = try UserName.given(exchange)
        try exchange.require("iam:GetUser", on: UserName.arn(name, exchange))
        let account = try exchange.ownAccount()
        guard let name else {
            // The root user [documented: GetUser without a name].
            return QueryResult { xml in
                xml.element("User") { xml in
                    xml.element("UserId", account.id)
                    xml.element("Arn", "arn:aws:iam::\(account.id):root")
                    xml.date("CreateDate", nil)
                }
            }
        }
        guard let user = account.users.first(where: { $0.name == name }) else {
            throw .notFound("user", name)
        }
        return QueryResult { xml in xml.element("User") { $0.wholeUser(user, account.id) } }
    }
}

enum ListUsers {
    static let operation = QueryOperation.iam("ListUsers") { exchange throws(QueryError) in
        let prefix = try exchange.pathPrefix()
        try exchange.require("iam:ListUsers", on: "arn:aws:iam::\(exchange.account):user/")
        let account = try exchange.ownAccount()
        let users = account.users.filter { $0.path.hasPrefix(prefix) }
        let page = try Page(exchange, of: users, by: \.name)
        return QueryResult { $0.page(page, "Users") { $0.user($1, account.id) } }
    }
}

enum UpdateUser {
    static let operation = QueryOperation.iam("UpdateUser") { exchange throws(QueryError) in
        let name = try exchange.required("UserName", IAMRule.name)
        let newName = try exchange.optional("NewUserName", IAMRule.shortName)
        let newPath = try exchange.optional("NewPath", IAMRule.path)
        if let newPath, !IAMName.isPath(newPath) {
            throw .validation("The specified value for newPath is invalid.")
        }
        try exchange.require("iam:UpdateUser", on: UserName.arn(name, exchange))
        // Policies that name the user follow it: AWS keeps the id, and shows the ARN of the moment.
        let account = exchange.account
        try await exchange.editWorld { world in
            guard let index = world.index(ofAccount: account),
                let place = world.accounts[index].users.firstIndex(where: { $0.name == name })
            else { throw QueryError.notFound("user", name) }
            var user = world.accounts[index].users[place]
            let before = user.arn(account: account)
            user.id = user.uniqueID(account: account)
            if let newName {
                let others = world.accounts[index].users
                guard
                    newName.lowercased() == name.lowercased()
                        || !others.contains(where: {
                            $0.name.lowercased() == newName.lowercased()
                        })
                else { throw QueryError.alreadyExists("User with name \(newName) already exists.") }
                user.name = newName
            }
            if let newPath { user.path = newPath }
            world.accounts[index].users[place] = user
            let after = user.arn(account: account)
            world.replace(principal: before, by: after)
            if world.anonymousAs == before { world.anonymousAs = after }
        }
        return .done
    }
}

enum DeleteUser {
    static let operation = QueryOperation.iam("DeleteUser") { exchange throws(QueryError) in
        let name = try exchange.required("UserName", IAMRule.name)
        try exchange.require("iam:DeleteUser", on: UserName.arn(name, exchange))
        let account = exchange.account
        try await exchange.editWorld { world in
            guard let index = world.index(ofAccount: account),
                let place = world.accounts[index].users.firstIndex(where: { $0.name == name })
            else { throw QueryError.notFound("user", name) }
            let user = world.accounts[index].users[place]
            // [documented: DeleteUser, what must be removed first]
            if user.policies.contains(where: { $0.managedARN != nil }) {
                throw QueryError.deleteConflict(
                    "Cannot delete entity, must detach all policies first."
                )
            }
            if !user.policies.isEmpty {
                throw QueryError.deleteConflict("Cannot delete entity, must delete policies first.")
            }
            if !user.accessKeys.isEmpty {
                throw QueryError.deleteConflict(
                    "Cannot delete entity, must delete access keys first."
                )
            }
            if !user.groups.isEmpty {
                throw QueryError.deleteConflict(
                    "Cannot delete entity, must remove users from group first."
                )
            }
            world.accounts[index].users.remove(at: place)
            let arn = user.arn(account: account)
            world.replace(principal: arn, by: user.uniqueID(account: account))
            if world.anonymousAs == arn { world.anonymousAs = nil }
        }
        return .done
    }
}

/// The user that a call means: the named one, or the caller.
enum UserName {
    /// The name; nil when nobody is named and the root user calls.
    static func given(_ exchange: QueryExchange) throws(QueryError) -> String? {
        if let name = try exchange.optional("UserName", IAMRule.name) { return name }
        switch exchange.principal.kind {
        case .user(let name, _): return name
        case .root: return nil
        default:
            // [recorded]
            throw .validation("Must specify userName when calling with non-User credentials")
        }
    }

    static func arn(_ name: String?, _ exchange: QueryExchange) -> String {
        let account = exchange.account
        guard let name else { return "arn:aws:iam::\(account):root" }
        let users = exchange.world.definition.accounts.first { $0.id == account }?.users ?? []
        return users.first { $0.name == name }?.arn(account: account)
            ?? "arn:aws:iam::\(account):user/\(name)"
    }
}
