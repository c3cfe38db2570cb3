// A wildcard pattern of a policy, compiled once: `*` stands for any run of characters, also an empty
// one, and `?` for exactly one character (not byte). Nothing else is special.
//
// Matching never backtracks: the pattern is cut at its stars into pieces of a fixed number of
// characters, and each piece is taken at the first place where it fits. That is enough, because the
// earliest place leaves the most text to the pieces that follow. So hostile patterns such as
// `*a*a*a*b` cost at most (length of the text × length of the pattern).

/// A compiled wildcard pattern over UTF-8 text.
package struct Glob: Sendable, Hashable {
    /// The pattern as written.
    package let text: String

    /// `?` in `bytes`: a byte that UTF-8 text never holds, so that it can't be confused with text.
    private static let oneCharacter: UInt8 = 0xFF

    /// What can be decided without walking the pieces; most patterns are one of the first three.
    private enum Shape: UInt8 { case everything, literal, prefix, general }

    private let shape: Shape
    private let foldsCase: Bool
    private let startsWithStar: Bool
    private let endsWithStar: Bool
    /// The pieces between the stars, one after the other, without the stars.
    private let bytes: [UInt8]
    /// Where each non-empty piece ends in `bytes`.
    private let pieceEnds: [Int]

    /// One element of a pattern that was made of several texts.
    enum Token {
        /// `*`
        case anyRun
        /// `?`
        case anyCharacter
        /// A byte that stands for itself, also the byte of a `*`.
        case byte(UInt8)

        /// The token of a byte of a pattern's text.
        init(_ byte: UInt8) {
            switch byte {
            case UInt8(ascii: "*"): self = .anyRun
            case UInt8(ascii: "?"): self = .anyCharacter
            default: self = .byte(byte)
            }
        }
    }

    /// Compiles a pattern; with `foldsCase` it ignores the case of ASCII letters, as actions do.
    package init(_ text: String, foldsCase: Bool = false) {
        self.init(tokens: text.utf8.lazy.map { Token($0) }, text: text, foldsCase: foldsCase)
    }

    /// Compiles a pattern from its elements, which need not all be as they stand in the text.
    init(tokens: some Sequence<Token>, text: String, foldsCase: Bool = false) {
        self.text = text
        self.foldsCase = foldsCase
        var bytes: [UInt8] = []
        var ends: [Int] = []
        var hasQuestionMark = false
        var isEmpty = true
        var (startsWithStar, endsWithStar) = (false, false)
        for token in tokens {
            endsWithStar = false
            switch token {
            case .anyRun:
                if isEmpty { startsWithStar = true }
                endsWithStar = true
                if bytes.count > (ends.last ?? 0) { ends.append(bytes.count) }
            case .anyCharacter:
                hasQuestionMark = true
                bytes.append(Glob.oneCharacter)
            case .byte(let byte):
                bytes.append(foldsCase ? lowercased(byte) : byte)
            }
            isEmpty = false
        }
        if bytes.count > (ends.last ?? 0) { ends.append(bytes.count) }
        self.startsWithStar = startsWithStar
        self.endsWithStar = endsWithStar
        self.bytes = bytes
        pieceEnds = ends
        if bytes.isEmpty {
            shape = endsWithStar ? .everything : .literal
        } else if ends.count == 1, !hasQuestionMark, !startsWithStar {
            shape = endsWithStar ? .prefix : .literal
        } else {
            shape = .general
        }
    }

    /// Whether the pattern has no wildcard, so that it names exactly one thing.
    package var isLiteral: Bool { shape == .literal }

    /// Whether the pattern covers the whole text.
    package func matches(_ text: Span<UInt8>) -> Bool {
        switch shape {
        case .everything: true
        case .literal:
            text.count == bytes.count && fits(piece: 0..<bytes.count, in: text, at: 0) != nil
        case .prefix: fits(piece: 0..<bytes.count, in: text, at: 0) != nil
        case .general: matchesPieces(of: text)
        }
    }

    /// Whether the pattern covers the whole text.
    package func matches(_ text: String) -> Bool { matches(text.utf8.span) }

    /// Whether the pattern covers every text that begins with the first `count` bytes of this one, none of
    /// them, or only some.
    func reach(_ text: Span<UInt8>, fixed count: Int) -> Reach {
        if shape == .everything { return .always }
        if startsWithStar { return .some }
        let pattern = bytes.span
        let compared = min(pieceEnds.first ?? 0, count)
        for index in 0..<compared where pattern[index] != text[index] {
            if pattern[index] == Glob.oneCharacter || foldsCase { return .some }
            return .never
        }
        switch shape {
        case .prefix where bytes.count <= count: return .always
        case .literal where bytes.count < count: return .never
        case .everything, .literal, .prefix, .general: return .some
        }
    }

    private func matchesPieces(of text: Span<UInt8>) -> Bool {
        var position = 0
        var start = 0
        for (index, end) in pieceEnds.enumerated() {
            let piece = start..<end
            start = end
            let isFirst = index == 0 && !startsWithStar
            let isLast = index == pieceEnds.count - 1 && !endsWithStar
            if isFirst {
                guard let next = fits(piece: piece, in: text, at: 0) else { return false }
                if isLast { return next == text.count }
                position = next
            } else if isLast {
                return fitsAtEnd(piece: piece, of: text, from: position)
            } else {
                guard let next = firstFit(piece: piece, in: text, from: position) else {
                    return false
                }
                position = next
            }
        }
        // The pattern ends with a star, which takes the rest.
        return true
    }

    /// The end of the piece laid at `start` of the text, or nil when it does not fit there.
    @inline(__always)
    private func fits(piece: Range<Int>, in text: Span<UInt8>, at start: Int) -> Int? {
        let pattern = bytes.span
        var position = start
        for index in piece {
            guard position < text.count else { return nil }
            let wanted = pattern[index]
            let byte = text[position]
            position += 1
            if wanted == byte || (foldsCase && wanted == lowercased(byte)) { continue }
            guard wanted == Glob.oneCharacter else { return nil }
            while position < text.count, isContinuation(text[position]) { position += 1 }
        }
        return position
    }

    /// The end of the piece at the first place from `start` where it fits.
    private func firstFit(piece: Range<Int>, in text: Span<UInt8>, from start: Int) -> Int? {
        var position = start
        while position < text.count {
            // A piece starts at a character, never inside one; only `?` could be fooled.
            if !isContinuation(text[position]) || position == start {
                if let end = fits(piece: piece, in: text, at: position) { return end }
            }
            position += 1
        }
        return nil
    }

    /// Whether the piece fits so that it ends with the text.
    private func fitsAtEnd(piece: Range<Int>, of text: Span<UInt8>, from start: Int) -> Bool {
        let pattern = bytes.span
        var position = text.count
        for index in piece.reversed() {
            guard position > start else { return false }
            position -= 1
            let wanted = pattern[index]
            let byte = text[position]
            if wanted == byte || (foldsCase && wanted == lowercased(byte)) { continue }
            guard wanted == Glob.oneCharacter else { return false }
            while position > start, isContinuation(text[position]) { position -= 1 }
        }
        return true
    }
}

@inline(__always)
private func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
