// A text with policy variables (iam.md section 4): `home/${aws:username}/*`. What a variable inserts stands
// for itself; a `*` in it is no wildcard.

/// A text of a policy of version 2012-10-17, cut at its variables.
package struct VariableText: Sendable, Hashable {
    /// The text as written.
    package let text: String
    private let parts: [Part]

    private enum Part: Hashable {
        /// Text of the policy, in which wildcards count where they count at all.
        case text(String)
        /// `${*}`, `${?}` or `${$}`: one character that stands for itself.
        case character(UInt8)
        case variable(ConditionKey, fallback: String?)
    }

    /// Why a text with variables can't be read.
    package enum Fault: Error, Hashable {
        /// A `${` without its `}`.
        case open
        /// `${}`
        case empty
        /// A name with a space in it.
        case space(String)
        /// A name without the service it is of, which no key has.
        case badName(String)
        /// What follows the comma is no default in single quotes.
        case badDefault(String)
    }

    package init(_ text: String) throws(Fault) {
        self.text = text
        var parts: [Part] = []
        var rest = Substring(text)
        while let start = rest.firstRange(of: "${") {
            if start.lowerBound > rest.startIndex {
                parts.append(.text(String(rest[..<start.lowerBound])))
            }
            rest = rest[start.upperBound...]
            guard let end = VariableText.end(of: rest) else { throw .open }
            parts.append(try VariableText.variable(rest[..<end]))
            rest = rest[rest.index(after: end)...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        self.parts = parts
    }

    /// Whether the text asks the request for anything.
    package var hasVariables: Bool {
        parts.contains { if case .variable = $0 { true } else { false } }
    }

    /// The names of the variables.
    package var variableNames: [String] {
        parts.compactMap { if case .variable(let key, _) = $0 { key.text } else { nil } }
    }

    /// The `}` that ends a variable; one inside the quotes of its default does not.
    private static func end(of text: Substring) -> Substring.Index? {
        var isQuoted = false
        for index in text.indices {
            if text[index] == "'" { isQuoted.toggle() }
            if text[index] == "}", !isQuoted { return index }
        }
        return text.firstIndex(of: "}")
    }

    private static func variable(_ content: Substring) throws(Fault) -> Part {
        switch content {
        case "": throw .empty
        case "*", "?", "$": return .character(content.utf8.first ?? 0)
        default: break
        }
        guard let comma = content.firstIndex(of: ",") else {
            return .variable(try key(content), fallback: nil)
        }
        let fallback = content[comma...]
        guard fallback.hasPrefix(", '"), fallback.hasSuffix("'"), fallback.utf8.count >= 4 else {
            throw .badDefault(String(content))
        }
        return .variable(
            try key(content[..<comma]),
            fallback: String(fallback.dropFirst(3).dropLast())
        )
    }

    private static func key(_ name: Substring) throws(Fault) -> ConditionKey {
        // A tag's key may hold spaces.
        let head = name.prefix { $0 != "/" }
        if head.utf8.contains(UInt8(ascii: " ")) { throw .space(String(name)) }
        guard let colon = head.firstIndex(of: ":"), colon > head.startIndex,
            head.index(after: colon) < head.endIndex
        else { throw .badName(String(name)) }
        return ConditionKey(String(name))
    }

    // MARK: - Inserting

    /// The elements of the pattern that the text is for a request; nil when a variable has no single
    /// value and no default, so that the text matches nothing.
    func tokens(for request: borrowing AccessRequest) -> [Glob.Token]? {
        var tokens: [Glob.Token] = []
        let isComplete = forEachPart(of: request) { bytes, isLiteral in
            for byte in bytes { tokens.append(isLiteral ? .byte(byte) : Glob.Token(byte)) }
        }
        return isComplete ? tokens : nil
    }

    /// The text for a request, in which nothing is a wildcard.
    func bytes(for request: borrowing AccessRequest) -> [UInt8]? {
        var result: [UInt8] = []
        return forEachPart(of: request) { bytes, _ in result.append(contentsOf: bytes) }
            ? result : nil
    }

    private func forEachPart(
        of request: borrowing AccessRequest,
        _ body: (String.UTF8View, _ isLiteral: Bool) -> Void
    ) -> Bool {
        for part in parts {
            switch part {
            case .text(let text): body(text.utf8, false)
            case .character(let byte): body(String(Unicode.Scalar(byte)).utf8, true)
            case .variable(let key, let fallback):
                switch request.value(of: key) {
                case .one(let value): body(value.utf8, true)
                case .absent:
                    guard let fallback else { return false }
                    body(fallback.utf8, true)
                case .several: return false
                }
            }
        }
        return true
    }

    /// The elements of a text without variables.
    var fixedTokens: [Glob.Token] {
        parts.flatMap { part -> [Glob.Token] in
            switch part {
            case .text(let text): text.utf8.map { Glob.Token($0) }
            case .character(let byte): [.byte(byte)]
            case .variable: preconditionFailure("`\(text)` has a variable")
            }
        }
    }

    /// The bytes of a text without variables, in which nothing is a wildcard.
    var fixedBytes: [UInt8] {
        fixedTokens.map { token in
            switch token {
            case .byte(let byte): byte
            case .anyRun: UInt8(ascii: "*")
            case .anyCharacter: UInt8(ascii: "?")
            }
        }
    }
}
