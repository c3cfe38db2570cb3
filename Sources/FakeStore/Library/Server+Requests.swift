// The journal for Swift test suites.

import Cloud
import HTTP
import Platform
import Policy

extension FakeStore {
    /// One request that was answered.
    public struct Request: Sendable {
        /// The answer's `x-amz-request-id`.
        public let id: String
        /// The place in the order of answers, from 1.
        public let sequence: UInt64
        /// When the request was received, on the store's clock: `2026-11-20T09:00:00.000Z`.
        public let time: String
        /// The operation's name, `PutObject`; empty when the request names none.
        public let operation: String
        /// The method, `PUT`.
        public let method: String
        /// The bucket's name, when the request is about one.
        public let bucket: String?
        /// The object's key, when the request is about one.
        public let key: String?
        /// The caller's ARN; nil when it is not known.
        public let principal: String?
        /// What the policies said; nil when they were not asked.
        public let decision: Decision?
        /// The status of the answer; 0 when a fault ended the connection before there was one.
        public let status: Int
        /// The error's code, `AccessDenied`; nil on success.
        public let code: String?
        /// The bytes of the request's body that were received.
        public let bytesIn: Int64
        /// The bytes of the answer's body.
        public let bytesOut: Int64
        /// How long the answer took.
        public let microseconds: Int
        /// The faults that struck it, `error SlowDown`; nil when there were none.
        public let fault: String?
        /// The header fields in their order, without secrets.
        public let headers: [(name: String, value: String)]

        /// The value of the first header field with a name, in any case.
        public func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    /// What the policies said of a request.
    public struct Decision: Sendable {
        /// Whether it was allowed.
        public let isAllowed: Bool
        /// `allow`, `explicitDeny` or `implicitDeny`.
        public let verdict: String
        /// The kind of policy that refused, `identity` or `resource`; nil when it was allowed.
        public let layer: String?
        /// The decision in a line, with the statement that made it or nearly did.
        public let explanation: String
    }
}

extension FakeStore.Server {
    /// The requests that were answered, the oldest first; the last 100,000 are kept.
    ///
    /// - Parameters:
    ///   - since: Only those after this sequence number.
    ///   - bucket: A bucket's name, or a pattern with `*`.
    ///   - principal: The caller's ARN, or a pattern with `*`.
    ///   - operation: An operation's name, or a pattern with `*`.
    ///   - denied: Whether to give only those that the policies denied.
    ///   - limit: At most so many.
    /// - Returns: The requests.
    public func requests(
        since: UInt64 = 0,
        bucket: String? = nil,
        principal: String? = nil,
        operation: String? = nil,
        denied: Bool = false,
        limit: Int = .max
    ) -> [FakeStore.Request] {
        cloud.journal.entries(
            JournalFilter(
                since: since,
                bucket: bucket,
                principal: principal,
                operation: operation,
                isDenied: denied,
                limit: limit
            )
        ).entries.map(FakeStore.Request.init)
    }

    /// How many requests were answered.
    ///
    /// - Parameters:
    ///   - operation: An operation's name, or a pattern with `*`; nil for all of them.
    ///   - bucket: A bucket's name, or a pattern with `*`.
    ///   - since: Only those after this sequence number.
    /// - Returns: Their number.
    public func requestCount(
        operation: String? = nil,
        bucket: String? = nil,
        since: UInt64 = 0
    ) -> Int {
        cloud.journal.count(JournalFilter(since: since, bucket: bucket, operation: operation))
    }

    /// The sequence number of the latest request, to ask for those after it.
    public var lastSequence: UInt64 { cloud.journal.lastSequence }
}

extension FakeStore.Request {
    init(_ entry: JournalEntry) {
        id = entry.id.description
        sequence = entry.sequence
        time = entry.time.iso8601(milliseconds: true)
        operation = entry.operation
        method = entry.method
        bucket = entry.bucket
        key = entry.key.map { String(decoding: $0, as: UTF8.self) }
        principal = entry.principal
        decision = entry.authorizations.last.map { last in
            FakeStore.Decision(
                isAllowed: last.decision.isAllowed,
                verdict: last.decision.verdict.rawValue,
                layer: last.decision.layer?.rawValue,
                explanation: explain(last.request, last.policies).line
            )
        }
        status = entry.status
        code = entry.code
        bytesIn = entry.bytesIn
        bytesOut = entry.bytesOut
        microseconds = entry.microseconds
        fault = entry.fault
        headers = entry.headers.map { ($0.nameText, $0.valueText) }
    }
}
