// ListObjects, the first version: pages go on after a marker, which is a key or a common prefix itself.

import HTTP
import HTTPServer
import Store
import XML

enum ListObjects {
    static let operation = Operation("ListObjects", .get, .bucket, action: "s3:ListBucket") {
        exchange throws(S3Error) in
        let query = exchange.query
        let encoding = try ListingEncoding(query["encoding-type"])
        let limit = try PageSize.parse(
            query["max-keys"],
            name: "max-keys",
            limit: S3Limits.listEntries
        )
        let prefix = Array((query["prefix"] ?? "").utf8)
        let delimiter = query["delimiter"].flatMap { $0.isEmpty ? nil : Array($0.utf8) }
        let marker = Array((query["marker"] ?? "").utf8)
        let owner = exchange.canonicalID(of: exchange.bucket.account)
        var writer = ListingWriter(encoding: encoding, owner: owner, limit: limit)
        let page = try exchange.list(
            ListQuery(
                prefix: prefix,
                delimiter: delimiter,
                after: marker.isEmpty ? nil : marker,
                limit: limit
            ),
            into: &writer
        )

        var xml = XMLWriter()
        xml.open("ListBucketResult", namespace: s3Namespace)
        xml.element("Name", exchange.bucketName)
        xml.element("Prefix", encoding.text(prefix))
        xml.element("Marker", encoding.text(marker))
        // Without a delimiter the client takes the last key itself [documented].
        if let next = page.next, delimiter != nil {
            xml.element("NextMarker", encoding.text(next))
        }
        xml.element("MaxKeys", limit)
        if let delimiter { xml.element("Delimiter", encoding.text(delimiter)) }
        if case .url = encoding { xml.element("EncodingType", "url") }
        xml.element("IsTruncated", page.isTruncated ? "true" : "false")
        let document = writer.document(head: xml, root: "ListBucketResult")
        return exchange.response(200, document: document)
    }
}
