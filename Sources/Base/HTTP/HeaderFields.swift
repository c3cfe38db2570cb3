// Field lines in the order they came: signatures and logs depend on it. One copy of the bytes, and
// eight bytes of slices for each line; a String is made only where somebody asks for one.

/// The ordered fields of a head or trailer.
///
/// Names keep their case and are compared without it.
///
/// Names given as `StaticString` must be in lower case: they are compared with the lowered name.
package struct HeaderFields: Sendable {
    /// Where a line's name and value lie in `bytes`.
    package struct Slice: Sendable {
        package var nameStart: UInt16
        package var nameCount: UInt16
        package var valueStart: UInt16
        package var valueCount: UInt16
    }

    /// Everything the slices point into; of a parsed head, that is the whole head.
    package private(set) var bytes: [UInt8]
    /// The lines, in order.
    package private(set) var slices: [Slice]

    /// No fields.
    package init() {
        bytes = []
        slices = []
    }

    init(bytes: [UInt8], slices: [Slice]) {
        self.bytes = bytes
        self.slices = slices
    }

    /// Appends a field line.
    ///
    /// Precondition: all fields together have at most 65,535 bytes.
    package mutating func add(_ name: String, _ value: String) {
        let nameStart = bytes.count
        bytes.append(contentsOf: name.utf8)
        let valueStart = bytes.count
        bytes.append(contentsOf: value.utf8)
        precondition(bytes.count <= UInt16.max, "fields of \(bytes.count) bytes")
        slices.append(
            Slice(
                nameStart: UInt16(nameStart),
                nameCount: UInt16(valueStart - nameStart),
                valueStart: UInt16(valueStart),
                valueCount: UInt16(bytes.count - valueStart)
            )
        )
    }

    /// The value of the first field with this name, decoded as UTF-8.
    package func first(_ name: StaticString) -> String? {
        guard let index = index(of: name) else { return nil }
        return String(decoding: bytes[valueRange(at: index)], as: UTF8.self)
    }

    /// The value of the first field with a name known only at run time, in any case.
    package func first(named name: String) -> String? {
        let wanted = name.utf8
        for field in self where field.name.count == wanted.count {
            if zip(field.name, wanted).allSatisfy({ $0.lowercased == $1.lowercased }) {
                return String(decoding: field.value, as: UTF8.self)
            }
        }
        return nil
    }

    /// The value of the first field with this name, as it came.
    package func bytes(of name: StaticString) -> ArraySlice<UInt8>? {
        guard let index = index(of: name) else { return nil }
        return bytes[valueRange(at: index)]
    }

    /// The values of all fields with this name, in order.
    package func values(of name: StaticString) -> [String] {
        indices(of: name).map { String(decoding: self[$0].value, as: UTF8.self) }
    }

    /// Whether there is a field with this name.
    package func contains(_ name: StaticString) -> Bool { index(of: name) != nil }

    /// How many fields have this name.
    package func count(of name: StaticString) -> Int { indices(of: name).count }

    /// The place of the first field with this name.
    package func index(of name: StaticString) -> Int? {
        let (span, slices) = (bytes.span, slices.span)
        let length = UInt16(name.utf8CodeUnitCount)
        for index in 0..<slices.count where slices[unchecked: index].nameCount == length {
            let start = Int(slices[unchecked: index].nameStart)
            if span.matches(name, from: start, length: Int(length)) { return index }
        }
        return nil
    }

    /// Whether there is a field whose name begins so; `prefix` is given in lower case.
    package func hasName(startingWith prefix: StaticString) -> Bool {
        slices.indices.contains { hasName(at: $0, startingWith: prefix) }
    }

    /// Whether a field's name begins so; `prefix` is given in lower case.
    package func hasName(at index: Int, startingWith prefix: StaticString) -> Bool {
        let length = prefix.utf8CodeUnitCount
        return Int(slices[index].nameCount) >= length
            && bytes.span.matches(prefix, from: Int(slices[index].nameStart), length: length)
    }

    /// The places of all fields with this name.
    package func indices(of name: StaticString) -> [Int] {
        let span = bytes.span
        return slices.indices.filter {
            span.matches(name, from: Int(slices[$0].nameStart), length: Int(slices[$0].nameCount))
        }
    }

    /// Whether a comma-separated list field names `token`, which is given in lower case
    /// (`Connection`, `TE`; RFC 9110, 5.6.1).
    package func list(_ name: StaticString, holds token: StaticString) -> Bool {
        for index in indices(of: name) {
            for element in self[index].value.split(separator: UInt8(ascii: ","))
            where element.trimmingBlanks.isEqual(to: token) {
                return true
            }
        }
        return false
    }

    /// Where the name of a field lies in `bytes`.
    package func nameRange(at index: Int) -> Range<Int> {
        let slice = slices[index]
        return Int(slice.nameStart)..<Int(slice.nameStart) + Int(slice.nameCount)
    }

    /// Where the value of a field lies in `bytes`, without the blanks around it.
    package func valueRange(at index: Int) -> Range<Int> {
        let slice = slices[index]
        return Int(slice.valueStart)..<Int(slice.valueStart) + Int(slice.valueCount)
    }
}

extension HeaderFields: RandomAccessCollection {
    /// One field line.
    package struct Element: Sendable {
        /// The name as it came.
        package let name: ArraySlice<UInt8>
        /// The value as it came, without the blanks around it.
        package let value: ArraySlice<UInt8>

        /// The name as text.
        package var nameText: String { String(decoding: name, as: UTF8.self) }
        /// The value as text, decoded as UTF-8.
        package var valueText: String { String(decoding: value, as: UTF8.self) }
        /// The name in lower case.
        package var loweredName: String {
            String(decoding: name.lazy.map(\.lowercased), as: UTF8.self)
        }
    }

    /// 0.
    package var startIndex: Int { 0 }
    /// The number of lines.
    package var endIndex: Int { slices.count }

    /// The line at a place.
    package subscript(index: Int) -> Element {
        Element(name: bytes[nameRange(at: index)], value: bytes[valueRange(at: index)])
    }
}

extension HeaderFields: ExpressibleByDictionaryLiteral {
    /// Fields in the order of the literal; names may repeat.
    package init(dictionaryLiteral elements: (String, String)...) {
        self.init()
        for (name, value) in elements { add(name, value) }
    }
}

extension HeaderFields: CustomStringConvertible, Equatable {
    /// `Name: value` lines.
    package var description: String {
        map { "\($0.nameText): \($0.valueText)" }.joined(separator: "\n")
    }

    /// The same lines in the same order, byte for byte.
    package static func == (left: HeaderFields, right: HeaderFields) -> Bool {
        left.count == right.count
            && zip(left, right).allSatisfy { $0.name == $1.name && $0.value == $1.value }
    }
}

extension ArraySlice<UInt8> {
    /// Without the spaces and tabs at both ends.
    package var trimmingBlanks: ArraySlice<UInt8> {
        var (start, end) = (startIndex, endIndex)
        while start < end, self[start].isBlank { start += 1 }
        while end > start, self[end - 1].isBlank { end -= 1 }
        return self[start..<end]
    }

    /// Whether these bytes are `text`, which is given in lower case, whatever their case.
    package func isEqual(to text: StaticString) -> Bool {
        span.matches(text, from: 0, length: count)
    }
}
