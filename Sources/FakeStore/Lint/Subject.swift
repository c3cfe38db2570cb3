// A document as the rules look at it: tokens with their places, as far as they can be made out. It takes
// what is there and judges nothing; whether AWS takes it is for the parser.

import JSON
import Policy

/// A document that is checked.
struct Subject {
    let kind: PolicyDocument.Kind
    let attachment: Attachment
    let names: KnownNames
    /// The text that the places are of.
    let source: SourceText
    let root: JSONNode
    /// Nil when the document has none, or none that AWS knows.
    let version: PolicyDocument.Version?
    let statements: [StatementView]
    /// The document with its mistakes put right, if that was possible.
    let compiled: PolicyDocument?

    init(
        _ root: JSONNode,
        text: String,
        kind: PolicyDocument.Kind,
        attachment: Attachment,
        names: KnownNames,
        compiled: PolicyDocument?
    ) {
        self.kind = kind
        self.attachment = attachment
        self.names = names
        self.root = root
        self.compiled = compiled
        source = SourceText(text)
        version = root["Version"]?.string.flatMap(PolicyDocument.Version.init)
        switch root["Statement"]?.value {
        case .array(let nodes):
            statements = nodes.enumerated().map {
                StatementView($1, number: $0 + 1, path: "Statement[\($0)]")
            }
        case .object?:
            statements =
                root["Statement"].map {
                    [StatementView($0, number: 1, path: "Statement")]
                } ?? []
        default: statements = []
        }
    }

    /// Whether `${…}` is a variable in this document.
    var hasVariables: Bool { version == .v2012 }
}

/// A text of a document, with its place.
struct Token {
    let text: String
    let place: Place
    let path: String

    var folded: String { text.lowercased() }
}

/// An element of a statement that is one text or a list of texts.
struct ListView {
    /// `Action` or `NotAction`.
    let name: String
    let isNegated: Bool
    let tokens: [Token]
    let place: Place
    let path: String
}

/// An entry of Principal.
struct PrincipalToken {
    /// `AWS`, `Service` …; nil for the bare `"*"`.
    let key: String?
    let token: Token

    /// The entry as it was understood; nil when AWS refuses it.
    var pattern: PrincipalPattern? {
        switch key {
        case nil: token.text == "*" ? .everyone : nil
        case "AWS": PrincipalPattern(aws: token.text)
        case "Service": PrincipalPattern(service: token.text)
        case "CanonicalUser": PrincipalPattern(canonicalUser: token.text)
        default: PrincipalPattern(federated: token.text)
        }
    }
}

/// One statement.
struct StatementView {
    let number: Int
    let node: JSONNode
    let path: String
    let sid: Token?
    /// Nil when it is missing or neither Allow nor Deny.
    let effect: Statement.Effect?
    let principals: [PrincipalToken]
    /// Whether it says NotPrincipal.
    let isPrincipalNegated: Bool
    let principal: (node: JSONNode, path: String)?
    let actions: ListView?
    let resources: ListView?
    let conditions: [ConditionView]

    init(_ node: JSONNode, number: Int, path: String) {
        self.number = number
        self.node = node
        self.path = path
        sid = node["Sid"].flatMap { sid in
            sid.string.map { Token(text: $0, place: sid.place, path: "\(path).Sid") }
        }
        effect = node["Effect"]?.string.flatMap(Statement.Effect.init)
        isPrincipalNegated = node["Principal"] == nil && node["NotPrincipal"] != nil
        let name = isPrincipalNegated ? "NotPrincipal" : "Principal"
        principal = node[name].map { ($0, "\(path).\(name)") }
        principals = principal.map { StatementView.principals($0.node, $0.path) } ?? []
        actions = StatementView.list("Action", of: node, path)
        resources = StatementView.list("Resource", of: node, path)
        conditions = (node["Condition"]?.object ?? []).flatMap { block in
            (block.node.object ?? []).map {
                ConditionView(block, $0, path: "\(path).Condition.\(block.key).\($0.key)")
            }
        }
    }

    private static func tokens(_ node: JSONNode, _ path: String) -> [Token] {
        if let text = node.string { return [Token(text: text, place: node.place, path: path)] }
        return (node.array ?? []).enumerated().compactMap { index, node in
            node.string.map { Token(text: $0, place: node.place, path: "\(path)[\(index)]") }
        }
    }

