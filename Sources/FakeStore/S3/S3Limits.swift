// What S3 bounds.

/// What S3 bounds, by name.
///
/// Sources: "Amazon S3 object overview", "Common request headers".
enum S3Limits {
    /// An object key's length in UTF-8 bytes.
    static let keyBytes = 1_024
    /// The largest single PUT: 5 GiB.
    static let objectBytes: Int64 = 5 << 30
    /// User metadata: the sum of names and values, without the `x-amz-meta-` prefix.
    static let metadataBytes = 2_048
    /// The most entries of one listing page.
    static let listEntries = 1_000
    /// The XML body of a bucket call; AWS's own documents are below 1 KiB.
    static let documentBytes = 64 << 10
    /// The smallest part of a multipart upload but for the last: 5 MiB.
    static let partBytes: Int64 = 5 << 20
    /// The document that names the parts of an upload: 10,000 of them with checksums fit.
    static let partListBytes = 8 << 20
}
