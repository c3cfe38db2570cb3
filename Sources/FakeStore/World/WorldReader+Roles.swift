// Roles and the sessions of theirs that are there from the start.

import JSON
import Policy

extension WorldReader {
    mutating func role(
        _ node: JSONNode,
        path: String,
        account: String,
        others: [RoleDefinition]
    ) throws(JSONError) -> RoleDefinition {
        var reader = try ObjectReader(node, path: path)
        let name = try entityName(&reader, "name", what: "role", limit: 64)
        guard !others.contains(where: { isSameName($0.name, name) }) else {
            throw reader.error(at: "name", "the role `\(name)` is there twice")
        }
        let rolePath = try self.path(&reader)
        let id = try uniqueID(&reader, .role)
        let created = try time(&reader, "created")
        let text: String? = try reader.optional("description")
        let trust = try reader.requiredNode("trustPolicy")
        let trustPolicy = try document(trust, path: reader.path(to: "trustPolicy"), kind: .trust)
        let policies = try policies(&reader)
        let boundary = try optionalPolicy(&reader, "permissionsBoundary", kind: .boundary)
        let seconds = try reader.value("maxSessionSeconds", default: 3_600)
        guard (3_600...43_200).contains(seconds) else {
            throw reader.error(
                at: "maxSessionSeconds",
                "a session may last 3600 to 43200 seconds, not \(seconds)"
            )
        }
        let tags = try tags(&reader)
        var sessions: [SessionDefinition] = []
        for (node, path) in try reader.elements(
            "sessions",
            { node, path throws(JSONError) in (node, path) }
        ) {
            sessions.append(try session(node, path: path))
        }
        try reader.finish()
        principalARNs.insert("arn:aws:iam::\(account):role\(rolePath)\(name)")
        return RoleDefinition(
            name: name,
            path: rolePath,
            id: id,
            created: created,
            text: text,
            trustPolicy: Document(trustPolicy),
            policies: policies,
            permissionsBoundary: boundary,
            maxSessionSeconds: seconds,
            tags: tags,
            sessions: sessions
        )
    }

    private mutating func session(
        _ node: JSONNode,
        path: String
    ) throws(JSONError) -> SessionDefinition {
        var reader = try ObjectReader(node, path: path)
        let name: String = try reader.required("name")
        guard (2...64).contains(name.utf8.count), IAMName.isName(name, limit: 64) else {
            throw reader.error(
                at: "name",
                "`\(name)` is no name of a session: it must be 2 to 64 letters, digits or `+=,.@-_`"
            )
        }
        let id = try accessKeyID(&reader)
        let secret = try secret(&reader, of: id)
        var token: String = try reader.required("token")
        if token == WorldDefinition.hiddenSecret {
            guard let kept = previous?.token(ofSession: id) else {
                throw reader.error(
                    at: "token",
                    "`***` keeps a token, but there is no session `\(id)` whose it could be"
                )
            }
            token = kept
        }
        guard (1...4_096).contains(token.utf8.count),
            token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            throw reader.error(
                at: "token",
                "a token must be 1 to 4096 printable characters without space"
            )
        }
        let session = SessionDefinition(
            name: name,
            id: id,
            secret: secret,
            token: token,
            expires: try time(&reader, "expires"),
            policy: try optionalPolicy(&reader, "policy", kind: .session)
        )
        try reader.finish()
        return session
    }
}
