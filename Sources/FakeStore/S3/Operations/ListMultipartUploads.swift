// ListMultipartUploads: one page of the uploads that are going on in a bucket, by key, then by age.

import HTTP
import HTTPServer
import Platform
import Store
import XML

enum ListMultipartUploads {
    static let operation = Operation(
        "ListMultipartUploads",
        .get,
        .bucket,
        parameter: "uploads",
        action: "s3:ListBucketMultipartUploads"
    ) { exchange throws(S3Error) in
        let query = exchange.query
        let encoding = try ListingEncoding(query["encoding-type"])
        var wanted = UploadQuery()
        wanted.limit = try PageSize.parse(
            query["max-uploads"],
            name: "max-uploads",
            limit: S3Limits.listEntries
        )
        wanted.prefix = Array((query["prefix"] ?? "").utf8)
        wanted.delimiter = query["delimiter"].flatMap { $0.isEmpty ? nil : Array($0.utf8) }
        let keyMarker = query["key-marker"] ?? ""
        let uploadMarker = query["upload-id-marker"] ?? ""
        if !keyMarker.isEmpty {
            wanted.afterKey = Array(keyMarker.utf8)
            // Without a key marker it is ignored [documented: ListMultipartUploads, upload-id-marker].
            if !uploadMarker.isEmpty {
                guard let id = UploadID.parse(uploadMarker) else {
                    throw .invalidArgument(
                        "Invalid uploadId marker",
                        name: "upload-id-marker",
                        value: uploadMarker
                    )
                }
                wanted.afterUpload = id
            }
        }
        let page = try exchange.uploads(wanted)

        var xml = XMLWriter()
        xml.element("ListMultipartUploadsResult", namespace: s3Namespace) { xml in
            xml.element("Bucket", exchange.bucketName)
            xml.element("KeyMarker", encoding.text(Array(keyMarker.utf8)))
            xml.element("UploadIdMarker", uploadMarker)
            if page.isTruncated, let last = page.entries.last {
                switch last {
                case .upload(let upload):
                    xml.element("NextKeyMarker", encoding.text(upload.key))
                    xml.element("NextUploadIdMarker", UploadID.text(upload.id))
                case .commonPrefix(let prefix):
                    xml.element("NextKeyMarker", encoding.text(prefix))
                    xml.element("NextUploadIdMarker", "")
                }
            }
            if query.has("prefix") { xml.element("Prefix", encoding.text(wanted.prefix)) }
            if let delimiter = wanted.delimiter {
                xml.element("Delimiter", encoding.text(delimiter))
            }
            if case .url = encoding { xml.element("EncodingType", "url") }
            xml.element("MaxUploads", wanted.limit)
            xml.element("IsTruncated", page.isTruncated)
            for entry in page.entries {
                if case .upload(let upload) = entry { write(upload, &xml, encoding, exchange) }
            }
            for entry in page.entries {
                if case .commonPrefix(let prefix) = entry {
                    xml.element("CommonPrefixes") { xml in
                        xml.element("Prefix", encoding.text(prefix))
                    }
                }
            }
        }
        return exchange.response(200, xml: xml)
    }

    private static func write(
        _ upload: UploadRecord,
        _ xml: inout XMLWriter,
        _ encoding: ListingEncoding,
        _ exchange: Exchange
    ) {
        xml.element("Upload") { xml in
            xml.element("Key", encoding.text(upload.key))
            xml.element("UploadId", UploadID.text(upload.id))
            exchange.write(peopleOf: upload, &xml)
            xml.element("StorageClass", upload.attributes.storageClass)
            xml.element("Initiated", upload.created.iso8601(milliseconds: true))
            if let checksum = MultipartChecksum(note: upload.note) {
                ListParts.write(checksum, &xml)
            }
        }
    }
}
