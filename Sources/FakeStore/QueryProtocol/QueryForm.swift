// The parameters of a call in AWS's query protocol: a form, in which lists and structures are spelled by
// names with dots [documented: Smithy, "AWS query protocol"].

import HTTP

/// The decoded parameters of a call.
package struct QueryForm: Sendable {
    private let items: [(name: String, value: String)]

    /// Reads `Action=AssumeRole&Tags.member.1.Key=a`, or nil when it is not percent-encoded UTF-8.
    package init?(_ texts: ArraySlice<UInt8>...) {
        var items: [(name: String, value: String)] = []
        for text in texts {
            for part in text.split(separator: UInt8(ascii: "&")) {
                let end = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
                let value = end == part.endIndex ? [] : part[(end + 1)...]
                guard let name = QueryForm.decode(part[..<end]),
                    let value = QueryForm.decode(value)
                else { return nil }
                items.append((name, value))
            }
        }
        self.items = items
    }

    private static func decode(_ bytes: ArraySlice<UInt8>) -> String? {
        PercentEncoding.decode(bytes, plusIsSpace: true).flatMap {
            String(validating: $0, as: UTF8.self)
        }
    }

    /// The value of a parameter, or nil when it is not there.
    package subscript(name: String) -> String? { items.first { $0.name == name }?.value }

    /// The names, in order.
    package var names: [String] { items.map(\.name) }

    /// The values of a list, sent as `ActionNames.member.1`, `ActionNames.member.2` and so on.
    package func list(_ name: String) -> [String] {
        var values: [String] = []
        while let value = self["\(name).member.\(values.count + 1)"] { values.append(value) }
        return values
    }

    /// The structures of a list as forms of their own, sent as `Tags.member.1.Key` and so on.
    package func structures(_ name: String) -> [QueryForm] {
        var structures: [QueryForm] = []
        while true {
            let prefix = "\(name).member.\(structures.count + 1)."
            let members = items.filter { $0.name.hasPrefix(prefix) }
                .map { (name: String($0.name.dropFirst(prefix.count)), value: $0.value) }
            guard !members.isEmpty else { return structures }
            structures.append(QueryForm(items: members))
        }
    }

    /// No parameters.
    package static let empty = QueryForm(items: [])

    private init(items: [(name: String, value: String)]) { self.items = items }
}
