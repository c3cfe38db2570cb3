import Platform
import Transfer

/// A bucket that knows the four calls of an upload in parts, and plays scripted answers to each of them; when
/// a call's script has ended, it works.
final class PartsTransport: Transport {
    typealias Answer = Result<TransferAnswer, TransferFailure>

    /// What is asked, by method and query.
    enum Call: Hashable, Sendable {
        case create, part(Int), complete, abort, other
    }

    private struct Contents {
        var script: [Call: [Answer]]
        var seen: [(call: Call, request: TransferRequest)] = []
        var created = 0
    }

    private let contents: Locked<Contents>

    init(_ script: [Call: [Answer]] = [:]) { contents = Locked(Contents(script: script)) }

    var seen: [(call: Call, request: TransferRequest)] { contents.withLock { $0.seen } }

    func count(_ isWanted: (Call) -> Bool) -> Int { seen.count { isWanted($0.call) } }

    var partsSent: Int { count { if case .part = $0 { true } else { false } } }
    var aborts: Int { count { $0 == .abort } }

    func perform(_ request: TransferRequest) throws(TransferFailure) -> TransferAnswer {
        let call = PartsTransport.call(request)
        let answer: Answer = contents.withLock { contents in
            contents.seen.append((call, request))
            if let next = contents.script[call]?.first {
                contents.script[call]?.removeFirst()
                return next
            }
            switch call {
            case .create:
                contents.created += 1
                return .document(
                    "<InitiateMultipartUploadResult><UploadId>upload \(contents.created)</UploadId>"
                        + "</InitiateMultipartUploadResult>"
                )
            case .part(let number): return .stored("part-\(number)")
            case .complete: return .completed
            case .abort: return .status(204)
            case .other: return .status(501)
            }
        }
        return try answer.get()
    }

    private static func call(_ request: TransferRequest) -> Call {
        let query = request.url.query.split(separator: "&").map(String.init)
        if request.method == .post, query == ["uploads="] { return .create }
        guard query.contains(where: { $0.hasPrefix("uploadId=") }) else { return .other }
        switch request.method {
        case .post: return .complete
        case .delete: return .abort
        case .put:
            let number = query.first { $0.hasPrefix("partNumber=") }?.dropFirst(11)
            return number.flatMap { Int($0) }.map { .part($0) } ?? .other
        case .get, .head: return .other
        }
    }
}

extension Result where Success == TransferAnswer, Failure == TransferFailure {
    static func document(_ text: String) -> Self {
        .success(TransferAnswer(status: 200, body: Array(text.utf8)))
    }

    /// As S3 sends it after a while: spaces that kept the connection alive, then the document.
    static var completed: Self {
        .document(
            "  \n <?xml version=\"1.0\" encoding=\"UTF-8\"?>\n   <CompleteMultipartUploadResult>"
                + "<ETag>\"whole-3\"</ETag></CompleteMultipartUploadResult>"
        )
    }

    /// An error behind a head that said 200.
    static func error200(_ code: String) -> Self {
        .document("<Error><Code>\(code)</Code><Message>late</Message></Error>")
    }
}
