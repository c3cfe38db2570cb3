// What the journal is told of a request once its answer is known.

import Cloud
import HTTP
import HTTPServer
import Platform

extension Exchange {
    /// Writes the request and its answer into the journal.
    func record(_ response: Response, code: String?) {
        var entry = JournalEntry(
            id: id,
            time: now,
            dialect: .s3,
            operation: operation?.name ?? "",
            method: request.head.method.name,
            status: response.status,
            headers: headers
        )
        switch address {
        case .service: break
        case .bucket(let name): entry.bucket = name
        case .object(let name, let key):
            entry.bucket = name
            entry.key = key
        }
        if let knownCaller, !knownCaller.principal.isAnonymous {
            entry.principal = knownCaller.facts.arn
        }
        entry.grant = grant
        entry.authorizations = authorizations
        entry.code = code
        entry.bytesIn = receivedBytes
        if request.head.method != .head { entry.bytesOut = response.body.byteCount }
        if let strike { tell(strike, response, to: &entry) }
        entry.microseconds = Int((monotonicNanoseconds() - request.received) / 1_000)
        cloud.journal.record(entry)
    }
}

extension ResponseBody {
    /// How many bytes are sent.
    var byteCount: Int64 {
        switch self {
        case .none: 0
        case .bytes(let bytes): Int64(bytes.count)
        case .file(_, _, let count): count
        }
    }
}
