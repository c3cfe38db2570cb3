// What a JSON text says, with the place of every value, so that whoever refuses one can point at it.

/// A JSON value and where it stands.
package struct JSONNode: Sendable {
    package var value: JSONValue
    /// The place of the value's first character.
    package var place: Place

    package init(_ value: JSONValue, place: Place = .none) {
        self.value = value
        self.place = place
    }
}

/// The six kinds of JSON value.
///
/// Numbers stay the text they were written as; members keep their order.
package enum JSONValue: Sendable {
    case null
    case bool(Bool)
    /// The number exactly as written, for example `1.50` or `-2e3`; always valid JSON.
    case number(String)
    case string(String)
    case array([JSONNode])
    // Invariant after parsing: the keys differ.
    case object([JSONMember])

    /// The kind in words, with its article: `a string`, `an object`.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

/// One `"key": value` of an object.
package struct JSONMember: Sendable {
    package var key: String
    /// The place of the key's opening quote.
    package var keyPlace: Place
    package var node: JSONNode

    package init(key: String, keyPlace: Place = .none, node: JSONNode) {
        self.key = key
        self.keyPlace = keyPlace
        self.node = node
    }
}

extension JSONNode {
    /// Whether the value is `null`.
    package var isNull: Bool {
        if case .null = value { return true }
        return false
    }

    /// The text of a string, or nil when it is something else.
    package var string: String? {
        guard case .string(let text) = value else { return nil }
        return text
    }

    /// The text of a number, or nil when it is something else.
    package var number: String? {
        guard case .number(let text) = value else { return nil }
        return text
    }

    /// The number as an integer, or nil when it is no number, has a fraction or exponent, or does not fit.
    package var integer: Int? { number.flatMap { Int($0) } }

    /// The boolean, or nil when it is something else.
    package var bool: Bool? {
        guard case .bool(let value) = value else { return nil }
        return value
    }

    /// The elements of an array, or nil when it is something else.
    package var array: [JSONNode]? {
        guard case .array(let elements) = value else { return nil }
        return elements
    }

    /// The members of an object in their order, or nil when it is something else.
    package var object: [JSONMember]? {
        guard case .object(let members) = value else { return nil }
        return members
    }

    /// The value of an object's member, or nil when there is none or this is no object.
    package subscript(key: String) -> JSONNode? { object?.first { $0.key == key }?.node }

    /// An array's element, or nil when there is none or this is no array.
    package subscript(index: Int) -> JSONNode? {
        guard let array, array.indices.contains(index) else { return nil }
        return array[index]
    }
}

extension JSONNode: Equatable {
    /// Equality of what is said: the places don't count, nor does the order of members.
    ///
    /// Numbers are compared as they are written: `1` and `1.0` differ.
    package static func == (left: JSONNode, right: JSONNode) -> Bool {
        switch (left.value, right.value) {
        case (.null, .null): return true
        case (.bool(let left), .bool(let right)): return left == right
        case (.number(let left), .number(let right)): return left == right
        case (.string(let left), .string(let right)): return left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)): return left == right
        case (.object(let left), .object(let right)):
            guard left.count == right.count else { return false }
            let nodes = Dictionary(right.map { ($0.key, $0.node) }) { first, _ in first }
            return left.allSatisfy { nodes[$0.key] == $0.node }
        default: return false
        }
    }
}
