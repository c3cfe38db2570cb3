// Policies that stand in a user, group or role itself.

import HTTP
import QueryProtocol
import World

enum PutInlinePolicy {
    static func operation(of kind: Holder.Kind) -> QueryOperation {
        let call = "Put\(kind.rawValue)Policy"
        return .iam(call) { exchange throws(QueryError) in
            let holder = try Holder(kind, exchange)
            let name = try exchange.required("PolicyName", IAMRule.name)
            _ = try exchange.required("PolicyDocument", IAMRule.document)
            try exchange.require("iam:\(call)", on: holder)
            let document = try exchange.identityPolicy()
            try await exchange.editAccount { account in
                try holder.edit(&account) { policies in
                    let place = policies.firstIndex { $0.inlineName == name }
                    let policy = PolicyDefinition.inline(name: name, document: document)
                    if let place { policies[place] = policy } else { policies.append(policy) }
                    let size = policies.reduce(0) { $0 + $1.inlineCharacters }
                    guard size <= kind.inlineCharacters else {
                        throw QueryError.limitExceeded(
                            "Maximum policy size of \(kind.inlineCharacters) bytes exceeded for "
                                + "\(kind.word) \(holder.name)"
                        )
                    }
                }
            }
            return .done
        }
    }
}

enum GetInlinePolicy {
    static func operation(of kind: Holder.Kind) -> QueryOperation {
        let call = "Get\(kind.rawValue)Policy"
        return .iam(call) { exchange throws(QueryError) in
            let holder = try Holder(kind, exchange)
            let name = try exchange.required("PolicyName", IAMRule.name)
            try exchange.require("iam:\(call)", on: holder)
            guard let policies = holder.policies(in: try exchange.ownAccount()) else {
                throw holder.notFound
            }
            for case .inline(name, let document) in policies {
                return QueryResult { xml in
                    xml.element(kind.parameter, holder.name)
                    xml.element("PolicyName", name)
                    xml.element("PolicyDocument", PercentEncoding.encode(document.text))
                }
            }
            throw .notFound("\(kind.word) policy", name)
        }
    }
}

enum DeleteInlinePolicy {
    static func operation(of kind: Holder.Kind) -> QueryOperation {
        let call = "Delete\(kind.rawValue)Policy"
        return .iam(call) { exchange throws(QueryError) in
            let holder = try Holder(kind, exchange)
            let name = try exchange.required("PolicyName", IAMRule.name)
            try exchange.require("iam:\(call)", on: holder)
            try await exchange.editAccount { account in
                try holder.edit(&account) { policies in
                    guard let index = policies.firstIndex(where: { $0.inlineName == name }) else {
                        throw QueryError.notFound("\(kind.word) policy", name)
                    }
                    policies.remove(at: index)
                }
            }
            return .done
        }
    }
}

enum ListInlinePolicies {
    static func operation(of kind: Holder.Kind) -> QueryOperation {
        let call = "List\(kind.rawValue)Policies"
        return .iam(call) { exchange throws(QueryError) in
            let holder = try Holder(kind, exchange)
            try exchange.require("iam:\(call)", on: holder)
            guard let policies = holder.policies(in: try exchange.ownAccount()) else {
                throw holder.notFound
            }
            let page = try Page(exchange, of: policies.compactMap(\.inlineName), by: { $0 })
            return QueryResult { xml in xml.page(page, "PolicyNames") { $0.append($1) } }
        }
    }
}

extension PolicyDefinition {
    /// What counts for the limit of all inline policies together.
    fileprivate var inlineCharacters: Int {
        if case .inline(_, let document) = self { IAMDocument.size(of: document.text) } else { 0 }
    }
}
