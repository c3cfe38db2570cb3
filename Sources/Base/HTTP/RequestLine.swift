// The first line of a request: method, target and version, and what the target's form says
// (RFC 9112, 3).

/// A parsed request line; ranges are places in the head.
struct RequestLine: Sendable {
    var method = Method.get
    var minorVersion = 1
    var target = 0..<0
    var path = 0..<0
    var query: Range<Int>?
    /// Of an absolute target; else empty.
    var authority = 0..<0

    init() {}

    /// Parses the line from `start` to `end`, the place of its CR.
    init(_ input: Span<UInt8>, from start: Int, to end: Int, limits: HTTPLimits) throws(HeadError) {
        // 3: method SP request-target SP HTTP-version, with exactly one space each.
        let methodEnd = input.firstNonToken(from: start)
        guard methodEnd < end else { throw .malformedRequestLine }
        guard methodEnd > start, input[methodEnd] == 0x20 else {
            throw methodEnd == start && input[start] == 0x20
                ? .malformedRequestLine : .invalidMethod
        }
        let targetStart = methodEnd + 1
        let targetEnd = input.firstNonTarget(from: targetStart, to: end)
        if targetEnd - targetStart > limits.targetBytes { throw .targetTooLong }
        guard targetEnd < end, targetEnd > targetStart else { throw .malformedRequestLine }
        switch input[targetEnd] {
        case 0x20: break
        case UInt8(ascii: "#"): throw .fragmentInTarget
        default: throw .invalidTarget
        }
        try readVersion(input, from: targetEnd + 1, to: end)
        method = Method(input.extracting(start..<methodEnd))
        target = targetStart..<targetEnd
        try readTarget(input)
    }

    private mutating func readVersion(
        _ input: Span<UInt8>,
        from start: Int,
        to end: Int
    ) throws(HeadError) {
        // 2.3: HTTP-version = "HTTP/" DIGIT "." DIGIT, case-sensitive.
        guard end - start == 8 else {
            // A space inside what follows the target: the target held one.
            throw input.first(0x20, from: start, to: end) < end
                ? .invalidTarget : .malformedRequestLine
        }
        let name: StaticString = "HTTP/"
        for offset in 0..<5 where input[start + offset] != name.utf8Start[offset] {
            throw .malformedRequestLine
        }
        let (major, dot, minor) = (input[start + 5], input[start + 6], input[start + 7])
        guard major.isDigit, dot == UInt8(ascii: "."), minor.isDigit else {
            throw .malformedRequestLine
        }
        guard major == UInt8(ascii: "1") else { throw .unsupportedVersion }
        // RFC 9110, 2.5: a higher minor version is processed as the highest one known.
        minorVersion = minor == UInt8(ascii: "0") ? 0 : 1
    }

    private mutating func readTarget(_ input: Span<UInt8>) throws(HeadError) {
        // 3.2.3: authority-form is for CONNECT alone, and CONNECT for proxies.
        if method == .connect { throw .connectNotSupported }
        switch input[target.lowerBound] {
        case UInt8(ascii: "/"):
            // 3.2.1: origin-form.
            splitPath(input, from: target.lowerBound)
        case UInt8(ascii: "*"):
            // 3.2.4: asterisk-form.
            guard target.count == 1 else { throw .invalidTarget }
            guard method == .options else { throw .asteriskWithoutOptions }
            path = target
        default:
            // 3.2.2: absolute-form, which a server MUST accept.
            let authorityStart: Int
            if target.count > 7, input.matches("http://", from: target.lowerBound, length: 7) {
                authorityStart = target.lowerBound + 7
            } else if target.count > 8,
                input.matches("https://", from: target.lowerBound, length: 8)
            {
                authorityStart = target.lowerBound + 8
            } else {
                throw .invalidTarget
            }
            var authorityEnd = authorityStart
            while authorityEnd < target.upperBound, input[authorityEnd] != UInt8(ascii: "/"),
                input[authorityEnd] != UInt8(ascii: "?")
            {
                authorityEnd += 1
            }
            authority = authorityStart..<authorityEnd
            // RFC 9110, 4.2.1: an http URI with an empty host is invalid.
            guard !authority.isEmpty, Authority.isValid(input, authority),
                input[authorityStart] != UInt8(ascii: ":")
            else { throw .invalidHost }
            splitPath(input, from: authorityEnd)
        }
    }

    private mutating func splitPath(_ input: Span<UInt8>, from start: Int) {
        let mark = input.first(UInt8(ascii: "?"), from: start, to: target.upperBound)
        path = start..<mark
        query = mark < target.upperBound ? mark + 1..<target.upperBound : nil
    }
}

/// The host and port of Host fields and absolute targets.
enum Authority {
    /// uri-host [ ":" port ] (RFC 9110, 7.2), without user information; may be empty.
    static func isValid(_ input: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        let end = range.upperBound
        if index < end, input[index] == UInt8(ascii: "[") {
            // IP-literal: the address itself is only checked for its characters.
            index += 1
            let start = index
            while index < end, input[index] != UInt8(ascii: "]") {
                let byte = input[index]
                guard
                    byte.hexadecimalValue != nil || byte == UInt8(ascii: ":")
                        || byte == UInt8(ascii: ".")
                else { return false }
                index += 1
            }
            guard index < end, index > start else { return false }
            index += 1
        } else {
            while index < end, input[index] != UInt8(ascii: ":") {
                let byte = input[index]
                if byte == UInt8(ascii: "%") {
                    guard index + 2 < end, input[index + 1].hexadecimalValue != nil,
                        input[index + 2].hexadecimalValue != nil
                    else { return false }
                    index += 2
                } else if !isNameCharacter(byte) {
                    return false
                }
                index += 1
            }
        }
        if index == end { return true }
        guard input[index] == UInt8(ascii: ":") else { return false }
        // port = *DIGIT; more than five digits are no port.
        guard end - index <= 6 else { return false }
        for place in index + 1..<end where !input[place].isDigit { return false }
        return true
    }

    /// unreserved / sub-delims (RFC 3986, 3.2.2), without the comma: a name never holds one, but two
    /// Host fields joined by a proxy do.
    private static func isNameCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"),
            UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "'"),
            UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: ";"), UInt8(ascii: "="):
            true
        default: false
        }
    }
}
