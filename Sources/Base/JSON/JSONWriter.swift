// Writes JSON text straight into bytes: no tree, the caller's order, the escapes RFC 8259 asks for and no
// others. Commas and indentation are the writer's business.

/// Builds one JSON text (or several, one a line).
///
/// ```swift
/// var writer = JSONWriter()
/// writer.object {
///     $0.member("ready", true)
///     $0.array("urls") { for url in urls { $0.value(url) } }
/// }
/// ```
package struct JSONWriter: Sendable {
    /// How much space there is between the tokens.
    package enum Layout: Sendable {
        /// None at all: `{"a":[1,2]}`.
        case compact
        /// A line for each value, indented by two spaces a level; ends without a line feed.
        case pretty
    }

    /// The text so far.
    package private(set) var bytes: [UInt8] = []
    private let layout: Layout
    private var depth = 0
    /// Whether the next value or key follows a sibling and needs a comma.
    private var needsComma = false
    /// Whether a key was written whose value comes next.
    private var isAfterKey = false

    package init(_ layout: Layout = .compact, reservingBytes: Int = 0) {
        self.layout = layout
        bytes.reserveCapacity(reservingBytes)
    }

    /// The text so far as a string.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Writes an object whose members `body` writes.
    package mutating func object<Failure: Error>(
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        open(UInt8(ascii: "{"))
        try body(&self)
        close(UInt8(ascii: "}"))
    }

    /// Writes an array whose elements `body` writes.
    package mutating func array<Failure: Error>(
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        open(UInt8(ascii: "["))
        try body(&self)
        close(UInt8(ascii: "]"))
    }

    /// Writes a member that is an object.
    package mutating func object<Failure: Error>(
        _ key: String,
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        self.key(key)
        try object(body)
    }

    /// Writes a member that is an array.
    package mutating func array<Failure: Error>(
        _ key: String,
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        self.key(key)
        try array(body)
    }

    /// Writes a member.
    package mutating func member(_ key: String, _ value: some JSONWritable) {
        self.key(key)
        value.write(to: &self)
    }

    /// Writes a member unless its value is absent.
    package mutating func member(ifPresent key: String, _ value: (some JSONWritable)?) {
        if let value { member(key, value) }
    }

    /// Writes an element, or the whole text's value.
    package mutating func value(_ value: some JSONWritable) { value.write(to: &self) }

    /// Writes a member's key; its value must follow.
    package mutating func key(_ key: String) {
        separate()
        quote(key)
        bytes.append(UInt8(ascii: ":"))
        if layout == .pretty { bytes.append(UInt8(ascii: " ")) }
        isAfterKey = true
    }

    /// Writes `null`.
    package mutating func null() { raw("null".utf8) }

    /// Writes a boolean.
    package mutating func bool(_ value: Bool) { raw(value ? "true".utf8 : "false".utf8) }

    /// Writes an integer.
    package mutating func number(_ value: some FixedWidthInteger) { raw(String(value).utf8) }

    /// Writes a number that is valid JSON text already, for example an exact decimal.
    package mutating func number(text: String) { raw(text.utf8) }

    /// Writes a string.
    package mutating func string(_ value: String) {
        separate()
        quote(value)
        needsComma = true
    }

    /// Writes a string of bytes that should be UTF-8; what is not becomes U+FFFD.
    package mutating func string(bytes value: [UInt8]) {
        string(String(decoding: value, as: UTF8.self))
    }

    /// Writes a value that is complete JSON text already.
    package mutating func raw(_ json: some Collection<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    /// Ends the line after a whole value: for a text file, or for JSON lines.
    package mutating func endLine() {
        precondition(depth == 0, "the line ends within \(depth) open values")
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        depth += 1
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        precondition(!isAfterKey, "a key without its value")
        depth -= 1
        // Nothing was written since the opening bracket: `{}` and `[]` stay in one piece.
        if needsComma { breakLine() }
        bytes.append(bracket)
        needsComma = true
    }

    /// Puts what must stand between the previous value and the next key or value.
    private mutating func separate() {
        if isAfterKey {
            isAfterKey = false
            return
        }
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        if depth > 0 { breakLine() }
    }

    private mutating func breakLine() {
        guard layout == .pretty else { return }
        bytes.append(UInt8(ascii: "\n"))
        for _ in 0..<depth {
            bytes.append(UInt8(ascii: " "))
            bytes.append(UInt8(ascii: " "))
        }
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { text in
            // What needs no escape is copied in runs.
            var run = 0
            for index in 0..<text.count {
                let byte = text[index]
                guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
                    continue
                }
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[run..<index]))
                escape(byte)
                run = index + 1
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[run...]))
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case UInt8(ascii: "\n"): bytes.append(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): bytes.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): bytes.append(UInt8(ascii: "t"))
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        default: bytes.append(contentsOf: "u\(hex(UInt32(byte), digits: 4).lowercased())".utf8)
        }
    }
}
