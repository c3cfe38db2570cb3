// Header fields on their way into the journal: what is secret is left out before it is kept, so
// that no way of reading the journal can show it.

import HTTP

/// The form of header fields in a record: a count, and each name with its value.
enum RedactedFields {
    /// What stands in place of a secret.
    private static let mask: StaticString = "***"

    /// What the fields take at most.
    static func sizeBound(of fields: HeaderFields) -> Int {
        // The mask may be longer than the value it replaces.
        2 + fields.count * (8 + mask.utf8CodeUnitCount) + fields.bytes.count
    }

    /// Writes the fields, without their secrets.
    static func encode(_ fields: HeaderFields, into encoder: inout RecordEncoder) {
        encoder.append(UInt16(fields.count))
        fields.bytes.withUnsafeBytes { bytes in
            for index in 0..<fields.count {
                let name = UnsafeRawBufferPointer(rebasing: bytes[fields.nameRange(at: index)])
                let value = UnsafeRawBufferPointer(rebasing: bytes[fields.valueRange(at: index)])
                encoder.append(name)
                switch secrecy(of: name) {
                case .open: encoder.append(value)
                case .secret: encoder.append(masked)
                case .authorization:
                    let open = openCount(ofAuthorization: value)
                    encoder.append(UnsafeRawBufferPointer(rebasing: value[..<open]), masked)
                }
            }
        }
    }

    static func decode(_ decoder: inout RecordDecoder) -> HeaderFields {
        var fields = HeaderFields()
        for _ in 0..<decoder.integer(UInt16.self) {
            let name = decoder.text()
            fields.add(name, decoder.text())
        }
        return fields
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

    private static var masked: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: mask.utf8Start, count: mask.utf8CodeUnitCount)
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
