// Reads XML documents as request bodies and answers have them: elements, attributes, text, CDATA, the five
// entities and character references. A document type declaration is refused, so nothing can expand. One
// liberty: a reference may name a control character (`&#x1;`), because keys of S3 may hold one.

/// The entrance to the XML reader.
package enum XML {
    /// What a document may be at most: bounds on what a client can make us hold.
    package struct Limits: Sendable {
        /// The document's size.
        package var bytes: Int
        /// How deep elements may be nested.
        package var depth: Int
        /// How many attributes an element may have.
        package var attributes: Int

        package init(bytes: Int = 8 << 20, depth: Int = 64, attributes: Int = 64) {
            self.bytes = bytes
            self.depth = depth
            self.attributes = attributes
        }
    }

    /// Reads one document in UTF-8.
    ///
    /// - Returns: its outermost element.
    /// - Throws: an `XMLError` with the place of the first thing that is wrong.
    package static func parse(
        _ bytes: [UInt8],
        limits: Limits = Limits()
    ) throws(XMLError) -> XMLElement {
        var parser = XMLParser(bytes: bytes, limits: limits)
        return try parser.document()
    }

    /// Reads one document.
    package static func parse(
        _ text: String,
        limits: Limits = Limits()
    ) throws(XMLError) -> XMLElement {
        try parse(Array(text.utf8), limits: limits)
    }
}

/// A document that is not well-formed, too large, or more than we read.
package struct XMLError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line, from 1.
    package let line: Int
    /// The column in characters, from 1.
    package let column: Int
    /// What is wrong: lower case, no full stop.
    package let message: String

    package var description: String { "line \(line), column \(column): \(message)" }
}
