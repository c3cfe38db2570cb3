// A world as text again: what `GET world` answers and what the data folder keeps. Read back, it is the
// same world.

import JSON
import Policy

extension WorldDefinition {
    /// The world as a JSON text.
    ///
    /// - Parameters:
    ///   - secrets: whether secrets are written; else they are `"***"`.
    ///   - layout: how it is laid out.
    /// - Returns: a text that reads as the same world.
    package func json(secrets: Bool, layout: JSONWriter.Layout = .pretty) -> String {
        var writer = JSONWriter(layout)
        writer.object { writer in
            writer.member("region", region)
            writer.member(ifPresent: "anonymousAs", anonymousAs)
            if !faults.isEmpty { writer.member("faults", faults) }
            writer.array("accounts") { writer in
                for account in accounts { account.write(to: &writer, secrets: secrets) }
            }
        }
        return writer.text
    }
}

extension AccountDefinition {
    fileprivate func write(to writer: inout JSONWriter, secrets: Bool) {
        writer.object { writer in
            writer.member("id", id)
            writer.member(ifPresent: "name", name)
            writer.member(ifPresent: "canonicalId", canonicalID)
            rootAccessKeys.write(to: &writer, as: "rootAccessKeys", secrets: secrets)
            if !groups.isEmpty {
                writer.array("groups") { writer in
                    for group in groups {
                        writer.object { writer in
                            writer.member("name", group.name)
                            group.policies.write(to: &writer)
                        }
                    }
                }
            }
            writer.array("users") { writer in
                for user in users { user.write(to: &writer, secrets: secrets) }
            }
            writer.array("buckets") { writer in
                for bucket in buckets { bucket.write(to: &writer) }
            }
        }
    }
}

extension UserDefinition {
    fileprivate func write(to writer: inout JSONWriter, secrets: Bool) {
        writer.object { writer in
            writer.member("name", name)
            if path != "/" { writer.member("path", path) }
            writer.member(ifPresent: "id", id)
            if !groups.isEmpty { writer.member("groups", groups) }
            accessKeys.write(to: &writer, as: "accessKeys", secrets: secrets)
            policies.write(to: &writer)
        }
    }
}

extension BucketDefinition {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", name)
            writer.member(ifPresent: "region", region)
            if let policy = settings.policy {
                writer.key("policy")
                policy.writeJSON(to: &writer)
            }
            if !settings.publicAccessBlock { writer.member("publicAccessBlock", false) }
            if !objects.isEmpty {
                writer.array("objects") { writer in
                    for object in objects {
                        writer.object {
                            $0.member("key", object.key)
                            $0.member("file", object.file)
                        }
                    }
                }
            }
        }
    }
}

extension [AccessKeyDefinition] {
    fileprivate func write(to writer: inout JSONWriter, as key: String, secrets: Bool) {
        guard !isEmpty else { return }
        writer.array(key) { writer in
            for key in self {
                writer.object {
                    $0.member("id", key.id)
                    $0.member("secret", secrets ? key.secret : WorldDefinition.hiddenSecret)
                    if key.status != .active { $0.member("status", key.status.rawValue) }
                }
            }
        }
    }
}

extension [PolicyDefinition] {
    fileprivate func write(to writer: inout JSONWriter) {
        guard !isEmpty else { return }
        writer.array("policies") { writer in
            for policy in self {
                switch policy {
                case .managed(let arn): writer.value(arn)
                case .inline(let name, let document):
                    writer.object { writer in
                        writer.member("name", name)
                        writer.key("document")
                        document.writeJSON(to: &writer)
                    }
                }
            }
        }
    }
}

extension PolicyDocument {
    /// Writes the document as the JSON it is, not as a string.
    fileprivate func writeJSON(to writer: inout JSONWriter) {
        do {
            writer.value(try JSON.parse(text))
        } catch {
            preconditionFailure("a compiled policy's text is no JSON: \(error)")
        }
    }
}
