// ListObjectsV2: one page of a bucket, in the order of the keys' bytes.

import HTTP
import HTTPServer
import Platform
import Store
import XML

enum ListObjectsV2 {
    static let operation = Operation(
        "ListObjectsV2",
        .get,
        .bucket,
        parameter: "list-type",
        action: "s3:ListBucket"
    ) { exchange throws(S3Error) in
        let query = exchange.query
        let encoding = try ListingEncoding(query["encoding-type"])
        let limit = try PageSize.parse(
            query["max-keys"],
            name: "max-keys",
            limit: S3Limits.listEntries
        )
        let prefix = Array((query["prefix"] ?? "").utf8)
        let delimiter = query["delimiter"].flatMap { $0.isEmpty ? nil : Array($0.utf8) }
        let startAfter = query["start-after"]
        let token = query["continuation-token"]
        // A token wins over start-after, which is only for the first page [documented].
        let after = try token.map(ContinuationToken.decode) ?? startAfter.map { Array($0.utf8) }
        let owner =
            query["fetch-owner"] == "true"
            ? exchange.canonicalID(of: exchange.bucket.account) : nil
        let page = try exchange.list(
            prefix: prefix,
            delimiter: delimiter,
            after: after,
            limit: limit
        )

        var xml = XMLWriter()
        xml.element("ListBucketResult", namespace: s3Namespace) { xml in
            xml.element("Name", exchange.bucketName)
            xml.element("Prefix", encoding.text(prefix))
            if let startAfter { xml.element("StartAfter", encoding.text(Array(startAfter.utf8))) }
            if let next = page.next {
                xml.element("NextContinuationToken", ContinuationToken.encode(after: next))
            }
            if let token { xml.element("ContinuationToken", token) }
            xml.element("KeyCount", page.entries.count)
            xml.element("MaxKeys", limit)
            if let delimiter { xml.element("Delimiter", encoding.text(delimiter)) }
            if case .url = encoding { xml.element("EncodingType", "url") }
            xml.element("IsTruncated", page.isTruncated ? "true" : "false")
            write(page.entries, &xml, encoding, owner: owner)
        }
        return exchange.response(200, xml: xml)
    }

    /// Writes the entries of a page, objects before common prefixes.
    static func write(
        _ entries: [ListEntry],
        _ xml: inout XMLWriter,
        _ encoding: ListingEncoding,
        owner: String?
    ) {
        for entry in entries {
            if case .object(let record) = entry { write(record, &xml, encoding, owner: owner) }
        }
        for entry in entries {
            if case .commonPrefix(let prefix) = entry {
                xml.element("CommonPrefixes") { xml in
                    xml.element("Prefix", encoding.text(prefix))
                }
            }
        }
    }

    private static func write(
        _ record: ObjectRecord,
        _ xml: inout XMLWriter,
        _ encoding: ListingEncoding,
        owner: String?
    ) {
        let attributes = record.attributes
        xml.element("Contents") { xml in
            xml.element("Key", encoding.text(record.key))
            xml.element("LastModified", record.modified.iso8601(milliseconds: true))
            xml.element("ETag", "\"\(attributes.etag)\"")
            for checksum in attributes.checksums {
                xml.element("ChecksumAlgorithm", checksum.algorithm)
                xml.element("ChecksumType", checksum.isComposite ? "COMPOSITE" : "FULL_OBJECT")
            }
            xml.element("Size", attributes.size)
            if let owner {
                xml.element("Owner") { xml in xml.element("ID", owner) }
            }
            xml.element("StorageClass", attributes.storageClass)
        }
    }
}
