// Header fields on their way into the journal: what is secret is overwritten before it is kept, so
// that no way of reading the journal can show it. The lines are copied as they stand in the head, in one
// piece, with the places of names and values.

import HTTP

/// The form of header fields in a record: the number of lines, the places of each, which of them hold
/// secrets, and the bytes.
enum RedactedFields {
    /// What stands in place of a secret.
    private static let mask = "***"

    /// What the fields take at most.
    static func sizeBound(of fields: borrowing HeaderFields) -> Int {
        2 + fields.slices.count * (8 + 2) + 4 + fields.bytes.count
    }

    /// Writes the fields, without their secrets.
    static func encode(_ fields: borrowing HeaderFields, into encoder: inout RecordEncoder) {
        encoder.append(UInt16(fields.slices.count))
        fields.slices.withUnsafeBytes { encoder.appendRaw($0) }
        // How many bytes of a value are kept, or all; known when the bytes have been looked at.
        let kept = encoder.appendRoom(2 * fields.slices.count)
        let (start, end) = range(of: fields)
        fields.bytes.withUnsafeBytes {
            encoder.append(UnsafeRawBufferPointer(rebasing: $0[start..<end]))
        }
        let copy = encoder.last(end - start)
        for (index, slice) in fields.slices.enumerated() {
            let name = part(copy, Int(slice.nameStart) - start, slice.nameCount)
            let value = part(copy, Int(slice.valueStart) - start, slice.valueCount)
            let open = openCount(of: UnsafeRawBufferPointer(name), UnsafeRawBufferPointer(value))
            kept.storeBytes(of: open ?? all, toByteOffset: 2 * index, as: UInt16.self)
            guard let open else { continue }
            for place in Int(open)..<value.count { value[place] = UInt8(ascii: "*") }
        }
    }

    static func decode(_ decoder: inout RecordDecoder) -> HeaderFields {
        let count = Int(decoder.integer(UInt16.self))
        let places = (0..<4 * count).map { _ in Int(decoder.integer(UInt16.self)) }
        let kept = (0..<count).map { _ in decoder.integer(UInt16.self) }
        let bytes = decoder.byteString()
        let start = places.first ?? 0
        var fields = HeaderFields()
        for index in 0..<count {
            func text(_ place: Int, _ count: Int) -> String {
                String(decoding: bytes[place - start..<place - start + count], as: UTF8.self)
            }
            let name = text(places[4 * index], places[4 * index + 1])
            let (value, valueCount) = (places[4 * index + 2], places[4 * index + 3])
            fields.add(
                name,
                kept[index] == all
                    ? text(value, valueCount) : text(value, Int(kept[index])) + mask
            )
        }
        return fields
    }

    private static let all = UInt16.max

    /// Where the lines lie, without what stands before the first.
    private static func range(of fields: borrowing HeaderFields) -> (start: Int, end: Int) {
        let count = fields.slices.count
        guard count > 0 else { return (0, 0) }
        let last = fields.slices[count - 1]
        return (Int(fields.slices[0].nameStart), Int(last.valueStart) + Int(last.valueCount))
    }

    @inline(__always)
    private static func part(
        _ bytes: UnsafeMutableRawBufferPointer,
        _ start: Int,
        _ count: UInt16
    ) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + Int(count)])
    }

    /// How many bytes of a value may be seen; nil for all of them.
    @inline(__always)
    private static func openCount(
        of name: UnsafeRawBufferPointer,
        _ value: UnsafeRawBufferPointer
    ) -> UInt16? {
        switch secrecy(of: name) {
        case .open: nil
        case .secret: 0
        case .authorization: UInt16(openCount(ofAuthorization: value))
        }
    }

    private enum Secrecy { case open, secret, authorization }

    /// Finds the fields that hold what nobody else may use.
    ///
    /// 1. `Authorization`: the signature; who signed, and what, stays visible.
    /// 2. Session tokens.
    /// 3. Keys of customers' own encryption, also those of a copy's source. Their MD5 is no secret.
    /// 4. Cookies and proxy credentials, which have no business here but may be sent.
    private static func secrecy(of name: UnsafeRawBufferPointer) -> Secrecy {
        switch name.count {
        case 6: secret(name, "cookie")
        case 13: isEqual(name, "authorization") ? .authorization : .open
        case 19: secret(name, "proxy-authorization")
        case 20: secret(name, "x-amz-security-token")
        case 21: secret(name, "x-goog-encryption-key")
        case 33: secret(name, "x-goog-copy-source-encryption-key")
        case 41: secret(name, "x-amz-server-side-encryption-customer-key")
        case 53: secret(name, "x-amz-copy-source-server-side-encryption-customer-key")
        default: .open
        }
    }

    private static func secret(_ name: UnsafeRawBufferPointer, _ wanted: StaticString) -> Secrecy {
        isEqual(name, wanted) ? .secret : .open
    }

    /// Compares without regard to case; `wanted` is in lower case and as long.
    private static func isEqual(_ name: UnsafeRawBufferPointer, _ wanted: StaticString) -> Bool {
        for index in 0..<name.count where lowercased(name[index]) != wanted.utf8Start[index] {
            return false
        }
        return true
    }

    @inline(__always)
    private static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }

    /// How many bytes of an Authorization value may be seen: up to `Signature=`, or of a value in
    /// any other form the scheme's name.
    private static func openCount(ofAuthorization value: UnsafeRawBufferPointer) -> Int {
        let mark: StaticString = "Signature="
        let markCount = mark.utf8CodeUnitCount
        // Nearly always it comes last, with 64 digits; else it is looked for from the start.
        let usual = value.count - 64 - markCount
        if usual >= 0, holds(value, mark, at: usual) { return usual + markCount }
        var start = 0
        while start + markCount <= value.count {
            if holds(value, mark, at: start) { return start + markCount }
            start += 1
        }
        return value.firstIndex(of: UInt8(ascii: " ")).map { $0 + 1 } ?? 0
    }

    private static func holds(
        _ value: UnsafeRawBufferPointer,
        _ text: StaticString,
        at start: Int
    ) -> Bool {
        for index in 0..<text.utf8CodeUnitCount
        where value[start + index] != text.utf8Start[index] { return false }
        return true
    }
}
