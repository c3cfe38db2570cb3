// Injected faults on their way: those that take the call's place, and those that lose its answer.

import Cloud
import EventLoop
import HTTP
import HTTPServer
import World
import XML

extension Exchange {
    /// Counts the request for the faults that match it, and lets happen what strikes it before the call.
    ///
    /// - Returns: What takes the place of the call; nil when the call goes on.
    /// - Throws: The error that takes its place, or a true refusal that comes before.
    func meetFaults() async throws(S3Error) -> Response? {
        guard
            let strike = cloud.faults.strike(
                operation: operation?.name ?? "",
                bucket: bucketName,
                key: key
            )
        else { return nil }
        self.strike = strike
        if strike.delayMilliseconds > 0, let loop = EventLoop.current {
            await loop.sleep(milliseconds: strike.delayMilliseconds)
        }
        guard let action = strike.action else { return nil }
        switch action {
        case .delay, .cutResponse, .lose(_, .afterCommit): return nil
        case .error(let error): throw S3Error(injected: error, self)
        case .expireToken: throw .expiredToken(headers.first("x-amz-security-token"))
        case .errorIn200(let error):
            // S3 answers 200 when it has begun, so after all that it can refuse at once.
            try locate()
            try authorize()
            return response(200, xml: S3Error(injected: error, self).document(id))
        case .lose(let ending, .beforeBody): return Exchange.lost(ending)
        case .lose(let ending, .midBody):
            await readHalfOfBody()
            return Exchange.lost(ending)
        }
    }

    /// The answer as the client gets it, after the call or what took its place.
    func struck(_ response: Response, by strike: FaultBook.Strike) -> Response {
        var response = response
        switch strike.action {
        case .lose(let ending, .afterCommit):
            response.body = .none(length: nil)
            response.loss = ending.loss
        case .cutResponse(let bodyBytes):
            // Never the whole answer: its last byte is missing at least, and all of it where it has no body.
            let size = request.head.method == .head ? 0 : response.body.byteCount
            if size == 0 { response.body = .none(length: nil) }
            response.loss = size == 0 ? .reset : .cut(bodyBytes: min(bodyBytes, size - 1))
        case .error where response.status >= 500:
            // As S3 does [reported: pingcap/tiflash#10538, all fields of a SlowDown].
            response.closes = true
        default: break
        }
        return response
    }

    /// What the journal is told of it; the status is that of the answer that was made, 0 when none was.
    func tell(_ strike: FaultBook.Strike, _ response: Response, to entry: inout JournalEntry) {
        entry.fault = strike.words
        if case .cut(let bodyBytes) = response.loss { entry.bytesOut = bodyBytes }
        if case .errorIn200(let error) = strike.action, entry.status == 200 {
            entry.code = error.code
        }
    }

    private static func lost(_ ending: FaultAction.Ending) -> Response {
        var response = Response(status: 0)
        response.loss = ending.loss
        return response
    }

    /// Takes in about half of a body whose length is known, else its first piece.
    private func readHalfOfBody() async {
        let enough = (body.declaredLength ?? 1) / 2
        do {
            while receivedBytes < max(enough, 1), let piece = try await body.next() {
                receivedBytes += Int64(piece.count)
            }
        } catch {
            // The client has gone first; the connection ends anyway.
        }
    }
}

extension FaultAction.Ending {
    fileprivate var loss: Response.Loss {
        switch self {
        case .reset: .reset
        case .close: .close
        }
    }
}

extension S3Error {
    /// An error that a fault asked for, with the elements that S3 adds where they can be told from the request.
    init(injected error: FaultError, _ exchange: Exchange) {
        var extras: [(String, String)] = []
        switch error.code {
        case "BucketAlreadyExists", "BucketAlreadyOwnedByYou", "BucketNotEmpty",
            "InvalidBucketName", "NoSuchBucket":
            extras = [("BucketName", exchange.bucketName)]
        case "NoSuchKey": extras = [("Key", String(decoding: exchange.key, as: UTF8.self))]
        case "NoSuchUpload", "InvalidPartOrder":
            extras = [("UploadId", exchange.query["uploadId"] ?? "")]
        case "PreconditionFailed", "ConditionalRequestConflict":
            extras = [
                ("Condition", exchange.headers.contains("if-match") ? "If-Match" : "If-None-Match")
            ]
        default: break
        }
        self.init(error.status, error.code, error.message, extras)
    }

    /// Source: [reported], the token too.
    static func expiredToken(_ token: String?) -> S3Error {
        S3Error(
            400,
            "ExpiredToken",
            "The provided token has expired.",
            token.map { [("Token-0", $0)] } ?? []
        )
    }
}
