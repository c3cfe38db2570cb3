// Writes CSV the way AWS does: every field in quotes, quotes inside doubled, lines ended by LF.

/// Collects records and hands them on in large pieces.
package struct CSVWriter: ~Copyable {
    /// Takes the next bytes of the file; they are valid during the call.
    package typealias Sink = (UnsafeRawBufferPointer) throws -> Void

    private var buffer: [UInt8] = []
    private var isLineEmpty = true
    private let pieceBytes: Int
    private let sink: Sink

    /// A writer into a sink.
    ///
    /// - Parameters:
    ///   - pieceBytes: about how much is collected before the sink is called.
    ///   - sink: takes the bytes in order.
    package init(pieceBytes: Int = 256 << 10, sink: @escaping Sink) {
        self.pieceBytes = pieceBytes
        self.sink = sink
        buffer.reserveCapacity(pieceBytes + pieceBytes / 4)
    }

    /// Appends a field with this value.
    package mutating func field(_ value: some Collection<UInt8>) {
        separate()
        buffer.append(quote)
        for byte in value {
            if byte == quote { buffer.append(quote) }
            buffer.append(byte)
        }
        buffer.append(quote)
    }

    /// Appends a field with this value.
    package mutating func field(_ text: String) { field(text.utf8) }

    /// Appends fields as they stand in another file: quoted already and joined by commas.
    package mutating func quotedFields(_ raw: UnsafeRawBufferPointer) {
        separate()
        buffer.append(contentsOf: raw)
    }

    /// Appends a field whose content is escaped already.
    package mutating func escapedField(_ content: UnsafeRawBufferPointer) {
        separate()
        buffer.append(quote)
        buffer.append(contentsOf: content)
        buffer.append(quote)
    }

    /// Ends the record.
    package mutating func endRecord() throws {
        buffer.append(lineFeed)
        isLineEmpty = true
        if buffer.count >= pieceBytes { try flush() }
    }

    /// Hands on what is collected; the last call at the end of the file.
    package mutating func flush() throws {
        guard !buffer.isEmpty else { return }
        try buffer.withUnsafeBytes(sink)
        buffer.removeAll(keepingCapacity: true)
    }

    private mutating func separate() {
        if isLineEmpty { isLineEmpty = false } else { buffer.append(comma) }
    }
}
