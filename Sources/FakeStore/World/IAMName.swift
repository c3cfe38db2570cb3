// The rules for names and paths in IAM [documented: "IAM and AWS STS quotas, name requirements, and
// character limits"].

/// What entities of IAM may be called.
package enum IAMName {
    /// Whether it is 1 to `limit` letters, digits or `+=,.@-_`.
    package static func isName(_ text: String, limit: Int) -> Bool {
        (1...limit).contains(text.utf8.count) && text.utf8.allSatisfy(isNameByte)
    }

    /// Whether it begins and ends with a slash and holds printable ASCII only.
    package static func isPath(_ text: String) -> Bool {
        text.utf8.count <= 512 && text.hasPrefix("/") && text.hasSuffix("/")
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// Whether it is one of `[\w+=,.@-]`.
    package static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "="),
            UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: "@"), UInt8(ascii: "-"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
