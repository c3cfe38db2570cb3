// Words for what stands where something else was expected. Texts come from e-mails, word processors and
// other languages, so their typical traces are named as what they are.

extension JSONParser {
    /// What comes next, for `expected …, met …`.
    func met() -> String {
        guard index < bytes.count else { return "the end of the text" }
        if bytes[index].isWordByte { return metWord() }
        guard let scalar = nextCharacter() else {
            return "byte 0x\(hex(UInt32(bytes[index]), digits: 2)), which is no valid UTF-8"
        }
        let code = "U+\(hex(scalar.value, digits: 4))"
        switch scalar {
        case "\u{201C}", "\u{201D}", "\u{201E}", "\u{201F}", "\u{AB}", "\u{BB}", "\u{2033}",
            "\u{FF02}":
            return "the curly quote `\(scalar)` (\(code)): JSON needs straight quotes, `\"`"
        case "\u{2018}", "\u{2019}", "\u{201A}", "\u{201B}", "\u{B4}", "`":
            return "the quote \(scalar) (\(code)): JSON needs straight double quotes, `\"`"
        case "'": return "`'`: JSON needs double quotes, `\"`"
        case "\u{A0}", "\u{202F}", "\u{2007}":
            return "a non-breaking space (\(code)): replace it by a plain space"
        case "\u{200B}", "\u{200C}", "\u{200D}", "\u{2060}", "\u{FEFF}", "\u{200E}", "\u{200F}":
            return "an invisible character (\(code)): remove it"
        case "\u{2028}", "\u{2029}", "\u{85}", "\u{B}", "\u{C}":
            return "the line separator \(code): JSON needs a plain line end"
        case "\u{3000}", "\u{1680}", "\u{2000}"..."\u{200A}", "\u{205F}":
            return "an unusual space (\(code)): replace it by a plain space"
        case "/" where next(is: UInt8(ascii: "/")) || next(is: UInt8(ascii: "*")), "#":
            return "a comment: JSON has none"
        case "\"": return metString()
        default:
            return scalar.value < 0x20 || scalar.value == 0x7F
                ? "the control character \(code)" : "`\(scalar)`"
        }
    }

    /// The character that comes next, or nil when it is no valid UTF-8.
    func nextCharacter() -> Unicode.Scalar? {
        guard index < bytes.count else { return nil }
        var decoder = UTF8()
        var iterator = bytes[index..<min(index + 4, bytes.count)].makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
        return scalar
    }

    private func next(is byte: UInt8) -> Bool {
        index + 1 < bytes.count && bytes[index + 1] == byte
    }

    private func metWord() -> String {
        let word = String(
            decoding: bytes[index...].prefix(24).prefix { $0.isWordByte },
            as: UTF8.self
        )
        switch word {
        case "True", "TRUE": return "`\(word)`: JSON's word is `true`"
        case "False", "FALSE": return "`\(word)`: JSON's word is `false`"
        case "None", "NULL", "Null", "nil", "undefined": return "`\(word)`: JSON's word is `null`"
        case "NaN", "Infinity": return "`\(word)`: JSON has no such number"
        default:
            let first = bytes[index]
            return first >= UInt8(ascii: "0") && first <= UInt8(ascii: "9")
                ? "`\(word)`" : "`\(word)`: is it missing its double quotes?"
        }
    }

    private func metString() -> String {
        let bytes = bytes[(index + 1)...].prefix(96).prefix {
            $0 >= 0x20 && $0 != UInt8(ascii: "\"")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.count <= 24
            ? "the string `\"\(text)\"`" : "the string `\"\(text.prefix(24))…\"`"
    }
}
