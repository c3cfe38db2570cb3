// Injected faults for STS and IAM: those that take a call's place, and those that lose its answer.

import Cloud
import EventLoop
import HTTPServer
import World

extension QueryExchange {
    /// Counts the call for the faults that match it, and lets happen what strikes it before the call.
    ///
    /// - Returns: What takes the place of the answer; nil when the call goes on.
    /// - Throws: The error that takes its place.
    func meetFaults() async throws(QueryError) -> Response.Loss? {
        guard let strike = cloud.faults.strike(operation: operation, bucket: "", key: []) else {
            return nil
        }
        self.strike = strike
        if strike.delayMilliseconds > 0, let loop = EventLoop.current {
            await loop.sleep(milliseconds: strike.delayMilliseconds)
        }
        switch strike.action {
        case nil, .delay, .cutResponse, .lose(_, .afterCommit): return nil
        case .error(let error): throw QueryError(error.status, error.code, error.message)
        case .expireToken: throw .expiredToken
        // Only calls of S3 answer 200 before they are done.
        case .errorIn200: return nil
        case .lose(let ending, .beforeBody), .lose(let ending, .midBody): return ending.loss
        }
    }

    /// What becomes of an answer of so many bytes.
    func loss(ofBytes size: Int64) -> Response.Loss? {
        switch strike?.action {
        case .lose(let ending, .afterCommit): ending.loss
        case .cutResponse(let bodyBytes): .cut(bodyBytes: min(bodyBytes, size - 1))
        default: nil
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
