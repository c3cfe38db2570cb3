// The stored form of an object's attributes: a run of fields, each a tag, a length and the bytes. A
// pair (a header) holds its name's length, the name, and the value. Readers skip tags that they don't
// know, and a later program may add some without changing the schema.

/// The fields of a version's attributes, in the order in which they were added.
struct AttributeList: Sendable, Equatable {
    /// What a field is.
    ///
    /// The numbers are stored: never change or reuse one.
    enum Tag: UInt8 {
        case owner = 1
        case writer = 2
        case md5 = 3
        case storageClass = 4
        case encryption = 5
        case checksum = 6
        case compositeChecksum = 7
        case header = 8
        case userMetadata = 9
        /// The multipart upload that an object came from: its id in decimal digits.
        case upload = 10
        /// The sizes of the parts of an object, as runs of equal ones.
        case partSizes = 11
        /// What the dialect notes of an upload for itself.
        case note = 12
        /// There was an object under the key when an upload began.
        case replaces = 13
        /// What the dialect keeps of an object under a name of its own.
        case property = 14
    }

    private(set) var bytes: [UInt8]

    init() {
        bytes = []
        bytes.reserveCapacity(320)
    }

    init(stored bytes: [UInt8]) { self.bytes = bytes }

    // MARK: Writing

    mutating func add(_ tag: Tag, _ value: some Collection<UInt8>) {
        bytes.append(tag.rawValue)
        appendLength(value.count)
        bytes.append(contentsOf: value)
    }

    mutating func add(_ tag: Tag, _ value: String) {
        let value = value.utf8.span
        bytes.append(tag.rawValue)
        appendLength(value.count)
        append(value)
    }

    private mutating func append(_ span: Span<UInt8>) {
        span.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    }

    mutating func add(_ tag: Tag, _ name: String, _ value: String) {
        let (name, value) = (name.utf8.span, value.utf8.span)
        bytes.append(tag.rawValue)
        appendLength(AttributeList.lengthSize(name.count) + name.count + value.count)
        appendLength(name.count)
        append(name)
        append(value)
    }

    /// Adds a field of numbers, none of them negative.
    mutating func add(_ tag: Tag, numbers: [Int64]) {
        var field = AttributeList()
        for number in numbers { field.appendLength(Int(number)) }
        add(tag, field.bytes)
    }

    /// Seven bits a byte, lowest first, the top bit set on all but the last.
    private mutating func appendLength(_ length: Int) {
        var rest = length
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private static func lengthSize(_ length: Int) -> Int {
        var (rest, size) = (length, 1)
        while rest >= 0x80 {
            rest >>= 7
            size += 1
        }
        return size
    }

    /// The list without the fields of a kind.
    func without(_ tag: Tag) -> AttributeList {
        var result = AttributeList()
        var place = 0
        while place < bytes.count {
            let start = place
            let isUnwanted = bytes[place] == tag.rawValue
            place += 1
            guard let count = length(at: &place, end: bytes.count) else { break }
            place += count
            if !isUnwanted { result.bytes.append(contentsOf: bytes[start..<place]) }
        }
        return result
    }

    // MARK: Reading

    func first(_ tag: Tag) -> ArraySlice<UInt8>? {
        var found: ArraySlice<UInt8>?
        each(tag) {
            found = $0
            return false
        }
        return found
    }

    func text(_ tag: Tag) -> String? {
        first(tag).map { String(decoding: $0, as: UTF8.self) }
    }

    func numbers(_ tag: Tag) -> [Int64]? {
        guard let field = first(tag) else { return nil }
        let list = AttributeList(stored: [UInt8](field))
        var numbers: [Int64] = []
        var place = 0
        while place < list.bytes.count {
            guard let number = list.number(at: &place, end: list.bytes.count) else { return nil }
            numbers.append(Int64(number))
        }
        return numbers
    }

    func pairs(_ tag: Tag) -> [(name: String, value: String)] {
        var result: [(name: String, value: String)] = []
        eachPair(tag) {
            result.append(
                (String(decoding: $0, as: UTF8.self), String(decoding: $1, as: UTF8.self))
            )
        }
        return result
    }

    func eachPair(_ tag: Tag, _ use: (ArraySlice<UInt8>, ArraySlice<UInt8>) -> Void) {
        each(tag) { field in
            var place = field.startIndex
            guard let count = length(at: &place, end: field.endIndex) else { return false }
            use(field[place..<place + count], field[(place + count)...])
            return true
        }
    }

    /// Calls `use` for each field of a kind until it returns false; stops at bytes that make no sense.
    private func each(_ tag: Tag, _ use: (ArraySlice<UInt8>) -> Bool) {
        var place = 0
        while place < bytes.count {
            let isWanted = bytes[place] == tag.rawValue
            place += 1
            guard let count = length(at: &place, end: bytes.count) else { return }
            if isWanted, !use(bytes[place..<place + count]) { return }
            place += count
        }
    }

    /// Reads a length, or nil when it is cut or reaches past `end`.
    private func length(at place: inout Int, end: Int) -> Int? {
        guard let value = number(at: &place, end: end) else { return nil }
        return value <= end - place ? value : nil
    }

    /// Reads a number, or nil when it is cut.
    private func number(at place: inout Int, end: Int) -> Int? {
        var (value, shift) = (0, 0)
        while place < end, shift < 56 {
            let byte = bytes[place]
            place += 1
            value |= Int(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }
}
