// Policies: given in place, by a path, or by the ARN of one of AWS's own.

import JSON
import Policy

extension WorldReader {
    func policies(_ reader: inout ObjectReader) throws(JSONError) -> [PolicyDefinition] {
        var definitions: [PolicyDefinition] = []
        var names = Set<String>()
        var unnamed = 0
        for (node, path) in try reader.elements(
            "policies",
            { node, path throws(JSONError) in (node, path) }
        ) {
            let definition = try policy(node, path: path, kind: .identity) {
                unnamed += 1
                return "policy-\(unnamed)"
            }
            guard names.insert(definition.inlineName ?? definition.managedARN ?? "").inserted else {
                let what = definition.inlineName ?? definition.managedARN ?? ""
                throw node.error("the policy `\(what)` is there twice", path: path)
            }
            definitions.append(definition)
        }
        return definitions
    }

    /// One policy: the ARN of a managed one, a path, a document, or a document with its name.
    func policy(
        _ node: JSONNode,
        path: String,
        kind: PolicyDocument.Kind,
        unnamed: () -> String
    ) throws(JSONError) -> PolicyDefinition {
        if let text = node.string, text.hasPrefix("arn:") {
            guard ManagedPolicies.policy(arn: text) != nil || ownPolicies.contains(text) else {
                let known = (ManagedPolicies.known + ownPolicies.sorted()).map { "`\($0)`" }
                    .joined(separator: ", ")
                throw node.error(
                    "the managed policy `\(text)` is not known: known are \(known)",
                    path: path
                )
            }
            return .managed(arn: text)
        }
        guard node["document"] != nil || (node["name"] != nil && node["Statement"] == nil) else {
            return .inline(
                name: unnamed(),
                document: Document(try document(node, path: path, kind: kind))
            )
        }
        var reader = try ObjectReader(node, path: path)
        let name = try entityName(&reader, "name", what: "policy", limit: 128)
        let member = try reader.requiredNode("document")
        let document = try self.document(member, path: reader.path(to: "document"), kind: kind)
        try reader.finish()
        return .inline(name: name, document: Document(document))
    }

    /// A permissions boundary or a session's policy: one policy or null.
    func optionalPolicy(
        _ reader: inout ObjectReader,
        _ key: String,
        kind: PolicyDocument.Kind
    ) throws(JSONError) -> PolicyDefinition? {
        guard let node = reader.presentNode(key) else { return nil }
        return try policy(node, path: reader.path(to: key), kind: kind) { key }
    }

    /// A policy that the account manages: short as any policy, or with path, id and versions.
    func managedPolicy(
        _ node: JSONNode,
        path: String,
        number: Int
    ) throws(JSONError) -> ManagedPolicyDefinition {
        guard node["name"] != nil, node["Statement"] == nil else {
            let document = try document(node, path: path, kind: .identity)
            return ManagedPolicyDefinition(
                name: "policy-\(number)",
                versions: [.init(number: 1, document: Document(document))]
            )
        }
        var reader = try ObjectReader(node, path: path)
        let name = try entityName(&reader, "name", what: "policy", limit: 128)
        let entityPath = try self.path(&reader)
        let id = try uniqueID(&reader, .policy)
        let text: String? = try reader.optional("description")
        let created = try time(&reader, "created")
        let tags = try tags(&reader)
        var versions: [ManagedPolicyDefinition.Version] = []
        if let member = reader.presentNode("document") {
            let document = try document(member, path: reader.path(to: "document"), kind: .identity)
            versions = [.init(number: 1, document: Document(document), created: created)]
        }
        let nodes = try reader.elements("versions") { node, path throws(JSONError) in (node, path) }
        for (node, path) in nodes {
            guard reader.members.contains(where: { $0.key == "document" }) == false else {
                throw node.error("`document` and `versions` exclude each other", path: path)
            }
            var version = try ObjectReader(node, path: path)
            let number = try versionNumber(&version, "id")
            guard versions.last.map({ $0.number < number }) ?? true else {
                throw version.error(at: "id", "versions must be there once, in rising order")
            }
            let member = try version.requiredNode("document")
            let document = try document(member, path: version.path(to: "document"), kind: .identity)
            let created = try time(&version, "created")
            try version.finish()
            versions.append(.init(number: number, document: Document(document), created: created))
        }
        guard (1...5).contains(versions.count) else {
            throw reader.error("a policy has a `document`, or one to five `versions`")
        }
        let isDefault = reader.members.contains { $0.key == "defaultVersion" && !$0.node.isNull }
        let current = isDefault ? try versionNumber(&reader, "defaultVersion") : nil
        guard current == nil || versions.contains(where: { $0.number == current }) else {
            throw reader.error(at: "defaultVersion", "there is no such version")
        }
        let isLatest = reader.members.contains { $0.key == "latestVersion" && !$0.node.isNull }
        let latest = isLatest ? try versionNumber(&reader, "latestVersion") : nil
        guard latest == nil || versions.allSatisfy({ $0.number <= latest ?? 0 }) else {
            throw reader.error(at: "latestVersion", "there are later versions")
        }
        _ = reader.presentNode("defaultVersion")
        _ = reader.presentNode("latestVersion")
        try reader.finish()
        return ManagedPolicyDefinition(
            name: name,
            path: entityPath,
            id: id,
            text: text,
            created: created,
            tags: tags,
            versions: versions,
            defaultVersion: current,
            latestVersion: latest
        )
    }

