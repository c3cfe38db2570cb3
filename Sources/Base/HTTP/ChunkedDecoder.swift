// The chunked transfer coding (RFC 9112, 7.1), decoded in place: the decoder says which bytes of the
// input are content, and never copies any. It sees no socket and keeps nothing but its place in the
// grammar and the trailer's bytes.

/// Why a chunked body can't be decoded.
///
/// The connection ends: the next request's start is unknown.
package enum ChunkedError: Error, Hashable, Sendable, CaseIterable {
    case invalidSize
    case sizeOverflow
    case invalidExtension
    case lineTooLong
    case missingLineEnd
    case invalidTrailer
    case trailerTooLarge
}

/// An incremental decoder of one chunked body.
package struct ChunkedDecoder: Sendable {
    /// What the next bytes of the input are.
    package enum Step: Equatable, Sendable {
        /// `skip` bytes of framing, then `count` bytes of content (at least 1).
        case content(skip: Int, count: Int)
        /// All bytes were framing; more are needed.
        case needsMore
        /// `skip` bytes of framing, and the body is complete. What follows is not part of it.
        case end(skip: Int)
    }

    private enum State {
        case size, sizeBlank, extensions, sizeLineFeed
        case content, contentReturn, contentLineFeed
        case trailerLine, trailerLineFeed, lastLineFeed
        case done
    }

    private let limits: HTTPLimits
    private var state = State.size
    private var digits = 0
    private var remaining: Int64 = 0
    private var lineBytes = 0
    private var trailer: [UInt8] = []
    private var trailerLineStart = 0

    /// The trailer's fields; empty before the end.
    ///
    /// Never merged into the head's (RFC 9110, 6.5.1).
    package private(set) var trailers = HeaderFields()

    /// A decoder at the start of a body.
    package init(limits: HTTPLimits = HTTPLimits()) { self.limits = limits }

    /// Decodes the start of `input`.
    ///
    /// The caller drops what the step names and calls again with the rest: `skip + count` bytes,
    /// all of it after `needsMore`, `skip` at the end.
    package mutating func decode(_ input: Span<UInt8>) throws(ChunkedError) -> Step {
        var index = 0
        while index < input.count {
            if state == .content {
                let count = Int(min(remaining, Int64(input.count - index)))
                remaining -= Int64(count)
                if remaining == 0 { state = .contentReturn }
                return .content(skip: index, count: count)
            }
            try take(input[index])
            index += 1
            if state == .done { return .end(skip: index) }
        }
        return .needsMore
    }

    private mutating func take(_ byte: UInt8) throws(ChunkedError) {
        switch state {
        case .size:
            if let digit = byte.hexadecimalValue {
                try addDigit(digit)
            } else {
                // chunk-size = 1*HEXDIG
                guard digits > 0 else { throw .invalidSize }
                try endOfSize(byte)
            }
        case .sizeBlank:
            // 7.1.1: blanks may stand before the `;` of an extension, and nowhere else.
            try countLineByte()
            if byte == UInt8(ascii: ";") {
                state = .extensions
            } else if !byte.isBlank {
                throw .invalidSize
            }
        case .extensions:
            // Extensions are ignored, as 7.1.1 says; their bytes only have to be text.
            if byte == 0x0D {
                state = .sizeLineFeed
            } else {
                guard !byte.isControl else { throw .invalidExtension }
                try countLineByte()
            }
        case .sizeLineFeed:
            guard byte == 0x0A else { throw .missingLineEnd }
            if remaining == 0 { state = .trailerLine } else { state = .content }
            digits = 0
            lineBytes = 0
        case .contentReturn:
            // The content must end where its size said.
            guard byte == 0x0D else { throw .missingLineEnd }
            state = .contentLineFeed
        case .contentLineFeed:
            guard byte == 0x0A else { throw .missingLineEnd }
            state = .size
        case .trailerLine: try takeTrailer(byte)
        case .trailerLineFeed:
            guard byte == 0x0A else { throw .missingLineEnd }
            try addTrailerByte(byte)
            trailerLineStart = trailer.count
            state = .trailerLine
        case .lastLineFeed:
            guard byte == 0x0A else { throw .missingLineEnd }
            try finishTrailer()
            state = .done
        case .content, .done: preconditionFailure("no framing in state \(state)")
        }
    }

    private mutating func addDigit(_ digit: UInt8) throws(ChunkedError) {
        digits += 1
        try countLineByte()
        // 7.1: "recipients MUST anticipate potentially large hexadecimal numerals".
        if remaining > Int64.max >> 4 { throw .sizeOverflow }
        remaining = remaining << 4 | Int64(digit)
    }

    private mutating func endOfSize(_ byte: UInt8) throws(ChunkedError) {
        switch byte {
        case 0x0D: state = .sizeLineFeed
        case UInt8(ascii: ";"):
            try countLineByte()
            state = .extensions
        case 0x20, 0x09:
            try countLineByte()
            state = .sizeBlank
        default: throw .invalidSize
        }
    }

    private mutating func countLineByte() throws(ChunkedError) {
        lineBytes += 1
        if lineBytes > limits.chunkLineBytes { throw .lineTooLong }
    }

    private mutating func takeTrailer(_ byte: UInt8) throws(ChunkedError) {
        if byte == 0x0D {
            if trailer.count == trailerLineStart {
                state = .lastLineFeed
            } else {
                try addTrailerByte(byte)
                state = .trailerLineFeed
            }
            return
        }
        guard !byte.isControl else { throw .invalidTrailer }
        try addTrailerByte(byte)
    }

    private mutating func addTrailerByte(_ byte: UInt8) throws(ChunkedError) {
        if trailer.count == limits.trailerBytes { throw .trailerTooLarge }
        trailer.append(byte)
    }

    private mutating func finishTrailer() throws(ChunkedError) {
        guard !trailer.isEmpty else { return }
        var fields = HeaderFields()
        var start = 0
        while start < trailer.count {
            let span = trailer.span
            let nameEnd = span.firstNonToken(from: start)
            guard nameEnd > start, nameEnd < trailer.count, trailer[nameEnd] == UInt8(ascii: ":")
            else { throw .invalidTrailer }
            let end = span.firstControl(from: nameEnd + 1)
            if fields.count == limits.trailerCount { throw .trailerTooLarge }
            let value = trailer[nameEnd + 1..<end].trimmingBlanks
            fields.add(
                String(decoding: trailer[start..<nameEnd], as: UTF8.self),
                String(decoding: value, as: UTF8.self)
            )
            start = end + 2
        }
        trailers = fields
        trailer = []
    }
}
