// `*` and `?` in a rule's match values.

/// A case-sensitive pattern: `*` stands for any text, `?` for one character.
package struct Glob: Hashable, Sendable {
    private let pattern: [Unicode.Scalar]

    /// The pattern as it was written.
    package var text: String {
        String(String.UnicodeScalarView(pattern))
    }

    package init(_ pattern: String) { self.pattern = Array(pattern.unicodeScalars) }

    /// The whole text matches.
    ///
    /// Only the last star is ever tried again, so the time is at most the product of both lengths.
    package func matches(_ text: String) -> Bool {
        let text = Array(text.unicodeScalars)
        var (index, place) = (0, 0)
        var star: (pattern: Int, text: Int)?
        while place < text.count {
            if index < pattern.count, pattern[index] == "*" {
                star = (index, place)
                index += 1
            } else if index < pattern.count,
                pattern[index] == "?" || pattern[index] == text[place]
            {
                index += 1
                place += 1
            } else if let last = star {
                index = last.pattern + 1
                place = last.text + 1
                star = (last.pattern, place)
            } else {
                return false
            }
        }
        return pattern[index...].allSatisfy { $0 == "*" }
    }
}
