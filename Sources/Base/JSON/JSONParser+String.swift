// Strings: the fast scan over plain text, escapes, and everything a string must not hold.

extension JSONParser {
    /// Reads a string; the opening quote comes next.
    mutating func string() throws(JSONError) -> String {
        let opening = here
        index += 1
        let start = index
        // Most strings are plain: one scan, one copy.
        let isASCII = skipPlain()
        var text = try text(start..<index, isASCII: isASCII)
        if take(UInt8(ascii: "\"")) { return text }
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index += 1
                return text
            case UInt8(ascii: "\\"):
                text.unicodeScalars.append(try escape())
            case let byte where byte < 0x20:
                throw controlCharacter(byte, opening: opening)
            default:
                let start = index
                let isASCII = skipPlain()
                text += try self.text(start..<index, isASCII: isASCII)
            }
        }
        throw failure("the string that opens here never ends: expected `\"`", at: opening)
    }

    /// Moves over what stands for itself in a string; true when all of it is ASCII.
    @inline(__always)
    private mutating func skipPlain() -> Bool {
        var position = index
        var allBits: UInt8 = 0
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
            allBits |= byte
            position += 1
        }
        index = position
        return allBits < 0x80
    }

    /// The text of some bytes, moving the line's origin over the bytes that are no characters of their own.
    @inline(__always)
    private mutating func text(_ range: Range<Int>, isASCII: Bool) throws(JSONError) -> String {
        if isASCII {
            return bytes.withUnsafeBufferPointer {
                String(decoding: UnsafeBufferPointer(rebasing: $0[range]), as: UTF8.self)
            }
        }
        guard let text = String(validating: bytes[range], as: UTF8.self) else {
            throw invalidUTF8(range)
        }
        lineOrigin += text.utf8.count - text.unicodeScalars.count
        return text
    }

    private func invalidUTF8(_ range: Range<Int>) -> JSONError {
        var decoder = UTF8()
        var iterator = bytes[range].makeIterator()
        var valid = 0
        var characters = 0
        decoding: while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar):
                valid += UTF8.width(scalar)
                characters += 1
            case .emptyInput, .error: break decoding
            }
        }
        let byte = bytes[min(range.lowerBound + valid, bytes.count - 1)]
        return failure(
            "invalid UTF-8: byte 0x\(hex(UInt32(byte), digits: 2)) can't stand here; save the text as UTF-8",
            at: place(at: range.lowerBound + characters)
        )
    }

    private func controlCharacter(_ byte: UInt8, opening: Place) -> JSONError {
        switch byte {
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
            return failure(
                "the string that opens here doesn't end in its line: expected `\"`, or `\\n` for a line break",
                at: opening
            )
        case UInt8(ascii: "\t"):
            return failure("tab in a string: write `\\t`", at: here)
        default:
            return failure(
                "control character U+\(hex(UInt32(byte), digits: 4)) in a string: write "
                    + "`\\u\(hex(UInt32(byte), digits: 4))`",
                at: here
            )
        }
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        let start = here
        index += 1
        guard index < bytes.count else {
            throw failure("the text ends within an escape", at: start)
        }
        let byte = bytes[index]
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "u"): return try unicodeEscape(start)
        default:
            index -= 1
            let name = nextCharacter().map { String(Character($0)) } ?? "?"
            throw failure("unknown escape `\\\(name)`; for a backslash write `\\\\`", at: start)
        }
    }

    private mutating func unicodeEscape(_ start: Place) throws(JSONError) -> Unicode.Scalar {
        let first = try fourDigits(start)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00 else {
            throw failure(
                "lone low surrogate `\\u\(hex(first, digits: 4))`: it needs a high surrogate before it",
                at: start
            )
        }
        guard index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u")
        else { throw loneHigh(first, start) }
        index += 2
        let second = try fourDigits(start)
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw loneHigh(first, start) }
        return scalar
    }

    private func loneHigh(_ unit: UInt32, _ place: Place) -> JSONError {
        failure(
            "lone high surrogate `\\u\(hex(unit, digits: 4))`: it needs a low surrogate after it",
            at: place
        )
    }

    private mutating func fourDigits(_ start: Place) throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard index < bytes.count,
                let digit = Character(Unicode.Scalar(bytes[index])).hexDigitValue
            else {
                throw failure("expected four hexadecimal digits after `\\u`", at: start)
            }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }
}

/// A number in uppercase hexadecimal with leading zeros.
func hex(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}
