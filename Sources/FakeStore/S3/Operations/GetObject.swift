// GetObject and HeadObject: the same decisions, with and without the bytes.

import Cloud
import Digest
import HTTP
import HTTPServer
import Platform
import Store

enum GetObject {
    static let operation = Operation(
        atOnce: "GetObject",
        .get,
        .object,
        action: "s3:GetObject",
        perform: perform
    )

    private static func perform(_ exchange: Exchange) throws(S3Error) -> Response {
        guard let object = try exchange.readObject() else { throw try exchange.missingKey() }
        try exchange.checkOwner(of: object.record, in: exchange.bucket)
        try exchange.authorizeDecryption(of: object.record, in: exchange.bucket)
        let plan = try ReadPlan(exchange, object.record)
        var response = plan.response(exchange, object.version)
        guard let range = plan.range else { return response }
        switch object.content {
        case .inline(let bytes):
            let whole = range.lowerBound == 0 && range.upperBound == Int64(bytes.count)
            response.body = .bytes(
                whole ? bytes : Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)])
            )
        case .file(let file):
            response.body = .file(file, offset: range.lowerBound, count: Int64(range.count))
        }
        return response
    }
}

enum HeadObject {
    static let operation = Operation(
        atOnce: "HeadObject",
        .head,
        .object,
        action: "s3:GetObject",
        perform: perform
    )

    private static func perform(_ exchange: Exchange) throws(S3Error) -> Response {
        guard let version = try exchange.readVersion() else { throw try exchange.missingKey() }
        try exchange.checkOwner(of: version.record, in: exchange.bucket)
        try exchange.authorizeDecryption(of: version.record, in: exchange.bucket)
        let plan = try ReadPlan(exchange, version.record)
        var response = plan.response(exchange, version)
        response.body = .none(length: plan.range.map { Int64($0.count) })
        return response
    }
}

/// What a read sends: the status, and the bytes it covers.
struct ReadPlan {
    /// 200, 206 or 304.
    let status: Int
    /// The bytes to send; nil with 304.
    let range: Range<Int64>?
    /// Header fields that the query asks to replace.
    private let overrides: [String: String]

    /// Decides on the conditions and the range of a read.
    ///
    /// - Throws: `PreconditionFailed`, `InvalidRange`.
    init(_ exchange: Exchange, _ record: ObjectRecord) throws(S3Error) {
        overrides = try ReadPlan.overrides(exchange)
        let headers = exchange.headers
        if headers.hasName(startingWith: "if-") {
            let condition = ReadCondition(headers, now: exchange.now)
            switch condition.outcome(entityTag: record.attributes.etag, modified: record.modified) {
            case .proceed: break
            case .notModified:
                (status, range) = (304, nil)
                return
            case .failed(let name): throw .preconditionFailed(name)
            }
        }
        if let text = exchange.query["partNumber"] {
            (status, range) = try ReadPlan.part(PartNumber.parse(text), record, headers)
            return
        }
        guard let value = headers.first("range"), let wanted = ByteRange(value) else {
            (status, range) = (200, 0..<record.attributes.size)
            return
        }
        guard let covered = wanted.resolved(size: record.attributes.size) else {
            throw .invalidRange(requested: value, actualSize: record.attributes.size)
        }
        (status, range) = (206, covered)
    }

    /// The bytes of one part: 206, as if its range was asked for [documented: GetObject, partNumber].
    ///
    /// An object that was put in one piece is its own part 1 [recorded].
    ///
    /// - Throws: `InvalidRequest` beside a Range, `InvalidPartNumber` for a part that is not there.
    private static func part(
        _ number: Int,
        _ record: ObjectRecord,
        _ headers: HeaderFields
    ) throws(S3Error) -> (Int, Range<Int64>) {
        // [reported: versitygw, whose tests are run against AWS as well]
        if headers.contains("range") {
            throw .invalidRequest("Cannot specify both Range header and partNumber query parameter")
        }
        let sizes = record.attributes.partSizes ?? [record.attributes.size]
        guard number <= sizes.count else {
            throw .invalidPartNumber(requested: number, actualCount: sizes.count)
        }
        let start = sizes.prefix(number - 1).reduce(0, +)
        let end = start + sizes[number - 1]
        return (start == end ? 200 : 206, start..<end)
    }

