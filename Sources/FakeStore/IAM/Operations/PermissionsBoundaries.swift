// What users and roles can have at most.

import QueryProtocol
import World

enum PutPermissionsBoundary {
    static func operation(of kind: Holder.Kind) -> QueryOperation {
        let call = "Put\(kind.rawValue)PermissionsBoundary"
        return .iam(call) { exchange throws(QueryError) in
            let holder = try Holder(kind, exchange)
            let arn = try exchange.required("PermissionsBoundary", IAMRule.arn)
            try exchange.require("iam:\(call)", on: holder, keys(arn))
            _ = try exchange.attachablePolicy(arn)
            try await exchange.editAccount { account in
                guard arn.hasPrefix("arn:aws:iam::aws:") || account.policy(arn: arn) != nil else {
                    throw QueryError.notAttachable(arn)
                }
                try holder.edit(&account) { boundary, _ in boundary = .managed(arn: arn) }
            }
            return .done
        }
    }

    /// The condition key of calls that set a boundary.
    static func keys(_ arn: String?) -> [(key: String, value: String)] {
        arn.map { [("iam:PermissionsBoundary", $0)] } ?? []
    }
}

enum DeletePermissionsBoundary {
    static func operation(of kind: Holder.Kind) -> QueryOperation {
        let call = "Delete\(kind.rawValue)PermissionsBoundary"
        return .iam(call) { exchange throws(QueryError) in
            let holder = try Holder(kind, exchange)
            let present = try? exchange.ownAccount()
            let boundary =
                kind == .user
                ? present?.users.first { $0.name == holder.name }?.permissionsBoundary
                : present?.roles.first { $0.name == holder.name }?.permissionsBoundary
            try exchange.require(
                "iam:\(call)",
                on: holder,
                PutPermissionsBoundary.keys(boundary?.managedARN)
            )
            try await exchange.editAccount { account in
                try holder.edit(&account) { boundary, _ in
                    guard boundary != nil else {
                        throw QueryError.noSuchEntity(
                            "\(kind.rawValue) \(holder.name) does not have a permissions boundary."
                        )
                    }
                    boundary = nil
                }
            }
            return .done
        }
    }
}
