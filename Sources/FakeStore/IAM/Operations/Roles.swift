// The calls about roles themselves.

import QueryProtocol
import World

enum CreateRole {
    static let operation = QueryOperation.iam("CreateRole") { exchange throws(QueryError) in
        let name = try exchange.required("RoleName", IAMRule.shortName)
        let path = try exchange.path()
        let text = try exchange.optional("Description", IAMRule.description)
        let seconds = try exchange.optionalInteger("MaxSessionDuration", 3_600...43_200) ?? 3_600
        let boundary = try exchange.optional("PermissionsBoundary", IAMRule.arn)
        let tags = try exchange.tags()
        _ = try exchange.required("AssumeRolePolicyDocument", IAMRule.document)
        let account = exchange.account
        try exchange.require(
            "iam:CreateRole",
            on: "arn:aws:iam::\(account):role\(path)\(name)",
            PutPermissionsBoundary.keys(boundary)
        )
        let trust = try exchange.trustPolicy("AssumeRolePolicyDocument")
        if let boundary { _ = try exchange.attachablePolicy(boundary) }
        let now = exchange.second
        let role = try await exchange.editWorld { world in
            guard let index = world.index(ofAccount: account) else {
                throw QueryError.internalFailure
            }
            let roles = world.accounts[index].roles
            guard !roles.contains(where: { $0.name.lowercased() == name.lowercased() }) else {
                throw QueryError.alreadyExists("Role with name \(name) already exists.")
            }
            let role = RoleDefinition(
                name: name,
                path: path,
                id: world.drawID(.role, account: account),
                created: now,
                text: text,
                trustPolicy: trust,
                permissionsBoundary: boundary.map { .managed(arn: $0) },
                maxSessionSeconds: seconds,
                tags: tags
            )
            world.accounts[index].roles.append(role)
            return role
        }
        return QueryResult { xml in xml.element("Role") { $0.wholeRole(role, account) } }
    }
}

enum GetRole {
    static let operation = QueryOperation.iam("GetRole") { exchange throws(QueryError) in
        let holder = try Holder(.role, exchange)
        try exchange.require("iam:GetRole", on: holder)
        let account = try exchange.ownAccount()
        guard let role = account.roles.first(where: { $0.name == holder.name }) else {
            throw holder.notFound
        }
        return QueryResult { xml in xml.element("Role") { $0.wholeRole(role, account.id) } }
    }
}

enum ListRoles {
    static let operation = QueryOperation.iam("ListRoles") { exchange throws(QueryError) in
        let prefix = try exchange.pathPrefix()
        try exchange.require("iam:ListRoles", on: "arn:aws:iam::\(exchange.account):role/")
        let account = try exchange.ownAccount()
        let roles = account.roles.filter { $0.path.hasPrefix(prefix) }
        let page = try Page(exchange, of: roles, by: \.name)
        return QueryResult { $0.page(page, "Roles") { $0.role($1, account.id) } }
    }
}

enum UpdateRole {
    static let operation = QueryOperation.iam("UpdateRole") { exchange throws(QueryError) in
        let holder = try Holder(.role, exchange)
        let text = try exchange.optional("Description", IAMRule.description)
        let seconds = try exchange.optionalInteger("MaxSessionDuration", 3_600...43_200)
        try exchange.require("iam:UpdateRole", on: holder)
        try await exchange.editAccount { account in
            guard let index = account.roles.firstIndex(where: { $0.name == holder.name }) else {
                throw holder.notFound
            }
            if let text { account.roles[index].text = text }
            if let seconds { account.roles[index].maxSessionSeconds = seconds }
        }
        // The answer has an empty result [documented].
        return QueryResult { _ in }
    }
}

enum UpdateAssumeRolePolicy {
    static let operation = QueryOperation.iam("UpdateAssumeRolePolicy") {
        exchange throws(QueryError) in
        let holder = try Holder(.role, exchange)
        _ = try exchange.required("PolicyDocument", IAMRule.document)
        try exchange.require("iam:UpdateAssumeRolePolicy", on: holder)
        let trust = try exchange.trustPolicy("PolicyDocument")
        try await exchange.editAccount { account in
            guard let index = account.roles.firstIndex(where: { $0.name == holder.name }) else {
                throw holder.notFound
            }
            account.roles[index].trustPolicy = trust
        }
        return .done
    }
}

enum DeleteRole {
    static let operation = QueryOperation.iam("DeleteRole") { exchange throws(QueryError) in
        let holder = try Holder(.role, exchange)
        try exchange.require("iam:DeleteRole", on: holder)
        let account = exchange.account
        try await exchange.editWorld { world in
            guard let index = world.index(ofAccount: account),
                let place = world.accounts[index].roles.firstIndex(where: {
                    $0.name == holder.name
                })
            else { throw holder.notFound }
            let role = world.accounts[index].roles[place]
            // [recorded]
            if role.policies.contains(where: { $0.managedARN != nil }) {
                throw QueryError.deleteConflict(
                    "Cannot delete entity, must detach all policies first."
                )
            }
            if !role.policies.isEmpty {
                throw QueryError.deleteConflict("Cannot delete entity, must delete policies first.")
            }
            world.accounts[index].roles.remove(at: place)
            world.replace(
                principal: role.arn(account: account),
                by: role.uniqueID(account: account)
            )
        }
        return .done
    }
}
