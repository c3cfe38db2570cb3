// PutObject: checks the head, receives the body once, and commits it under the request's condition.

import Cloud
import Digest
import HTTP
import HTTPServer
import Store

enum PutObject {
    static let operation = Operation(
        "PutObject",
        .put,
        .object,
        requires: requirements,
        perform: perform
    )

    static func requirements(_ exchange: Exchange) -> [Requirement] { exchange.asks.requirements }

    private static func perform(_ exchange: Exchange) async throws(S3Error) -> Response {
        let headers = exchange.headers
        try refuseUnmodelled(exchange)
        let properties = try exchange.uploadProperties()
        let encryption = try exchange.uploadEncryption()
        let condition = try WriteCondition.read(headers)
        let described = try ObjectHeaders(headers, isStreamed: exchange.isStreamed)
        let head = try UploadHead(exchange)
        // A condition that fails already spares the client the upload; the commit decides it again.
        try exchange.checkEarly(condition)

        let received = try await Upload.receive(exchange, head)
        let checksum = received.checksum
        let attributes = ObjectAttributes(
            etag: received.md5.hex,
            md5: received.md5.bytes,
            checksums: [
                StoredChecksum(algorithm: checksum.algorithm.rawValue, value: checksum.value)
            ],
            headers: described.fields,
            userMetadata: described.metadata,
            storageClass: described.storageClass,
            encryption: encryption.algorithm.rawValue,
            properties: properties + encryption.properties,
            owner: exchange.ownerOfUpload,
            writer: exchange.caller.facts.arn
        )
        let record = try await exchange.put(attributes, received.content, condition)

        var response = exchange.response(200)
        response.fields.add(encryption)
        response.fields.addEntityTag(record.attributes.etag)
        response.fields.add(checksum.algorithm.field, checksum.value)
        response.fields.add("x-amz-checksum-type", constant: "FULL_OBJECT")
        return response
    }

    /// Fields that ask for something this server does not do: a clear 501 instead of a silent loss.
    static func refuseUnmodelled(_ exchange: Exchange) throws(S3Error) {
        let headers = exchange.headers
        guard headers.hasName(startingWith: "x-amz-") else { return }
        for field in unmodelled where headers.contains(field) {
            throw .notImplemented(header: "\(field)")
        }
        if exchange.asks.contains(.acl) { try AccessControl.check(exchange) }
        if !exchange.asks.isDisjoint(with: [.retention, .legalHold]) {
            // No bucket has object lock here [recorded].
            throw .invalidRequest("Bucket is missing Object Lock Configuration")
        }
    }

    private static let unmodelled: [StaticString] = ["x-amz-write-offset-bytes"]
}

/// A `Content-MD5` field.
enum ContentMD5 {
    /// The 16 bytes it names, or nil when it is not sent.
    static func read(_ headers: HeaderFields) throws(S3Error) -> MD5.Value? {
        guard let text = headers.first("content-md5") else { return nil }
        guard let value = MD5.Value(base64: text) else { throw .invalidDigest(text) }
        return value
    }
}

extension WriteCondition {
    /// The condition in a PUT's head.
    ///
    /// - Throws: 501 for what S3 does not accept either: If-None-Match other than `*`, `If-Match: *`, both
    ///   at once [recorded], and the dates of reads [inferred].
    static func read(_ headers: HeaderFields) throws(S3Error) -> WriteCondition {
        let ifMatch = headers.first("if-match")
        let ifNoneMatch = headers.first("if-none-match")
        switch (ifMatch, ifNoneMatch) {
        case (nil, nil): return .none
        case (_?, _?):
            throw .notImplemented(
                header: "If-Match,If-None-Match",
                "Multiple conditional request headers present in the request"
            )
        case (nil, let value?):
            guard value == "*" else {
                throw .notImplemented(
                    header: "If-None-Match",
                    "We don't accept the provided value of If-None-Match header for this API"
                )
            }
            return .ifNoneExists
        case (let value?, nil):
            guard value != "*" else {
                throw .notImplemented(
                    header: "If-Match",
                    "We don't accept the provided value of If-Match header for this API"
                )
            }
            var tag = value[...]
            if tag.hasPrefix("\""), tag.hasSuffix("\""), tag.utf8.count >= 2 {
                tag = tag.dropFirst().dropLast()
            }
            return .ifMatch(etag: String(tag))
        }
    }
}
