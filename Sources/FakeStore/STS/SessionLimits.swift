// The policies that a session's starter passes: they only ever limit.

import Policy
import QueryProtocol
import World

/// An inline session policy and the ARNs of managed ones.
struct SessionLimits {
    let policy: String?
    let managedPolicies: [String]

    /// How much policies and tags of a session may take together.
    ///
    /// AWS packs them in a binary form with a limit of its own and tells the share [documented]; this is ours,
    /// so that the token fits a header.
    static let packedCharacters = 3_500

    init(_ exchange: QueryExchange, policyRule: QueryRule) throws(QueryError) {
        policy = try exchange.optional("Policy", policyRule)
        var arns: [String] = []
        for structure in exchange.form.structures("PolicyArns") {
            guard let arn = structure["arn"] else {
                throw .failed(
                    nil,
                    "PolicyArns.\(arns.count + 1).member.arn",
                    "Member must not be null"
                )
            }
            arns.append(arn)
        }
        guard arns.count <= 10 else {
            throw .failed(
                "[\(arns.joined(separator: ", "))]",
                "policyArns",
                "Member must have length less than or equal to 10"
            )
        }
        managedPolicies = arns
        guard let policy else { return }
        do {
            _ = try PolicyDocument.parse(policy, kind: .session)
        } catch {
            throw QueryError(error)
        }
    }

    /// Refuses managed policies that the role's account does not have.
    func check(_ world: WorldSnapshot, account: String) throws(QueryError) {
        for arn in managedPolicies {
            let isOwn = arn.hasPrefix("arn:aws:iam::\(account):policy/")
            guard isOwn || arn.hasPrefix("arn:aws:iam::aws:policy/"),
                world.managedPolicy(arn: arn) != nil
            else { throw .validation("Policy \(arn) does not exist or is not attachable.") }
        }
    }

    var packedCharacters: Int {
        (policy?.utf8.count ?? 0) + managedPolicies.reduce(0) { $0 + $1.utf8.count }
    }
}

/// The tags of a session: those passed, and those that the caller's own session hands on.
struct SessionTags {
    let all: [Tag]
    let transitiveKeys: [String]

    init(_ exchange: QueryExchange) throws(QueryError) {
        var tags: [Tag] = []
        for structure in exchange.form.structures("Tags") {
            let key = structure["Key"] ?? ""
            let value = structure["Value"] ?? ""
            let place = "Tags.\(tags.count + 1).member"
            try exchange.check(key, "\(place).key", QueryRule(1...128))
            try exchange.check(value, "\(place).value", QueryRule(0...256))
            guard !tags.contains(where: { $0.key.lowercased() == key.lowercased() }) else {
                // [reported]
                throw QueryError(
                    400,
                    "InvalidParameterValue",
                    "Duplicate tag keys found. Please note that Tag keys are case insensitive."
                )
            }
            tags.append(Tag(key: key, value: value))
        }
        guard tags.count <= 50 else {
            throw .failed(
                "[\(tags.map(\.key).joined(separator: ", "))]",
                "tags",
                "Member must have length less than or equal to 50"
            )
        }
        let wanted = exchange.form.list("TransitiveTagKeys")
        let inherited = exchange.caller.session?.transitiveTags ?? []
        let inheritedKeys = Set(inherited.map { $0.key.lowercased() })
        guard !tags.contains(where: { inheritedKeys.contains($0.key.lowercased()) }) else {
            // [documented: "Pass session tags in AWS STS", chaining]
            throw QueryError(
                400,
                "InvalidParameterValue",
                "One of the specified transitive tag keys can't be set because it conflicts with a "
                    + "transitive tag key from the calling session."
            )
        }
        for key in wanted where !tags.contains(where: { $0.key.lowercased() == key.lowercased() }) {
            throw QueryError(
                400,
                "InvalidParameterValue",
                "The specified transitive tag key \(key) must be included in the requested tags."
            )
        }
        all = tags + inherited
        transitiveKeys = wanted + inherited.map(\.key)
    }

    /// The keys that trust policies may ask for.
    func write(to context: inout ContextValues) {
        for tag in all {
            context.set("aws:RequestTag/\(tag.key)", to: [tag.value], source: .request)
        }
        if !all.isEmpty { context.set("aws:TagKeys", to: all.map(\.key), source: .request) }
        if !transitiveKeys.isEmpty {
            context.set("sts:TransitiveTagKeys", to: transitiveKeys, source: .request)
        }
    }

    var packedCharacters: Int { all.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count } }
}
