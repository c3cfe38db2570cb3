// What the journal is told of a request once its answer is known.

import Cloud
import HTTP
import HTTPServer
import Platform

extension Exchange {
    /// Writes the request and its answer into the journal.
    func record(_ response: Response, code: String?) {
        let (bucket, key): (String?, [UInt8]?) =
            switch address {
            case .service: (nil, nil)
            case .bucket(let name): (name, nil)
            case .object(let name, let key): (name, key)
            }
        let isKnown = knownCaller.map { $0.facts.kind != .anonymous } ?? false
        // In one piece: a field that is set later costs as much as all of them.
        var entry = JournalEntry(
            id: id,
            time: now,
            dialect: .s3,
            operation: operation?.name ?? "",
            method: head.method.name,
            bucket: bucket,
            key: key,
            principal: isKnown ? caller.facts.arn : nil,
            grant: grant,
            authorizations: authorizations,
            status: response.status,
            code: code,
            bytesIn: receivedBytes,
            bytesOut: head.method == .head ? 0 : response.body.byteCount,
            microseconds: Int((monotonicNanoseconds() - request.received) / 1_000),
            headers: headers
        )
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
