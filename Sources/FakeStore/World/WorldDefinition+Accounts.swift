// Changes to accounts and what is in them, as the IAM calls make them.

import JSON
import Policy

extension WorldDefinition {
    /// The place of an account, or nil when the world has none of this id.
    package func index(ofAccount id: String) -> Int? { accounts.firstIndex { $0.id == id } }

    /// A new unique id, which nothing in this world had before.
    package mutating func drawID(_ kind: UniqueID.Kind, account: String) -> String {
        issued += 1
        return UniqueID.made(kind, account: account, serial: issued)
    }

    /// Puts another text in place of a user's or role's ARN wherever a bucket's or trust policy names it.
    ///
    /// For one that was deleted that is its unique id, so that the policy names nobody, and not whoever gets
    /// the name next [documented: AWS JSON policy elements: Principal].
    package mutating func replace(principal arn: String, by id: String) {
        for account in accounts.indices {
            for role in accounts[account].roles.indices {
                let document = accounts[account].roles[role].trustPolicy
                if let changed = document.compiled.replacing(principal: arn, by: id) {
                    accounts[account].roles[role].trustPolicy = Document(changed)
                }
            }
            for bucket in accounts[account].buckets.indices {
                let document = accounts[account].buckets[bucket].settings.policy
                if let changed = document?.replacing(principal: arn, by: id) {
                    accounts[account].buckets[bucket].settings.policy = changed
                }
            }
        }
    }
}

extension PolicyDocument {
    /// The document with another text for one principal; nil when it does not name that one.
    fileprivate func replacing(principal arn: String, by id: String) -> PolicyDocument? {
        // Mostly nothing is to be done, and that is seen without parsing.
        guard text.contains(arn), let node = try? JSON.parse(text) else { return nil }
        let changed = node.replacingPrincipals { $0 == arn ? id : $0 }
        guard changed != node else { return nil }
        do {
            return try PolicyDocument.parse(changed.text(), kind: kind)
        } catch {
            preconditionFailure("a policy with `\(id)` in place of `\(arn)` is none: \(error)")
        }
    }
}

extension JSONNode {
    fileprivate func replacingPrincipals(_ replace: (String) -> String) -> JSONNode {
        mapping("Statement") { statements in
            statements.mappingElements { statement in
                statement.mapping("Principal") { principal in
                    principal.mapping("AWS") { $0.mappingElements { $0.mappingString(replace) } }
                }.mapping("NotPrincipal") { principal in
                    principal.mapping("AWS") { $0.mappingElements { $0.mappingString(replace) } }
                }
            }
        }
    }

    /// The object with one member changed; anything else as it is.
    private func mapping(_ key: String, _ change: (JSONNode) -> JSONNode) -> JSONNode {
        guard let object else { return self }
        return JSONNode(
            .object(
                object.map { member in
                    guard member.key == key else { return member }
                    return JSONMember(key: key, node: change(member.node))
                }
            )
        )
    }

    /// The list with its elements changed; anything else is its own only element.
    private func mappingElements(_ change: (JSONNode) -> JSONNode) -> JSONNode {
        guard let array else { return change(self) }
        return JSONNode(.array(array.map(change)))
    }

    private func mappingString(_ change: (String) -> String) -> JSONNode {
        guard let string else { return self }
        return JSONNode(.string(change(string)))
    }
}
