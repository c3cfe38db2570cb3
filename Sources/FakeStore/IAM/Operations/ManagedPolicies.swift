// The calls about the policies that an account manages, and about AWS's.

import Policy
import QueryProtocol
import World

enum CreatePolicy {
    static let operation = QueryOperation.iam("CreatePolicy") { exchange throws(QueryError) in
        let name = try exchange.required("PolicyName", IAMRule.name)
        let path = try exchange.path()
        let text = try exchange.optional("Description", IAMRule.description)
        let tags = try exchange.tags()
        _ = try exchange.required("PolicyDocument", IAMRule.document)
        let (account, now) = (exchange.account, exchange.second)
        try exchange.require(
            "iam:CreatePolicy",
            on: "arn:aws:iam::\(account):policy\(path)\(name)"
        )
        let document = try exchange.identityPolicy()
        try ManagedPolicy.checkSize(document)
        let summary = try await exchange.editWorld { world in
            guard let index = world.index(ofAccount: account) else {
                throw QueryError.internalFailure
            }
            let policies = world.accounts[index].policies
            guard !policies.contains(where: { $0.name.lowercased() == name.lowercased() }) else {
                throw QueryError.alreadyExists(
                    "A policy called \(name) already exists. Duplicate names are not allowed."
                )
            }
            let policy = ManagedPolicyDefinition(
                name: name,
                path: path,
                id: world.drawID(.policy, account: account),
                text: text,
                created: now,
                tags: tags,
                versions: [.init(number: 1, document: document, created: now)]
            )
            world.accounts[index].policies.append(policy)
            return PolicySummary(policy, world.accounts[index])
        }
        return QueryResult { xml in
            xml.element("Policy") { xml in
                xml.policy(summary)
                xml.tags(summary.tags)
            }
        }
    }
}

enum GetPolicy {
    static let operation = QueryOperation.iam("GetPolicy") { exchange throws(QueryError) in
        let arn = try exchange.required("PolicyArn", IAMRule.arn)
        try exchange.require("iam:GetPolicy", on: arn)
        let summary = try ManagedPolicy.summary(arn, exchange)
        return QueryResult { xml in
            xml.element("Policy") { xml in
                xml.policy(summary)
                xml.element(ifPresent: "Description", summary.text)
                xml.tags(summary.tags)
            }
        }
    }
}

enum ListPolicies {
    static let operation = QueryOperation.iam("ListPolicies") { exchange throws(QueryError) in
        let scope = try exchange.optional("Scope") ?? "All"
        guard ["All", "AWS", "Local"].contains(scope) else {
            throw .failed(
                scope,
                "scope",
                "Member must satisfy enum value set: [AWS, Local, All]"
            )
        }
        let prefix = try exchange.pathPrefix()
        let isAttachedOnly = exchange.form["OnlyAttached"] == "true"
        let isBoundary = exchange.form["PolicyUsageFilter"] == "PermissionsBoundary"
        try exchange.require("iam:ListPolicies", on: "arn:aws:iam::\(exchange.account):policy/")
        let account = try exchange.ownAccount()
        var policies: [PolicySummary] = []
        if scope != "AWS" { policies += account.policies.map { PolicySummary($0, account) } }
        if scope != "Local" {
            for arn in Policy.ManagedPolicies.known {
                guard let policy = exchange.world.managedPolicy(arn: arn) else { continue }
                policies.append(PolicySummary(policy, account))
            }
        }
        policies = policies.filter { policy in
            policy.path.hasPrefix(prefix)
                && (!isAttachedOnly || policy.attachments + policy.boundaries > 0)
                && (!isBoundary || policy.boundaries > 0)
        }
        let page = try Page(exchange, of: policies, by: \.name)
        return QueryResult { $0.page(page, "Policies") { $0.policy($1) } }
    }
}

