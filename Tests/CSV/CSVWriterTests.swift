import CSV
import Testing

private func written(_ body: (inout CSVWriter) throws -> Void) rethrows -> String {
    var bytes: [UInt8] = []
    try withoutActuallyEscaping({ (piece: UnsafeRawBufferPointer) in bytes += piece }) { sink in
        var writer = CSVWriter(pieceBytes: 8, sink: sink)
        try body(&writer)
        try? writer.flush()
    }
    return String(decoding: bytes, as: UTF8.self)
}

@Test func quotesEveryFieldAndDoublesQuotes() throws {
    let text = try written { writer in
        writer.field("a")
        writer.field("say \"hi\", twice\n")
        writer.field("")
        try writer.endRecord()
        writer.field("b")
        try writer.endRecord()
    }
    #expect(text == "\"a\",\"say \"\"hi\"\", twice\n\",\"\"\n\"b\"\n")
}

@Test func copiesFieldsAsTheyStand() throws {
    let text = try written { writer in
        Array("\"x\",\"y\"\"\"".utf8).withUnsafeBytes { writer.quotedFields($0) }
        Array("z\"\"".utf8).withUnsafeBytes { writer.escapedField($0) }
        try writer.endRecord()
    }
    #expect(text == "\"x\",\"y\"\"\",\"z\"\"\"\n")
}
