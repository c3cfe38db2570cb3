// Faults for Swift test suites:
//
//     try store.faults.add(.error("SlowDown"), operation: "PutObject", key: "exports/*", times: 2)

import Cloud
import World

extension FakeStore {
    /// What goes wrong with a request.
    public enum FaultAction: Sendable, Hashable {
        /// The request waits before anything is done; at most an hour.
        case delay(milliseconds: Int)
        /// S3's error of this code, in place of the call: `"SlowDown"`.
        case error(String)
        /// Status 200 with this error in the body, in place of the call; for CopyObject, UploadPartCopy and
        /// CompleteMultipartUpload only.
        case errorIn200(String)
        /// The connection is reset, and there is no answer.
        case reset(Moment)
        /// The connection is closed in order, and there is no answer.
        case close(Moment)
        /// So many bytes of the answer's body, then a reset; never the whole answer.
        case cutResponse(bodyBytes: Int)
        /// The caller's session has ended: ExpiredToken.
        case expireToken

        /// When a connection ends.
        public enum Moment: String, Sendable, Hashable {
            /// Before anything of the request's body is read; nothing is done.
            case beforeBody = "before-body"
            /// After about half of the request's body; nothing is done.
            case midBody = "mid-body"
            /// After the call was done: its answer is lost.
            case afterCommit = "after-commit"
        }

        /// The admin route's words for it: `reset mid-body`.
        fileprivate var words: String {
            switch self {
            case .delay(let milliseconds): "delay \(milliseconds)ms"
            case .error(let code): "error \(code)"
            case .errorIn200(let code): "error-in-200 \(code)"
            case .reset(let moment): "reset \(moment.rawValue)"
            case .close(let moment): "close \(moment.rawValue)"
            case .cutResponse(let bodyBytes): "cut-response \(bodyBytes)"
            case .expireToken: "expire-token"
            }
        }
    }

    /// A fault in force, or one that has had its turns.
    public struct Fault: Sendable {
        /// Its id.
        public let id: Int
        /// What it is for and does, as the admin route would say it: `reset mid-body`.
        public let action: String
        /// How many requests matched.
        public let matched: Int
        /// How many of those it struck.
        public let fired: Int
    }

    /// A fault that means nothing.
    public struct FaultError: Error, CustomStringConvertible {
        /// What is wrong with it.
        public let description: String
    }

    /// The faults of a store.
    public struct Faults: Sendable {
        let book: FaultBook

        /// Adds a fault behind the others.
        ///
        /// Each fault counts the requests that match it, and strikes those from the `nth` on, `times` in a row.
        /// Delays add up; of what else strikes the same request, the first in the list is done.
        ///
        /// - Parameters:
        ///   - action: What goes wrong.
        ///   - operation: A call's name, or a pattern with `*`; nil for all.
        ///   - bucket: A bucket's name, or a pattern with `*`; nil for all.
        ///   - key: A key, or a pattern with `*`; nil for all.
        ///   - nth: The first matching request that is struck, from 1.
        ///   - times: How many are struck in a row; 0 for all.
        /// - Returns: The fault's id.
        /// - Throws: `FaultError` for a code or a name that S3 doesn't have, and for numbers out of range.
        @discardableResult
        public func add(
            _ action: FaultAction,
            operation: String? = nil,
            bucket: String? = nil,
            key: String? = nil,
            nth: Int = 1,
            times: Int = 1
        ) throws(FaultError) -> Int {
            let match = FaultMatch(
                operation: operation,
                bucket: bucket,
                key: key,
                nth: nth,
                times: times
            )
            if let problem = match.problems.first { throw FaultError(description: problem.words) }
            let fault = try definition(match, action.words)
            do { return try book.add(fault).id } catch {
                throw FaultError(description: "\(error)")
            }
        }

        /// All faults in their order.
        public var list: [Fault] {
            book.entries.map {
                Fault(
                    id: $0.id,
                    action: $0.definition.action.description,
                    matched: $0.matched,
                    fired: $0.fired
                )
            }
        }

        /// Takes a fault away.
        ///
        /// - Returns: false when it was not there.
        @discardableResult
        public func remove(_ id: Int) -> Bool { book.remove(id) }

        /// Takes all faults away, those of the world too.
        public func clear() { book.removeAll() }
    }
}

/// A fault as the world has it; outside of the enum, whose names hide the world's.
private func definition(
    _ match: FaultMatch,
    _ words: String
) throws(FakeStore.FaultError) -> FaultDefinition {
    do throws(FaultAction.Unreadable) {
        let fault = FaultDefinition(match: match, action: try FaultAction(words))
        guard let conflict = fault.conflict else { return fault }
        throw FaultAction.Unreadable(words: conflict.words)
    } catch {
        throw FakeStore.FaultError(description: error.words)
    }
}

extension FakeStore.Server {
    /// What shall go wrong, and what has.
    public var faults: FakeStore.Faults { FakeStore.Faults(book: cloud.faults) }
}
