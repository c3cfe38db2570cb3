// Takes an object apart, member by member, and refuses what nobody asked for. The names that were asked
// for are the names that exist, so there is no second list of keys to keep right.

import Spelling

/// Reads the members of one JSON object into typed values; `finish()` refuses the keys that are left.
///
/// Required members must be there and not null; for optional ones null is the same as absent.
package struct ObjectReader: ~Copyable {
    /// The place of the object.
    package let place: Place
    /// The way to the object, `accounts[0]`; empty for the whole text.
    package let path: String
    /// The members as they were written.
    package let members: [JSONMember]
    private var isTaken: [Bool]
    private var asked: [String] = []

    /// Starts reading a value that must be an object.
    package init(_ node: JSONNode, path: String = "") throws(JSONError) {
        guard let members = node.object else { throw node.mismatch("an object", path: path) }
        place = node.place
        self.path = path
        self.members = members
        isTaken = [Bool](repeating: false, count: members.count)
    }

    /// Reads a whole text: its object is passed to `body`, and what `body` left is refused.
    package static func read<Result>(
        _ node: JSONNode,
        path: String = "",
        _ body: (inout ObjectReader) throws(JSONError) -> Result
    ) throws(JSONError) -> Result {
        var reader = try ObjectReader(node, path: path)
        let result = try body(&reader)
        try reader.finish()
        return result
    }

    /// The way to a member, for errors about it.
    package func path(to key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// Takes a member as it is, null included; nil when it is absent.
    package mutating func node(_ key: String) -> JSONNode? {
        asked.append(key)
        guard let index = members.firstIndex(where: { $0.key == key }) else { return nil }
        isTaken[index] = true
        return members[index].node
    }

    /// Takes a member; nil when it is absent or null.
    package mutating func presentNode(_ key: String) -> JSONNode? {
        guard let node = node(key), !node.isNull else { return nil }
        return node
    }

    /// Takes a member that must be there and not null.
    package mutating func requiredNode(_ key: String) throws(JSONError) -> JSONNode {
        guard let node = node(key) else { throw missing(key) }
        return node
    }

    /// Takes a member that must be there.
    package mutating func required<Value: JSONReadable>(
        _ key: String,
        as type: Value.Type = Value.self
    ) throws(JSONError) -> Value {
        try Value(json: requiredNode(key), path: path(to: key))
    }

    /// Takes a member that may be absent or null.
    package mutating func optional<Value: JSONReadable>(
        _ key: String,
        as type: Value.Type = Value.self
    ) throws(JSONError) -> Value? {
        guard let node = presentNode(key) else { return nil }
        return try Value(json: node, path: path(to: key))
    }

    /// Takes a member that has a default.
    package mutating func value<Value: JSONReadable>(
        _ key: String,
        default fallback: @autoclosure () -> Value
    ) throws(JSONError) -> Value {
        try optional(key, as: Value.self) ?? fallback()
    }

    /// Takes a member that must be an object, and finishes it.
    package mutating func object<Result>(
        _ key: String,
        _ body: (inout ObjectReader) throws(JSONError) -> Result
    ) throws(JSONError) -> Result {
        try ObjectReader.read(requiredNode(key), path: path(to: key), body)
    }

    /// Takes a member that is an object, absent or null, and finishes it.
    package mutating func optionalObject<Result>(
        _ key: String,
        _ body: (inout ObjectReader) throws(JSONError) -> Result
    ) throws(JSONError) -> Result? {
        guard let node = presentNode(key) else { return nil }
        return try ObjectReader.read(node, path: path(to: key), body)
    }

    /// Takes an array of objects, each finished; empty when absent or null.
    package mutating func objects<Result>(
        _ key: String,
        _ body: (inout ObjectReader) throws(JSONError) -> Result
    ) throws(JSONError) -> [Result] {
        try elements(key) { node, path throws(JSONError) in
            try ObjectReader.read(node, path: path, body)
        }
    }

    /// Takes an array whose elements `body` reads, given the way to each; empty when absent or null.
    package mutating func elements<Result>(
        _ key: String,
        _ body: (JSONNode, String) throws(JSONError) -> Result
    ) throws(JSONError) -> [Result] {
        guard let node = presentNode(key) else { return [] }
        let path = path(to: key)
        guard let nodes = node.array else { throw node.mismatch("an array", path: path) }
        var results: [Result] = []
        results.reserveCapacity(nodes.count)
        for (index, node) in nodes.enumerated() {
            results.append(try body(node, "\(path)[\(index)]"))
        }
        return results
    }

    /// Takes an object whose keys are data (tags, headers, names): its members in order, each value read
    /// as `Value`; empty when absent or null.
    package mutating func dictionary<Value: JSONReadable>(
        _ key: String,
        of type: Value.Type = Value.self
    ) throws(JSONError) -> [(key: String, value: Value)] {
        guard let node = presentNode(key) else { return [] }
        let path = path(to: key)
        guard let members = node.object else { throw node.mismatch("an object", path: path) }
        var values: [(key: String, value: Value)] = []
        for member in members {
            values.append((member.key, try Value(json: member.node, path: "\(path).\(member.key)")))
        }
        return values
    }

    /// Refuses a key that is known but not supported yet, unless its value is null, false, or empty.
    package mutating func refuse(_ key: String, because reason: String) throws(JSONError) {
        guard let node = presentNode(key) else { return }
        switch node.value {
        case .bool(false), .array([]): return
        case .object(let members) where members.isEmpty: return
        default: throw error(at: key, reason)
        }
    }

    /// Ends the object.
    ///
    /// - Throws: an error about the first key that no one asked for.
    package consuming func finish() throws(JSONError) {
        guard let index = isTaken.firstIndex(of: false) else { return }
        let member = members[index]
        let unused = asked.filter { name in !members.contains { $0.key == name } }
        throw JSONError(
            place: member.keyPlace,
            path: path,
            message:
                "unknown key `\(member.key)`\(Spelling.suggestion(for: member.key, among: unused))"
        )
    }

    /// An error about a member, at its value, or at the object when the member is absent.
    package func error(at key: String, _ message: String) -> JSONError {
        let place = members.first { $0.key == key }?.node.place ?? self.place
        return JSONError(place: place, path: path(to: key), message: message)
    }

    /// An error about the object as a whole.
    package func error(_ message: String) -> JSONError {
        JSONError(place: place, path: path, message: message)
    }

    private func missing(_ key: String) -> JSONError {
        JSONError(place: place, path: path, message: "`\(key)` is missing")
    }
}
