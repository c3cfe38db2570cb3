// Managed policies on users, groups and roles.

import QueryProtocol
import World

enum AttachPolicy {
    static func operation(of kind: Holder.Kind) -> QueryOperation {
        let call = "Attach\(kind.rawValue)Policy"
        return .iam(call) { exchange throws(QueryError) in
            let holder = try Holder(kind, exchange)
            let arn = try exchange.required("PolicyArn", IAMRule.arn)
            try exchange.require("iam:\(call)", on: holder, [("iam:PolicyARN", arn)])
            _ = try exchange.attachablePolicy(arn)
            try await exchange.editAccount { account in
                guard arn.hasPrefix("arn:aws:iam::aws:") || account.policy(arn: arn) != nil else {
                    throw QueryError.notAttachable(arn)
                }
                try holder.edit(&account) { policies in
                    // Attaching again changes nothing [documented].
                    if policies.contains(where: { $0.managedARN == arn }) { return }
                    let limit = Holder.Kind.attachedPolicies
                    guard policies.count(where: { $0.managedARN != nil }) < limit else {
                        throw QueryError.limitExceeded(
                            "Cannot exceed quota for PoliciesPer\(kind.rawValue): \(limit)"
                        )
                    }
                    policies.append(.managed(arn: arn))
                }
            }
            return .done
        }
    }
}

enum DetachPolicy {
    static func operation(of kind: Holder.Kind) -> QueryOperation {
        let call = "Detach\(kind.rawValue)Policy"
        return .iam(call) { exchange throws(QueryError) in
            let holder = try Holder(kind, exchange)
            let arn = try exchange.required("PolicyArn", IAMRule.arn)
            try exchange.require("iam:\(call)", on: holder, [("iam:PolicyARN", arn)])
            try await exchange.editAccount { account in
                try holder.edit(&account) { policies in
                    guard let index = policies.firstIndex(where: { $0.managedARN == arn }) else {
                        throw QueryError.policyNotFound(arn)
                    }
                    policies.remove(at: index)
                }
            }
            return .done
        }
    }
}

enum ListAttachedPolicies {
    static func operation(of kind: Holder.Kind) -> QueryOperation {
        let call = "ListAttached\(kind.rawValue)Policies"
        return .iam(call) { exchange throws(QueryError) in
            let holder = try Holder(kind, exchange)
            try exchange.require("iam:\(call)", on: holder)
            guard let policies = holder.policies(in: try exchange.ownAccount()) else {
                throw holder.notFound
            }
            let world = exchange.world
            let attached = policies.compactMap(\.managedARN)
                .map { (arn: $0, name: world.managedPolicy(arn: $0)?.name ?? $0) }
            let page = try Page(exchange, of: attached, by: \.name)
            return QueryResult { xml in
                xml.page(page, "AttachedPolicies") { xml, policy in
                    xml.element("PolicyName", policy.name)
                    xml.element("PolicyArn", policy.arn)
                }
            }
        }
    }
}
