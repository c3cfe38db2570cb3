// Swift values that a JSON value can be read into, with an error that says what was expected and met.

import Spelling

/// A type that can be read from a JSON value.
package protocol JSONReadable {
    /// Reads the value; `path` is the way to it, for errors.
    init(json node: JSONNode, path: String) throws(JSONError)
}

extension JSONNode: JSONReadable {
    package init(json node: JSONNode, path: String) throws(JSONError) { self = node }
}

extension String: JSONReadable {
    package init(json node: JSONNode, path: String) throws(JSONError) {
        guard let string = node.string else { throw node.mismatch("a string", path: path) }
        self = string
    }
}

extension Bool: JSONReadable {
    package init(json node: JSONNode, path: String) throws(JSONError) {
        guard let bool = node.bool else { throw node.mismatch("true or false", path: path) }
        self = bool
    }
}

extension JSONReadable where Self: FixedWidthInteger {
    /// Reads a whole number that fits, written without fraction and exponent.
    package init(json node: JSONNode, path: String) throws(JSONError) {
        guard let number = node.number else { throw node.mismatch("a whole number", path: path) }
        if let value = Self(number) {
            self = value
            return
        }
        let isWhole = number.utf8.allSatisfy {
            $0.isWordByte && $0 < UInt8(ascii: "A") || $0 == UInt8(ascii: "-")
        }
        throw node.error(
            isWhole
                ? "`\(number)` is out of range: expected \(Self.min) to \(Self.max)"
                : "expected a whole number, met `\(number)`",
            path: path
        )
    }
}

extension Int: JSONReadable {}
extension Int64: JSONReadable {}
extension Int32: JSONReadable {}
extension UInt16: JSONReadable {}
extension UInt32: JSONReadable {}
extension UInt64: JSONReadable {}

extension Array: JSONReadable where Element: JSONReadable {
    package init(json node: JSONNode, path: String) throws(JSONError) {
        guard let nodes = node.array else { throw node.mismatch("an array", path: path) }
        self = []
        reserveCapacity(nodes.count)
        for (index, node) in nodes.enumerated() {
            append(try Element(json: node, path: "\(path)[\(index)]"))
        }
    }
}

/// An enum of words is read from one of its raw values; conforming is all it has to do.
extension JSONReadable where Self: RawRepresentable & CaseIterable, RawValue == String {
    package init(json node: JSONNode, path: String) throws(JSONError) {
        let text = try String(json: node, path: path)
        guard let value = Self(rawValue: text) else {
            let words = Self.allCases.map(\.rawValue)
            let list = words.map { "`\($0)`" }.joined(separator: ", ")
            throw node.error(
                "expected one of \(list), met `\(text)`\(Spelling.suggestion(for: text, among: words))",
                path: path
            )
        }
        self = value
    }
}

extension JSONNode {
    /// The error of a value of the wrong kind.
    package func mismatch(_ expected: String, path: String) -> JSONError {
        error("expected \(expected), met \(value.kind)", path: path)
    }
}
