import CSV
import Glibc
import Testing

/// The same format read one byte after the other: nil where it is broken.
private func slowly(_ text: [UInt8]) -> [[[UInt8]]]? {
    let quote = UInt8(ascii: "\"")
    var records: [[[UInt8]]] = []
    var fields: [[UInt8]] = []
    var index = 0
    func at(_ offset: Int) -> UInt8? { index + offset < text.count ? text[index + offset] : nil }
    while index < text.count {
        let start = index
        var field: [UInt8] = []
        if at(0) == quote {
            index += 1
            while true {
                guard let byte = at(0) else { return nil }
                index += 1
                if byte != quote {
                    field.append(byte)
                } else if at(0) == quote {
                    field.append(quote)
                    index += 1
                } else {
                    break
                }
            }
        } else {
            while let byte = at(0), !Array(",\n\r\"".utf8).contains(byte) {
                field.append(byte)
                index += 1
            }
        }
        fields.append(field)
        switch at(0) {
        case UInt8(ascii: ","):
            index += 1
            // A comma at the very end begins one more, empty field.
            if index == text.count { fields.append([]) }
            continue
        case UInt8(ascii: "\n"): index += 1
        case UInt8(ascii: "\r") where at(1) == UInt8(ascii: "\n"): index += 2
        case nil: break
        default: return nil
        }
        let isEmptyLine = fields == [[]] && start < text.count && text[start] != quote
        if !isEmptyLine { records.append(fields) }
        fields = []
    }
    if !fields.isEmpty { records.append(fields) }
    return records
}

/// SplitMix64: the same texts every time.
private struct Numbers: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

@Test func readsRandomTextsAsASlowReaderDoes() {
    let pieces = [
        "a", ",", "\"", "\n", "\r\n", "\"\"", "\",\"", "\"\n\"", "\r", "12345678", "é", "#\u{A2}",
        "\"a\"", "\"b,\n\"",
    ]
    let isLong = getenv("TEST_COUNTS").map { String(cString: $0) } == "long"
    var numbers = Numbers(state: 1)
    var wellFormed = 0
    for _ in 0..<(isLong ? 300_000 : 5_000) {
        let count = Int.random(in: 0...14, using: &numbers)
        let text = (0..<count).map { _ in pieces.randomElement(using: &numbers) ?? "" }.joined()
        var rest = Array(text.utf8)[...]
        let chunkBytes = Int.random(in: 1...9, using: &numbers)
        let reader = CSVReader(name: "a", limits: .init(bufferBytes: 16)) { buffer in
            let count = min(buffer.count, rest.count, chunkBytes)
            buffer.copyBytes(from: rest.prefix(count))
            rest = rest.dropFirst(count)
            return count
        }
        var records: [[[UInt8]]]? = []
        do {
            while try reader.next() {
                let record = reader.record
                records?.append((0..<record.count).map { record.value($0) })
            }
        } catch {
            records = nil
        }
        #expect(records == slowly(Array(text.utf8)), "\(text.debugDescription)")
        if records != nil { wellFormed += 1 }
    }
    // Both outcomes must have been tried.
    #expect(wellFormed > 500)
}
