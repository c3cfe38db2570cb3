// What would the policies say? Questions about actions and resources that nobody has to have, answered by
// the engine that decides requests, in the shape of AWS's policy simulator.

import HTTP
import JSON
import Policy
import QueryProtocol
import World
import XML

/// One simulation: who asks, which documents count, and what is asked.
struct Simulation {
    let facts: PrincipalFacts
    let identity: [NamedPolicy]
    let limits: CallerLimits?
    let resourcePolicy: NamedPolicy?
    let resourceType: PolicySet.ResourceType
    let owner: String
    let actions: [String]
    let resources: [String]
    let context: ContextValues

    /// What is asked, as both calls are told it; `facts`, `identity` and `boundary` are the source's.
    init(
        _ exchange: QueryExchange,
        facts: PrincipalFacts,
        identity: [NamedPolicy],
        boundary: NamedPolicy?
    ) throws(QueryError) {
        let caller = try Simulation.caller(exchange) ?? facts
        self.facts = caller
        self.identity =
            identity
            + (try Simulation.documents(exchange, "PolicyInputList", kind: .identity))
        let given = try Simulation.documents(
            exchange,
            "PermissionsBoundaryPolicyInputList",
            kind: .boundary
        )
        guard given.count <= 1 else { throw .invalidInput("Only one boundary can be given.") }
        let bound = given.first ?? boundary
        limits = bound.map { CallerLimits(boundary: $0) }
        actions = exchange.form.list("ActionNames")
        guard !actions.isEmpty else { throw .failed(nil, "actionNames", "Member must not be null") }
        for action in actions where action.split(separator: ":").count != 2 {
            throw .invalidInput("Invalid Action Name: \(action)")
        }
        let resources = exchange.form.list("ResourceArns")
        self.resources = resources.isEmpty ? ["*"] : resources
        if let text = exchange.form["ResourcePolicy"] {
            resourceType = Simulation.type(of: self.resources[0])
            let kind: PolicyDocument.Kind =
                switch resourceType {
                case .bucket: .bucket
                case .roleTrust: .trust
                case .kmsKey: .key
                }
            resourcePolicy = NamedPolicy(
                name: "ResourcePolicy",
                document: try Simulation.parse(text, kind: kind)
            )
        } else {
            // Roles and keys that are really there need their own policy's Allow; here none is part of the
            // question, so the caller's policies answer it alone [documented: SimulatePrincipalPolicy].
            resourceType = .bucket
            resourcePolicy = nil
        }
        owner =
            exchange.form["ResourceOwner"].map(Simulation.account) ?? caller.account
        context = try Simulation.context(exchange)
    }

    /// The caller that a call names; nil when it names none.
    ///
    /// A user or role of this world keeps its tags and ids; anybody else is what the ARN says.
    private static func caller(_ exchange: QueryExchange) throws(QueryError) -> PrincipalFacts? {
        guard let arn = exchange.form["CallerArn"] else { return nil }
        if let known = exchange.world.caller(arn: arn) { return known.facts }
        if let role = exchange.world.role(arn: arn) {
            return exchange.world.facts(simulating: role)
        }
        guard let facts = PrincipalFacts(arn: arn) else {
            throw .invalidInput("Invalid CallerArn: \(arn)")
        }
        return facts
    }

    private static func documents(
        _ exchange: QueryExchange,
        _ name: String,
        kind: PolicyDocument.Kind
    ) throws(QueryError) -> [NamedPolicy] {
        var policies: [NamedPolicy] = []
        for text in exchange.form.list(name) {
            policies.append(
                NamedPolicy(
                    name: "\(name).\(policies.count + 1)",
                    document: try parse(text, kind: kind)
                )
            )
        }
        return policies
    }

    private static func parse(
        _ text: String,
        kind: PolicyDocument.Kind
    ) throws(QueryError) -> PolicyDocument {
        do {
            return try PolicyDocument.parse(text, kind: kind)
        } catch {
            throw .invalidInput(error.awsMessage)
        }
    }

    /// What kind of policy a resource has.
    private static func type(of resource: String) -> PolicySet.ResourceType {
        let parts = resource.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6 else { return .bucket }
        if parts[2] == "kms" { return .kmsKey }
        return parts[2] == "iam" && parts[5].hasPrefix("role/") ? .roleTrust : .bucket
    }

    /// The account in `111122223333` or in an ARN of it.
    private static func account(_ owner: String) -> String {
        let parts = owner.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 6 ? String(parts[4]) : owner
    }

    private static func context(_ exchange: QueryExchange) throws(QueryError) -> ContextValues {
        var context = ContextValues()
        for entry in exchange.form.structures("ContextEntries") {
            guard let key = entry["ContextKeyName"] else {
                throw .invalidInput("A context entry has no ContextKeyName.")
            }
            context.set(key, to: entry.list("ContextKeyValues"), source: .assumed)
        }
        return context
    }

    /// The answers in the order of actions, and of resources for each.
    func results() -> [SimulationResult] {
        let policies = PolicySet(
            identity: identity,
            resource: resourcePolicy,
            resourceType: resourceType,
            callerLimits: limits
        )
        return actions.flatMap { action in
            resources.map { resource in
                let request = AccessRequest(
                    action: action,
                    resource: resource,
                    principal: facts,
                    resourceAccount: owner,
                    context: context
                )
                return SimulationResult(explanation: explain(request, policies))
            }
        }
    }

    /// The answer of both calls.
    func answer(_ exchange: QueryExchange) throws(QueryError) -> QueryResult {
        let results = results()
        let limit = try exchange.optionalInteger("MaxItems", 1...1_000) ?? 100
        let start = exchange.form["Marker"].flatMap { Int($0) } ?? 0
        let page = results.dropFirst(max(0, start)).prefix(limit)
        return QueryResult { xml in
            xml.element("EvaluationResults") { xml in
                for result in page { xml.element("member") { result.write(to: &$0) } }
            }
            xml.element("IsTruncated", page.endIndex < results.endIndex)
            if page.endIndex < results.endIndex { xml.element("Marker", page.endIndex) }
        }
    }
}

extension QueryError {
    static func invalidInput(_ message: String) -> QueryError {
        QueryError(400, "InvalidInput", message)
    }
}

extension PrincipalFacts {
    /// Somebody of whom only the ARN is known; nil when it is nobody's who could call.
    convenience init?(arn: String) {
        let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[4].utf8.count == 12 else { return nil }
        let (account, name) = (String(parts[4]), parts[5])
        let last = name.split(separator: "/").last.map(String.init) ?? ""
        switch parts[2] {
        case "iam" where name == "root":
            self.init(kind: .root, account: account, arn: arn, userID: account)
        case "iam" where name.hasPrefix("user/"):
            self.init(kind: .user, account: account, arn: arn, userName: last)
        case "iam" where name.hasPrefix("role/"):
            self.init(
                kind: .assumedRole,
                account: account,
                arn: "arn:aws:sts::\(account):assumed-role/\(last)/simulation",
                roleARN: arn
            )
        case "sts" where name.hasPrefix("assumed-role/"):
            let role = name.split(separator: "/").dropFirst().first.map(String.init) ?? ""
            self.init(
                kind: .assumedRole,
                account: account,
                arn: arn,
                roleARN: "arn:aws:iam::\(account):role/\(role)"
            )
        default: return nil
        }
    }
}

extension WorldSnapshot {
    /// A role as the simulator asks for it: as one of its sessions.
    func facts(simulating role: Role) -> PrincipalFacts {
        caller(of: role, session: "simulation").facts
    }
}
