// What a document says: a tree of elements with their places.

/// An element: its name, attributes, child elements in their order, and text.
package struct XMLElement: Hashable, Sendable {
    /// The name without its prefix.
    package var name: String
    /// The prefix before the colon, or nil without one.
    package var prefix: String?
    /// The attributes in their order, namespace declarations included.
    package var attributes: [XMLAttribute] = []
    /// The elements directly inside, in their order.
    package var children: [XMLElement] = []
    /// The text directly inside, joined, with line ends as line feeds; nothing is trimmed.
    package var text = ""
    /// The line of the start tag, from 1; 0 for an element that was made.
    package var line: Int
    /// The column of the start tag in characters, from 1; 0 for an element that was made.
    package var column: Int

    package init(name: String, prefix: String? = nil, line: Int = 0, column: Int = 0) {
        self.name = name
        self.prefix = prefix
        self.line = line
        self.column = column
    }

    /// The first child of a name, whatever its prefix.
    package func child(_ name: String) -> XMLElement? { children.first { $0.name == name } }

    /// All children of a name, whatever their prefix.
    package func children(named name: String) -> [XMLElement] {
        children.filter { $0.name == name }
    }

    /// The text of the first child of a name, or nil when there is none.
    package func text(of name: String) -> String? { child(name)?.text }

    /// The value of an attribute, whatever its prefix, or nil when there is none.
    package func attribute(_ name: String) -> String? {
        attributes.first { $0.name == name }?.value
    }

    /// The text without the white space around it.
    package var trimmedText: String {
        func isSpace(_ character: Unicode.Scalar) -> Bool {
            " \t\r\n".unicodeScalars.contains(character)
        }
        let scalars = text.unicodeScalars.drop(while: isSpace)
        guard let last = scalars.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(scalars[...last])
    }
}

/// An attribute of an element.
package struct XMLAttribute: Hashable, Sendable {
    /// The name without its prefix.
    package var name: String
    /// The prefix before the colon, or nil without one.
    package var prefix: String?
    /// The value with its references resolved.
    package var value: String

    package init(name: String, prefix: String? = nil, value: String) {
        self.name = name
        self.prefix = prefix
        self.value = value
    }
}
