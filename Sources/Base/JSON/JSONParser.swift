// The recursive descent over the bytes of a JSON text. Strings and numbers are in files of their own;
// the words for what was met instead are in `JSONParser+Met.swift`.

/// Reads values from a position in a text, keeping track of line and column.
struct JSONParser {
    let bytes: [UInt8]
    let file: String?
    let limits: JSON.Limits

    /// The next byte to read.
    var index = 0
    var line = 1
    /// The index that column 1 of the current line would have if each character were one byte.
    ///
    /// Only strings hold longer characters, so they move it on by the bytes beyond the first of each.
    var lineOrigin = 0

    init(bytes: [UInt8], file: String?, limits: JSON.Limits) {
        self.bytes = bytes
        self.file = file
        self.limits = limits
    }

    /// The place of the next byte.
    var here: Place { place(at: index) }

    /// The place of a byte of the current line.
    func place(at index: Int) -> Place {
        Place(file: file, line: line, column: index - lineOrigin + 1)
    }

    func failure(_ message: String, at place: Place, kind: JSONError.Kind = .syntax) -> JSONError {
        JSONError(kind: kind, place: place, message: message)
    }

    mutating func document() throws(JSONError) -> JSONNode {
        guard bytes.count <= limits.bytes else {
            throw failure(
                "the text has \(bytes.count) bytes; at most \(limits.bytes) are allowed",
                at: Place(file: file, line: 1, column: 1),
                kind: .limit
            )
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            throw failure(
                "the text starts with a byte order mark (U+FEFF); save it as UTF-8 without BOM",
                at: here
            )
        }
        let node = try value(depth: 0, expected: .document)
        skipSpace()
        guard index == bytes.count else {
            throw failure("expected the end of the text after the value, met \(met())", at: here)
        }
        return node
    }

    /// Reads the value that comes next, after any space.
    private mutating func value(depth: Int, expected: Expected) throws(JSONError) -> JSONNode {
        skipSpace()
        guard index < bytes.count else {
            throw failure("expected \(expected.words), met \(met())", at: here)
        }
        let place = here
        switch bytes[index] {
        case UInt8(ascii: "\""):
            return JSONNode(.string(try string()), place: place)
        case UInt8(ascii: "{"):
            return JSONNode(.object(try members(depth: try deeper(depth, place))), place: place)
        case UInt8(ascii: "["):
            return JSONNode(.array(try elements(depth: try deeper(depth, place))), place: place)
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            return JSONNode(.number(try number()), place: place)
        case UInt8(ascii: "t") where take("true"): return JSONNode(.bool(true), place: place)
        case UInt8(ascii: "f") where take("false"): return JSONNode(.bool(false), place: place)
        case UInt8(ascii: "n") where take("null"): return JSONNode(.null, place: place)
        default: throw failure("expected \(expected.words), met \(met())", at: place)
        }
    }

    private func deeper(_ depth: Int, _ place: Place) throws(JSONError) -> Int {
        guard depth < limits.depth else {
            throw failure(
                "nested too deeply: at most \(limits.depth) levels are allowed",
                at: place,
                kind: .limit
            )
        }
        return depth + 1
    }

    private mutating func elements(depth: Int) throws(JSONError) -> [JSONNode] {
        index += 1
        var elements: [JSONNode] = []
        if skipSpace(), take(UInt8(ascii: "]")) { return elements }
        while true {
            let isFirst = elements.isEmpty
            elements.append(
                try value(depth: depth, expected: isFirst ? .firstElement : .nextElement)
            )
            skipSpace()
            if take(UInt8(ascii: ",")) {
                try refuseTrailingComma(before: UInt8(ascii: "]"))
            } else if take(UInt8(ascii: "]")) {
                return elements
            } else {
                throw failure("expected `,` or `]` after the element, met \(met())", at: here)
            }
        }
    }

    private mutating func members(depth: Int) throws(JSONError) -> [JSONMember] {
        index += 1
        var members: [JSONMember] = []
        var seen = SeenKeys()
        if skipSpace(), take(UInt8(ascii: "}")) { return members }
        while true {
            skipSpace()
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
                let expected =
                    members.isEmpty ? "a key in double quotes or `}`" : "a key in double quotes"
                throw failure("expected \(expected), met \(met())", at: here)
            }
            let keyPlace = here
            let key = try string()
            if let first = seen.insert(key, among: members) {
                throw failure(
                    "duplicate key `\(key)`; the first is in line \(first.line), column \(first.column)",
                    at: keyPlace,
                    kind: .duplicateKey
                )
            }
            skipSpace()
            guard take(UInt8(ascii: ":")) else {
                throw failure("expected `:` after the key `\(key)`, met \(met())", at: here)
            }
            let node = try value(depth: depth, expected: .member(key))
            members.append(JSONMember(key: key, keyPlace: keyPlace, node: node))
            skipSpace()
            if take(UInt8(ascii: ",")) {
                try refuseTrailingComma(before: UInt8(ascii: "}"))
            } else if take(UInt8(ascii: "}")) {
                return members
            } else {
                throw failure(
                    "expected `,` or `}` after the value of `\(key)`, met \(met())",
                    at: here
                )
            }
        }
    }

    private mutating func refuseTrailingComma(before end: UInt8) throws(JSONError) {
        let comma = place(at: index - 1)
        skipSpace()
        guard index < bytes.count, bytes[index] == end else { return }
        throw failure("trailing comma: remove it, or add what should follow it", at: comma)
    }

    /// Moves over spaces, tabs and line ends; always true, so that a condition can start with it.
    @discardableResult
    @inline(__always)
    mutating func skipSpace() -> Bool {
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"): index += 1
            case UInt8(ascii: "\n"): startLine()
            // A lone carriage return ends a line, too; before a line feed it is part of it.
            case UInt8(ascii: "\r"):
                if index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "\n") { index += 1 }
                startLine()
            default: return true
            }
        }
        return true
    }

    private mutating func startLine() {
        index += 1
        line += 1
        lineOrigin = index
    }

    /// Takes one byte if it comes next.
    mutating func take(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    /// Takes a literal name if it comes next and no longer word does.
    private mutating func take(_ word: StaticString) -> Bool {
        let end = index + word.utf8CodeUnitCount
        guard end <= bytes.count else { return false }
        for offset in 0..<word.utf8CodeUnitCount
        where bytes[index + offset] != word.utf8Start[offset] {
            return false
        }
        if end < bytes.count, bytes[end].isWordByte { return false }
        index = end
        return true
    }
}

/// What should come next; the words are made only when something else does.
private enum Expected {
    case document
    case firstElement
    case nextElement
    case member(String)

    var words: String {
        switch self {
        case .document: "a value"
        case .firstElement: "a value or `]`"
        case .nextElement: "a value after `,`"
        case .member(let key): "the value of `\(key)`"
        }
    }
}

/// The keys of one object so far: a scan of the members while they are few, then a set.
private struct SeenKeys {
    private var places: [String: Place] = [:]
    private static let scannedMembers = 8

    /// Adds a key; returns the place of the equal one when it was there already.
    mutating func insert(_ key: String, among members: [JSONMember]) -> Place? {
        if members.count < SeenKeys.scannedMembers {
            return members.first { $0.key == key }?.keyPlace
        }
        if places.isEmpty {
            for member in members { places[member.key] = member.keyPlace }
        }
        guard let last = members.last else { return nil }
        places[last.key] = last.keyPlace
        return places[key]
    }
}

extension UInt8 {
    /// Whether the byte is an ASCII letter, digit or underscore.
    var isWordByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
