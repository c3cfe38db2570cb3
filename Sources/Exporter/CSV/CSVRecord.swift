// One record of a CSV file as the reader's buffer holds it.

/// A record.
///
/// Its bytes are the reader's: valid until the reader moves on.
package struct CSVRecord {
    private let buffer: UnsafeRawBufferPointer
    @usableFromInline let fields: UnsafeBufferPointer<CSVField>
    private let start: Int
    private let end: Int
    private let linesBefore: Int
    private let file: String
    @usableFromInline let base: UnsafeRawPointer

    /// The record's number in the file, the first being 1.
    package let number: Int
    /// All fields are in quotes.
    package let isFullyQuoted: Bool

    init(
        buffer: UnsafeRawBufferPointer,
        fields: UnsafeBufferPointer<CSVField>,
        start: Int,
        end: Int,
        isFullyQuoted: Bool,
        number: Int,
        linesBefore: Int,
        file: String
    ) {
        self.buffer = buffer
        base = buffer.baseAddress.unsafelyUnwrapped
        self.fields = fields
        self.start = start
        self.end = end
        self.isFullyQuoted = isFullyQuoted
        self.number = number
        self.linesBefore = linesBefore
        self.file = file
    }

    /// The number of fields.
    @inlinable
    package var count: Int { fields.count }

    /// A field's content without its quotes; quotes inside are doubled as in the file.
    @inlinable
    package subscript(index: Int) -> UnsafeRawBufferPointer {
        let field = fields[index]
        return UnsafeRawBufferPointer(
            start: base + Int(field.start),
            count: Int(field.end &- field.start)
        )
    }

    /// Whether a field is empty.
    @inlinable
    package func isEmpty(_ index: Int) -> Bool {
        let field = fields[index]
        return field.start == field.end
    }

    /// Whether a field is in quotes.
    @inlinable
    package func isQuoted(_ index: Int) -> Bool { fields[index].isQuoted }

    /// The whole record as the file has it, without its line end.
    package var raw: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: buffer[start..<end])
    }

    /// The bytes from one field to another as the file has them, with quotes and commas.
    package func raw(_ range: ClosedRange<Int>) -> UnsafeRawBufferPointer {
        let (first, last) = (fields[range.lowerBound], fields[range.upperBound])
        let lower = Int(first.start) - (first.isQuoted ? 1 : 0)
        let upper = Int(last.end) + (last.isQuoted ? 1 : 0)
        return UnsafeRawBufferPointer(rebasing: buffer[lower..<upper])
    }

    /// A field's value: doubled quotes are single ones.
    package func value(_ index: Int) -> [UInt8] {
        let content = self[index]
        guard fields[index].hasEscapes else { return Array(content) }
        var value: [UInt8] = []
        value.reserveCapacity(content.count)
        var position = 0
        while position < content.count {
            value.append(content[position])
            position += content[position] == quote ? 2 : 1
        }
        return value
    }

    /// A field's value as text.
    package func text(_ index: Int) -> String { String(decoding: value(index), as: UTF8.self) }

    /// Where the record starts.
    package var position: (line: Int, column: Int) {
        CSV.position(of: start, in: buffer, linesBefore: linesBefore)
    }

    /// Where a field starts, at its opening quote.
    package func position(of index: Int) -> (line: Int, column: Int) {
        let field = fields[index]
        let first = Int(field.start) - (field.isQuoted ? 1 : 0)
        return CSV.position(of: first, in: buffer, linesBefore: linesBefore)
    }
}

/// Whether a field's content is this text, byte for byte.
@inlinable
package func == (left: UnsafeRawBufferPointer, right: StaticString) -> Bool {
    guard left.count == right.utf8CodeUnitCount else { return false }
    var index = 0
    while index < left.count {
        if left[index] != right.utf8Start[index] { return false }
        index += 1
    }
    return true
}
