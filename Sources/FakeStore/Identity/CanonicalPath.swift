// The second line of a canonical request: the path.

import HTTP

/// Writes the canonical form of a raw path.
enum CanonicalPath {
    @inline(__always)
    static func write(_ path: Span<UInt8>, rule: PathRule, to sink: inout some CanonicalSink) {
        switch rule {
        case .encodedOnce:
            if path.isEmpty { sink.append(slash) }
            writeEncodedOnce(path, isPath: true, to: &sink)
        case .encodedTwice(let normalised):
            if normalised {
                writeEncoded(self.normalised(path).span, to: &sink)
            } else {
                if path.isEmpty { sink.append(slash) }
                writeEncoded(path, to: &sink)
            }
        }
    }

    /// Each byte encoded exactly once, however much of it the client had encoded: what was encoded
    /// without need is decoded, what was sent bare is encoded.
    ///
    /// In a path, an encoded slash stays apart from a bare one. In a query, slashes are encoded, and a
    /// bare `+` is the space that S3 reads it as [reported: curl's canonical query].
    @inline(__always)
    static func writeEncodedOnce(
        _ text: Span<UInt8>,
        isPath: Bool,
        to sink: inout some CanonicalSink
    ) {
        // What is right already goes in one piece; mostly that is everything.
        var start = 0
        var index = 0
        while index < text.count {
            let byte = text[index]
            if isPlain(byte) || (isPath && byte == slash) {
                index += 1
                continue
            }
            sink.append(text.extracting(start..<index))
            if byte == UInt8(ascii: "%"), index + 2 < text.count,
                let high = hexadecimalValue(text[index + 1]),
                let low = hexadecimalValue(text[index + 2])
            {
                let decoded = high << 4 | low
                if isPlain(decoded) {
                    sink.append(decoded)
                } else {
                    appendEncoded(decoded, to: &sink)
                }
                index += 3
            } else {
                let isSpace = byte == UInt8(ascii: "+") && !isPath
                appendEncoded(isSpace ? UInt8(ascii: " ") : byte, to: &sink)
                index += 1
            }
            start = index
        }
        sink.append(text.extracting(start...))
    }

    /// Every byte encoded but the unreserved ones and slashes, so that `%20` becomes `%2520`.
    private static func writeEncoded(_ path: Span<UInt8>, to sink: inout some CanonicalSink) {
        for index in path.indices {
            let byte = path[index]
            if isPlain(byte) || byte == slash {
                sink.append(byte)
            } else {
                appendEncoded(byte, to: &sink)
            }
        }
    }

    /// The path without dot segments and double slashes (RFC 3986, 5.2.4).
    private static func normalised(_ path: Span<UInt8>) -> [UInt8] {
        var segments: [[UInt8]] = []
        var segment: [UInt8] = []
        var endsWithSlash = true
        for index in 0...path.count {
            if index < path.count, path[index] != slash {
                segment.append(path[index])
                continue
            }
            switch segment {
            case []: break
            case [dot]: endsWithSlash = true
            case [dot, dot]:
                _ = segments.popLast()
                endsWithSlash = true
            default:
                segments.append(segment)
                endsWithSlash = false
            }
            if index < path.count { endsWithSlash = true }
            segment = []
        }
        var normalised = [slash]
        for (index, segment) in segments.enumerated() {
            if index > 0 { normalised.append(slash) }
            normalised += segment
        }
        if endsWithSlash, !segments.isEmpty { normalised.append(slash) }
        return normalised
    }

    private static let slash = UInt8(ascii: "/")
    private static let dot = UInt8(ascii: ".")

    /// An unreserved character.
    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
            || byte == UInt8(ascii: "-") || byte == dot || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "~")
    }

    static func appendEncoded(_ byte: UInt8, to sink: inout some CanonicalSink) {
        sink.append(UInt8(ascii: "%"))
        sink.append(hexadecimalDigit(byte >> 4))
        sink.append(hexadecimalDigit(byte & 15))
    }

    private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") - 10 + value
    }

    private static func hexadecimalValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
