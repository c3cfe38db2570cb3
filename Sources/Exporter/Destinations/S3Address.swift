// Which host and path reach an object: virtual-host style where the host name can carry a bucket, path
// style where it can't.

import Transfer

/// Where one bucket of S3 (or of something that speaks its language) is reached.
package struct S3Address: Equatable, Sendable {
    package let bucket: String
    package let region: String
    /// The origin with the bucket in the host name, or without it.
    package let origin: String
    /// Whether the path starts with the bucket.
    package let isPathStyle: Bool

    /// Works out the address; `endpoint` is nil for AWS itself.
    ///
    /// Path style is used for an IP address or `localhost`, which have no subdomains, and over TLS for
    /// a bucket with dots, which AWS's certificates (`*.s3.amazonaws.com`) don't cover.
    package init(bucket: String, region: String, endpoint: String?) {
        self.bucket = bucket
        self.region = region
        var base = endpoint ?? AWSEndpoint.url(of: "s3", region: region)
        while base.hasSuffix("/") { base.removeLast() }
        let parts = base.split(separator: ":", maxSplits: 1)
        let scheme = parts.first.map(String.init) ?? "https"
        let authority = parts.count == 2 ? String(parts[1].drop { $0 == "/" }) : base
        let host = S3Address.host(of: authority)
        isPathStyle =
            host == "localhost" || S3Address.isIPAddress(host) || authority.contains("/")
            || (scheme == "https" && bucket.contains("."))
        origin = isPathStyle ? base : "\(scheme)://\(bucket).\(authority)"
    }

    /// The URL of a key.
    package func url(of key: String, query: [(name: String, value: String)] = []) -> TransferURL {
        TransferURL(
            origin: origin,
            path: isPathStyle ? "/\(bucket)/\(key)" : "/\(key)",
            query: query
        )
    }

    /// Whether requests travel without TLS.
    package var isPlain: Bool { origin.hasPrefix("http:") }

    private static func host(of authority: String) -> String {
        if authority.hasPrefix("[") { return String(authority.prefix { $0 != "]" }) }
        return String(authority.prefix { $0 != ":" && $0 != "/" })
    }

    private static func isIPAddress(_ host: String) -> Bool {
        host.hasPrefix("[") || host.allSatisfy { $0.isNumber || $0 == "." }
    }
}
