import CSV
import Testing

/// Reads a text whose source gives so many bytes at once; ends with the error's text if there is one.
private func read(
    _ text: String,
    bufferBytes: Int = 64,
    chunkBytes: Int = 1_000,
    recordBytes: Int = 4_096,
    fields: Int = 100
) -> [[String]] {
    var rest = Array(text.utf8)[...]
    let limits = CSVReader.Limits(
        recordBytes: recordBytes,
        fields: fields,
        bufferBytes: bufferBytes
    )
    let reader = CSVReader(name: "a.csv", limits: limits) { buffer in
        let count = min(buffer.count, rest.count, chunkBytes)
        buffer.copyBytes(from: rest.prefix(count))
        rest = rest.dropFirst(count)
        return count
    }
    var records: [[String]] = []
    do {
        while try reader.next() {
            let record = reader.record
            records.append((0..<record.count).map { record.text($0) })
        }
    } catch {
        records.append(["\(error)"])
    }
    return records
}

@Test(arguments: [
    ("a,b\nc,d\n", [["a", "b"], ["c", "d"]]),
    ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
    ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
    ("\"a\",\"b\"\n", [["a", "b"]]),
    ("\"a\",\"b\"", [["a", "b"]]),
    ("\"a,b\",\"c\nd\",\"e\r\nf\"\n", [["a,b", "c\nd", "e\r\nf"]]),
    ("\"say \"\"hello\"\"\",\"\"\"\"\n", [["say \"hello\"", "\""]]),
    ("\"\",\"\"\n,\n", [["", ""], ["", ""]]),
    ("\"\"\n", [[""]]),
    ("a,\n,b\n", [["a", ""], ["", "b"]]),
    ("\na\n\n\nb\n\n", [["a"], ["b"]]),
    ("\u{FEFF}a,b\n", [["a", "b"]]),
    ("日本語,\"München\"\n", [["日本語", "München"]]),
    ("a;b|c\t,'x'\n", [["a;b|c\t", "'x'"]]),
    ("", []),
    ("one field without an end", [["one field without an end"]]),
])
func readsRecords(_ text: String, _ records: [[String]]) {
    #expect(read(text) == records)
}

@Test func givesTheSameRecordsAtEverySplit() {
    let text = """
        "InvoiceID","note",plain\r
        "1","two
        lines, ""quoted"" and a comma",x
        2,"",""
        "3","\(String(repeating: "long ", count: 40))","\"\""
        ,,
        """
    let whole = read(text, bufferBytes: 4_096)
    #expect(whole.count == 5)
    #expect(whole[1] == ["1", "two\nlines, \"quoted\" and a comma", "x"])
    #expect(whole[4] == ["", "", ""])
    for bufferBytes in 16...260 {
        for chunkBytes in [1, 2, 3, 7, 8, 9, 64, 1_000] {
            #expect(read(text, bufferBytes: bufferBytes, chunkBytes: chunkBytes) == whole)
        }
    }
}

@Test func findsTheEndOfFieldsOfEveryLength() {
    // Around the eight bytes that the scan looks at together.
    for length in 0...40 {
        let word = String(repeating: "x", count: length)
        let record = ["first", word, "last"]
        #expect(read("first,\(word),last\n") == [record])
        #expect(read("\"first\",\"\(word)\",\"last\"\n") == [record])
        #expect(read("\"\(word)\"\"\",\(word)\n") == [[word + "\"", word]])
        // 0x23 and 0xA2 differ from a quote in one bit.
        let near = String(repeating: "#", count: length) + "\u{A2}"
        #expect(read("\"\(near)\",a\n") == [[near, "a"]])
    }
}

