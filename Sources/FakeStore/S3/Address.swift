// What a request is about: the service, a bucket or an object, from its Host and path.

import HTTP

/// The thing a request addresses, with the path percent-decoded exactly once.
enum Address: Equatable {
    case service
    case bucket(String)
    case object(bucket: String, key: [UInt8])

    /// Reads the address from a head.
    ///
    /// Virtual-host style is `BUCKET.localhost` and `BUCKET.s3.localhost`
    /// [documented: "Virtual hosting of general purpose buckets"; the domain is ours]; any other host is
    /// path style. A key is taken as it stands: `//`, `.` and `..` in it are parts of its name, as in S3.
    ///
    /// - Throws: `InvalidURI` when the path is not percent-encoded UTF-8, `KeyTooLongError`.
    init(host: ArraySlice<UInt8>, rawPath: ArraySlice<UInt8>) throws(S3Error) {
        var rest = rawPath
        // Most paths are as they stand.
        if !PercentEncoding.isPlain(rawPath.span) {
            guard let path = PercentEncoding.decode(rawPath), isUTF8(path) else {
                throw .invalidURI
            }
            rest = path[...]
        }
        if rest.first == UInt8(ascii: "/") { rest = rest.dropFirst() }
        let bucket: String
        if let named = Address.virtualHostBucket(host) {
            bucket = named
        } else {
            guard !rest.isEmpty else {
                self = .service
                return
            }
            let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
            bucket = String(decoding: rest[..<end], as: UTF8.self)
            rest = end == rest.endIndex ? [] : rest[(end + 1)...]
        }
        if rest.isEmpty {
            self = .bucket(bucket)
        } else {
            guard rest.count <= S3Limits.keyBytes else { throw .keyTooLong(sizeBytes: rest.count) }
            self = .object(bucket: bucket, key: Array(rest))
        }
    }

    /// The bucket a Host field names, or nil when it names none.
    static func virtualHostBucket(_ host: ArraySlice<UInt8>) -> String? {
        let domain: StaticString = ".localhost"
        guard host.last == UInt8(ascii: "t") || host.last == UInt8(ascii: "T"),
            host.count > domain.utf8CodeUnitCount,
            host.suffix(domain.utf8CodeUnitCount).isEqual(to: domain)
        else { return nil }
        var name = host.dropLast(domain.utf8CodeUnitCount)
        if name.suffix(3).isEqual(to: ".s3") { name = name.dropLast(3) }
        return name.isEqual(to: "s3") ? nil : String(decoding: name, as: UTF8.self)
    }
}

/// Whether the bytes are well-formed UTF-8.
func isUTF8(_ bytes: [UInt8]) -> Bool {
    if bytes.allSatisfy({ $0 < 0x80 }) { return true }
    return String(validating: bytes, as: UTF8.self) != nil
}
