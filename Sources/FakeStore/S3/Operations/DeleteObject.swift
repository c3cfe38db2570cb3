// DeleteObject: gone or never there, both are 204; If-Match makes it conditional.

import HTTP
import HTTPServer
import Store

enum DeleteObject {
    static let operation = Operation("DeleteObject", .delete, .object, action: "s3:DeleteObject") {
        exchange throws(S3Error) in
        let headers = exchange.headers
        // S3 answers 501 to these in general purpose buckets [reported].
        for field in ["x-amz-if-match-size", "x-amz-if-match-last-modified-time"] as [StaticString]
        where headers.contains(field) {
            throw .notImplemented(header: "\(field)")
        }
        // With If-Match a missing key is 404 and `*` asks only that there be one [reported: measured in
        // ministackorg/ministack#1475 and localstack/localstack#13894].
        var condition = WriteCondition.none
        if let value = headers.first("if-match") {
            switch EntityTagCondition(value) {
            case .any: condition = .ifExists
            case .oneOf(let tags): condition = .ifMatch(etag: tags.first ?? "")
            }
        }
        try await exchange.delete(condition)
        return exchange.response(204)
    }
}
