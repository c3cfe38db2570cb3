// The query of a request as S3 reads it: names and values decoded, in order.

import HTTP

/// The decoded parameters of a query string.
struct Query {
    private let items: [(name: String, value: String)]

    /// No parameters; costs nothing.
    static let empty = Query(items: [])

    private init(items: [(name: String, value: String)]) { self.items = items }

    /// Reads `a=1&b&c=`; a `+` is a space as in forms, which is what the SDKs' `%20` also gives [inferred].
    ///
    /// - Throws: `InvalidURI` when a name or value is not percent-encoded UTF-8.
    init(_ raw: ArraySlice<UInt8>) throws(S3Error) {
        var items: [(name: String, value: String)] = []
        for part in raw.split(separator: UInt8(ascii: "&")) {
            let end = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            let name = try Query.decode(part[..<end])
            let value = end == part.endIndex ? "" : try Query.decode(part[(end + 1)...])
            items.append((name, value))
        }
        self.items = items
    }

    private static func decode(_ bytes: ArraySlice<UInt8>) throws(S3Error) -> String {
        guard let decoded = PercentEncoding.decode(bytes, plusIsSpace: true),
            let text = String(validating: decoded, as: UTF8.self)
        else { throw .invalidURI }
        return text
    }

    var isEmpty: Bool { items.isEmpty }

    /// The first value of a parameter, or nil when it is not there.
    subscript(name: String) -> String? { items.first { $0.name == name }?.value }

    /// Whether a parameter is there, with or without a value.
    func has(_ name: String) -> Bool { items.contains { $0.name == name } }

    /// The parameters, in order.
    var pairs: [(name: String, value: String)] { items }

    /// The names, in order.
    var names: [String] { items.map(\.name) }
}
