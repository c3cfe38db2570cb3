// URLs built from their parts, encoded as Signature Version 4 wants to see them.
//
// libcurl 7.88 signs path and query exactly as they stand in the URL, so they must already be in
// canonical form: every byte but the unreserved ones percent-encoded, the query sorted by encoded
// name and value, and a `=` after every name. FakeStore verifies with code of its own on purpose.

/// A URL whose path and query are canonical in the sense of Signature Version 4.
package struct TransferURL: Equatable, Sendable, CustomStringConvertible {
    /// `http://127.0.0.1:9000` or `https://bucket.s3.eu-west-1.amazonaws.com`; no path, no slash at the end.
    package let origin: String
    /// Starts with `/`; percent-encoded.
    package let path: String
    /// Without the question mark; empty when there is none.
    package let query: String

    /// - Parameters:
    ///   - origin: scheme, host and port.
    ///   - path: the decoded path, starting with `/`.
    ///   - query: decoded names and values in any order.
    package init(origin: String, path: String, query: [(name: String, value: String)] = []) {
        self.origin = origin
        self.path = TransferURL.encode(path, keepsSlashes: true)
        self.query =
            query
            .map { (TransferURL.encode($0.name), TransferURL.encode($0.value)) }
            .sorted { $0 < $1 }
            .map { "\($0.0)=\($0.1)" }
            .joined(separator: "&")
    }

    package var description: String { query.isEmpty ? origin + path : "\(origin)\(path)?\(query)" }

    /// Percent-encodes every byte but RFC 3986's unreserved ones, with upper-case digits.
    package static func encode(_ text: String, keepsSlashes: Bool = false) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        encoded.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                encoded.append(byte)
            case UInt8(ascii: "/") where keepsSlashes:
                encoded.append(byte)
            default:
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
