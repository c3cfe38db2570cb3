// The query of an admin request: known names only, each once.

import HTTP
import Spelling

/// The decoded parameters of a query.
struct AdminQuery {
    private var values: [String: String] = [:]

    init(_ rawQuery: ArraySlice<UInt8>?, known: [String]) throws(AdminError) {
        for pair in (rawQuery ?? []).split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(
                separator: UInt8(ascii: "="),
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            guard let name = AdminQuery.text(parts[0]),
                let value = AdminQuery.text(parts.count == 2 ? parts[1] : [])
            else { throw AdminError(400, "the query is not percent-encoded UTF-8") }
            guard known.contains(name) else {
                let suggestion = Spelling.suggestion(for: name, among: known)
                throw AdminError(400, "unknown parameter `\(name)`\(suggestion)", path: name)
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw AdminError(400, "the parameter `\(name)` is there twice", path: name)
            }
        }
    }

    private static func text(_ encoded: ArraySlice<UInt8>) -> String? {
        guard let bytes = PercentEncoding.decode(encoded, plusIsSpace: true) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    subscript(name: String) -> String? { values[name] }

    /// A parameter that is `true` or `false`.
    func flag(_ name: String) throws(AdminError) -> Bool? {
        switch values[name] {
        case nil: return nil
        case "true": return true
        case "false": return false
        case let text?:
            throw AdminError(400, "expected true or false, met `\(text)`", path: name)
        }
    }

    /// A whole number of a range.
    func number(_ name: String, in range: ClosedRange<Int>) throws(AdminError) -> Int? {
        guard let text = values[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw AdminError(
                400,
                "expected a whole number from \(range.lowerBound) to \(range.upperBound), "
                    + "met `\(text)`",
                path: name
            )
        }
        return number
    }
}
