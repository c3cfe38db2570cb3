// What the listings share: the page size, the continuation token, and the encoding of keys.

import Digest
import HTTP
import Platform

/// The opaque token with which a listing goes on: the last key or prefix of the page before.
enum ContinuationToken {
    /// Tells our tokens from anything else a client may send; the version allows another form later.
    private static let mark: [UInt8] = [0x46, 0x53, 0x01]

    static func encode(after last: [UInt8]) -> String { Base64.encode(mark + last) }

    /// The key after which the listing goes on.
    static func decode(_ token: String) throws(S3Error) -> [UInt8] {
        guard let bytes = Base64.decode(token), bytes.starts(with: mark) else {
            throw .invalidArgument(
                "The continuation token provided is incorrect",
                name: "continuation-token",
                value: token
            )
        }
        return Array(bytes.dropFirst(mark.count))
    }
}

/// How a listing writes keys.
enum ListingEncoding {
    case plain
    /// Percent-encoded as S3 does with `encoding-type=url`: `/` and unreserved characters stay, a space
    /// becomes `+` [recorded; botocore decodes it so].
    case url

    init(_ value: String?) throws(S3Error) {
        switch value {
        case nil: self = .plain
        case "url"?: self = .url
        case let other?:
            throw .invalidArgument(
                "Invalid Encoding Method specified in Request",
                name: "encoding-type",
                value: other
            )
        }
    }

    func text(_ key: [UInt8]) -> String {
        switch self {
        case .plain: return String(decoding: key, as: UTF8.self)
        case .url:
            var text: [UInt8] = []
            text.reserveCapacity(key.count + 16)
            for byte in key {
                switch byte {
                case _ where ListingEncoding.isUnreserved(byte): text.append(byte)
                case UInt8(ascii: " "): text.append(UInt8(ascii: "+"))
                default:
                    text.append(UInt8(ascii: "%"))
                    text.append(hexDigit(byte >> 4))
                    text.append(hexDigit(byte & 15))
                }
            }
            return String(decoding: text, as: UTF8.self)
        }
    }

    /// Whether a byte stays as it is in a key that is percent-encoded.
    static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "*"), UInt8(ascii: "/"):
            true
        default: false
        }
    }

    private func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}

/// The page size a client asks for.
enum PageSize {
    /// Reads a count, `limit` when there is none, and never more than `limit`.
    static func parse(_ value: String?, name: String, limit: Int) throws(S3Error) -> Int {
        guard let value, !value.isEmpty else { return limit }
        guard let count = value.utf8.decimalValue, count <= Int(Int32.max) else {
            throw .invalidArgument(
                "Provided \(name) not an integer or within integer range",
                name: name,
                value: value
            )
        }
        return min(count, limit)
    }
}
