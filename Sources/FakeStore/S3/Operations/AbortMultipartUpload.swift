// AbortMultipartUpload: gives up an upload and the space of its parts.

import HTTP
import HTTPServer

enum AbortMultipartUpload {
    static let operation = Operation(
        "AbortMultipartUpload",
        .delete,
        .object,
        parameter: "uploadId",
        action: "s3:AbortMultipartUpload"
    ) { exchange throws(S3Error) in
        try await exchange.abort(try exchange.upload())
        return exchange.response(204)
    }
}
