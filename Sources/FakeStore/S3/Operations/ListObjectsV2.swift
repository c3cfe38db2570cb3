// ListObjectsV2: one page of a bucket, in the order of the keys' bytes.

import HTTP
import HTTPServer
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
        var writer = ListingWriter(encoding: encoding, owner: owner, limit: limit)
        let page = try exchange.list(
            ListQuery(
                prefix: prefix,
                delimiter: delimiter,
                after: after,
                limit: limit
            ),
            into: &writer
        )

        var xml = XMLWriter()
        xml.open("ListBucketResult", namespace: s3Namespace)
        xml.element("Name", exchange.bucketName)
        xml.element("Prefix", encoding.text(prefix))
        if let startAfter { xml.element("StartAfter", encoding.text(Array(startAfter.utf8))) }
        if let next = page.next {
            xml.element("NextContinuationToken", ContinuationToken.encode(after: next))
        }
        if let token { xml.element("ContinuationToken", token) }
        xml.element("KeyCount", page.count)
        xml.element("MaxKeys", limit)
        if let delimiter { xml.element("Delimiter", encoding.text(delimiter)) }
        if case .url = encoding { xml.element("EncodingType", "url") }
        xml.element("IsTruncated", page.isTruncated ? "true" : "false")
        let document = writer.document(head: xml, root: "ListBucketResult")
        return exchange.response(200, document: document)
    }
}
