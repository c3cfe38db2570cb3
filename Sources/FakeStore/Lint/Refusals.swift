// Everything that AWS refuses in a document. The parser of Policy throws about the first mistake, as AWS
// does; here each mistake is put right in a copy, and the copy parsed again, until nothing is left. So
// there is one grammar only, and a customer need not come back three times.

import JSON
import Policy

/// Collects what the parser refuses.
struct Refusals {
    let kind: PolicyDocument.Kind
    let bucket: String?

    /// A document that is wrong everywhere is not told everything.
    private static let limit = 100

    /// All mistakes in the order in which the parser meets them, and the document that is left when they are
    /// put right; nil when that can't be guessed.
    func all(of node: JSONNode) -> (errors: [PolicyError], document: PolicyDocument?) {
        var node = node
        var errors: [PolicyError] = []
        while errors.count < Refusals.limit {
            do {
                let document = try PolicyDocument.parse(
                    node,
                    text: "",
                    kind: kind,
                    bucket: bucket
                )
                return (errors, document)
            } catch {
                // What was put in place of a mistake has no place.
                guard error.place != .none else { break }
                errors.append(error)
                let before = node
                node = mended(node, error)
                if node == before { break }
            }
        }
        return (errors, nil)
    }

    // MARK: - Putting it right

    private var action: JSONValue {
        switch kind {
        case .trust: .string("sts:AssumeRole")
        case .key: .string("kms:*")
        case .bucket, .identity, .boundary, .session, .scp, .rcp, .vpce: .string("s3:*")
        }
    }

    private var resource: JSONValue {
        guard kind == .bucket, let bucket else { return .string("*") }
        let texts = ["arn:aws:s3:::\(bucket)", "arn:aws:s3:::\(bucket)/*"]
        return .array(texts.map { JSONNode(.string($0)) })
    }

    private func neutral(_ element: String) -> JSONValue? {
        switch element {
        case "Effect": .string(kind == .rcp ? "Deny" : "Allow")
        case "Principal", "NotPrincipal": .string("*")
        case "Action", "NotAction": action
        case "Resource", "NotResource": resource
        case "Version": .string("2012-10-17")
        default: nil
        }
    }

    private func mended(_ node: JSONNode, _ error: PolicyError) -> JSONNode {
        let place = error.place
        func edited(_ change: Edit) -> JSONNode { node.edited(at: place, change) ?? node }
        switch error.fault {
        case .badCharacter: return node.withoutBadCharacters
        case .unknownElement, .unknownOperator, .badConditionKey, .unknownConditionKey,
            .conditionWithoutAction, .badSid, .duplicateSid, .both, .badConditionValue,
            .badVariable:
            return edited(.remove)
        case .wrongType(let element, _, _), .emptyList(let element):
            guard element != "Statement" else { return node }
            return edited(neutral(element).map { .replace($0) } ?? .remove)
        case .missing(let element):
            return neutral(element).map { edited(.add(element, $0)) } ?? node
        case .badVersion: return edited(.replace(.string("2012-10-17")))
        case .badEffect: return edited(.replace(.string("Deny")))
        case .prohibited(let element, _):
            let isRename =
                element == "NotPrincipal" && kind.needsPrincipal || element == "NotAction"
            guard isRename else { return edited(.remove) }
            let name = String(element.dropFirst(3))
            return edited(.rename(name, neutral(name) ?? .null))
        case .notPrincipalInAllow: return edited(.rename("Principal", .string("*")))
        case .notAssuming, .badAction, .noSuchAction, .foreignAction:
            return edited(.replace(action))
        case .actionWithoutResource(let action):
            // Only the one action: the others are still to be looked at.
            return edited(.replaceText(action, "s3:*"))
        case .badResource, .foreignResource: return edited(.replaceWithin(resource))
        case .badPrincipal(let key, _):
            switch key {
            case "Service": return edited(.replace(.string("s3.amazonaws.com")))
            case "CanonicalUser":
                return edited(.replace(.string(String(repeating: "0", count: 64))))
            case "Federated": return edited(.replace(.string("accounts.google.com")))
            default: return edited(.replace(.string("*")))
            }
        case .rcpPrincipal: return edited(.rename("Principal", .string("*")))
        case .rcpAllow: return edited(.set("Effect", .string("Deny")))
        case .notJSON, .notAnObject, .tooLarge, .emptyStatements: return node
        }
    }
}

extension PolicyDocument.Kind {
    /// Whether a statement must name principals.
    var needsPrincipal: Bool {
        switch self {
        case .bucket, .trust, .key, .rcp, .vpce: true
        case .identity, .boundary, .session, .scp: false
        }
    }
}

/// A change to the value, or the member, that stands at a place.
enum Edit {
    case remove
    case replace(JSONValue)
    /// Replaces an entry of a list by all entries of another, a single value by the value.
    case replaceWithin(JSONValue)
    /// Replaces the texts in it that are the first by the second.
    case replaceText(String, String)
    /// Gives the member another key and value.
    case rename(String, JSONValue)
    /// Adds a member to the object, or sets it.
    case add(String, JSONValue)
    case set(String, JSONValue)
}

extension JSONNode {
    /// The same with a change at a place; nil when nothing stands there.
    ///
    /// A place is that of a value's first character or of a key's quote, so it names one thing only.
    func edited(at place: Place, _ edit: Edit) -> JSONNode? {
        if self.place == place, let value = changed(edit) {
            return JSONNode(value, place: self.place)
        }
        var copy = self
        switch value {
        case .array(var nodes):
            for index in nodes.indices {
                if nodes[index].place == place {
                    switch edit {
                    case .remove:
                        nodes.remove(at: index)
                        copy.value = .array(nodes)
                        return copy
                    case .replaceWithin(.array(let others)):
                        nodes.replaceSubrange(index...index, with: others)
                        copy.value = .array(nodes)
                        return copy
                    default: break
                    }
                }
                guard let changed = nodes[index].edited(at: place, edit) else { continue }
                nodes[index] = changed
                copy.value = .array(nodes)
                return copy
            }
        case .object(var members):
            for index in members.indices {
                let member = members[index]
                if member.keyPlace == place || member.node.place == place {
                    switch edit {
                    case .remove:
                        members.remove(at: index)
                        copy.value = .object(members)
                        return copy
                    case .rename(let key, let value):
                        members[index].key = key
                        members[index].node = JSONNode(value, place: member.node.place)
                        copy.value = .object(members)
                        return copy
                    default: break
                    }
                }
                guard let changed = member.node.edited(at: place, edit) else { continue }
                members[index].node = changed
                copy.value = .object(members)
                return copy
            }
        case .null, .bool, .number, .string: break
        }
        return nil
    }

    /// The value after a change of itself; nil for a change that its owner must make.
    private func changed(_ edit: Edit) -> JSONValue? {
        switch edit {
        case .replace(let value), .replaceWithin(let value):
            // A list in a list would be no better.
            if case .replaceWithin(.array) = edit, object != nil { return nil }
            return value
        case .replaceText(let old, let new):
            if string == old { return .string(new) }
            guard let nodes = array else { return nil }
            return .array(
                nodes.map { $0.string == old ? JSONNode(.string(new), place: $0.place) : $0 }
            )
        case .add(let key, let value), .set(let key, let value):
            guard let members = object else { return nil }
            return .object(
                members.filter { $0.key != key } + [JSONMember(key: key, node: JSONNode(value))]
            )
        case .remove, .rename: return nil
        }
    }
}
