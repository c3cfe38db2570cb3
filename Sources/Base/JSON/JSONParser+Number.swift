// Numbers: RFC 8259 section 6. They are checked and kept as text; nobody here rounds anything.

extension JSONParser {
    /// Reads a number; a digit or `-` comes next.
    mutating func number() throws(JSONError) -> String {
        let start = index
        let place = here
        _ = take(UInt8(ascii: "-"))
        let integer = index
        guard digits() else {
            throw failure("expected a digit after `-`, met \(met())", at: here)
        }
        if bytes[integer] == UInt8(ascii: "0"), index > integer + 1 {
            let text = String(decoding: bytes[start..<index], as: UTF8.self)
            throw failure(
                "the number `\(text)` starts with 0: an id or account number needs quotes, `\"\(text)\"`",
                at: place
            )
        }
        if take(UInt8(ascii: ".")), !digits() {
            throw failure("expected a digit after the decimal point, met \(met())", at: here)
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            _ = take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))
            guard digits() else {
                throw failure("expected a digit in the exponent, met \(met())", at: here)
            }
        }
        guard index == bytes.count || !bytes[index].isWordByte && bytes[index] != UInt8(ascii: ".")
        else {
            let text = String(decoding: bytes[start..<index], as: UTF8.self)
            throw failure("expected the end of the number `\(text)`, met \(met())", at: here)
        }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    /// Moves over digits; false when there is none.
    private mutating func digits() -> Bool {
        let start = index
        while index < bytes.count, bytes[index] >= UInt8(ascii: "0"),
            bytes[index] <= UInt8(ascii: "9")
        {
            index += 1
        }
        return index > start
    }
}
