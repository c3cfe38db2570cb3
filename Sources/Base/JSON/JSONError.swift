// Why a JSON text was refused: said to the person who can correct it, with the place to look at.

/// A JSON text that can't be read, or that doesn't say what it should.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which question the text failed.
    package enum Kind: Hashable, Sendable {
        /// It is not JSON.
        case syntax
        /// An object has a key twice.
        case duplicateKey
        /// It is larger or nested more deeply than allowed.
        case limit
        /// It is JSON, but not what is expected there: a wrong type, an unknown or missing key, a bad value.
        case content
    }

    package var kind: Kind
    package var place: Place
    /// The way to the value, `accounts[0].users[1].name`; empty for the whole text and for syntax errors.
    package var path: String
    /// What is wrong, without place and path: lower case, no full stop.
    package var message: String

    package init(kind: Kind = .content, place: Place, path: String = "", message: String) {
        self.kind = kind
        self.place = place
        self.path = path
        self.message = message
    }

    /// The document's name, if it has one.
    package var file: String? { place.file }

    /// The line, from 1.
    package var line: Int { place.line }

    /// The column in characters, from 1.
    package var column: Int { place.column }

    /// `world.json:3:14: accounts[0].id: expected a string, met a number`.
    package var description: String {
        (place == .none ? "" : "\(place): ") + (path.isEmpty ? message : "\(path): \(message)")
    }
}

extension JSONNode {
    /// An error about this value, at its place.
    package func error(_ message: String, path: String = "") -> JSONError {
        JSONError(place: place, path: path, message: message)
    }
}
