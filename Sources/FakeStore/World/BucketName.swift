// The rules for names of buckets [documented: S3 user guide, "General purpose bucket naming rules"].

/// What a bucket may be called.
package enum BucketName {
    /// Why a text is no bucket name, or nil when it is one.
    package static func fault(in name: String) -> String? {
        let bytes = Array(name.utf8)
        guard (3...63).contains(bytes.count) else { return "it must have 3 to 63 characters" }
        let isLetterOrDigit = { (byte: UInt8) in
            byte &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
        }
        guard
            bytes.allSatisfy({
                isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
            })
        else { return "it may hold only lower-case letters, digits, `-` and `.`" }
        guard isLetterOrDigit(bytes[0]), isLetterOrDigit(bytes[bytes.count - 1]) else {
            return "it must begin and end with a letter or digit"
        }
        for (left, right) in zip(bytes, bytes.dropFirst())
        where left == UInt8(ascii: ".") && right == UInt8(ascii: ".") {
            return "two dots can't stand together"
        }
        if isAddress(bytes) { return "it must not look like an IP address" }
        for prefix in ["xn--", "sthree-", "amzn-s3-demo-"] where name.hasPrefix(prefix) {
            return "it must not begin with `\(prefix)`"
        }
        for suffix in ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"]
        where name.hasSuffix(suffix) {
            return "it must not end with `\(suffix)`"
        }
        return nil
    }

    /// Whether it is four groups of digits with dots between them.
    private static func isAddress(_ bytes: [UInt8]) -> Bool {
        let groups = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return groups.count == 4
            && groups.allSatisfy { group in
                (1...3).contains(group.count) && group.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
            }
    }
}
