// ListParts: one page of the parts of an upload, by number.

import HTTP
import HTTPServer
import Platform
import Store
import XML

enum ListParts {
    static let operation = Operation(
        "ListParts",
        .get,
        .object,
        parameter: "uploadId",
        action: "s3:ListMultipartUploadParts"
    ) { exchange throws(S3Error) in
        let query = exchange.query
        let limit = try PageSize.parse(
            query["max-parts"],
            name: "max-parts",
            limit: S3Limits.listEntries
        )
        let marker = try PageSize.parse(
            query["part-number-marker"] ?? "0",
            name: "part-number-marker",
            limit: Int(Int32.max)
        )
        let upload = try exchange.upload()
        // One more than asked for tells whether there is one.
        let found = try exchange.parts(of: upload, after: marker, limit: limit + 1)
        let page = found.prefix(limit)
        let checksum = MultipartChecksum(note: upload.note)

        var xml = XMLWriter()
        xml.element("ListPartsResult", namespace: s3Namespace) { xml in
            xml.element("Bucket", exchange.bucketName)
            xml.element("Key", exchange.key)
            xml.element("UploadId", exchange.uploadID)
            xml.element("PartNumberMarker", marker)
            xml.element("NextPartNumberMarker", page.last?.number ?? 0)
            xml.element("MaxParts", limit)
            xml.element("IsTruncated", limit > 0 && found.count > limit)
            if let checksum { write(checksum, &xml) }
            for part in page { write(part, &xml, checksum) }
            exchange.write(peopleOf: upload, &xml)
            xml.element("StorageClass", upload.attributes.storageClass)
        }
        return exchange.response(200, xml: xml)
    }

    static func write(_ checksum: MultipartChecksum, _ xml: inout XMLWriter) {
        xml.element("ChecksumAlgorithm", checksum.algorithm.rawValue)
        xml.element("ChecksumType", checksum.kind.rawValue)
    }

    private static func write(
        _ part: PartRecord,
        _ xml: inout XMLWriter,
        _ checksum: MultipartChecksum?
    ) {
        xml.element("Part") { xml in
            xml.element("PartNumber", part.number)
            xml.element("LastModified", part.modified.iso8601(milliseconds: true))
            xml.element("ETag", "\"\(part.attributes.etag)\"")
            xml.element("Size", part.attributes.size)
            if let checksum, let value = part.checksum(checksum.algorithm) {
                xml.element(checksum.algorithm.element, value)
            }
        }
    }
}

extension Exchange {
    /// Who began an upload, and who will own the object.
    func write(peopleOf upload: UploadRecord, _ xml: inout XMLWriter) {
        xml.element("Initiator") { xml in
            // The ARN of a user or session, as S3 has it [documented: ListParts, Initiator].
            xml.element("ID", upload.initiator)
            xml.element(
                "DisplayName",
                upload.initiator.split(separator: "/").last.map(String.init) ?? ""
            )
        }
        xml.element("Owner") { xml in
            xml.element("ID", canonicalID(of: upload.attributes.owner))
        }
    }
}
