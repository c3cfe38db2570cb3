// What a resource pattern can reach in one bucket: the bucket, its objects, both or nothing.

/// Questions about resource patterns and buckets.
enum S3Resource {
    /// Whether the pattern covers the bucket itself.
    static func reachesBucket(_ bucket: String, _ pattern: ResourcePattern) -> Bool {
        if pattern.hasVariables, let tail = tail(of: pattern) {
            // A variable may insert anything.
            return bucket.hasPrefix(tail.prefix { $0 != "$" && $0 != "*" && $0 != "?" })
        }
        return pattern.matches("arn:aws:s3:::\(bucket)".utf8.span)
    }

    /// Whether the pattern can cover an object of the bucket.
    static func reachesObjects(of bucket: String, _ pattern: ResourcePattern) -> Bool {
        guard pattern.text != "*" else { return true }
        guard let tail = tail(of: pattern),
            let end = tail.utf8.firstIndex(where: {
                isSlashOrWildcard($0) || pattern.hasVariables && $0 == UInt8(ascii: "$")
            })
        else { return false }
        // Up to the first `/` or wildcard, the pattern must begin like an object's `bucket/`.
        let head = tail[..<end]
        return tail.utf8[end] == UInt8(ascii: "/") ? head == bucket : bucket.hasPrefix(head)
    }

    /// Whether S3 takes the pattern in the policy of the bucket.
    static func isWithin(_ bucket: String, _ pattern: ResourcePattern) -> Bool {
        reachesBucket(bucket, pattern) || reachesObjects(of: bucket, pattern)
    }

    /// The sixth part of an S3 ARN pattern.
    private static func tail(of pattern: ResourcePattern) -> String? {
        let parts = pattern.text.split(
            separator: ":",
            maxSplits: 5,
            omittingEmptySubsequences: false
        )
        guard parts.count == 6, parts[2] == "s3" else { return nil }
        return String(parts[5])
    }

    private static func isSlashOrWildcard(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?")
    }
}
