// The documents of multipart uploads: the list of parts that goes out, and what comes back.

import Transfer
import XML

/// Writes and reads the documents of CreateMultipartUpload and CompleteMultipartUpload.
enum S3PartsDocuments {
    /// The upload's id in the answer to CreateMultipartUpload; nil when there is none.
    static func uploadID(in answer: TransferAnswer) -> String? {
        guard answer.status == 200, let root = root(of: answer),
            root.name == "InitiateMultipartUploadResult",
            let id = root.child("UploadId")?.trimmedText, !id.isEmpty
        else { return nil }
        return id
    }

    /// The body of CompleteMultipartUpload; `parts` in ascending order.
    static func completion(of parts: [UnfinishedUpload.Part]) -> [UInt8] {
        var xml = XMLWriter(reservingBytes: parts.count * 160)
        xml.element(
            "CompleteMultipartUpload",
            attributes: [("xmlns", "http://s3.amazonaws.com/doc/2006-03-01/")]
        ) { xml in
            for part in parts {
                xml.element("Part") {
                    $0.element("PartNumber", part.number)
                    $0.element("ETag", "\"\(part.etag)\"")
                    $0.element("ChecksumCRC64NVME", part.checksum)
                }
            }
        }
        return xml.bytes
    }

    /// The answer to CompleteMultipartUpload as what it comes to: the ETag moves from the document into the
    /// head, and an error that came after a head of 200 gets its own status.
    ///
    /// S3 sends 200 and spaces while it works, so a 200 alone says nothing ("a request could return a 200
    /// OK response, but the body contains an error": CompleteMultipartUpload, API reference). A body that is
    /// neither the one nor the other leaves open what was done, as a 500 does.
    static func completed(_ answer: TransferAnswer) -> TransferAnswer {
        guard answer.status == 200 else { return answer }
        let root = root(of: answer)
        if let root, root.name == "CompleteMultipartUploadResult" {
            let tag = root.child("ETag")?.trimmedText ?? ""
            let others = answer.headers.filter { $0.name.lowercased() != "etag" }
            return TransferAnswer(status: 200, headers: others + [("ETag", tag)], body: answer.body)
        }
        let status =
            switch root.flatMap({ $0.name == "Error" ? $0.text(of: "Code") : nil }) {
            case "SlowDown", "ServiceUnavailable": 503
            case "RequestTimeout", "EntityTooSmall", "InvalidPart", "InvalidPartOrder", "BadDigest",
                "InvalidRequest", "ExpiredToken":
                400
            case "AccessDenied": 403
            case "NoSuchUpload", "NoSuchKey", "NoSuchBucket": 404
            case "ConditionalRequestConflict", "OperationAborted": 409
            case "PreconditionFailed": 412
            default: 500
            }
        return TransferAnswer(
            status: status,
            headers: answer.headers,
            body: Array(trimmed(answer.body))
        )
    }

    private static func root(of answer: TransferAnswer) -> XMLElement? {
        try? XML.parse(Array(trimmed(answer.body)))
    }

    /// Without the spaces that keep a connection alive, some of which may come before the declaration.
    private static func trimmed(_ body: [UInt8]) -> ArraySlice<UInt8> {
        body.drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
    }
}
