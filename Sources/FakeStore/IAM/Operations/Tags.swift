// Tags of users and roles, which policies may ask for.

import QueryProtocol
import World

enum TagEntity {
    static func operation(of kind: Holder.Kind) -> QueryOperation {
        let call = "Tag\(kind.rawValue)"
        return .iam(call) { exchange throws(QueryError) in
            let holder = try Holder(kind, exchange)
            let tags = try exchange.tags()
            try exchange.require("iam:\(call)", on: holder)
            try await exchange.editAccount { account in
                try holder.edit(&account) { _, present in
                    for tag in tags {
                        present.removeAll { $0.key.lowercased() == tag.key.lowercased() }
                        present.append(tag)
                    }
                    guard present.count <= 50 else {
                        throw QueryError.limitExceeded(
                            "The number of tags has reached the maximum limit."
                        )
                    }
                }
            }
            return .done
        }
    }
}

enum UntagEntity {
    static func operation(of kind: Holder.Kind) -> QueryOperation {
        let call = "Untag\(kind.rawValue)"
        return .iam(call) { exchange throws(QueryError) in
            let holder = try Holder(kind, exchange)
            let keys = exchange.form.list("TagKeys").map { $0.lowercased() }
            try exchange.require("iam:\(call)", on: holder)
            try await exchange.editAccount { account in
                try holder.edit(&account) { _, present in
                    present.removeAll { keys.contains($0.key.lowercased()) }
                }
            }
            return .done
        }
    }
}

enum ListEntityTags {
    static func operation(of kind: Holder.Kind) -> QueryOperation {
        let call = "List\(kind.rawValue)Tags"
        return .iam(call) { exchange throws(QueryError) in
            let holder = try Holder(kind, exchange)
            try exchange.require("iam:\(call)", on: holder)
            let account = try exchange.ownAccount()
            let tags =
                kind == .user
                ? account.users.first { $0.name == holder.name }?.tags
                : account.roles.first { $0.name == holder.name }?.tags
            guard let tags else { throw holder.notFound }
            let page = try Page(exchange, of: tags, by: \.key)
            return QueryResult { xml in
                xml.page(page, "Tags") { xml, tag in
                    xml.element("Key", tag.key)
                    xml.element("Value", tag.value)
                }
            }
        }
    }
}