    private func versionNumber(
        _ reader: inout ObjectReader,
        _ key: String
    ) throws(JSONError) -> Int {
        let text: String = try reader.required(key)
        guard text.first == "v", let number = Int(text.dropFirst()), number > 0,
            "v\(number)" == text
        else { throw reader.error(at: key, "`\(text)` is no version, for example `v1`") }
        return number
    }

    func bucketPolicy(
        _ reader: inout ObjectReader,
        bucket: String
    ) throws(JSONError) -> PolicyDocument? {
        guard let node = reader.presentNode("policy") else { return nil }
        return try document(node, path: reader.path(to: "policy"), kind: .bucket, bucket: bucket)
    }

    /// A document given in place or by its path.
    func document(
        _ node: JSONNode,
        path: String,
        kind: PolicyDocument.Kind,
        bucket: String? = nil
    ) throws(JSONError) -> PolicyDocument {
        do {
            guard let file = node.string else {
                guard node.object != nil else {
                    throw node.error(
                        "expected a path or a policy document, met \(node.value.kind)",
                        path: path
                    )
                }
                return try PolicyDocument.parse(node, text: node.text(), kind: kind, bucket: bucket)
            }
            guard let resolved = resolve(file) else {
                throw node.error(
                    "this world comes from no file, so it can't name files",
                    path: path
                )
            }
            let text: String
            do {
                text = try WorldDefinition.contents(of: resolved)
            } catch {
                throw node.error("can't read `\(file)`: \(error.words)", path: path)
            }
            return try PolicyDocument.parse(text, file: resolved, kind: kind, bucket: bucket)
        } catch let error as JSONError {
            throw error
        } catch let error as PolicyError {
            let isInline = node.string == nil
            let way = [isInline ? path : "", error.path].filter { !$0.isEmpty }.joined(
                separator: "."
            )
            throw JSONError(place: error.place, path: way, message: error.fault.words)
        } catch {
            throw node.error("\(error)", path: path)
        }
    }

    /// Refuses a bucket's or trust policy that names a user or role who is not there, as S3 and IAM do when
    /// it is put [documented: "Invalid principal in policy"].
    func checkPrincipals(
        of document: PolicyDocument,
        path: String,
        service: String
    ) throws(JSONError) {
        guard
            let missing = document.missingPrincipal(
                hasAccount: { accountIDs.contains($0) },
                has: { principalARNs.contains($0) }
            )
        else { return }
        throw JSONError(
            place: missing.place,
            path: "\(path).Statement[\(missing.statement - 1)].Principal",
            message:
                "there is no \(missing.what) `\(missing.arn)`: \(service) would refuse the policy "
                + "(Invalid principal in policy)"
        )
    }
}
