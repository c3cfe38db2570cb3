// A user's own credentials for a while. No policy can forbid it [documented: GetSessionToken].

import QueryProtocol
import World

enum GetSessionToken {
    static let operation = QueryOperation("GetSessionToken") { exchange throws(QueryError) in
        if exchange.form["SerialNumber"] != nil || exchange.form["TokenCode"] != nil {
            throw .notModelled("multi-factor authentication")
        }
        let wanted = try exchange.optionalInteger("DurationSeconds", 900...129_600)
        guard exchange.caller.session == nil else {
            // [recorded]
            throw QueryError(
                403,
                "AccessDenied",
                "Cannot call GetSessionToken with session credentials"
            )
        }
        let subject: SessionGrant.Subject
        var seconds = wanted ?? 43_200
        switch exchange.principal.kind {
        case .root:
            subject = .root
            // [documented] Longer ones of the root user last an hour.
            seconds = min(seconds, 3_600)
        default: subject = .user(id: exchange.principal.uniqueID)
        }
        let sealer = exchange.cloud.sealer
        let grant = SessionGrant(
            accessKeyID: sealer.accessKeyID(serial: exchange.id.rawValue),
            account: exchange.account,
            subject: subject,
            issued: exchange.now,
            expires: exchange.now.adding(seconds: Int64(seconds))
        )
        return QueryResult { $0.credentials(of: grant, sealer) }
    }
}
