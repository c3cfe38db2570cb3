// From a document's text to its compiled form (the grammar is iam.md section 1). Everything that is
// not understood is refused: a statement that is silently left out turns a denial into a grant.

import JSON

extension PolicyDocument {
    /// Reads and compiles a document.
    ///
    /// - Parameters:
    ///   - text: the document, exactly as given.
    ///   - file: its name in errors, if it has one.
    ///   - kind: what it is to be attached to.
    ///   - bucket: the bucket whose policy it is to be, so that its resources can be checked.
    /// - Returns: the compiled document.
    /// - Throws: a `PolicyError` about the first mistake.
    package static func parse(
        _ text: String,
        file: String? = nil,
        kind: Kind,
        bucket: String? = nil
    ) throws(PolicyError) -> PolicyDocument {
        func fail(_ fault: PolicyFault, _ place: Place) -> PolicyError {
            PolicyError(fault: fault, kind: kind, place: place, path: "")
        }
        let start = Place(file: file, line: 1, column: 1)
        if let limit = kind.sizeLimit, !limit.allows(text) {
            throw fail(.tooLarge(size: limit.size(of: text), limit), start)
        }
        if kind == .bucket {
            // Not even white space may come first [recorded: "the first byte must be '{'"].
            guard text.utf8.first == UInt8(ascii: "{") else { throw fail(.notAnObject, start) }
        } else if kind.isOfIAM, let (code, place) = firstBadCharacter(in: text, file: file) {
            let isSyntax = (try? JSON.parse(text, file: file)) == nil
            throw fail(.badCharacter(codePoint: code, isSyntax: isSyntax), place)
        }
        let node: JSONNode
        do {
            node = try JSON.parse(text, file: file)
        } catch {
            throw fail(.notJSON(error.message), error.place)
        }
        return try parse(node, text: text, kind: kind, bucket: bucket)
    }

    /// Compiles a document that stands inside another JSON text; places are that text's.
    package static func parse(
        _ node: JSONNode,
        text: String,
        kind: Kind,
        bucket: String? = nil
    ) throws(PolicyError) -> PolicyDocument {
        let parser = PolicyParser(kind: kind, bucket: bucket)
        if kind.isOfIAM, let (code, place) = firstBadCharacter(in: node) {
            throw parser.fail(.badCharacter(codePoint: code, isSyntax: false), place, "")
        }
        return try parser.document(node, text: text)
    }

    /// The place of the first string that holds a character IAM does not take.
    private static func firstBadCharacter(in node: JSONNode) -> (UInt32, Place)? {
        func first(in text: String, _ place: Place) -> (UInt32, Place)? {
            firstBadCharacter(in: text, file: nil).map { ($0.0, place) }
        }
        switch node.value {
        case .string(let text): return first(in: text, node.place)
        case .array(let nodes): return nodes.lazy.compactMap { firstBadCharacter(in: $0) }.first
        case .object(let members):
            return members.lazy.compactMap {
                first(in: $0.key, $0.keyPlace) ?? firstBadCharacter(in: $0.node)
            }.first
        case .null, .bool, .number: return nil
        }
    }

    /// The first character that IAM does not take in a policy: all but TAB, LF, CR and U+0020 to
    /// U+00FF, so for example a curly quote from a word processor.
    private static func firstBadCharacter(in text: String, file: String?) -> (UInt32, Place)? {
        var (line, column) = (1, 1)
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A: (line, column) = (line + 1, 1)
            case 0x09, 0x0D, 0x20...0xFF: column += 1
            case let code: return (code, Place(file: file, line: line, column: column))
            }
        }
        return nil
    }
}