    private static func list(_ name: String, of node: JSONNode, _ path: String) -> ListView? {
        let isNegated = node[name] == nil
        let name = isNegated ? "Not\(name)" : name
        guard let member = node[name] else { return nil }
        return ListView(
            name: name,
            isNegated: isNegated,
            tokens: tokens(member, "\(path).\(name)"),
            place: member.place,
            path: "\(path).\(name)"
        )
    }

    private static func principals(_ node: JSONNode, _ path: String) -> [PrincipalToken] {
        guard let members = node.object else {
            return tokens(node, path).map { PrincipalToken(key: nil, token: $0) }
        }
        return members.flatMap { member in
            tokens(member.node, "\(path).\(member.key)").map {
                PrincipalToken(key: member.key, token: $0)
            }
        }
    }

    // MARK: - What it says

    /// The entries of Action or NotAction that AWS takes.
    var actionPatterns: [(token: Token, pattern: ActionPattern)] {
        (actions?.tokens ?? []).compactMap { token in
            (try? ActionPattern(token.text)).map { (token, $0) }
        }
    }

    /// Whether the statement is about the action, `s3:PutObject`.
    func isAbout(action: String) -> Bool {
        guard let actions else { return false }
        return actionPatterns.contains { $0.pattern.matches(action.utf8.span) }
            != actions.isNegated
    }

    /// Whether the statement names an action itself, without a wildcard.
    func names(action: String) -> Bool {
        actions?.isNegated == false
            && actions?.tokens.contains { $0.folded == action.lowercased() } == true
    }

    /// Whether the statement speaks of everyone.
    var isAboutEveryone: Bool {
        !isPrincipalNegated && principals.contains { $0.pattern == .everyone }
    }

    /// The conditions on a key, whatever its case; a key that ends with `/` stands for all its tags.
    func conditions(on key: String) -> [ConditionView] {
        let folded = key.lowercased()
        return conditions.filter {
            folded.hasSuffix("/") ? $0.key.folded.hasPrefix(folded) : $0.key.folded == folded
        }
    }
}

/// One line of Condition.
struct ConditionView {
    /// The operator as written.
    let name: Token
    /// The operator; nil when there is none of that name.
    let `operator`: ConditionOperator?
    let key: Token
    /// The values as text, with what they are in JSON.
    let values: [(token: Token, value: JSONValue)]
    let node: JSONNode

    init(_ block: JSONMember, _ line: JSONMember, path: String) {
        let lead = String(path.dropLast(line.key.count + 1))
        name = Token(text: block.key, place: block.keyPlace, path: lead)
        `operator` = ConditionOperator(block.key)
        key = Token(text: line.key, place: line.keyPlace, path: path)
        node = line.node
        let isList = line.node.array != nil
        values = (line.node.array ?? [line.node]).enumerated().compactMap { index, node in
            let text: String
            switch node.value {
            case .string(let string), .number(let string): text = string
            case .bool(let value): text = value ? "true" : "false"
            case .null, .array, .object: return nil
            }
            let path = isList ? "\(path)[\(index)]" : path
            return (Token(text: text, place: node.place, path: path), node.value)
        }
    }

    var base: ConditionOperator.Base? { `operator`?.base }
    var isNegated: Bool { base?.isNegated == true }
}

/// The text that places are of, to find a character inside a token.
struct SourceText {
    private let lines: [Substring.UnicodeScalarView]

    init(_ text: String) {
        lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
            .map { Substring.UnicodeScalarView($0) }
    }

    /// The place of a character of a string's text, counted from 0; the string's own place when the text
    /// can't be followed.
    func place(ofScalar index: Int, in token: Token) -> Place {
        let place = token.place
        guard lines.indices.contains(place.line - 1) else { return place }
        let line = Array(lines[place.line - 1])
        // Columns count from 1, and the opening quote is one.
        var column = place.column
        guard line.indices.contains(column - 1), line[column - 1] == "\"" else { return place }
        for _ in 0..<index {
            guard line.indices.contains(column) else { return place }
            guard line[column] == "\\" else {
                column += 1
                continue
            }
            // A pair of surrogates is one character.
            let isUnicode = line.indices.contains(column + 1) && line[column + 1] == "u"
            let isHigh =
                isUnicode && line.indices.contains(column + 3)
                && "dD".contains(Character(line[column + 2]))
                && "89abAB".contains(Character(line[column + 3]))
            column += isUnicode ? (isHigh ? 12 : 6) : 2
        }
        return Place(file: place.file, line: place.line, column: column + 1)
    }
}
