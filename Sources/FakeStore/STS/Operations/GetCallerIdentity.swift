// Who am I? Needs no permission, not even against a Deny [documented: GetCallerIdentity].

import QueryProtocol
import World

enum GetCallerIdentity {
    static let operation = QueryOperation("GetCallerIdentity") { exchange throws(QueryError) in
        let principal = exchange.principal
        return QueryResult { xml in
            xml.element("Arn", principal.arn)
            xml.element("UserId", principal.uniqueID)
            xml.element("Account", principal.account)
        }
    }
}
