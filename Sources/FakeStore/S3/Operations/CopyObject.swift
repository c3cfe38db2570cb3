// CopyObject: an object made of another one, with its metadata or with new ones. The copy is one piece, so a
// source that came in parts gets an ETag and a checksum of the whole.

import Cloud
import Digest
import EventLoop
import HTTP
import HTTPServer
import Platform
import Store
import XML

enum CopyObject {
    /// A PUT with `x-amz-copy-source`.
    ///
    /// What it needs of the source is decided when that is known.
    static let operation = Operation(
        "CopyObject",
        .put,
        .object,
        requires: PutObject.requirements,
        perform: perform
    )

    /// How much of a file is read at a time.
    private static let chunkBytes = 256 << 10

    private static func perform(_ exchange: Exchange) async throws(S3Error) -> Response {
        let headers = exchange.headers
        try refuseUnmodelled(exchange)
        let source = try CopySource(headers.first("x-amz-copy-source") ?? "")
        let replaces = try replacesMetadata(headers)
        let condition = try WriteCondition.read(headers)
        let algorithm = try wantedChecksum(headers)
        let given = try ObjectHeaders(headers)
        let isToItself = source.bucket == exchange.bucketName && source.key == exchange.key
        if isToItself, !replaces, !changing.contains(where: { headers.contains($0) }) {
            throw .copyToItself
        }
        let object = try source.object(for: exchange)
        let original = object.record.attributes
        let properties = try properties(exchange, source, original)
        let encryption = try exchange.uploadEncryption()
        if original.size > S3Limits.objectBytes { throw .copySourceTooLarge }
        try exchange.checkEarly(condition)

        let preset =
            algorithm ?? original.checksums.first.flatMap {
                ChecksumAlgorithm(rawValue: $0.algorithm)
            }
            ?? .preset
        let sink = UploadSink(
            exchange.cloud.store,
            sizeBytes: original.size,
            includesSHA256: false,
            checksum: preset
        )
        do {
            try await read(object, 0..<original.size, into: sink)
        } catch {
            throw S3Error(storing: error)
        }
        let digest = sink.hasher.md5
        let checksum = ReceivedChecksum(algorithm: preset, value: sink.checksum.base64())
        let record = try await exchange.put(
            ObjectAttributes(
                etag: digest.hex,
                md5: digest.bytes,
                checksums: [
                    StoredChecksum(algorithm: checksum.algorithm.rawValue, value: checksum.value)
                ],
                headers: replaces ? given.fields : kept(original, given),
                userMetadata: replaces ? given.metadata : original.userMetadata,
                // Not the source's: a copy is STANDARD unless it says otherwise [documented].
                storageClass: given.storageClass,
                encryption: encryption.algorithm.rawValue,
                properties: properties + encryption.properties,
                owner: exchange.ownerOfUpload,
                writer: exchange.principal.arn
            ),
            sink.content,
            condition
        )

        var xml = XMLWriter()
        xml.element("CopyObjectResult", namespace: s3Namespace) { xml in
            xml.element("LastModified", record.modified.iso8601(milliseconds: true))
            xml.element("ETag", "\"\(record.attributes.etag)\"")
            xml.element("ChecksumType", "FULL_OBJECT")
            xml.element("Checksum\(checksum.algorithm.rawValue)", checksum.value)
        }
        var response = exchange.response(200, xml: xml)
        response.fields.add(encryption)
        return response
    }

