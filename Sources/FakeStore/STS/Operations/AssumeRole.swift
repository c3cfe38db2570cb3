// AssumeRole: the role's trust policy and the caller's own permission together decide (iam.md section 9).

import Identity
import Platform
import Policy
import QueryProtocol
import World

enum AssumeRole {
    /// From the API reference, AssumeRole.
    private static let roleARN = QueryRule(20...2_048)
    private static let sessionName = QueryRule(2...64, pattern: #"[\w+=,.@-]*"#) {
        $0.isASCII && IAMName.isNameByte(UInt8(ascii: $0))
    }
    private static let externalID = QueryRule(2...1_224, pattern: #"[\w+=,.@:\/-]*"#) {
        $0.isASCII && (IAMName.isNameByte(UInt8(ascii: $0)) || $0 == ":" || $0 == "/")
    }
    private static let sessionPolicy = QueryRule(1...2_048)

    static let operation = QueryOperation("AssumeRole") { exchange throws(QueryError) in
        // 1. The parameters.
        let arn = try exchange.required("RoleArn", roleARN)
        let name = try exchange.required("RoleSessionName", sessionName)
        let externalID = try exchange.optional("ExternalId", externalID)
        let sourceIdentity = try exchange.optional("SourceIdentity", sessionName)
        let seconds = try exchange.optionalInteger("DurationSeconds", 900...43_200) ?? 3_600
        let limits = try SessionLimits(exchange, policyRule: sessionPolicy)
        let tags = try SessionTags(exchange)
        if exchange.form["SerialNumber"] != nil || exchange.form["TokenCode"] != nil {
            throw .notModelled("multi-factor authentication")
        }
        guard let account = account(of: arn) else { throw .validation("\(arn) is invalid") }
        if case .root = exchange.principal.kind {
            // [reported]
            throw QueryError(
                403,
                "AccessDenied",
                "Roles may not be assumed by root accounts."
            )
        }

        // 2. The permissions; a role that is not there is refused in the same words as one that is.
        let identity = exchange.caller.session?.sourceIdentity ?? sourceIdentity
        var context = exchange.context()
        context.set("sts:RoleSessionName", to: [name], source: .request)
        if let externalID { context.set("sts:ExternalId", to: [externalID], source: .request) }
        if let identity { context.set("sts:SourceIdentity", to: [identity], source: .request) }
        tags.write(to: &context)
        let role = exchange.world.role(arn: arn)
        var actions = ["sts:AssumeRole"]
        if !tags.all.isEmpty { actions.append("sts:TagSession") }
        if identity != nil { actions.append("sts:SetSourceIdentity") }
        for action in actions {
            let decision = exchange.decide(
                action,
                on: arn,
                account: account,
                resourcePolicy: role?.trust,
                type: .roleTrust,
                context: context
            )
            guard decision.isAllowed, role != nil else {
                throw denied(exchange.principal, action, arn)
            }
        }
        guard let role else { throw denied(exchange.principal, "sts:AssumeRole", arn) }

        // 3. What else the role and the caller's session limit.
        if case .assumedRole = exchange.principal.kind, seconds > 3_600 {
            throw .validation(
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role "
                    + "chaining."
            )
        }
        guard seconds <= role.definition.maxSessionSeconds else {
            throw .validation(
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
            )
        }
        if let identity = exchange.caller.session?.sourceIdentity,
            sourceIdentity ?? identity != identity
        {
            throw denied(exchange.principal, "sts:SetSourceIdentity", arn)
        }
        try limits.check(exchange.world, account: role.account)
        let packed = limits.packedCharacters + tags.packedCharacters
        guard packed <= SessionLimits.packedCharacters else {
            // [documented; the message is reported]
            throw QueryError(
                400,
                "PackedPolicyTooLarge",
                "Packed size of session tags consumes \(packed * 100 / SessionLimits.packedCharacters)% of "
                    + "allotted space."
            )
        }

        // 4. The session.
        let sealer = exchange.cloud.sealer
        let grant = SessionGrant(
            accessKeyID: sealer.accessKeyID(serial: exchange.id.rawValue),
            account: role.account,
            subject: .role(id: role.uniqueID),
            name: name,
            issued: exchange.now,
            expires: exchange.now.adding(seconds: Int64(seconds)),
            policy: limits.policy,
            managedPolicies: limits.managedPolicies,
            tags: tags.all,
            transitiveTagKeys: tags.transitiveKeys,
            sourceIdentity: identity
        )
        return QueryResult { xml in
            xml.credentials(of: grant, sealer)
            xml.element("AssumedRoleUser") { xml in
                xml.element("AssumedRoleId", "\(role.uniqueID):\(name)")
                xml.element(
                    "Arn",
                    "arn:aws:sts::\(role.account):assumed-role/\(role.name)/\(name)"
                )
            }
            if packed > 0 {
                xml.element(
                    "PackedPolicySize",
                    max(1, packed * 100 / SessionLimits.packedCharacters)
                )
            }
            xml.element(ifPresent: "SourceIdentity", identity)
        }
    }

    /// The account of a role's ARN; nil when it is no role's.
    private static func account(of arn: String) -> String? {
        let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[2] == "iam", parts[3].isEmpty,
            parts[4].utf8.count == 12, parts[4].utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }),
            parts[5].hasPrefix("role/"), parts[5].utf8.count > 5
        else { return nil }
        return String(parts[4])
    }

    /// One sentence for every reason: whether the role is missing, its trust policy says no, or the
    /// caller's own policies do [reported].
    private static func denied(_ caller: Principal, _ action: String, _ arn: String) -> QueryError {
        QueryError(
            403,
            "AccessDenied",
            "User: \(caller.arn) is not authorized to perform: \(action) on resource: \(arn)"
        )
    }
}
