// "Did you mean": the known word closest to what somebody typed. Shared by everything that refuses
// an unknown word: options, keys of a file, actions of a policy.

/// Finds the known word that a misspelt one most likely stands for.
package enum Spelling {
    /// The candidate nearest to `word`, or nil when none is near enough to be worth suggesting.
    ///
    /// Letter case counts as no difference. The distance is that of insertions, deletions, replacements and
    /// swaps of neighbours (optimal string alignment); up to a third of the word may differ.
    package static func nearest(to word: String, among candidates: some Sequence<String>) -> String?
    {
        let letters = Array(word.lowercased().unicodeScalars.prefix(lettersCompared))
        let allowed = max(1, letters.count / 3)
        var best: (distance: Int, word: String)?
        for candidate in candidates {
            let other = Array(candidate.lowercased().unicodeScalars.prefix(lettersCompared))
            guard abs(other.count - letters.count) <= allowed else { continue }
            let distance = distance(letters, other)
            if distance <= allowed, distance < best?.distance ?? .max {
                best = (distance, candidate)
            }
        }
        return best?.word
    }

    /// `; did you mean `port`?`, ready to follow a message, or an empty text without a near candidate.
    package static func suggestion(
        for word: String,
        among candidates: some Sequence<String>
    ) -> String {
        guard let nearest = nearest(to: word, among: candidates) else { return "" }
        return "; did you mean `\(nearest)`?"
    }

    /// How many letters must be inserted, removed, replaced or swapped with their neighbour to turn one
    /// text into the other; letter case counts.
    package static func distance(from left: String, to right: String) -> Int {
        distance(
            Array(left.unicodeScalars.prefix(lettersCompared)),
            Array(right.unicodeScalars.prefix(lettersCompared))
        )
    }

    /// Words are compared up to this length, so a hostile one costs little.
    private static let lettersCompared = 64

    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
        var beforePrevious = [Int](repeating: 0, count: right.count + 1)
        var previous = Array(0...right.count)
        var current = previous
        for row in 1...left.count {
            current[0] = row
            for column in 1...right.count {
                let replaced = previous[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1)
                var best = min(replaced, previous[column] + 1, current[column - 1] + 1)
                if row > 1, column > 1, left[row - 1] == right[column - 2],
                    left[row - 2] == right[column - 1]
                {
                    best = min(best, beforePrevious[column - 2] + 1)
                }
                current[column] = best
            }
            (beforePrevious, previous, current) = (previous, current, beforePrevious)
        }
        return previous[right.count]
    }
}
