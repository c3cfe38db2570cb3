// Values of the Arn operators: six parts, compared one by one, with wildcards inside each
// (iam.md section 3).

/// A pattern of ARNs.
package struct ARNPattern: Sendable, Hashable {
    private enum Form: Hashable {
        /// `*`
        case everything
        case fixed([Glob])
        case variable([VariableText])
        /// Fewer than six parts: no ARN matches.
        case incomplete
    }

    private let form: Form
    /// The pattern as written.
    package let text: String

    /// Reads a pattern; `hasVariables` tells whether `${…}` is a variable, as in version 2012-10-17.
    package init(_ text: String, hasVariables: Bool) throws(VariableText.Fault) {
        self.text = text
        if text == "*" {
            form = .everything
            return
        }
        let parts = ARNPattern.parts(text, hasVariables: hasVariables)
        guard parts.count == 6 else {
            form = .incomplete
            return
        }
        guard hasVariables, text.utf8.contains(UInt8(ascii: "$")) else {
            form = .fixed(parts.map { Glob(String($0)) })
            return
        }
        var texts: [VariableText] = []
        for part in parts { texts.append(try VariableText(String(part))) }
        if texts.contains(where: \.hasVariables) {
            form = .variable(texts)
        } else {
            form = .fixed(texts.map { Glob(tokens: $0.fixedTokens, text: $0.text) })
        }
    }

    func matches(_ value: String, _ request: borrowing AccessRequest) -> Bool {
        let globs: [Glob]
        switch form {
        case .incomplete: return false
        case .everything: return ARNPattern.parts(value, hasVariables: false).count == 6
        case .fixed(let fixed): globs = fixed
        case .variable(let texts):
            var made: [Glob] = []
            for text in texts {
                guard let tokens = text.tokens(for: request) else { return false }
                made.append(Glob(tokens: tokens, text: ""))
            }
            globs = made
        }
        let bytes = value.utf8.span
        var start = 0
        for index in 0..<6 {
            guard start <= bytes.count else { return false }
            var end = start
            while end < bytes.count, index == 5 || bytes[end] != UInt8(ascii: ":") { end += 1 }
            guard globs[index].matches(bytes.extracting(start..<end)) else { return false }
            start = end + 1
        }
        return true
    }

    /// The parts between the first five colons; a colon inside a variable is none.
    private static func parts(_ text: String, hasVariables: Bool) -> [Substring] {
        var parts: [Substring] = []
        var start = text.startIndex
        var isInside = false
        var previous: Character = " "
        for index in text.indices {
            let character = text[index]
            if hasVariables, previous == "$", character == "{" { isInside = true }
            if character == "}" { isInside = false }
            if character == ":", !isInside, parts.count < 5 {
                parts.append(text[start..<index])
                start = text.index(after: index)
            }
            previous = character
        }
        parts.append(text[start...])
        return parts
    }
}
