// Users, groups and roles as holders of policies: the calls about their policies differ in names only.

import Policy
import QueryProtocol
import World

/// Someone whom policies are attached to.
struct Holder {
    enum Kind: String, CaseIterable, Sendable {
        case user = "User"
        case group = "Group"
        case role = "Role"

        /// Those that can have tags.
        static let tagged: [Kind] = [.user, .role]

        /// `user`, as messages have it.
        var word: String { rawValue.lowercased() }

        /// The parameter that names the holder.
        var parameter: String { "\(rawValue)Name" }

        /// The characters that all inline policies may have together [documented: IAM quotas].
        var inlineCharacters: Int {
            switch self {
            case .user: 2_048
            case .group: 5_120
            case .role: 10_240
            }
        }

        /// How many managed policies may be attached [documented: IAM quotas].
        static let attachedPolicies = 10
    }

    let kind: Kind
    let name: String

    /// The holder that a call names.
    init(_ kind: Kind, _ exchange: QueryExchange) throws(QueryError) {
        self.kind = kind
        name = try exchange.required(
            kind.parameter,
            kind == .role ? IAMRule.shortName : IAMRule.name
        )
    }

    /// The ARN for the question of permission; without a path when there is no such holder.
    func arn(in world: WorldDefinition, account id: String) -> String {
        if let account = world.accounts.first(where: { $0.id == id }) {
            switch kind {
            case .user:
                if let user = account.users.first(where: { $0.name == name }) {
                    return user.arn(account: id)
                }
            case .group:
                if let group = account.groups.first(where: { $0.name == name }) {
                    return group.arn(account: id)
                }
            case .role:
                if let role = account.roles.first(where: { $0.name == name }) {
                    return role.arn(account: id)
                }
            }
        }
        return "arn:aws:iam::\(id):\(kind.word)/\(name)"
    }

    /// Its policies, or nil when there is no such holder.
    func policies(in account: AccountDefinition) -> [PolicyDefinition]? {
        switch kind {
        case .user: account.users.first { $0.name == name }?.policies
        case .group: account.groups.first { $0.name == name }?.policies
        case .role: account.roles.first { $0.name == name }?.policies
        }
    }

    /// Changes its policies.
    func edit<Result>(
        _ account: inout AccountDefinition,
        _ change: (inout [PolicyDefinition]) throws -> Result
    ) throws -> Result {
        switch kind {
        case .user:
            if let index = account.users.firstIndex(where: { $0.name == name }) {
                return try change(&account.users[index].policies)
            }
        case .group:
            if let index = account.groups.firstIndex(where: { $0.name == name }) {
                return try change(&account.groups[index].policies)
            }
        case .role:
            if let index = account.roles.firstIndex(where: { $0.name == name }) {
                return try change(&account.roles[index].policies)
            }
        }
        throw notFound
    }

    /// Changes its boundary and tags; groups have none.
    func edit(
        _ account: inout AccountDefinition,
        _ change: (inout PolicyDefinition?, inout [Tag]) throws -> Void
    ) throws {
        switch kind {
        case .user:
            if let index = account.users.firstIndex(where: { $0.name == name }) {
                var user = account.users[index]
                try change(&user.permissionsBoundary, &user.tags)
                account.users[index] = user
                return
            }
        case .group: break
        case .role:
            if let index = account.roles.firstIndex(where: { $0.name == name }) {
                var role = account.roles[index]
                try change(&role.permissionsBoundary, &role.tags)
                account.roles[index] = role
                return
            }
        }
        throw notFound
    }

    var notFound: QueryError { .notFound(kind.word, name) }
}

extension QueryExchange {
    /// The caller's account as it was when the call came in.
    func ownAccount() throws(QueryError) -> AccountDefinition {
        guard let account = world.definition.accounts.first(where: { $0.id == account }) else {
            throw .internalFailure
        }
        return account
    }

    /// Changes the caller's account.
    func editAccount<Result>(
        _ edit: (inout AccountDefinition) throws -> Result
    ) async throws(QueryError) -> Result {
        let id = account
        return try await editWorld { world in
            guard let index = world.index(ofAccount: id) else { throw QueryError.internalFailure }
            return try edit(&world.accounts[index])
        }
    }

    /// Asks for the permission to do something to a holder of policies.
    func require(
        _ action: String,
        on holder: Holder,
        _ extra: [(key: String, value: String)] = []
    ) throws(QueryError) {
        try require(action, on: holder.arn(in: world.definition, account: account), extra)
    }

    /// The managed policy that a call means to attach.
    func attachablePolicy(_ arn: String) throws(QueryError) -> NamedPolicy {
        if let policy = world.managedPolicy(arn: arn) {
            guard arn.hasPrefix("arn:aws:iam::aws:") || arn.hasPrefix("arn:aws:iam::\(account):")
            else { throw .notAttachable(arn) }
            return policy
        }
        if arn.hasPrefix("arn:aws:iam::aws:policy/") {
            let known = ManagedPolicies.known.joined(separator: ", ")
            throw .notModelled("the managed policy \(arn); it knows \(known)")
        }
        throw .notAttachable(arn)
    }
}
