// Writes XML straight into bytes, escaped as S3 escapes.

/// Builds one document.
///
/// ```swift
/// var xml = XMLWriter()
/// xml.element("Error") {
///     $0.element("Code", "NoSuchKey")
///     $0.element("Key", key)
/// }
/// ```
package struct XMLWriter: Sendable {
    /// The document so far.
    package private(set) var bytes: [UInt8] = []

    /// Starts a document; the declaration is `<?xml version="1.0" encoding="UTF-8"?>` and a line feed.
    package init(hasDeclaration: Bool = true, reservingBytes: Int = 256) {
        bytes.reserveCapacity(reservingBytes)
        if hasDeclaration {
            bytes.append(contentsOf: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)
        }
    }

    /// The document so far as a string.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Writes a start tag, with a default namespace if one is given; `close` must follow.
    package mutating func open(_ name: String, namespace: String? = nil) {
        if let namespace {
            open(name, attributes: [("xmlns", namespace)])
        } else {
            open(name, attributes: [])
        }
    }

    /// Writes a start tag with attributes; `close` must follow.
    package mutating func open(_ name: String, attributes: [(name: String, value: String)]) {
        startTag(name, attributes)
        bytes.append(UInt8(ascii: ">"))
    }

    /// Writes an end tag.
    package mutating func close(_ name: String) {
        bytes.append(UInt8(ascii: "<"))
        bytes.append(UInt8(ascii: "/"))
        bytes.append(contentsOf: name.utf8)
        bytes.append(UInt8(ascii: ">"))
    }

    /// Writes an element whose content `body` writes.
    package mutating func element<Failure: Error>(
        _ name: String,
        namespace: String? = nil,
        _ body: (inout XMLWriter) throws(Failure) -> Void
    ) throws(Failure) {
        open(name, namespace: namespace)
        try body(&self)
        close(name)
    }

    /// Writes an element with attributes whose content `body` writes.
    package mutating func element<Failure: Error>(
        _ name: String,
        attributes: [(name: String, value: String)],
        _ body: (inout XMLWriter) throws(Failure) -> Void
    ) throws(Failure) {
        open(name, attributes: attributes)
        try body(&self)
        close(name)
    }

    /// Writes an element with a text: `<Name>text</Name>`, also when the text is empty.
    package mutating func element(_ name: String, _ text: String) {
        open(name, attributes: [])
        append(text)
        close(name)
    }

    /// Writes an element with a text given as UTF-8 bytes.
    package mutating func element(_ name: String, _ text: [UInt8]) {
        open(name, attributes: [])
        append(text)
        close(name)
    }

    /// Writes an element with an integer.
    package mutating func element(_ name: String, _ number: some FixedWidthInteger) {
        open(name, attributes: [])
        bytes.append(contentsOf: String(number).utf8)
        close(name)
    }

    /// Writes an element with `true` or `false`.
    package mutating func element(_ name: String, _ value: Bool) {
        open(name, attributes: [])
        bytes.append(contentsOf: value ? "true".utf8 : "false".utf8)
        close(name)
    }

    /// Writes an element with a text unless it is absent.
    package mutating func element(ifPresent name: String, _ text: String?) {
        if let text { element(name, text) }
    }

    /// Writes an element without content in its short form: `<Name/>`.
    package mutating func emptyElement(
        _ name: String,
        attributes: [(name: String, value: String)] = []
    ) {
        startTag(name, attributes)
        bytes.append(UInt8(ascii: "/"))
        bytes.append(UInt8(ascii: ">"))
    }

    /// Writes text, escaped.
    package mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { XMLWriter.append($0, to: &bytes, isAttribute: false) }
    }

    /// Writes text given as UTF-8 bytes, escaped.
    package mutating func append(_ text: [UInt8]) {
        text.withUnsafeBufferPointer { XMLWriter.append($0, to: &bytes, isAttribute: false) }
    }

    /// Writes what is XML already.
    package mutating func append(raw xml: some Collection<UInt8>) { bytes.append(contentsOf: xml) }

    private mutating func startTag(_ name: String, _ attributes: [(name: String, value: String)]) {
        bytes.append(UInt8(ascii: "<"))
        bytes.append(contentsOf: name.utf8)
        for attribute in attributes {
            bytes.append(UInt8(ascii: " "))
            bytes.append(contentsOf: attribute.name.utf8)
            bytes.append(contentsOf: "=\"".utf8)
            var value = attribute.value
            value.withUTF8 { XMLWriter.append($0, to: &bytes, isAttribute: true) }
            bytes.append(UInt8(ascii: "\""))
        }
    }

    /// Appends text in which nothing is left that a reader would take for markup, change, or refuse.
    private static func append(
        _ text: UnsafeBufferPointer<UInt8>,
        to bytes: inout [UInt8],
        isAttribute: Bool
    ) {
        var run = 0
        for index in 0..<text.count {
            let byte = text[index]
            guard needsLook[Int(byte)],
                let reference = reference(byte, isAttribute, followedBy: text[(index + 1)...])
            else { continue }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[run..<index]))
            bytes.append(contentsOf: reference.text.utf8)
            run = index + reference.byteCount
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[run...]))
    }

    /// What stands for a character, and how many bytes the character has; nil when it can stand itself.
    private static func reference(
        _ byte: UInt8,
        _ isAttribute: Bool,
        followedBy rest: Slice<UnsafeBufferPointer<UInt8>>
    ) -> (text: String, byteCount: Int)? {
        switch byte {
        case UInt8(ascii: "&"): ("&amp;", 1)
        case UInt8(ascii: "<"): ("&lt;", 1)
        case UInt8(ascii: ">"): ("&gt;", 1)
        case UInt8(ascii: "\""): ("&quot;", 1)
        // A reader takes a carriage return for a line feed, and in an attribute both and a tab for a space.
        case UInt8(ascii: "\r"): ("&#13;", 1)
        case UInt8(ascii: "\n"), UInt8(ascii: "\t"): isAttribute ? ("&#\(byte);", 1) : nil
        case ..<0x20: ("&#x\(String(byte, radix: 16));", 1)
        // U+FFFE and U+FFFF are no characters of XML.
        case 0xEF where rest.starts(with: [0xBF, 0xBE]): ("&#xfffe;", 3)
        case 0xEF where rest.starts(with: [0xBF, 0xBF]): ("&#xffff;", 3)
        default: nil
        }
    }

    /// The bytes that may have to be written otherwise.
    private static let needsLook: InlineArray<256, Bool> = {
        var table = InlineArray<256, Bool>(repeating: false)
        for byte in 0..<0x20 { table[byte] = true }
        for byte: UInt8 in [0x26, 0x3C, 0x3E, 0x22, 0xEF] { table[Int(byte)] = true }
        return table
    }()
}