enum DeletePolicy {
    static let operation = QueryOperation.iam("DeletePolicy") { exchange throws(QueryError) in
        let arn = try exchange.required("PolicyArn", IAMRule.arn)
        try exchange.require("iam:DeletePolicy", on: arn)
        try ManagedPolicy.refuseAWS(arn)
        try await exchange.editAccount { account in
            guard
                let index = account.policies.firstIndex(where: {
                    $0.arn(account: account.id) == arn
                })
            else { throw QueryError.policyNotFound(arn) }
            guard account.attachments(of: arn) == 0, account.boundaries(of: arn) == 0 else {
                throw QueryError.deleteConflict("Cannot delete a policy attached to entities.")
            }
            guard account.policies[index].versions.count == 1 else {
                throw QueryError.deleteConflict(
                    "This policy has more than one version. Before you delete a policy, you must delete the "
                        + "policy's versions. The default version is deleted with the policy."
                )
            }
            account.policies.remove(at: index)
        }
        return .done
    }
}

enum ListEntitiesForPolicy {
    static let operation = QueryOperation.iam("ListEntitiesForPolicy") {
        exchange throws(QueryError) in
        let arn = try exchange.required("PolicyArn", IAMRule.arn)
        try exchange.require("iam:ListEntitiesForPolicy", on: arn)
        _ = try ManagedPolicy.summary(arn, exchange)
        let account = try exchange.ownAccount()
        func holds(_ policies: [PolicyDefinition], _ boundary: PolicyDefinition?) -> Bool {
            policies.contains { $0.managedARN == arn } || boundary?.managedARN == arn
        }
        let groups = account.groups.filter { holds($0.policies, nil) }
        let users = account.users.filter { holds($0.policies, $0.permissionsBoundary) }
        let roles = account.roles.filter { holds($0.policies, $0.permissionsBoundary) }
        return QueryResult { xml in
            xml.element("PolicyGroups") { xml in
                for group in groups {
                    xml.element("member") { xml in
                        xml.element("GroupName", group.name)
                        xml.element("GroupId", group.uniqueID(account: account.id))
                    }
                }
            }
            xml.element("PolicyUsers") { xml in
                for user in users {
                    xml.element("member") { xml in
                        xml.element("UserName", user.name)
                        xml.element("UserId", user.uniqueID(account: account.id))
                    }
                }
            }
            xml.element("PolicyRoles") { xml in
                for role in roles {
                    xml.element("member") { xml in
                        xml.element("RoleName", role.name)
                        xml.element("RoleId", role.uniqueID(account: account.id))
                    }
                }
            }
            xml.element("IsTruncated", false)
        }
    }
}

enum ManagedPolicy {
    /// From "IAM and AWS STS quotas".
    static let characters = 6_144

    static func checkSize(_ document: Document) throws(QueryError) {
        guard IAMDocument.size(of: document.text) <= characters else {
            throw .limitExceeded("Cannot exceed quota for PolicySize: \(characters)")
        }
    }

    /// A policy of the caller's account or one of AWS's.
    static func summary(
        _ arn: String,
        _ exchange: QueryExchange
    ) throws(QueryError) -> PolicySummary {
        let account = try exchange.ownAccount()
        if let policy = account.policy(arn: arn) { return PolicySummary(policy, account) }
        guard let policy = Policy.ManagedPolicies.policy(arn: arn) else {
            throw .policyNotFound(arn)
        }
        return PolicySummary(policy, account)
    }

    /// AWS's own policies can't be changed [inferred: the words].
    static func refuseAWS(_ arn: String) throws(QueryError) {
        guard arn.hasPrefix("arn:aws:iam::aws:") else { return }
        throw QueryError(
            403,
            "AccessDenied",
            "Policy \(arn) is managed by AWS and can't be changed."
        )
    }
}

extension AccountDefinition {
    /// A policy that the account manages.
    func policy(arn: String) -> ManagedPolicyDefinition? {
        policies.first { $0.arn(account: id) == arn }
    }
}
