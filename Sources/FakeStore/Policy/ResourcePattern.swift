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
    }

    /// The partitions of AWS; a pattern's partition may also be a wildcard.
    package static let partitions = ["aws", "aws-cn", "aws-us-gov"]

    package init(_ text: String) throws(Fault) {
        self.text = text
        guard text != "*" else {
            form = .everything
            return
        }
        let parts = text.utf8
            .split(separator: UInt8(ascii: ":"), maxSplits: 5, omittingEmptySubsequences: false)
            .map { Glob(String($0) ?? "") }
        guard parts.count >= 2, parts[0].text == "arn" else { throw .notARN }
        guard !parts[1].isLiteral || ResourcePattern.partitions.contains(parts[1].text) else {
            throw .badPartition(parts[1].text)
        }
        if parts.count > 2 {
            guard parts[2].isLiteral, !parts[2].text.isEmpty else {
                throw .badService(parts[2].text)
            }
        }
        if parts.count == 6, parts[..<5].allSatisfy(\.isLiteral) {
            let head = parts[..<5].flatMap { Array($0.text.utf8) + [UInt8(ascii: ":")] }
            form = .plain(head: head, tail: parts[5])
        } else {
            form = .parts(parts)
        }
    }

    /// Whether the pattern covers every resource that begins with the first `count` bytes of this one.
    func reach(_ arn: Span<UInt8>, fixed count: Int) -> Reach {
        switch form {
        case .everything: return .always
        case .plain(let head, let tail):
            guard count >= head.count else { return .some }
            guard begins(arn, with: head) else { return .never }
            return tail.reach(arn.extracting(head.count...), fixed: count - head.count)
        case .parts: return .some
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

    package func matches(_ arn: Span<UInt8>) -> Bool {
        switch form {
        case .everything:
            return true
        case .plain(let head, let tail):
            return begins(arn, with: head) && tail.matches(arn.extracting(head.count...))
        case .parts(let parts):
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
}
