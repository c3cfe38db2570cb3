// DeleteObjects: up to a thousand keys at once; each is allowed, refused and answered by itself, inside a 200.

import Digest
import HTTP
import HTTPServer
import Store
import XML

enum DeleteObjects {
    static let operation = Operation(
        "DeleteObjects",
        .post,
        .bucket,
        parameter: "delete",
        // Each key is decided by itself, and a refusal is that key's alone [documented].
        requires: { _ in [] },
        perform: perform
    )

    /// What S3 takes at once [documented].
    private static let keyCount = 1_000
    /// Ours: a thousand keys of 1,024 bytes, each of them written as six, with their tags.
    private static let documentBytes = 8 << 20

    private static func perform(_ exchange: Exchange) async throws(S3Error) -> Response {
        try checkDigest(exchange.headers)
        let bytes = try await exchange.document(limitBytes: documentBytes)
        try verify(bytes, exchange.headers)
        let request = try Request(bytes)

        // What may be deleted, in one commit; the rest already has its refusal.
        var refusals: [Int: S3Error] = [:]
        var deletions: [Deletion] = []
        for (index, object) in request.objects.enumerated() {
            let decision = exchange.decide(
                "s3:DeleteObject",
                on: object.key,
                of: exchange.bucket
            )
            if decision.isAllowed {
                deletions.append(object)
            } else {
                refusals[index] = exchange.refused(decision)
            }
        }
        var failures = try await exchange.delete(deletions).makeIterator()

        var xml = XMLWriter()
        xml.element("DeleteResult", namespace: s3Namespace) { xml in
            for (index, object) in request.objects.enumerated() {
                let key = String(decoding: object.key, as: UTF8.self)
                if let refusal = refusals[index] ?? failures.next() ?? nil {
                    xml.element("Error") { xml in
                        xml.element("Key", key)
                        xml.element("Code", refusal.code)
                        xml.element("Message", refusal.message)
                    }
                } else if !request.isQuiet {
                    xml.element("Deleted") { xml in xml.element("Key", key) }
                }
            }
        }
        return exchange.response(200, xml: xml)
    }

    /// The call must bring a digest of its document [reported: the words are AWS's since 2024].
    private static func checkDigest(_ headers: HeaderFields) throws(S3Error) {
        if headers.contains("content-md5") { return }
        if try AnnouncedChecksum.read(headers) != nil { return }
        throw .invalidRequest(
            "Missing required header for this request: Content-MD5 OR x-amz-checksum-*"
        )
    }

    private static func verify(_ bytes: [UInt8], _ headers: HeaderFields) throws(S3Error) {
        if let sent = try ContentMD5.read(headers) {
            let computed = MD5.hash(bytes)
            if sent != computed {
                throw .badDigest(expected: sent.hex, calculatedBase64: computed.base64)
            }
        }
        if let announced = try AnnouncedChecksum.read(headers),
            case .header(let value) = announced.source
        {
            var checksum = RunningChecksum(announced.algorithm)
            bytes.withUnsafeBytes { checksum.update($0) }
            if checksum.base64() != value { throw .badChecksum(announced.algorithm.rawValue) }
        }
    }

    /// The `Delete` document.
    private struct Request {
        var isQuiet = false
        var objects: [Deletion] = []

        /// Reads the document.
        ///
        /// - Throws: `MalformedXML` also for no key or more than a thousand [recorded],
        ///   `KeyTooLongError`, 501 for versions.
        init(_ bytes: [UInt8]) throws(S3Error) {
            guard let root = try? XML.parse(bytes), root.name == "Delete" else {
                throw .malformedXML
            }
            for child in root.children {
                switch child.name {
                case "Quiet": isQuiet = child.trimmedText.lowercased() == "true"
                case "Object": objects.append(try Deletion(child))
                default: throw .malformedXML
                }
            }
            guard (1...keyCount).contains(objects.count) else { throw .malformedXML }
        }
    }
}

/// One object to delete, under the condition that its element sets.
struct Deletion {
    let key: [UInt8]
    let condition: WriteCondition

    fileprivate init(_ element: XMLElement) throws(S3Error) {
        guard let key = element.text(of: "Key"), !key.isEmpty else { throw .malformedXML }
        self.key = Array(key.utf8)
        guard self.key.count <= S3Limits.keyBytes else {
            throw .keyTooLong(sizeBytes: self.key.count)
        }
        if let version = element.text(of: "VersionId"), version != "null" {
            throw .notModelled("versions of objects")
        }
        // S3 takes these two for directory buckets only [documented: DeleteObjects, ObjectIdentifier].
        for name in ["Size", "LastModifiedTime"] where element.child(name) != nil {
            throw .notImplemented(header: name)
        }
        switch element.text(of: "ETag").map(EntityTagCondition.init) {
        case nil: condition = .none
        case .any?: condition = .ifExists
        case .oneOf(let tags)?: condition = .ifMatch(etag: tags.first ?? "")
        }
    }
}

extension Exchange {
    /// Deletes the objects in one commit.
    ///
    /// - Returns: for each of them why it was not deleted, or nil.
    fileprivate func delete(_ deletions: [Deletion]) async throws(S3Error) -> [S3Error?] {
        guard !deletions.isEmpty else { return [] }
        do {
            let outcomes = try await cloud.store.delete(
                bucket: bucket.id,
                deletions.map { ($0.key, $0.condition) }
            )
            return zip(deletions, outcomes).map { deletion, outcome in
                if case .failed(let current) = outcome {
                    return current == nil
                        ? .noSuchKey(deletion.key) : .preconditionFailed("If-Match")
                }
                return nil
            }
        } catch StoreError.noSuchBucket {
            throw .noSuchBucket(bucketName)
        } catch {
            throw S3Error(storing: error)
        }
    }
}
