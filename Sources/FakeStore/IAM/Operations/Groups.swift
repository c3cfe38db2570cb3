// The calls about groups and who is in them.

import QueryProtocol
import World

enum CreateGroup {
    static let operation = QueryOperation.iam("CreateGroup") { exchange throws(QueryError) in
        let name = try exchange.required("GroupName", IAMRule.name)
        let path = try exchange.path()
        let (account, now) = (exchange.account, exchange.second)
        try exchange.require(
            "iam:CreateGroup",
            on: "arn:aws:iam::\(account):group\(path)\(name)"
        )
        let group = try await exchange.editWorld { world in
            guard let index = world.index(ofAccount: account) else {
                throw QueryError.internalFailure
            }
            let groups = world.accounts[index].groups
            guard !groups.contains(where: { $0.name.lowercased() == name.lowercased() }) else {
                throw QueryError.alreadyExists("Group with name \(name) already exists.")
            }
            let group = GroupDefinition(
                name: name,
                path: path,
                id: world.drawID(.group, account: account),
                created: now
            )
            world.accounts[index].groups.append(group)
            return group
        }
        return QueryResult { xml in xml.element("Group") { $0.group(group, account) } }
    }
}

enum GetGroup {
    static let operation = QueryOperation.iam("GetGroup") { exchange throws(QueryError) in
        let holder = try Holder(.group, exchange)
        try exchange.require("iam:GetGroup", on: holder)
        let account = try exchange.ownAccount()
        guard let group = account.groups.first(where: { $0.name == holder.name }) else {
            throw holder.notFound
        }
        let users = account.users.filter { $0.groups.contains(group.name) }
        let page = try Page(exchange, of: users, by: \.name)
        return QueryResult { xml in
            xml.element("Group") { $0.group(group, account.id) }
            xml.page(page, "Users") { $0.user($1, account.id) }
        }
    }
}

enum ListGroups {
    static let operation = QueryOperation.iam("ListGroups") { exchange throws(QueryError) in
        let prefix = try exchange.pathPrefix()
        try exchange.require("iam:ListGroups", on: "arn:aws:iam::\(exchange.account):group/")
        let account = try exchange.ownAccount()
        let groups = account.groups.filter { $0.path.hasPrefix(prefix) }
        let page = try Page(exchange, of: groups, by: \.name)
        return QueryResult { $0.page(page, "Groups") { $0.group($1, account.id) } }
    }
}

enum DeleteGroup {
    static let operation = QueryOperation.iam("DeleteGroup") { exchange throws(QueryError) in
        let holder = try Holder(.group, exchange)
        try exchange.require("iam:DeleteGroup", on: holder)
        try await exchange.editAccount { account in
            guard let index = account.groups.firstIndex(where: { $0.name == holder.name }) else {
                throw holder.notFound
            }
            if account.users.contains(where: { $0.groups.contains(holder.name) }) {
                throw QueryError.deleteConflict(
                    "Cannot delete entity, must remove users from group first."
                )
            }
            let policies = account.groups[index].policies
            if policies.contains(where: { $0.managedARN != nil }) {
                throw QueryError.deleteConflict(
                    "Cannot delete entity, must detach all policies first."
                )
            }
            if !policies.isEmpty {
                throw QueryError.deleteConflict("Cannot delete entity, must delete policies first.")
            }
            account.groups.remove(at: index)
        }
        return .done
    }
}

enum AddUserToGroup {
    static let operation = QueryOperation.iam("AddUserToGroup") { exchange throws(QueryError) in
        let holder = try Holder(.group, exchange)
        let name = try exchange.required("UserName", IAMRule.name)
        try exchange.require("iam:AddUserToGroup", on: holder)
        try await Membership.edit(exchange, holder, name) { groups in
            if !groups.contains(holder.name) { groups.append(holder.name) }
        }
        return .done
    }
}

enum RemoveUserFromGroup {
    static let operation = QueryOperation.iam("RemoveUserFromGroup") {
        exchange throws(QueryError) in
        let holder = try Holder(.group, exchange)
        let name = try exchange.required("UserName", IAMRule.name)
        try exchange.require("iam:RemoveUserFromGroup", on: holder)
        try await Membership.edit(exchange, holder, name) { groups in
            groups.removeAll { $0 == holder.name }
        }
        return .done
    }
}

enum ListGroupsForUser {
    static let operation = QueryOperation.iam("ListGroupsForUser") { exchange throws(QueryError) in
        let holder = try Holder(.user, exchange)
        try exchange.require("iam:ListGroupsForUser", on: holder)
        let account = try exchange.ownAccount()
        guard let user = account.users.first(where: { $0.name == holder.name }) else {
            throw holder.notFound
        }
        let groups = account.groups.filter { user.groups.contains($0.name) }
        let page = try Page(exchange, of: groups, by: \.name)
        return QueryResult { $0.page(page, "Groups") { $0.group($1, account.id) } }
    }
}

private enum Membership {
    static func edit(
        _ exchange: QueryExchange,
        _ group: Holder,
        _ user: String,
        _ change: (inout [String]) -> Void
    ) async throws(QueryError) {
        try await exchange.editAccount { account in
            guard account.groups.contains(where: { $0.name == group.name }) else {
                throw group.notFound
            }
            guard let index = account.users.firstIndex(where: { $0.name == user }) else {
                throw QueryError.notFound("user", user)
            }
            change(&account.users[index].groups)
        }
    }
}