    /// The head of the answer.
    func response(_ exchange: Exchange, _ version: StoredVersion) -> Response {
        guard isPlain(exchange) else { return response(exchange, version.record) }
        var response = exchange.response(status)
        let usual = version.rendering { record in
            var fields = ResponseFields()
            addFields(of: record, exchange, to: &fields)
            return fields.bytes
        }
        response.fields.add(lines: usual.bytes)
        return response
    }

    /// Whether the fields depend on nothing but the object.
    private func isPlain(_ exchange: Exchange) -> Bool {
        status == 200 && exchange.query.isEmpty && !exchange.headers.contains("x-amz-checksum-mode")
    }

    private func response(_ exchange: Exchange, _ record: ObjectRecord) -> Response {
        var response = exchange.response(status)
        addFields(of: record, exchange, to: &response.fields)
        return response
    }

    /// Adds the fields of the object, in S3's order.
    private func addFields(
        of record: ObjectRecord,
        _ exchange: Exchange,
        to fields: inout ResponseFields
    ) {
        let attributes = record.attributes
        fields.add("Last-Modified") { HTTPDate.append(record.modified, to: &$0) }
        fields.addEntityTag(attributes.etag)
        if status == 304 { return }
        // A checksum is of the whole object, so a range carries none [documented: checksum mode].
        if status == 200, exchange.headers.first("x-amz-checksum-mode") == "ENABLED" {
            for checksum in attributes.checksums {
                fields.add(
                    named: "x-amz-checksum-\(checksum.algorithm.lowercased())",
                    checksum.value
                )
                fields.add(
                    "x-amz-checksum-type",
                    checksum.isComposite ? "COMPOSITE" : "FULL_OBJECT"
                )
            }
        }
        fields.addEncryption(of: attributes)
        if attributes.storageClass != "STANDARD" {
            fields.add("x-amz-storage-class", attributes.storageClass)
        }
        attributes.eachUserMetadata { name, value in
            fields.add(prefix: "x-amz-meta-", named: name, value)
        }
        fields.add("Accept-Ranges", constant: "bytes")
        // Only who asks for a part is told how many there are [documented: HeadObject, PartsCount].
        if !exchange.query.isEmpty, exchange.query.has("partNumber"),
            let sizes = attributes.partSizes
        {
            fields.add("x-amz-mp-parts-count", sizes.count)
        }
        if status == 206, let range {
            fields.add(
                "Content-Range",
                "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(attributes.size)"
            )
        }
        attributes.eachHeader { name, value in
            if !overrides.isEmpty, overrides[String(decoding: name, as: UTF8.self)] != nil {
                return
            }
            fields.add(named: name, value)
        }
        for (name, value) in overrides.sorted(by: { $0.key < $1.key }) {
            fields.add(named: name, value)
        }
    }

    /// The fields of this one answer that the query replaces.
    ///
    /// - Throws: `InvalidRequest` when nobody signed the query [documented].
    private static func overrides(_ exchange: Exchange) throws(S3Error) -> [String: String] {
        let query = exchange.query
        guard !query.isEmpty else { return [:] }
        let values = overridable.compactMapValues { query[$0] }
        if !values.isEmpty, exchange.isUnsigned {
            throw .invalidRequest(
                "Request specific response headers cannot be used for anonymous GET requests."
            )
        }
        return values
    }

    /// The fields a GET may rename for this one answer [documented: GetObject, "Overriding response header
    /// values through the request"].
    private static let overridable = [
        "Cache-Control": "response-cache-control",
        "Content-Disposition": "response-content-disposition",
        "Content-Encoding": "response-content-encoding",
        "Content-Language": "response-content-language",
        "Content-Type": "response-content-type",
        "Expires": "response-expires",
    ]
}
