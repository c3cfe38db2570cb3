// The name of a snapshot, which is also a part of its folder's name.

/// A checked name: 1 to 64 letters, digits, `-`, `_` and `.`, of which the first is no `.`.
package struct SnapshotName: Hashable, Sendable, CustomStringConvertible {
    /// A text that is no name, in words.
    package struct Invalid: Error, CustomStringConvertible {
        package let description: String
    }

    package let description: String

    package init(_ text: String) throws(Invalid) {
        let isName =
            (1...64).contains(text.utf8.count) && !text.hasPrefix(".")
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                    UInt8(ascii: "."):
                    true
                default: false
                }
            }
        guard isName else {
            throw Invalid(
                description:
                    "`\(text)` is no name of a snapshot: it must have 1 to 64 letters, digits, "
                    + "`-`, `_` or `.`, and not begin with `.`"
            )
        }
        description = text
    }
}
