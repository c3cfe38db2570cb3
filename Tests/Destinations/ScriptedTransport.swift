import Platform
import Transfer

/// A transport that plays given results and remembers what it was asked.
final class ScriptedTransport: Transport {
    private let script: Locked<[Result<TransferAnswer, TransferFailure>]>
    private let requests = Locked([TransferRequest]())

    init(_ script: [Result<TransferAnswer, TransferFailure>]) { self.script = Locked(script) }

    var seen: [TransferRequest] { requests.withLock { $0 } }

    func perform(_ request: TransferRequest) throws(TransferFailure) -> TransferAnswer {
        requests.withLock { $0.append(request) }
        let next = script.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        guard let next else {
            throw TransferFailure(reach: .notSent, reason: .local, message: "the script has ended")
        }
        return try next.get()
    }
}

/// Short forms for scripts.
extension Result where Success == TransferAnswer, Failure == TransferFailure {
    static func status(
        _ status: Int,
        _ code: String? = nil,
        _ message: String = "",
        _ more: String = ""
    ) -> Self {
        let body =
            code.map { "<Error><Code>\($0)</Code><Message>\(message)</Message>\(more)</Error>" }
            ?? ""
        return .success(TransferAnswer(status: status, body: Array(body.utf8)))
    }

    static func stored(_ tag: String) -> Self {
        .success(TransferAnswer(status: 200, headers: [("ETag", "\"\(tag)\"")]))
    }

    static func lost(_ reach: TransferFailure.Reach) -> Self {
        .failure(TransferFailure(reach: reach, reason: .connectionLost, message: "connection lost"))
    }
}
