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
            if let text = node.string, text.hasPrefix("arn:") {
                guard ManagedPolicies.policy(arn: text) != nil else {
                    let known = ManagedPolicies.known.map { "`\($0)`" }.joined(separator: ", ")
                    throw node.error(
                        "the managed policy `\(text)` is not known: known are \(known)",
                        path: path
                    )
                }
                definitions.append(.managed(arn: text))
                continue
            }
            var name: String
            let document: PolicyDocument
            if node["document"] != nil || (node["name"] != nil && node["Statement"] == nil) {
                var reader = try ObjectReader(node, path: path)
                name = try entityName(&reader, "name", what: "policy")
                let member = try reader.requiredNode("document")
                document = try self.document(
                    member,
                    path: reader.path(to: "document"),
                    kind: .identity
                )
                try reader.finish()
            } else {
                unnamed += 1
                name = "policy-\(unnamed)"
                document = try self.document(node, path: path, kind: .identity)
            }
            guard names.insert(name).inserted else {
                throw node.error("the policy `\(name)` is there twice", path: path)
            }
            definitions.append(.inline(name: name, document: document))
        }
        return definitions
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

    /// Refuses a bucket's policy that names a user who is not there, as S3 does when it is put
    /// [documented: "Invalid principal in policy"].
    func checkPrincipals(of document: PolicyDocument, path: String) throws(JSONError) {
        guard
            let missing = document.missingUser(
                hasAccount: { accountIDs.contains($0) },
                hasUser: { userARNs.contains($0) }
            )
        else { return }
        throw JSONError(
            place: missing.place,
            path: "\(path).Statement[\(missing.statement - 1)].Principal",
            message:
                "there is no user `\(missing.arn)`: S3 would refuse the policy (Invalid principal in policy)"
        )
    }
}
