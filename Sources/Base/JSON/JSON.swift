// Reads JSON texts (RFC 8259, nothing looser), because nobody is helped by a policy of which half
// was guessed: every value has its place, duplicate keys are errors, numbers stay exact.

/// The entrance to the JSON reader.
package enum JSON {
    /// What a text may be at most: bounds on what a client can make us hold.
    package struct Limits: Sendable {
        /// The text's size.
        package var bytes: Int
        /// How deep arrays and objects may be nested.
        package var depth: Int

        package init(bytes: Int = 64 << 20, depth: Int = 64) {
            self.bytes = bytes
            self.depth = depth
        }
    }

    /// Reads one JSON text.
    ///
    /// - Parameters:
    ///   - bytes: the whole text in UTF-8.
    ///   - file: its name for errors, if it has one.
    ///   - limits: what it may be at most.
    /// - Returns: the value, with the places of all values in it.
    /// - Throws: a `JSONError` with the place of the first thing that is wrong.
    package static func parse(
        _ bytes: [UInt8],
        file: String? = nil,
        limits: Limits = Limits()
    ) throws(JSONError) -> JSONNode {
        var parser = JSONParser(bytes: bytes, file: file, limits: limits)
        return try parser.document()
    }

    /// Reads one JSON text.
    package static func parse(
        _ text: String,
        file: String? = nil,
        limits: Limits = Limits()
    ) throws(JSONError) -> JSONNode {
        try parse(Array(text.utf8), file: file, limits: limits)
    }
}