    /// Reads the source's bytes; other connections of the loop go on while a large file is read.
    static func read(
        _ object: StoredObject,
        _ range: Range<Int64>,
        into sink: UploadSink
    ) async throws {
        switch object.content {
        case .inline(let bytes):
            try bytes[Int(range.lowerBound)..<Int(range.upperBound)].withUnsafeBytes {
                try sink.take($0)
            }
        case .file(let file):
            let chunk = UnsafeMutableRawBufferPointer.allocate(
                byteCount: min(range.count, chunkBytes),
                alignment: 64
            )
            defer { chunk.deallocate() }
            var offset = range.lowerBound
            while offset < range.upperBound {
                let wanted = Int(min(Int64(chunk.count), range.upperBound - offset))
                let piece = UnsafeMutableRawBufferPointer(rebasing: chunk[..<wanted])
                let count = try file.read(into: piece, at: offset)
                if count == 0 { throw StoreError.contentMissing(path: file.path) }
                try sink.take(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
                offset += Int64(count)
                if let loop = EventLoop.current { await loop.yieldTurn() }
            }
        }
    }

    /// The source's fields, but for the redirect, which is never copied [documented].
    private static func kept(
        _ original: ObjectAttributes,
        _ given: ObjectHeaders
    ) -> [(name: String, value: String)] {
        let redirect = "x-amz-website-redirect-location"
        return original.headers.filter { $0.name != redirect }
            + given.fields.filter { $0.name == redirect }
    }

    /// Fields that make a copy to itself a change [recorded].
    private static let changing: [StaticString] = [
        "x-amz-storage-class", "x-amz-server-side-encryption", "x-amz-website-redirect-location",
        "x-amz-checksum-algorithm",
    ]

    private static let unmodelled: [StaticString] = [
        "x-amz-copy-source-server-side-encryption-customer-algorithm", "x-amz-copy-source-range",
    ]

    private static func refuseUnmodelled(_ exchange: Exchange) throws(S3Error) {
        let headers = exchange.headers
        for field in unmodelled where headers.contains(field) {
            throw .notImplemented(header: "\(field)")
        }
        try PutObject.refuseUnmodelled(exchange)
        if let value = headers.first("x-amz-tagging-directive"), value != "COPY", value != "REPLACE"
        {
            throw .invalidArgument(
                "Unknown tagging directive.",
                name: "x-amz-tagging-directive",
                value: value
            )
        }
    }

    /// What is kept beside the copy: tags come with the source unless they are replaced, and then reading and
    /// writing them needs its own permissions [documented: CopyObject, "Permissions"].
    ///
    /// The ACL never comes along.
    private static func properties(
        _ exchange: Exchange,
        _ source: CopySource,
        _ original: ObjectAttributes
    ) throws(S3Error) -> [(name: String, value: String)] {
        var properties = try exchange.uploadProperties()
        if exchange.headers.first("x-amz-tagging-directive") == "REPLACE" { return properties }
        properties.removeAll { $0.name == "tagging" }
        guard let tagging = original.property("tagging") else { return properties }
        if let bucket = exchange.state.bucket(source.bucket) {
            let reading = exchange.decide("s3:GetObjectTagging", on: source.key, of: bucket)
            guard reading.isAllowed else { throw exchange.refused(reading) }
        }
        let writing = exchange.decide(Requirement(action: "s3:PutObjectTagging", target: .object))
        guard writing.isAllowed else { throw exchange.refused(writing) }
        properties.append(("tagging", tagging))
        return properties
    }

    private static func replacesMetadata(_ headers: HeaderFields) throws(S3Error) -> Bool {
        switch headers.first("x-amz-metadata-directive") {
        case nil, "COPY"?: return false
        case "REPLACE"?: return true
        case let other?:
            throw .invalidArgument(
                "Unknown metadata directive.",
                name: "x-amz-metadata-directive",
                value: other
            )
        }
    }

    /// The checksum that the copy shall have; nil for that of its source [documented].
    private static func wantedChecksum(
        _ headers: HeaderFields
    ) throws(S3Error) -> ChecksumAlgorithm? {
        guard let name = headers.first("x-amz-checksum-algorithm") else { return nil }
        guard let algorithm = ChecksumAlgorithm(rawValue: name.uppercased()) else {
            throw .invalidRequest(
                "Checksum algorithm provided is unsupported. Please try again with any of the valid types: "
                    + "[CRC32, CRC32C, CRC64NVME, SHA1, SHA256]"
            )
        }
        return algorithm
    }
}
