// SimulateCustomPolicy and SimulatePrincipalPolicy, and which condition keys they would ask for.
//
// Wider than AWS's: a resource policy may be given for a role too.

import Policy
import QueryProtocol
import World

enum SimulateCustomPolicy {
    static let operation = QueryOperation.iam("SimulateCustomPolicy") {
        exchange throws(QueryError) in
        try exchange.require("iam:SimulateCustomPolicy", on: "*")
        guard !exchange.form.list("PolicyInputList").isEmpty else {
            throw .failed(nil, "policyInputList", "Member must not be null")
        }
        let simulation = try Simulation(
            exchange,
            facts: PolicySource.anybody(of: exchange.account),
            identity: [],
            boundary: nil
        )
        return try simulation.answer(exchange)
    }
}

enum SimulatePrincipalPolicy {
    static let operation = QueryOperation.iam("SimulatePrincipalPolicy") {
        exchange throws(QueryError) in
        let arn = try exchange.required("PolicySourceArn", IAMRule.arn)
        try exchange.require("iam:SimulatePrincipalPolicy", on: arn)
        let source = try PolicySource(arn, exchange)
        let simulation = try Simulation(
            exchange,
            facts: source.facts,
            identity: source.identity,
            boundary: source.boundary
        )
        return try simulation.answer(exchange)
    }
}

enum GetContextKeysForCustomPolicy {
    static let operation = QueryOperation.iam("GetContextKeysForCustomPolicy") {
        exchange throws(QueryError) in
        try exchange.require("iam:GetContextKeysForCustomPolicy", on: "*")
        return try ContextKeys.answer(exchange, beside: [])
    }
}

enum GetContextKeysForPrincipalPolicy {
    static let operation = QueryOperation.iam("GetContextKeysForPrincipalPolicy") {
        exchange throws(QueryError) in
        let arn = try exchange.required("PolicySourceArn", IAMRule.arn)
        try exchange.require("iam:GetContextKeysForPrincipalPolicy", on: arn)
        return try ContextKeys.answer(exchange, beside: try PolicySource(arn, exchange).identity)
    }
}

private enum ContextKeys {
    static func answer(
        _ exchange: QueryExchange,
        beside policies: [NamedPolicy]
    ) throws(QueryError) -> QueryResult {
        var documents = policies.map(\.document)
        for text in exchange.form.list("PolicyInputList") {
            do {
                documents.append(try PolicyDocument.parse(text, kind: .identity))
            } catch {
                throw .invalidInput(error.awsMessage)
            }
        }
        var keys: [String] = []
        for condition in documents.flatMap(\.statements).flatMap(\.conditions)
        where !keys.contains(condition.key.text) {
            keys.append(condition.key.text)
        }
        let found = keys
        return QueryResult { xml in
            xml.element("ContextKeyNames") { xml in
                for key in found { xml.element("member", key) }
            }
        }
    }
}

/// The user, group or role whose policies are asked.
private struct PolicySource {
    let facts: PrincipalFacts
    let identity: [NamedPolicy]
    let boundary: NamedPolicy?

    init(_ arn: String, _ exchange: QueryExchange) throws(QueryError) {
        let world = exchange.world
        guard arn.hasPrefix("arn:aws:iam::\(exchange.account):") else {
            throw .invalidInput("Invalid Entity Arn: \(arn)")
        }
        if let user = world.caller(arn: arn), user.facts.kind == .user {
            facts = user.facts
            identity = user.policies
            boundary = user.limits?.boundary
            return
        }
        if let role = world.role(arn: arn) {
            facts = world.facts(simulating: role)
            identity = role.policies
            boundary = role.boundary
            return
        }
        let name = arn.split(separator: "/").last.map(String.init) ?? arn
        for kind in Holder.Kind.allCases where arn.contains(":\(kind.word)/") {
            guard kind == .group, let group = world.group(arn: arn, account: exchange.account)
            else { throw .notFound(kind.word, name) }
            facts = PolicySource.anybody(of: exchange.account)
            identity = group
            boundary = nil
            return
        }
        throw .invalidInput("Invalid Entity Arn: \(arn)")
    }

    /// A user of an account, of whom nothing else is known.
    static func anybody(of account: String) -> PrincipalFacts {
        PrincipalFacts(
            kind: .user,
            account: account,
            arn: "arn:aws:iam::\(account):user/simulation",
            userName: "simulation"
        )
    }
}

extension WorldSnapshot {
    /// The policies of a group, or nil when there is none of the ARN.
    fileprivate func group(arn: String, account id: String) -> [NamedPolicy]? {
        let account = definition.accounts.first { $0.id == id }
        guard let group = account?.groups.first(where: { $0.arn(account: id) == arn }) else {
            return nil
        }
        return group.policies.compactMap { policy in
            switch policy {
            case .managed(let arn): managedPolicy(arn: arn)
            case .inline(let name, let document):
                NamedPolicy(
                    name: name,
                    owner: "\(id)/group/\(group.name)",
                    document: document.compiled
                )
            }
        }
    }
}
