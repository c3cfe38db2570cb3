// A world as text again: what `GET world` answers and what the data folder keeps. Read back, it is the
// same world.

import JSON
import Platform
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
            if defaults != BucketDefaults() {
                writer.object("defaults") { writer in
                    writer.member("ownership", defaults.ownership.rawValue)
                    writer.member("publicAccessBlock", defaults.publicAccessBlock ?? false)
                }
            }
            if !faults.isEmpty { writer.member("faults", faults) }
            writer.array("accounts") { writer in
                for account in accounts { account.write(to: &writer, secrets: secrets, defaults) }
            }
            if issued > 0 { writer.member("issued", issued) }
        }
        return writer.text
    }
}

extension AccountDefinition {
    fileprivate func write(
        to writer: inout JSONWriter,
        secrets: Bool,
        _ defaults: BucketDefaults
    ) {
        writer.object { writer in
            writer.member("id", id)
            writer.member(ifPresent: "name", name)
            writer.member(ifPresent: "canonicalId", canonicalID)
            writer.member(ifPresent: "publicAccessBlock", publicAccessBlock)
            rootAccessKeys.write(to: &writer, as: "rootAccessKeys", secrets: secrets)
            if !policies.isEmpty {
                writer.array("policies") { writer in
                    for policy in policies { policy.write(to: &writer) }
                }
            }
            if !groups.isEmpty {
                writer.array("groups") { writer in
                    for group in groups {
                        writer.object { writer in
                            writer.head(group.name, group.path, group.id, group.created)
                            group.policies.write(to: &writer)
                        }
                    }
                }
            }
            writer.array("users") { writer in
                for user in users { user.write(to: &writer, secrets: secrets) }
            }
            if !roles.isEmpty {
                writer.array("roles") { writer in
                    for role in roles { role.write(to: &writer, secrets: secrets) }
                }
            }
            if !kmsKeys.isEmpty {
                writer.array("kmsKeys") { writer in
                    for key in kmsKeys { key.write(to: &writer) }
                }
            }
            writer.array("buckets") { writer in
                for bucket in buckets { bucket.write(to: &writer, defaults) }
            }
        }
    }
}

extension JSONWriter {
    /// What users, groups, roles and managed policies have in common.
    fileprivate mutating func head(
        _ name: String,
        _ path: String,
        _ id: String?,
        _ created: Timestamp?
    ) {
        member("name", name)
        if path != "/" { member("path", path) }
        member(ifPresent: "id", id)
        member(ifPresent: "created", created?.text)
    }

    fileprivate mutating func boundary(_ policy: PolicyDefinition?) {
        guard let policy else { return }
        key("permissionsBoundary")
        policy.write(to: &self)
    }
}

extension Timestamp {
    /// As a world's file has it, to the second: IAM tells no more.
    fileprivate var text: String { iso8601() }
}

extension ManagedPolicyDefinition {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.head(name, path, id, created)
            writer.member(ifPresent: "description", text)
            writer.tags(tags)
            if versions.count == 1, current.number == 1, latestVersion == 1,
                current.created == created
            {
                writer.key("document")
                current.document.compiled.writeJSON(to: &writer)
                return
            }
            writer.array("versions") { writer in
                for version in versions {
                    writer.object { writer in
                        writer.member("id", version.id)
                        writer.member(ifPresent: "created", version.created?.text)
                        writer.key("document")
                        version.document.compiled.writeJSON(to: &writer)
                    }
                }
            }
            writer.member("defaultVersion", current.id)
            writer.member("latestVersion", "v\(latestVersion)")
        }
    }
}

extension UserDefinition {
    fileprivate func write(to writer: inout JSONWriter, secrets: Bool) {
        writer.object { writer in
            writer.head(name, path, id, created)
            if !groups.isEmpty { writer.member("groups", groups) }
            accessKeys.write(to: &writer, as: "accessKeys", secrets: secrets)
            policies.write(to: &writer)
            writer.boundary(permissionsBoundary)
            writer.tags(tags)
        }
    }
}

extension RoleDefinition {
    fileprivate func write(to writer: inout JSONWriter, secrets: Bool) {
        writer.object { writer in
            writer.head(name, path, id, created)
            writer.member(ifPresent: "description", text)
            writer.key("trustPolicy")
            trustPolicy.compiled.writeJSON(to: &writer)
            policies.write(to: &writer)
            writer.boundary(permissionsBoundary)
            if maxSessionSeconds != 3_600 { writer.member("maxSessionSeconds", maxSessionSeconds) }
            writer.tags(tags)
            guard !sessions.isEmpty else { return }
            writer.array("sessions") { writer in
                for session in sessions { session.write(to: &writer, secrets: secrets) }
            }
        }
    }
}

extension SessionDefinition {
    fileprivate func write(to writer: inout JSONWriter, secrets: Bool) {
        writer.object { writer in
            writer.member("name", name)
            writer.member("id", id)
            writer.member("secret", secrets ? secret : WorldDefinition.hiddenSecret)
            writer.member("token", secrets ? token : WorldDefinition.hiddenSecret)
            writer.member(ifPresent: "expires", expires?.iso8601())
            guard let policy else { return }
            writer.key("policy")
            policy.write(to: &writer)
        }
    }
}

extension KMSKeyDefinition {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            writer.member(ifPresent: "region", region)
            if !aliases.isEmpty { writer.member("aliases", aliases) }
            if let policy {
                writer.key("policy")
                policy.compiled.writeJSON(to: &writer)
            }
            if state != .enabled { writer.member("state", state.rawValue) }
        }
    }
}

extension BucketDefinition {
    fileprivate func write(to writer: inout JSONWriter, _ defaults: BucketDefaults) {
        writer.object { writer in
            writer.member("name", name)
            writer.member(ifPresent: "region", region)
            if let policy = settings.policy {
                writer.key("policy")
                policy.writeJSON(to: &writer)
            }
            if settings.publicAccessBlock != defaults.publicAccessBlock {
                writer.key("publicAccessBlock")
                (settings.publicAccessBlock ?? false).writeSwitches(
                    to: &writer,
                    isConfigured: settings.publicAccessBlock != nil
                )
            }
            if settings.ownership != defaults.ownership {
                writer.member("ownership", settings.ownership.rawValue)
            }
            if settings.encryption != BucketEncryption() {
                writer.member("encryption", settings.encryption)
            }
            writer.tags(settings.tags)
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
                    $0.member(ifPresent: "created", key.created?.text)
                }
            }
        }
    }
}

extension [PolicyDefinition] {
    fileprivate func write(to writer: inout JSONWriter) {
        guard !isEmpty else { return }
        writer.array("policies") { writer in
            for policy in self { policy.write(to: &writer) }
        }
    }
}

extension PolicyDefinition {
    fileprivate func write(to writer: inout JSONWriter) {
        switch self {
        case .managed(let arn): writer.value(arn)
        case .inline(let name, let document):
            writer.object { writer in
                writer.member("name", name)
                writer.key("document")
                document.compiled.writeJSON(to: &writer)
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
