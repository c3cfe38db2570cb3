// The entrance to the linter: a text goes in, findings come out. Pure: files are read by whoever asks.

import JSON
import Policy

/// Checks policy documents: what AWS refuses, what IAM Access Analyzer reports, and what customers get
/// wrong without anyone telling them.
package struct Linter: Sendable {
    /// The largest document that is looked at.
    package static let limitBytes = 1 << 20

    /// The names of things that exist, so that others can be told from misspelt ones.
    package var names: KnownNames

    package init(names: KnownNames = KnownNames()) { self.names = names }

    /// Checks one document.
    ///
    /// - Parameters:
    ///   - text: the document, exactly as given.
    ///   - file: its name in places.
    ///   - kind: what it is attached to; nil lets the document tell.
    ///   - attachment: the bucket or identity it is attached to, if that is known.
    /// - Returns: its kind, and what was found.
    package func check(
        _ text: String,
        file: String?,
        kind: PolicyDocument.Kind? = nil,
        attachment: Attachment = Attachment()
    ) -> CheckedDocument {
        let node: JSONNode
        do {
            node = try JSON.parse(text, file: file, limits: JSON.Limits(bytes: Linter.limitBytes))
        } catch {
            return unreadable(text, error, file: file, kind: kind)
        }
        let detected = kind ?? PolicyDocument.Kind(detectedIn: node)
        var refusals: [PolicyError] = []
        // What is asked of the text as a whole, before it is taken for JSON.
        var whole = node
        do {
            _ = try PolicyDocument.parse(
                text,
                file: file,
                kind: detected,
                bucket: attachment.bucket
            )
        } catch {
            switch error.fault {
            case .tooLarge, .notAnObject: refusals.append(error)
            case .badCharacter:
                refusals.append(error)
                whole = node.withoutBadCharacters
            default: break
            }
        }
        return check(
            whole,
            original: node,
            text: text,
            name: file ?? "",
            kind: detected,
            isKindDetected: kind == nil,
            attachment: attachment,
            refusals: refusals
        )
    }

    /// Checks a document that stands inside another JSON text; places are that text's.
    package func check(
        _ node: JSONNode,
        within text: String,
        name: String,
        kind: PolicyDocument.Kind,
        attachment: Attachment = Attachment()
    ) -> CheckedDocument {
        check(
            node,
            original: node,
            text: text,
            name: name,
            kind: kind,
            isKindDetected: false,
            attachment: attachment,
            refusals: []
        )
    }

    private func check(
        _ node: JSONNode,
        original: JSONNode,
        text: String,
        name: String,
        kind: PolicyDocument.Kind,
        isKindDetected: Bool,
        attachment: Attachment,
        refusals: [PolicyError]
    ) -> CheckedDocument {
        var report = Report()
        let refused = Refusals(kind: kind, bucket: attachment.bucket).all(of: node)
        for error in refusals + refused.errors { report.add(error, in: original) }
        let subject = Subject(
            original,
            text: text,
            kind: kind,
            attachment: attachment,
            names: names,
            compiled: refused.document
        )
        for rule in Rule.all where rule.kinds.contains(kind) {
            report.rule = rule
            rule.check(subject, &report)
        }
        return CheckedDocument(
            name: name,
            kind: kind,
            isKindDetected: isKindDetected,
            findings: report.sorted
        )
    }

    /// A text that is no JSON: one finding, since nothing else can be said of it.
    private func unreadable(
        _ text: String,
        _ error: JSONError,
        file: String?,
        kind: PolicyDocument.Kind?
    ) -> CheckedDocument {
        let detected = kind ?? .identity
        var report = Report()
        report.add(
            PolicyError(
                fault: .notJSON(error.message),
                kind: detected,
                place: error.place,
                path: ""
            ),
            in: JSONNode(.null)
        )
        return CheckedDocument(
            name: file ?? "",
            kind: detected,
            isKindDetected: kind == nil,
            findings: report.sorted
        )
    }
}

/// The names of things that exist, as a world or a command line has them; where a list is empty nothing is
/// known, and nothing is called unknown.
package struct KnownNames: Sendable {
    package var buckets: [String] = []
    /// The ARNs of users and roles.
    package var principals: [String] = []
    /// Twelve digits each.
    package var accounts: [String] = []

    package init(buckets: [String] = [], principals: [String] = [], accounts: [String] = []) {
        self.buckets = buckets
        self.principals = principals
        self.accounts = accounts
    }
}

/// What a document is attached to, as far as that is known.
package struct Attachment: Sendable {
    /// Whose identity policy it is.
    package enum Owner: Sendable { case user, group, role }

    /// The bucket whose policy it is.
    package var bucket: String?
    package var owner: Owner?

    package init(bucket: String? = nil, owner: Owner? = nil) {
        self.bucket = bucket
        self.owner = owner
    }
}

extension PolicyDocument.Kind {
    /// What a document is, as far as it can tell: a Principal makes it a resource's policy, and its actions
    /// which one.
    package init(detectedIn node: JSONNode) {
        let statements = node["Statement"]?.array ?? node["Statement"].map { [$0] } ?? []
        let hasPrincipal = statements.contains {
            $0["Principal"] != nil || $0["NotPrincipal"] != nil
        }
        let actions = statements.flatMap { statement -> [JSONNode] in
            let node = statement["Action"] ?? statement["NotAction"]
            return node?.array ?? node.map { [$0] } ?? []
        }.compactMap(\.string).map { $0.lowercased() }
        guard hasPrincipal else {
            // A trust policy that lacks its Principal still speaks of nothing but AssumeRole.
            let hasResource = statements.contains {
                $0["Resource"] != nil || $0["NotResource"] != nil
            }
            let isTrust =
                !actions.isEmpty && !hasResource
                && actions.allSatisfy { $0.hasPrefix("sts:assumerole") }
            self = isTrust ? .trust : .identity
            return
        }
        if actions.contains(where: { $0.hasPrefix("sts:") }) {
            self = .trust
        } else if actions.contains(where: { $0.hasPrefix("kms:") }) {
            self = .key
        } else {
            self = .bucket
        }
    }
}

extension JSONNode {
    /// The same with every character that IAM does not take replaced, so that the rest can be read.
    var withoutBadCharacters: JSONNode {
        func clean(_ text: String) -> String {
            var scalars = String.UnicodeScalarView()
            for scalar in text.unicodeScalars {
                switch scalar.value {
                case 0x09, 0x0A, 0x0D, 0x20...0xFF: scalars.append(scalar)
                default: scalars.append("x")
                }
            }
            return String(scalars)
        }
        var copy = self
        switch value {
        case .string(let text): copy.value = .string(clean(text))
        case .array(let nodes): copy.value = .array(nodes.map(\.withoutBadCharacters))
        case .object(let members):
            copy.value = .object(
                members.map {
                    JSONMember(
                        key: clean($0.key),
                        keyPlace: $0.keyPlace,
                        node: $0.node.withoutBadCharacters
                    )
                }
            )
        case .null, .bool, .number: break
        }
        return copy
    }
}
