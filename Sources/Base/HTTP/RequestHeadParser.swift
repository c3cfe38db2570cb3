// Request heads from bytes, as far as they have come. The parser sees no socket: it is given all
// bytes since the head's start and says "more", the head, or why not. Feeding it in any pieces gives
// the same result. The grammar is RFC 9112's without its leniencies, because every leniency is a
// way for a proxy and a server to disagree about where a request ends.

/// An incremental parser of request heads; reusable for one head after another.
package struct RequestHeadParser: Sendable {
    private let limits: HTTPLimits
    /// Where the next line starts; everything before it was accepted.
    private var lineStart = 0
    /// The current line holds no line end before this place.
    private var scanned = 0
    private var hasRequestLine = false
    private var line = RequestLine()
    private var slices: [HeaderFields.Slice] = []
    private var framing = FramingFields()
    private var hosts = 0
    private var hostValue = 0..<0
    private var expectation: Expectation = .none
    private var closes = false
    private var staysOpen = false

    private enum Expectation { case none, continues, unknown }

    /// A parser at the start of a head.
    package init(limits: HTTPLimits = HTTPLimits()) {
        precondition(limits.headBytes <= UInt16.max, "headBytes \(limits.headBytes) is above 65535")
        self.limits = limits
        slices.reserveCapacity(32)
    }

    /// Whether nothing but line ends before a request has been seen.
    package var isAtStart: Bool { !hasRequestLine && scanned == lineStart }

    /// Looks for a complete head at the start of `input`, which holds all bytes since the head's start.
    ///
    /// - Returns: the head, or nil when more bytes are needed. After a head the parser is ready for
    ///   the next one, which starts `byteCount` bytes further.
    package mutating func parse(_ input: Span<UInt8>) throws(HeadError) -> RequestHead? {
        if !hasRequestLine {
            // RFC 9112, 2.2: "SHOULD ignore at least one empty line (CRLF) received prior to the
            // request-line": one it is.
            if lineStart == 0, input.count >= 2, input[0] == 0x0D, input[1] == 0x0A {
                lineStart = 2
                scanned = 2
            }
            if lineStart == 0, input.count == 1, input[0] == 0x0D { return nil }
            guard
                let end = try lineEnd(in: input, from: max(scanned, lineStart), isRequestLine: true)
            else { return nil }
            line = try RequestLine(input, from: lineStart, to: end, limits: limits)
            hasRequestLine = true
            lineStart = end + 2
            scanned = lineStart
        }
        while true {
            guard lineStart < input.count else {
                try checkBounds(lineStart, isRequestLine: false)
                return nil
            }
            let nameEnd = input.firstNonToken(from: lineStart)
            if nameEnd == input.count {
                try checkBounds(nameEnd, isRequestLine: false)
                return nil
            }
            if input[nameEnd] != UInt8(ascii: ":") {
                if nameEnd == lineStart, input[nameEnd] == 0x0D {
                    // The empty line.
                    if nameEnd + 1 == input.count {
                        try checkBounds(nameEnd + 1, isRequestLine: false)
                        return nil
                    }
                    try checkBounds(nameEnd + 2, isRequestLine: false)
                    guard input[nameEnd + 1] == 0x0A else { throw .bareCarriageReturn }
                    return try finish(input, end: nameEnd + 2)
                }
                try checkBounds(nameEnd + 1, isRequestLine: false)
                throw nameError(input[nameEnd], isAtLineStart: nameEnd == lineStart)
            }
            if nameEnd == lineStart { throw .emptyFieldName }
            guard
                let end = try lineEnd(
                    in: input,
                    from: max(scanned, nameEnd + 1),
                    isRequestLine: false
                )
            else { return nil }
            try addField(input, nameEnd: nameEnd, end: end)
            lineStart = end + 2
            scanned = lineStart
        }
    }

    /// The place of the CR that ends the line, or nil when it has not come yet.
    @inline(__always)
    private mutating func lineEnd(
        in input: Span<UInt8>,
        from start: Int,
        isRequestLine: Bool
    ) throws(HeadError) -> Int? {
        let end = input.firstControl(from: start)
        try checkBounds(end, isRequestLine: isRequestLine)
        scanned = end
        guard end < input.count else { return nil }
        switch input[end] {
        case 0x0D:
            guard end + 1 < input.count else { return nil }
            // 2.2: a bare CR must not pass for a line end.
            guard input[end + 1] == 0x0A else { throw .bareCarriageReturn }
            try checkBounds(end, isRequestLine: isRequestLine)
            return end
        case 0x0A:
            // 2.2: a server "MAY recognize a single LF as a line terminator"; this one does not.
            throw .bareLineFeed
        default:
            throw .controlCharacter
        }
    }

    /// Refuses what is too large as soon as its first byte too many is there: the same error
    /// however the bytes are cut.
    ///
    /// `end` is where the current line ends, or where the bytes so far do.
    @inline(__always)
    private func checkBounds(_ end: Int, isRequestLine: Bool) throws(HeadError) {
        if isRequestLine {
            // 32 bytes are more than any method and version together need.
            if end - lineStart > limits.targetBytes + 32 { throw .targetTooLong }
        } else if end - lineStart > limits.lineBytes {
            throw .lineTooLong
        }
        if end > limits.headBytes { throw isRequestLine ? .targetTooLong : .headTooLarge }
    }

    private func nameError(_ byte: UInt8, isAtLineStart: Bool) -> HeadError {
        switch byte {
        // 5.2: "A server that receives an obs-fold … MUST either reject the message by sending a
        // 400 …" (also before the first field, 2.2).
        case 0x20, 0x09: isAtLineStart ? .foldedLine : .spaceBeforeColon
        case 0x0D: .missingColon
        case 0x0A: .bareLineFeed
        case _ where byte.isControl: .controlCharacter
        default: .invalidFieldName
        }
    }

    @inline(__always)
    private mutating func addField(_ input: Span<UInt8>, nameEnd: Int, end: Int) throws(HeadError) {
        if slices.count == limits.headerCount { throw .tooManyFields }
        // 5: OWS around the value is not part of it.
        var (first, last) = (nameEnd + 1, end)
        while first < last, input[first].isBlank { first += 1 }
        while last > first, input[last - 1].isBlank { last -= 1 }
        slices.append(
            HeaderFields.Slice(
                nameStart: UInt16(truncatingIfNeeded: lineStart),
                nameCount: UInt16(truncatingIfNeeded: nameEnd - lineStart),
                valueStart: UInt16(truncatingIfNeeded: first),
                valueCount: UInt16(truncatingIfNeeded: last - first)
            )
        )
        try note(input, name: lineStart, length: nameEnd - lineStart, value: first..<last)
    }

    /// Keeps what framing and connection depend on.
    @inline(__always)
    private mutating func note(
        _ input: Span<UInt8>,
        name: Int,
        length: Int,
        value: Range<Int>
    ) throws(HeadError) {
        switch length {
        case 4 where input.matches("host", from: name, length: length):
            hosts += 1
            hostValue = value
        case 6 where input.matches("expect", from: name, length: length):
            let isKnown = input.matches("100-continue", from: value.lowerBound, length: value.count)
            if expectation != .unknown { expectation = isKnown ? .continues : .unknown }
        case 10 where input.matches("connection", from: name, length: length):
            noteConnection(input, value)
        case 14 where input.matches("content-length", from: name, length: length):
            framing.contentLengthCount += 1
            framing.contentLength = value
        case 17 where input.matches("transfer-encoding", from: name, length: length):
            try framing.addTransferEncoding(value, in: input)
        default: break
        }
    }

    private mutating func noteConnection(_ input: Span<UInt8>, _ value: Range<Int>) {
        var start = value.lowerBound
        while start < value.upperBound {
            let comma = input.first(UInt8(ascii: ","), from: start, to: value.upperBound)
            var (first, last) = (start, comma)
            while first < last, input[first].isBlank { first += 1 }
            while last > first, input[last - 1].isBlank { last -= 1 }
            if input.matches("close", from: first, length: last - first) { closes = true }
            if input.matches("keep-alive", from: first, length: last - first) { staysOpen = true }
            start = comma + 1
        }
    }

    private mutating func finish(_ input: Span<UInt8>, end: Int) throws(HeadError) -> RequestHead {
        // RFC 9112, 3.2: HTTP/1.1 without Host, more than one Host, or an invalid one is 400.
        if hosts > 1 { throw .duplicateHost }
        if hosts == 0, line.minorVersion > 0 { throw .missingHost }
        if hosts == 1, !Authority.isValid(input, hostValue) { throw .invalidHost }
        let body = try framing.framing(minorVersion: line.minorVersion, head: input)
        // RFC 9110, 10.1.1: an expectation that is not known may be answered with 417; one in
        // HTTP/1.0 must be ignored.
        if expectation == .unknown, line.minorVersion > 0 { throw .unknownExpectation }

        let bytes = input.extracting(0..<end).withUnsafeBufferPointer { Array($0) }
        // 3.2.2: with an absolute target, its host counts and Host is ignored.
        let authority = line.authority.isEmpty ? hostValue : line.authority
        let head = RequestHead(
            method: line.method,
            minorVersion: line.minorVersion,
            headers: HeaderFields(bytes: bytes, slices: Array(slices[...])),
            framing: body,
            expectsContinue: expectation == .continues && line.minorVersion > 0 && body != .none,
            keepsAlive: line.minorVersion > 0 ? !closes : staysOpen && !closes,
            places: RequestHead.Places(
                target: .init(line.target.lowerBound, line.target.upperBound),
                path: .init(line.path.lowerBound, line.path.upperBound),
                query: line.query.map { .init($0.lowerBound, $0.upperBound) } ?? .init(),
                authority: .init(authority.lowerBound, authority.upperBound)
            )
        )
        reset()
        return head
    }

    /// Forgets everything, ready for a head.
    package mutating func reset() {
        lineStart = 0
        scanned = 0
        hasRequestLine = false
        slices.removeAll(keepingCapacity: true)
        framing = FramingFields()
        hosts = 0
        hostValue = 0..<0
        expectation = .none
        closes = false
        staysOpen = false
    }
}
