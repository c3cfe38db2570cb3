// `x-amz-copy-source`: which object a copy is made of, who may read it, and on what conditions.

import Cloud
import HTTP
import Platform
import Store

/// The source of a copy.
struct CopySource: Equatable {
    let bucket: String
    let key: [UInt8]

    /// Reads `/bucket/key` or `bucket/key`, percent-encoded.
    ///
    /// A `+` is a space: S3 does not find `c++` unless it is sent as `c%2B%2B` [reported: aws/aws-cli#614,
    /// aws/aws-sdk-php#379, aws/aws-sdk-js#1821, awslabs/aws-sdk-rust#1357], and s5cmd sends its spaces so.
    ///
    /// - Throws: `InvalidArgument` [reported: versitygw, whose tests are run against AWS as well], 501 for
    ///   a version.
    init(_ value: String) throws(S3Error) {
        let invalid = S3Error.invalidArgument(
            "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
            name: "x-amz-copy-source",
            value: value
        )
        // A `?` in a key is encoded, so this one begins the version.
        let parts = value.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, parts[1] != "versionId=null" {
            guard parts[1].hasPrefix("versionId=") else { throw invalid }
            throw .notModelled("versions of objects")
        }
        guard var path = PercentEncoding.decode(String(parts[0]), plusIsSpace: true), isUTF8(path)
        else { throw invalid }
        if path.first == UInt8(ascii: "/") { path.removeFirst() }
        guard let slash = path.firstIndex(of: UInt8(ascii: "/")), slash > 0, slash + 1 < path.count
        else { throw invalid }
        bucket = String(decoding: path[..<slash], as: UTF8.self)
        key = Array(path[(slash + 1)...])
        guard key.count <= S3Limits.keyBytes else { throw .keyTooLong(sizeBytes: key.count) }
    }

    /// The object, if the caller may read it and the request's conditions on it hold.
    ///
    /// - Throws: `NoSuchBucket`, `AccessDenied`, `NoSuchKey`, `PreconditionFailed`.
    func object(for exchange: Exchange) throws(S3Error) -> StoredObject {
        guard let bucket = exchange.state.bucket(bucket) else { throw .noSuchBucket(bucket) }
        if let expected = exchange.headers.first("x-amz-source-expected-bucket-owner"),
            expected != bucket.account
        {
            throw .accessDenied
        }
        let reading = exchange.decide("s3:GetObject", on: key, of: bucket)
        guard reading.isAllowed else { throw exchange.refused(reading) }
        let found: StoredObject?
        do { found = try exchange.cloud.store.read(bucket: bucket.id, key: key) } catch {
            throw S3Error(storing: error)
        }
        guard let found else {
            // As at a GET: who may not list the bucket doesn't learn what is missing in it.
            let listing = exchange.decide("s3:ListBucket", on: nil, of: bucket)
            throw listing.isAllowed ? .noSuchKey(key) : exchange.refused(listing)
        }
        try exchange.checkOwner(of: found.record, in: bucket)
        try exchange.authorizeDecryption(of: found.record, in: bucket)
        try CopySource.checkConditions(exchange, found.record)
        return found
    }

    /// The conditions on the source; what would be 304 at a GET is 412 here [documented: CopyObject].
    private static func checkConditions(
        _ exchange: Exchange,
        _ record: ObjectRecord
    ) throws(S3Error) {
        let headers = exchange.headers
        guard headers.hasName(startingWith: "x-amz-copy-source-if-") else { return }
        var condition = ReadCondition(HeaderFields(), now: exchange.now)
        condition.ifMatch = headers.first("x-amz-copy-source-if-match").map(EntityTagCondition.init)
        condition.ifNoneMatch = headers.first("x-amz-copy-source-if-none-match")
            .map(EntityTagCondition.init)
        condition.ifModifiedSince = headers.bytes(of: "x-amz-copy-source-if-modified-since")
            .flatMap { HTTPDate.parse($0, now: exchange.now) }
        condition.ifUnmodifiedSince = headers.bytes(of: "x-amz-copy-source-if-unmodified-since")
            .flatMap { HTTPDate.parse($0, now: exchange.now) }
        // The names in the answer are [recorded].
        switch condition.outcome(entityTag: record.attributes.etag, modified: record.modified) {
        case .proceed: return
        case .failed(let name): throw .preconditionFailed("x-amz-copy-source-\(name)")
        case .notModified where condition.ifNoneMatch != nil:
            throw .preconditionFailed("x-amz-copy-source-If-None-Match")
        case .notModified: throw .preconditionFailed("x-amz-copy-source-If-Modified-Since")
        }
    }
}
