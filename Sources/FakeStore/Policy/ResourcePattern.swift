// An entry of Resource or NotResource: `*` or an ARN pattern. Pattern and ARN are cut at their first
// five colons and compared part by part, with case: a `*` covers `/` and `:` inside the sixth part
// but never crosses one of the five colons (iam.md section 2). Keys are compared decoded.

/// One compiled entry of Resource or NotResource.
package struct ResourcePattern: Sendable, Hashable {
    /// The entry as written.
    package let text: String

    private enum Form: Hashable {
        /// `*`: everything.
        case everything
        /// The first five parts hold no wildcard: one comparison of bytes, then the sixth part.
        case plain(head: [UInt8], tail: Glob)
        /// A pattern per part. Parts that a short ARN lacks behave as if they were `*`
        /// [P: cloud-copilot/iam-simulate; not documented].
        case parts([Glob])
        /// The same with variables in the sixth part.
        case variable(head: [Glob], tail: VariableText)
    }

    private let form: Form

    /// Why a text is no resource pattern.
    package enum Fault: Error, Hashable {
        /// It is neither `*` nor begins with `arn:`.
        case notARN
        /// The partition is none that AWS has.
        case badPartition(String)
        /// The service is empty or a wildcard.
        case badService(String)
        /// A variable stands before the fifth colon, where none is replaced.
        case misplacedVariable
        case badVariable(VariableText.Fault)
    }

    /// The partitions of AWS; a pattern's partition may also be a wildcard.
    package static let partitions = ["aws", "aws-cn", "aws-us-gov"]

    /// Reads an entry; `hasVariables` tells whether `${…}` is a variable, as in version 2012-10-17.
    package init(_ text: String, hasVariables: Bool = false) throws(Fault) {
        self.text = text
        guard text != "*" else {
            form = .everything
            return
        }
        let texts = text.utf8
            .split(separator: UInt8(ascii: ":"), maxSplits: 5, omittingEmptySubsequences: false)
            .map { String($0) ?? "" }
        let hasVariable = hasVariables && text.utf8.contains(UInt8(ascii: "$"))
        if hasVariable, texts.prefix(5).contains(where: { $0.contains("${") }) {
            throw .misplacedVariable
        }
        var parts = texts.map { Glob($0) }
        guard parts.count >= 2, texts[0] == "arn" else { throw .notARN }
        guard !parts[1].isLiteral || ResourcePattern.partitions.contains(texts[1]) else {
            throw .badPartition(texts[1])
        }
        if parts.count > 2 {
            guard parts[2].isLiteral, !texts[2].isEmpty else { throw .badService(texts[2]) }
        }
        if hasVariable, parts.count == 6 {
            let tail: VariableText
            do { tail = try VariableText(texts[5]) } catch { throw .badVariable(error) }
            guard !tail.hasVariables else {
                form = .variable(head: Array(parts[..<5]), tail: tail)
                return
            }
            parts[5] = Glob(tokens: tail.fixedTokens, text: texts[5])
        }
        if parts.count == 6, parts[..<5].allSatisfy(\.isLiteral) {
            let head = texts[..<5].flatMap { Array($0.utf8) + [UInt8(ascii: ":")] }
            form = .plain(head: head, tail: parts[5])
        } else {
            form = .parts(parts)
        }
    }

    /// Whether the pattern asks the request for anything.
    package var hasVariables: Bool { if case .variable = form { true } else { false } }

    /// The names of the variables in it.
    package var variableNames: [String] {
        if case .variable(_, let tail) = form { tail.variableNames } else { [] }
    }

    /// Whether the pattern covers every resource that begins with the first `count` bytes of this one.
    func reach(_ arn: Span<UInt8>, fixed count: Int) -> Reach {
        switch form {
        case .everything: return .always
        case .plain(let head, let tail):
            guard count >= head.count else { return .some }
            guard begins(arn, with: head) else { return .never }
            return tail.reach(arn.extracting(head.count...), fixed: count - head.count)
        case .parts, .variable: return .some
        }
    }

    @inline(__always)
    private func begins(_ arn: Span<UInt8>, with head: [UInt8]) -> Bool {
        guard arn.count >= head.count else { return false }
        let wanted = head.span
        // From the end: ARNs of one service differ there.
        var index = head.count - 1
        while index >= 0 {
            if wanted[index] != arn[index] { return false }
            index -= 1
        }
        return true
    }

    /// Whether the pattern covers the resource; one with variables covers none here.
    package func matches(_ arn: Span<UInt8>) -> Bool {
        switch form {
        case .everything: true
        case .plain(let head, let tail):
            begins(arn, with: head) && tail.matches(arn.extracting(head.count...))
        case .parts(let parts): matches(arn, parts)
        case .variable: false
        }
    }

    /// Whether the pattern covers the resource of a request, whose values its variables take.
    @inline(__always)
    func matches(_ arn: Span<UInt8>, _ request: borrowing AccessRequest) -> Bool {
        if case .variable(let head, let tail) = form {
            guard let tokens = tail.tokens(for: request) else { return false }
            return matches(arn, head + [Glob(tokens: tokens, text: "")])
        }
        return matches(arn)
    }

    private func matches(_ arn: Span<UInt8>, _ parts: [Glob]) -> Bool {
        var start = 0
        for index in parts.indices {
            guard start <= arn.count else { return false }
            var end = start
            let isSixth = index == 5
            while end < arn.count, isSixth || arn[end] != UInt8(ascii: ":") { end += 1 }
            guard parts[index].matches(arn.extracting(start..<end)) else { return false }
            start = end + 1
        }
        return true
    }
}