@Test(arguments: [
    (
        "a,b\n\"c\"d,e\n",
        "a.csv:2:4: expected a comma or the line's end after the closing quote; "
            + "a quote inside a field is doubled"
    ),
    (
        "a,b\nc,d\"e\n",
        "a.csv:2:4: a quote inside an unquoted field; quote the field and double the quote"
    ),
    ("a,\"b\nc", "a.csv:1:3: the quoted field that opens here is not closed before the file ends"),
    (
        "a\n\"x\ny\",\"b",
        "a.csv:3:4: the quoted field that opens here is not closed before the file ends"
    ),
    ("é,b\rc\n", "a.csv:1:4: a carriage return without a line feed outside quotes"),
    ("a\r", "a.csv:1:2: a carriage return without a line feed outside quotes"),
    (
        "日本,\"x\"y\n",
        "a.csv:1:7: expected a comma or the line's end after the closing quote; "
            + "a quote inside a field is doubled"
    ),
])
func saysWhereItIsWrong(_ text: String, _ message: String) {
    for bufferBytes in [16, 17, 64, 4_096] {
        #expect(read(text, bufferBytes: bufferBytes).last == [message])
    }
}

@Test func refusesTheFirstRecordThatIsTooLong() {
    let fits = String(repeating: "x", count: 99) + "\n"
    #expect(read(fits, recordBytes: 100) == [[String(fits.dropLast())]])
    let tooLong = "x" + fits
    #expect(
        read("a\n" + tooLong, recordBytes: 100).last
            == ["a.csv:2:1: the record is longer than 100 bytes; is a closing quote missing?"]
    )
    let open = "\"" + String(repeating: "y\n", count: 200)
    #expect(
        read(open, bufferBytes: 16, recordBytes: 100)
            == [["a.csv:1:1: the record is longer than 100 bytes; is a closing quote missing?"]]
    )
}

@Test func refusesTheFirstFieldThatIsTooMuch() {
    let fields = [String](repeating: "", count: 100)
    #expect(read(fields.joined(separator: ",") + "\n") == [fields])
    #expect(
        read((fields + [""]).joined(separator: ",") + "\n").last
            == ["a.csv:1:101: the record has more than 100 fields"]
    )
}

@Test func passesOnWhatTheSourceThrows() {
    struct Broken: Error {}
    let reader = CSVReader(name: "a") { _ in throw Broken() }
    #expect(throws: Broken.self) { try reader.next() }
}

@Test func givesTheBytesOfTheFile() throws {
    var text = Array("\"a\"\"b\",c,\"d\"\r\n".utf8)[...]
    let reader = CSVReader(name: "a") { buffer in
        let count = text.count
        buffer.copyBytes(from: text)
        text = []
        return count
    }
    #expect(try reader.next())
    let record = reader.record
    #expect(Array(record.raw) == Array("\"a\"\"b\",c,\"d\"".utf8))
    #expect(Array(record.raw(1...2)) == Array("c,\"d\"".utf8))
    #expect(Array(record.raw(0...0)) == Array("\"a\"\"b\"".utf8))
    #expect(Array(record[0]) == Array("a\"\"b".utf8))
    #expect(record.value(0) == Array("a\"b".utf8))
    #expect(!record.isFullyQuoted)
    #expect(record.position(of: 1) == (1, 8))
    #expect(try !reader.next())
    #expect(reader.position == (2, 1))
}

@Test func countsLinesInsideQuotes() throws {
    let lines = (0..<5_000).map { "\"\($0)\n\",x\n" }.joined()
    var rest = Array(lines.utf8)[...]
    let reader = CSVReader(name: "a", limits: .init(bufferBytes: 1_000)) { buffer in
        let count = min(buffer.count, rest.count)
        buffer.copyBytes(from: rest.prefix(count))
        rest = rest.dropFirst(count)
        return count
    }
    for number in 0..<5_000 {
        #expect(try reader.next())
        if number % 499 == 0 {
            #expect(reader.record.position == (number * 2 + 1, 1))
            #expect(reader.record.number == number + 1)
        }
    }
}

@Test func countsTheLinesOfAnyText() throws {
    // Long runs of line feeds, and bytes that differ from one in a bit, on every alignment.
    for length in [0, 1, 7, 8, 9, 2_039, 2_040, 2_041, 5_000] {
        let text =
            String(repeating: "\n", count: length)
            + String(repeating: "\u{B}\u{8}*J", count: length) + "\r"
        #expect(
            read(text, bufferBytes: 64, recordBytes: 30_000).last?[0].hasPrefix(
                "a.csv:\(length + 1):"
            ) == true
        )
    }
}
