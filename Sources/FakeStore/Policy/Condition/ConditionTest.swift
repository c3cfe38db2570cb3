// The comparison of one request value with the values of a policy, which were read when the document was.

/// A typed comparison, without its negation.
enum ConditionTest: Sendable {
    case equals([Literal])
    /// The values in lower case.
    case equalsIgnoringCase([Literal])
    case like([Pattern])
    case number(Order, [FixedNumber])
    case date(Order, [PolicyDate])
    case bool([Bool])
    case binary([[UInt8]])
    case address([AddressRange])
    case arn([ARNPattern])
    /// Whether the key must be absent.
    case null([Bool])

    /// How a request's value must stand to a policy's.
    enum Order: Sendable {
        case equal, less, lessOrEqual, greater, greaterOrEqual

        func holds<Value: Comparable>(_ actual: Value, _ wanted: Value) -> Bool {
            switch self {
            case .equal: actual == wanted
            case .less: actual < wanted
            case .lessOrEqual: actual <= wanted
            case .greater: actual > wanted
            case .greaterOrEqual: actual >= wanted
            }
        }
    }

    /// A text in which nothing is a wildcard.
    enum Literal: Sendable {
        case fixed([UInt8])
        case variable(VariableText)
    }

    /// A text with wildcards.
    enum Pattern: Sendable {
        case fixed(Glob)
        case variable(VariableText)
    }

    /// Whether the value is one of those that are wanted.
    ///
    /// What can't be read as a number, date, address or boolean is none of them.
    func accepts(_ value: String, _ request: borrowing AccessRequest) -> Bool {
        switch self {
        case .equals(let wanted):
            for literal in wanted {
                switch literal {
                case .fixed(let bytes): if isSame(bytes, value) { return true }
                case .variable(let text):
                    if let bytes = text.bytes(for: request), isSame(bytes, value) { return true }
                }
            }
            return false
        case .equalsIgnoringCase(let wanted):
            let value = value.lowercased()
            for literal in wanted {
                switch literal {
                case .fixed(let bytes): if isSame(bytes, value) { return true }
                case .variable(let text):
                    guard let bytes = text.bytes(for: request) else { continue }
                    let folded = String(decoding: bytes, as: UTF8.self).lowercased()
                    if isSame(Array(folded.utf8), value) { return true }
                }
            }
            return false
        case .like(let wanted):
            for pattern in wanted {
                switch pattern {
                case .fixed(let glob): if glob.matches(value) { return true }
                case .variable(let text):
                    guard let tokens = text.tokens(for: request) else { continue }
                    if Glob(tokens: tokens, text: "").matches(value) { return true }
                }
            }
            return false
        case .number(let order, let wanted):
            guard let value = FixedNumber(value) else { return false }
            return wanted.contains { order.holds(value, $0) }
        case .date(let order, let wanted):
            guard let value = PolicyDate(value) else { return false }
            return wanted.contains { order.holds(value, $0) }
        case .bool(let wanted):
            guard let value = Bool(condition: value) else { return false }
            return wanted.contains(value)
        case .binary(let wanted):
            // The request's value is binary itself, or written in base64 as the policy's is.
            let bytes = Base64.decoded(value) ?? Array(value.utf8)
            return wanted.contains(bytes)
        case .address(let wanted):
            guard let value = IPAddress(value) else { return false }
            return wanted.contains { $0.contains(value) }
        case .arn(let wanted):
            for pattern in wanted where pattern.matches(value, request) { return true }
            return false
        case .null: preconditionFailure("Null asks for no value")
        }
    }

    /// Byte for byte: to Swift, texts with composed and with decomposed accents are equal.
    private func isSame(_ bytes: [UInt8], _ value: String) -> Bool {
        bytes.count == value.utf8.count && bytes.elementsEqual(value.utf8)
    }
}

extension Bool {
    /// `true` or `false`, whatever the case.
    init?(condition text: String) {
        if equalsIgnoringCase(text, "true") {
            self = true
        } else if equalsIgnoringCase(text, "false") {
            self = false
        } else {
            return nil
        }
    }
}

/// Base64 with its padding (RFC 4648 section 4).
enum Base64 {
    static func decoded(_ text: String) -> [UInt8]? {
        let bytes = Array(text.utf8)
        guard bytes.count.isMultiple(of: 4) else { return nil }
        let padding = bytes.suffix(2).count { $0 == UInt8(ascii: "=") }
        var result: [UInt8] = []
        var (bits, count): (UInt32, Int) = (0, 0)
        for byte in bytes.dropLast(padding) {
            guard let value = value(of: byte) else { return nil }
            bits = bits << 6 | value
            count += 6
            if count >= 8 {
                count -= 8
                result.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return result
    }

    private static func value(of byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a") + 26)
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0") + 52)
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
