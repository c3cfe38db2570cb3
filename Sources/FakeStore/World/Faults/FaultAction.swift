// What a fault does to a request: the sentence after `do`.

import Spelling

/// What a fault does.
package enum FaultAction: Sendable, Equatable {
    /// Where in a request's way its connection ends.
    package enum Moment: String, Sendable, CaseIterable {
        /// Nothing of the request's body was read, and nothing is done.
        case beforeBody = "before-body"
        /// About half of the request's body was read, and nothing is done.
        case midBody = "mid-body"
        /// The call was done, and its answer is lost, whatever it was.
        case afterCommit = "after-commit"
    }

    /// How a connection ends without an answer.
    package enum Ending: String, Sendable, CaseIterable {
        /// By a TCP reset: the client's next call fails with ECONNRESET.
        case reset
        /// In order: the client reads the end of the stream where it expects an answer.
        case close
    }

    /// The request waits before anything is done.
    case delay(milliseconds: Int)
    /// The call is not done, and this is its answer.
    case error(FaultError)
    /// The call is not done; the answer says 200 and has the error in its body.
    case errorIn200(FaultError)
    /// The connection ends without an answer.
    case lose(Ending, Moment)
    /// The answer's head, so many bytes of its body, and a reset.
    case cutResponse(bodyBytes: Int64)
    /// The call is not done: the caller's session has ended.
    case expireToken

    /// The longest delay, an hour.
    package static let longestDelayMilliseconds = 3_600_000

    /// The calls that begin to answer before they are done [documented: CopyObject, UploadPartCopy and
    /// CompleteMultipartUpload, API reference].
    package static let operationsThatFailIn200 = [
        "CopyObject", "UploadPartCopy", "CompleteMultipartUpload",
    ]

    /// A sentence that says nothing.
    package struct Unreadable: Error {
        /// What is wrong with it.
        package let words: String

        package init(words: String) { self.words = words }
    }

    private static let verbs = [
        "delay", "error", "error-in-200", "reset", "close", "cut-response", "expire-token",
    ]

    /// Reads `delay 500ms`, `error SlowDown`, `reset mid-body` and so on.
    package init(_ text: String) throws(Unreadable) {
        let words = text.split(separator: " ").map(String.init)
        guard let verb = words.first else { throw Unreadable(words: "`do` says nothing") }
        let rest = words.dropFirst()
        switch verb {
        case "expire-token":
            guard rest.isEmpty else {
                throw Unreadable(words: "`expire-token` stands alone, met `\(text)`")
            }
            self = .expireToken
            return
        case "delay", "error", "error-in-200", "reset", "close", "cut-response": break
        default:
            let near = Spelling.suggestion(for: verb, among: FaultAction.verbs)
            throw Unreadable(
                words: "expected one of "
                    + FaultAction.verbs.map { "`\($0)`" }.joined(separator: ", ")
                    + ", met `\(verb)`\(near)"
            )
        }
        guard rest.count == 1, let argument = rest.first else {
            throw Unreadable(words: "`\(verb)` needs one word after it, met `\(text)`")
        }
        switch verb {
        case "delay": self = .delay(milliseconds: try FaultAction.milliseconds(argument))
        case "error": self = .error(try FaultAction.knownError(argument))
        case "error-in-200": self = .errorIn200(try FaultAction.knownError(argument))
        case "cut-response":
            guard let count = Int64(argument), count >= 0 else {
                throw Unreadable(words: "expected a number of bytes, met `\(argument)`")
            }
            self = .cutResponse(bodyBytes: count)
        default:
            guard let moment = Moment(rawValue: argument) else {
                let moments = Moment.allCases.map(\.rawValue)
                throw Unreadable(
                    words: "expected one of "
                        + moments.map { "`\($0)`" }.joined(separator: ", ")
                        + ", met `\(argument)`\(Spelling.suggestion(for: argument, among: moments))"
                )
            }
            self = .lose(verb == "reset" ? .reset : .close, moment)
        }
    }

    /// `500ms` or `2s`.
    private static func milliseconds(_ text: String) throws(Unreadable) -> Int {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let factor: Int? =
            switch text[digits.endIndex...] {
            case "ms": 1
            case "s": 1_000
            default: nil
            }
        guard let factor, let count = Int(digits) else {
            throw Unreadable(words: "expected a time such as `500ms` or `2s`, met `\(text)`")
        }
        guard count <= longestDelayMilliseconds / factor else {
            throw Unreadable(words: "a delay is at most an hour, met `\(text)`")
        }
        return count * factor
    }

    private static func knownError(_ code: String) throws(Unreadable) -> FaultError {
        if let error = FaultError(code: code) { return error }
        let near = Spelling.suggestion(for: code, among: FaultVocabulary.errors.map(\.code))
        throw Unreadable(words: "S3 has no error `\(code)` that is known here\(near)")
    }
}

extension FaultAction: CustomStringConvertible {
    /// The sentence, which reads as the same action.
    package var description: String {
        switch self {
        case .delay(let milliseconds): "delay \(milliseconds)ms"
        case .error(let error): "error \(error.code)"
        case .errorIn200(let error): "error-in-200 \(error.code)"
        case .lose(let ending, let moment): "\(ending.rawValue) \(moment.rawValue)"
        case .cutResponse(let count): "cut-response \(count)"
        case .expireToken: "expire-token"
        }
    }
}
