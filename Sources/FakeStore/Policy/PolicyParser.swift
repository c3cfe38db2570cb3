// Walks a document's JSON and compiles it: the frame of document and statement. The elements that name
// callers, actions and resources are in PolicyParser+Elements.swift.

import JSON
import Spelling

/// Compiles a document of one kind, or throws about its first mistake.
struct PolicyParser {
    let kind: PolicyDocument.Kind
    let bucket: String?

    func fail(_ fault: PolicyFault, _ place: Place, _ path: String) -> PolicyError {
        PolicyError(fault: fault, kind: kind, place: place, path: path)
    }

    func document(_ node: JSONNode, text: String) throws(PolicyError) -> PolicyDocument {
        guard let members = node.object else { throw fail(.notAnObject, node.place, "") }
        try refuseUnknown(members, known: ["Version", "Id", "Statement"], path: "")
        var version: PolicyDocument.Version?
        if let member = node["Version"] {
            let text = try string(member, "Version", "Version")
            guard let known = PolicyDocument.Version(rawValue: text) else {
                throw fail(.badVersion(text), member.place, "Version")
            }
            version = known
        }
        let id: String? = if let member = node["Id"] { try string(member, "Id", "Id") } else { nil }
        guard let list = node["Statement"] else {
            throw fail(.missing("Statement"), node.place, "")
        }
        let nodes: [(JSONNode, String)]
        switch list.value {
        case .object: nodes = [(list, "Statement")]
        case .array(let elements):
            nodes = elements.enumerated().map { ($1, "Statement[\($0)]") }
        default:
            throw fail(
                .wrongType(
                    element: "Statement",
                    expected: "an object or a list",
                    met: list.value.kind
                ),
                list.place,
                "Statement"
            )
        }
        guard !nodes.isEmpty else { throw fail(.emptyStatements, list.place, "Statement") }
        var statements: [Statement] = []
        statements.reserveCapacity(nodes.count)
        var sids = Set<String>()
        for (node, path) in nodes {
            let statement = try self.statement(
                node,
                number: statements.count + 1,
                version: version ?? .v2008,
                path: path
            )
            if let sid = statement.sid, !sid.isEmpty, !sids.insert(sid).inserted {
                throw fail(.duplicateSid(sid), node["Sid"]?.place ?? node.place, "\(path).Sid")
            }
            statements.append(statement)
        }
        return PolicyDocument(
            kind: kind,
            version: version,
            id: id,
            statements: statements,
            text: text
        )
    }

    static let elements = [
        "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource",
        "NotResource",
        "Condition",
    ]

    func statement(
        _ node: JSONNode,
        number: Int,
        version: PolicyDocument.Version,
        path: String
    ) throws(PolicyError) -> Statement {
        guard let members = node.object else {
            throw fail(
                .wrongType(element: "Statement", expected: "an object", met: node.value.kind),
                node.place,
                path
            )
        }
        try refuseUnknown(members, known: PolicyParser.elements, path: path)

        var sid: String?
        if let member = node["Sid"] {
            let text = try string(member, "Sid", "\(path).Sid")
            guard !kind.isOfIAM || text.utf8.allSatisfy(isLetterOrDigit) else {
                throw fail(.badSid(text), member.place, "\(path).Sid")
            }
            sid = text
        }
        guard let member = node["Effect"] else { throw fail(.missing("Effect"), node.place, path) }
        let effectText = try string(member, "Effect", "\(path).Effect")
        guard let effect = Statement.Effect(rawValue: effectText) else {
            throw fail(.badEffect(effectText), member.place, "\(path).Effect")
        }
        let principals = try self.principals(node, effect, path: path)
        let actions = try self.element("Action", of: node, path: path) {
            (text, place, path) throws(PolicyError) in try action(text, place, path)
        }
        let resources = try self.resources(node, version: version, path: path)
        let conditions = try self.conditions(node, version: version, path: path)
        try checkKeys(conditions, actions, path: path)
        if let bucket, let resources {
            try checkReach(actions, resources, in: bucket, path: path)
        }
        let statement = Statement(
            number: number,
            sid: sid,
            effect: effect,
            principals: principals,
            actions: actions,
            resources: resources,
            conditions: conditions,
            place: node.place
        )
        if kind == .rcp { try checkRCP(statement, path) }
        return statement
    }

    func refuseUnknown(
        _ members: [JSONMember],
        known: [String],
        path: String
    ) throws(PolicyError) {
        for member in members where !known.contains(member.key) {
            throw fail(
                .unknownElement(
                    member.key,
                    suggestion: Spelling.nearest(to: member.key, among: known)
                ),
                member.keyPlace,
                path.isEmpty ? member.key : "\(path).\(member.key)"
            )
        }
    }

    func string(
        _ node: JSONNode,
        _ name: String,
        _ path: String
    ) throws(PolicyError) -> String {
        guard let text = node.string else {
            throw fail(
                .wrongType(element: name, expected: "a string", met: node.value.kind),
                node.place,
                path
            )
        }
        return text
    }

    /// The strings of an element that is one string or a list of at least one.
    func strings(
        _ node: JSONNode,
        _ name: String,
        _ path: String
    ) throws(PolicyError) -> [(String, Place, String)] {
        switch node.value {
        case .string(let text): return [(text, node.place, path)]
        case .array(let elements):
            guard !elements.isEmpty else { throw fail(.emptyList(element: name), node.place, path) }
            var texts: [(String, Place, String)] = []
            for (index, element) in elements.enumerated() {
                let path = "\(path)[\(index)]"
                texts.append((try string(element, name, path), element.place, path))
            }
            return texts
        default:
            throw fail(
                .wrongType(
                    element: name,
                    expected: "a string or a list of strings",
                    met: node.value.kind
                ),
                node.place,
                path
            )
        }
    }
}

private func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
}
