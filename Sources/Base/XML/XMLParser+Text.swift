// Text, CDATA sections, attribute values, and the references in them.

extension XMLParser {
    /// Reads text up to the next `<`, resolving references.
    mutating func appendText(to text: inout [UInt8]) throws(XMLError) {
        var run = index
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "<"):
                text.append(contentsOf: bytes[run..<index])
                return
            case UInt8(ascii: "&"):
                text.append(contentsOf: bytes[run..<index])
                try appendReference(to: &text)
                run = index
            case UInt8(ascii: "\r"):
                text.append(contentsOf: bytes[run..<index])
                takeLineEnd(to: &text)
                run = index
            case UInt8(ascii: "]") where starts(with: "]]>"):
                throw failure("`]]>` is not allowed in text")
            case ..<0x20: try checkCharacter()
            case 0xEF: try checkCharacter()
            default: break
            }
            if byte != UInt8(ascii: "&"), byte != UInt8(ascii: "\r") { index += 1 }
        }
        text.append(contentsOf: bytes[run...])
    }

    /// Reads `<![CDATA[…]]>`.
    mutating func appendCDATA(to text: inout [UInt8]) throws(XMLError) {
        let start = index
        index += 9
        guard let end = find("]]>", from: index) else {
            throw failure("the CDATA section that opens here never ends", at: start)
        }
        try checkCharacters(index..<end)
        while index < end {
            if bytes[index] == UInt8(ascii: "\r") {
                takeLineEnd(to: &text)
            } else {
                text.append(bytes[index])
                index += 1
            }
        }
        index = end + 3
    }

    /// Reads a quoted value.
    mutating func attributeValue(of name: String) throws(XMLError) -> String {
        guard index < bytes.count,
            bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'")
        else { throw failure("expected the value of the attribute `\(name)` in quotes") }
        let start = index
        let quote = bytes[index]
        index += 1
        var value: [UInt8] = []
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case quote:
                index += 1
                return String(decoding: value, as: UTF8.self)
            case UInt8(ascii: "<"):
                throw failure("`<` is not allowed in the value of `\(name)`: write `&lt;`")
            case UInt8(ascii: "&"): try appendReference(to: &value)
            case UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                // White space is a space in an attribute (XML 1.0, 3.3.3); a CR LF is one.
                if byte == UInt8(ascii: "\r"), starts(with: "\r\n") { index += 1 }
                value.append(UInt8(ascii: " "))
                index += 1
            default:
                try checkCharacter()
                value.append(byte)
                index += 1
            }
        }
        throw failure("the value of the attribute `\(name)` never ends", at: start)
    }

    /// Reads a line end that starts with a carriage return: a line feed to whoever reads the text.
    private mutating func takeLineEnd(to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\n"))
        index += starts(with: "\r\n") ? 2 : 1
    }

    /// Reads `&amp;`, `&#13;` or `&#xD;`.
    private mutating func appendReference(to text: inout [UInt8]) throws(XMLError) {
        let start = index
        index += 1
        // The longest one is `&#x0010FFFF;`, with some more leading zeros for those who like them.
        guard let end = bytes[index...].prefix(16).firstIndex(of: UInt8(ascii: ";")) else {
            throw failure(
                "`&` starts a reference that doesn't end: write `&amp;` for the character",
                at: start
            )
        }
        let name = String(decoding: bytes[index..<end], as: UTF8.self)
        index = end + 1
        switch name {
        case "amp": text.append(UInt8(ascii: "&"))
        case "lt": text.append(UInt8(ascii: "<"))
        case "gt": text.append(UInt8(ascii: ">"))
        case "quot": text.append(UInt8(ascii: "\""))
        case "apos": text.append(UInt8(ascii: "'"))
        case _ where name.hasPrefix("#"):
            guard let scalar = character(numbered: name.dropFirst()) else {
                throw failure("`&\(name);` is no character", at: start)
            }
            text.append(contentsOf: String(scalar).utf8)
        default: throw failure("unknown entity `&\(name);`", at: start)
        }
    }

    /// Any character but NUL: keys of S3 may hold some that XML 1.0 wouldn't allow even as a reference.
    private func character(numbered digits: Substring) -> Unicode.Scalar? {
        let isHexadecimal = digits.hasPrefix("x")
        let digits = isHexadecimal ? digits.dropFirst() : digits
        // `UInt32` would take a sign.
        guard digits.utf8.first.map({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }) == true,
            let number = UInt32(digits, radix: isHexadecimal ? 16 : 10), number != 0
        else { return nil }
        return Unicode.Scalar(number)
    }

    /// Refuses the next byte if it starts a character that XML doesn't allow to stand as it is.
    func checkCharacter() throws(XMLError) { try checkCharacter(at: index) }

    func checkCharacters(_ range: Range<Int>) throws(XMLError) {
        for position in range where bytes[position] < 0x20 || bytes[position] == 0xEF {
            try checkCharacter(at: position)
        }
    }

    private func checkCharacter(at position: Int) throws(XMLError) {
        let byte = bytes[position]
        if byte < 0x20, !byte.isXMLSpace {
            let code = String(byte, radix: 16)
            throw failure("control character: it can only stand as `&#x\(code);`", at: position)
        }
        if byte == 0xEF,
            starts(with: "\u{FFFE}", at: position) || starts(with: "\u{FFFF}", at: position)
        {
            throw failure("U+FFFE and U+FFFF are no characters", at: position)
        }
    }
}
