// All policy documents of a world file, each with its own kind, and the names that the world knows. A
// world need not be right as a whole: what can't be found in it is for `serve` to refuse.

import JSON
import Policy

extension Linter {
    /// Whether a text is a world rather than a policy.
    package static func isWorld(_ text: String) -> Bool {
        guard let node = try? JSON.parse(text), node["Statement"] == nil else { return false }
        return ["accounts", "organizations", "vpcEndpoints", "projects"].contains {
            node[$0] != nil
        }
    }

    /// Checks all documents of a world.
    ///
    /// - Parameters:
    ///   - text: the world.
    ///   - file: its name in places.
    ///   - kept: names to know beside those of the world.
    ///   - read: the text and the name of a file that the world names.
    /// - Returns: each document that was found, in the world's order.
    /// - Throws: what `read` throws.
    package static func check<Failure: Error>(
        world text: String,
        file: String,
        names kept: KnownNames,
        read: (String) throws(Failure) -> (text: String, name: String)
    ) throws(Failure) -> [CheckedDocument] {
        guard let node = try? JSON.parse(text, file: file) else { return [] }
        var documents = WorldDocuments(names: kept)
        documents.collect(node)
        let linter = Linter(names: documents.names)
        var checked: [CheckedDocument] = []
        for found in documents.found {
            if let path = found.node.string {
                let (text, name) = try read(path)
                checked.append(
                    linter.check(text, file: name, kind: found.kind, attachment: found.attachment)
                )
            } else {
                checked.append(
                    linter.check(
                        found.node,
                        within: text,
                        name: "\(file) \(found.path)",
                        kind: found.kind,
                        attachment: found.attachment
                    )
                )
            }
        }
        return checked
    }
}

extension KnownNames {
    /// These names, and those of a world.
    package func adding(namesOfWorld text: String) -> KnownNames {
        guard let node = try? JSON.parse(text) else { return self }
        var documents = WorldDocuments(names: self)
        documents.collect(node)
        return documents.names
    }
}

/// Finds the documents of a world.
private struct WorldDocuments {
    struct Found {
        let node: JSONNode
        let path: String
        let kind: PolicyDocument.Kind
        let attachment: Attachment
    }

    var names: KnownNames
    private(set) var found: [Found] = []

    init(names: KnownNames) { self.names = names }

    mutating func collect(_ world: JSONNode) {
        for (account, path) in list(world, "accounts", "") {
            let id = account["id"]?.string ?? ""
            names.accounts.append(id)
            for (bucket, _) in list(account, "buckets", path) {
                if let name = bucket["name"]?.string { names.buckets.append(name) }
            }
            for what in ["user", "role"] {
                for (entity, _) in list(account, "\(what)s", path) {
                    guard let name = entity["name"]?.string else { continue }
                    names.principals.append(
                        "arn:aws:iam::\(id):\(what)\(entity["path"]?.string ?? "/")\(name)"
                    )
                }
            }
        }
        for (account, path) in list(world, "accounts", "") { collect(account: account, path) }
        for (organization, path) in list(world, "organizations", "") {
            collect(level: organization, path)
            if let root = organization["root"] { collect(level: root, "\(path).root") }
        }
        for (endpoint, path) in list(world, "vpcEndpoints", "") {
            add(endpoint["policy"], "\(path).policy", .vpce)
        }
    }

    private mutating func collect(account: JSONNode, _ path: String) {
        // The account's own managed policies, whose owner nobody knows.
        addAll(account, "policies", path, .identity)
        let owners: [(String, Attachment.Owner)] = [
            ("groups", .group), ("users", .user), ("roles", .role),
        ]
        for (key, owner) in owners {
            for (entity, path) in list(account, key, path) {
                add(entity["trustPolicy"], "\(path).trustPolicy", .trust)
                addAll(entity, "policies", path, .identity, Attachment(owner: owner))
                add(
                    entity["permissionsBoundary"],
                    "\(path).permissionsBoundary",
                    .boundary,
                    Attachment(owner: owner)
                )
                for (session, path) in list(entity, "sessions", path) {
                    add(session["policy"], "\(path).policy", .session)
                }
            }
        }
        for (key, path) in list(account, "kmsKeys", path) {
            add(key["policy"], "\(path).policy", .key)
        }
        for (bucket, path) in list(account, "buckets", path) {
            add(
                bucket["policy"],
                "\(path).policy",
                .bucket,
                Attachment(bucket: bucket["name"]?.string)
            )
        }
    }

    private mutating func collect(level: JSONNode, _ path: String) {
        addAll(level, "serviceControlPolicies", path, .scp)
        addAll(level, "resourceControlPolicies", path, .rcp)
        for (unit, path) in list(level, "units", path) { collect(level: unit, path) }
    }

    private func list(
        _ node: JSONNode,
        _ key: String,
        _ path: String
    ) -> [(JSONNode, String)] {
        let lead = path.isEmpty ? key : "\(path).\(key)"
        return (node[key]?.array ?? []).enumerated().map { ($1, "\(lead)[\($0)]") }
    }

    private mutating func addAll(
        _ node: JSONNode,
        _ key: String,
        _ path: String,
        _ kind: PolicyDocument.Kind,
        _ attachment: Attachment = Attachment()
    ) {
        for (policy, path) in list(node, key, path) { add(policy, path, kind, attachment) }
    }

    /// Adds a POLICY: a path, a document, one with a name, or versions; AWS's own have an ARN.
    private mutating func add(
        _ node: JSONNode?,
        _ path: String,
        _ kind: PolicyDocument.Kind,
        _ attachment: Attachment = Attachment()
    ) {
        guard let node, !node.isNull else { return }
        if let text = node.string {
            guard !text.hasPrefix("arn:") else { return }
        } else if let document = node["document"] {
            return add(document, "\(path).document", kind, attachment)
        } else if node["versions"] != nil {
            for (version, path) in list(node, "versions", path) {
                add(version, path, kind, attachment)
            }
            return
        }
        found.append(Found(node: node, path: path, kind: kind, attachment: attachment))
    }
}
