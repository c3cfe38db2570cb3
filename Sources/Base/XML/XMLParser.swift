// The recursive descent over the bytes of a document (XML 1.0, fifth edition, without document types).
// Text and references are in `XMLParser+Text.swift`.

/// Reads elements from a position in a document.
struct XMLParser {
    let bytes: [UInt8]
    let limits: XML.Limits

    /// The next byte to read.
    var index = 0
    // Lines and columns are counted when somebody asks, from the last place that was asked for; elements are
    // asked for in order, so all the counting is one pass.
    private var counted = 0
    private var line = 1
    private var column = 1

    init(bytes: [UInt8], limits: XML.Limits) {
        self.bytes = bytes
        self.limits = limits
    }

    /// The line and column of a byte that isn't before the last one asked for.
    private mutating func place(of offset: Int) -> (line: Int, column: Int) {
        while counted < offset {
            let byte = bytes[counted]
            counted += 1
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return (line, column)
    }

    /// An error at a byte, by default the next one.
    func failure(_ message: String, at offset: Int? = nil) -> XMLError {
        var counter = XMLParser(bytes: bytes, limits: limits)
        let place = counter.place(of: offset ?? index)
        return XMLError(line: place.line, column: place.column, message: message)
    }

    mutating func document() throws(XMLError) -> XMLElement {
        guard bytes.count <= limits.bytes else {
            throw XMLError(
                line: 1,
                column: 1,
                message:
                    "the document has \(bytes.count) bytes; at most \(limits.bytes) are allowed"
            )
        }
        if let bad = bytes.firstInvalidUTF8 { throw failure("the document is not UTF-8", at: bad) }
        if starts(with: "\u{FEFF}") { index += 3 }
        if starts(with: "<?xml"), index + 5 < bytes.count, bytes[index + 5].isXMLSpace {
            try declaration()
        }
        try skipMisc()
        guard index < bytes.count else {
            throw failure("expected an element, met the end of the document")
        }
        guard bytes[index] == UInt8(ascii: "<") else {
            throw failure("expected an element, met text")
        }
        let element = try element(depth: 1)
        try skipMisc()
        guard index == bytes.count else {
            throw failure("expected the end of the document after its element `\(element.name)`")
        }
        return element
    }

    /// Reads `<?xml version="1.0" encoding="UTF-8"?>`.
    private mutating func declaration() throws(XMLError) {
        let start = index
        index += 5
        let declared = try attributes()
        guard take("?>") else { throw failure("expected `?>` at the end of the XML declaration") }
        let version = declared.first?.name == "version" ? declared.first?.value : nil
        guard let version, version.hasPrefix("1.") else {
            throw failure("the XML declaration lacks `version=\"1.0\"`", at: start)
        }
        if let encoding = declared.first(where: { $0.name == "encoding" })?.value,
            !["utf-8", "utf8", "us-ascii"].contains(encoding.lowercased())
        {
            throw failure("unsupported encoding `\(encoding)`: only UTF-8 is read", at: start)
        }
    }

    /// Moves over white space, comments and processing instructions outside of the element.
    private mutating func skipMisc() throws(XMLError) {
        while true {
            skipSpace()
            if starts(with: "<!--") {
                try skipComment()
            } else if starts(with: "<?") {
                try skipInstruction()
            } else if starts(with: "<!DOCTYPE") {
                throw failure("a document type declaration is not allowed")
            } else {
                return
            }
        }
    }

    /// Reads an element; its `<` comes next.
    private mutating func element(depth: Int) throws(XMLError) -> XMLElement {
        guard depth <= limits.depth else {
            throw failure(
                "elements are nested too deeply: at most \(limits.depth) levels are allowed"
            )
        }
        let start = index
        let place = place(of: start)
        index += 1
        let (prefix, name) = try qualifiedName("an element's name")
        let written = start + 1..<index
        var element = XMLElement(name: name, prefix: prefix, line: place.line, column: place.column)
        element.attributes = try attributes()
        if take("/>") { return element }
        guard take(">") else {
            throw failure("expected `>`, `/>` or an attribute in the tag `<\(name)`")
        }
        var text: [UInt8] = []
        while index < bytes.count {
            if bytes[index] != UInt8(ascii: "<") {
                try appendText(to: &text)
            } else if starts(with: "</") {
                index += 2
                let end = index
                _ = try qualifiedName("an element's name")
                guard bytes[written] == bytes[end..<index] else {
                    throw failure(
                        "expected `</\(self.name(written))>`, met `</\(self.name(end..<index))>`",
                        at: end - 2
                    )
                }
                skipSpace()
                guard take(">") else {
                    throw failure("expected `>` at the end of the tag `</\(name)`")
                }
                element.text = String(decoding: text, as: UTF8.self)
                return element
            } else if starts(with: "<!--") {
                try skipComment()
            } else if starts(with: "<![CDATA[") {
                try appendCDATA(to: &text)
            } else if starts(with: "<?") {
                try skipInstruction()
            } else if starts(with: "<!") {
                throw failure("a declaration is not allowed inside an element")
            } else {
                element.children.append(try self.element(depth: depth + 1))
            }
        }
        throw failure("the element `\(name)` that opens here never ends", at: start)
    }

    /// Reads the attributes of a tag, up to but without its end.
    private mutating func attributes() throws(XMLError) -> [XMLAttribute] {
        var attributes: [XMLAttribute] = []
        while true {
            let isSeparated = skipSpace()
            guard index < bytes.count, bytes[index].isXMLNameStart else { return attributes }
            guard isSeparated else { throw failure("expected white space before the attribute") }
            guard attributes.count < limits.attributes else {
                throw failure("too many attributes: at most \(limits.attributes) are allowed")
            }
            let start = index
            let (prefix, name) = try qualifiedName("an attribute's name")
            skipSpace()
            guard take("=") else { throw failure("expected `=` after the attribute `\(name)`") }
            skipSpace()
            let value = try attributeValue(of: name)
            guard !attributes.contains(where: { $0.name == name && $0.prefix == prefix }) else {
                throw failure("duplicate attribute `\(name)`", at: start)
            }
            attributes.append(XMLAttribute(name: name, prefix: prefix, value: value))
        }
    }

    private mutating func qualifiedName(
        _ what: String
    ) throws(XMLError) -> (prefix: String?, local: String) {
        let start = index
        guard index < bytes.count, bytes[index].isXMLNameStart else {
            throw failure("expected \(what)")
        }
        var colon: Int?
        var isRight = bytes[start] != UInt8(ascii: ":")
        while index < bytes.count, bytes[index].isXMLName {
            if bytes[index] == UInt8(ascii: ":") {
                isRight = isRight && colon == nil
                colon = index
            }
            index += 1
        }
        guard let colon else { return (nil, name(start..<index)) }
        guard isRight, colon + 1 < index, bytes[colon + 1].isXMLNameStart else {
            throw failure("`\(name(start..<index))` is no name with one prefix", at: start)
        }
        return (name(start..<colon), name(colon + 1..<index))
    }

    private func name(_ range: Range<Int>) -> String {
        bytes.withUnsafeBufferPointer {
            String(decoding: UnsafeBufferPointer(rebasing: $0[range]), as: UTF8.self)
        }
    }

    private mutating func skipComment() throws(XMLError) {
        let start = index
        index += 4
        guard let dashes = find("--", from: index) else {
            throw failure("the comment that opens here never ends", at: start)
        }
        try checkCharacters(index..<dashes)
        index = dashes + 2
        guard take(">") else { throw failure("`--` is not allowed inside a comment", at: dashes) }
    }

    private mutating func skipInstruction() throws(XMLError) {
        let start = index
        index += 2
        let target = try qualifiedName("a processing instruction's name")
        if target.local.lowercased() == "xml" {
            throw failure("the XML declaration must stand at the very start", at: start)
        }
        guard let end = find("?>", from: index) else {
            throw failure("the processing instruction that opens here never ends", at: start)
        }
        try checkCharacters(index..<end)
        index = end + 2
    }

    /// Moves over white space; false when there is none.
    @discardableResult
    private mutating func skipSpace() -> Bool {
        let start = index
        while index < bytes.count, bytes[index].isXMLSpace { index += 1 }
        return index > start
    }

    /// Takes a text if it comes next.
    mutating func take(_ text: StaticString) -> Bool {
        guard starts(with: text) else { return false }
        index += text.utf8CodeUnitCount
        return true
    }

    func starts(with text: StaticString, at start: Int? = nil) -> Bool {
        let start = start ?? index
        let count = text.utf8CodeUnitCount
        guard start + count <= bytes.count else { return false }
        for offset in 0..<count where bytes[start + offset] != text.utf8Start[offset] {
            return false
        }
        return true
    }

    /// The first position of a text at or after `start`.
    func find(_ text: StaticString, from start: Int) -> Int? {
        var position = start
        while position < bytes.count {
            if bytes[position] == text.utf8Start[0], starts(with: text, at: position) {
                return position
            }
            position += 1
        }
        return nil
    }
}

extension UInt8 {
    /// Whether the byte is XML's white space.
    var isXMLSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }

    /// Whether a name may start with the byte; letters beyond ASCII are not told apart.
    var isXMLNameStart: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "_"),
            UInt8(ascii: ":"), 0x80...:
            true
        default: false
        }
    }

    /// Whether a name may go on with the byte.
    var isXMLName: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: isXMLNameStart
        }
    }
}

extension [UInt8] {
    /// The position of the first byte that can't belong to valid UTF-8, or nil when all can.
    fileprivate var firstInvalidUTF8: Int? {
        if String(validating: self, as: UTF8.self) != nil { return nil }
        var decoder = UTF8()
        var iterator = makeIterator()
        var valid = 0
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            valid += UTF8.width(scalar)
        }
        return valid
    }
}
