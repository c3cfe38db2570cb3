// What the journal keeps of one request.

import HTTP
import Platform
import Policy

/// One question that was put to the policies, with the documents that answered it.
///
/// The trace of the decision is not kept: the evaluator is a pure function, so it is made again from
/// these when somebody asks for it.
package struct Authorization: Sendable {
    package var request: AccessRequest
    package var policies: PolicySet
    package var decision: Decision

    package init(request: AccessRequest, policies: PolicySet, decision: Decision) {
        self.request = request
        self.policies = policies
        self.decision = decision
    }
}

/// One request and what became of it.
package struct JournalEntry: Sendable {
    /// Whose protocol a request spoke.
    package enum Dialect: UInt8, Sendable, CaseIterable {
        case s3, sts, iam, gcs

        /// The name that the journal shows.
        package var name: String {
            switch self {
            case .s3: "s3"
            case .sts: "sts"
            case .iam: "iam"
            case .gcs: "gcs"
            }
        }
    }

    /// The answer's `x-amz-request-id`.
    package var id: RequestID
    /// The place in the order of answers, from 1; given by the journal.
    package internal(set) var sequence: UInt64 = 0
    /// When the request was received, on the cloud's clock.
    package var time: Timestamp
    package var dialect: Dialect
    /// `PutObject`; empty when the request names no operation.
    package var operation: String
    /// The method as it was sent, `PUT`.
    package var method: String
    package var bucket: String?
    package var key: [UInt8]?
    /// The caller's ARN; nil when it is not known, because the signature was refused for instance.
    package var principal: String?
    /// The first question, about the entry's key, when its answer was known from an earlier request.
    ///
    /// An entry that the journal gives back has it among its authorizations.
    package var grant: Grant?
    /// The questions that were put to the policies, in order; the last one decided.
    package var authorizations: [Authorization] = []
    package var status: Int
    /// The error's code, `AccessDenied`; nil on success.
    package var code: String?
    /// The bytes of the request's body that were received.
    package var bytesIn: Int64
    /// The bytes of the answer's body.
    package var bytesOut: Int64
    /// From the request's head to the answer's.
    package var microseconds: Int
    /// The header fields of the request, without secrets when the journal gives them back.
    package var headers: HeaderFields
    /// The fault that was injected, as it was described.
    package var fault: String?

    package init(
        id: RequestID,
        time: Timestamp,
        dialect: Dialect,
        operation: String,
        method: String,
        bucket: String? = nil,
        key: [UInt8]? = nil,
        principal: String? = nil,
        grant: Grant? = nil,
        authorizations: [Authorization] = [],
        status: Int,
        code: String? = nil,
        bytesIn: Int64 = 0,
        bytesOut: Int64 = 0,
        microseconds: Int = 0,
        headers: HeaderFields,
        fault: String? = nil
    ) {
        self.id = id
        self.time = time
        self.dialect = dialect
        self.operation = operation
        self.method = method
        self.bucket = bucket
        self.key = key
        self.principal = principal
        self.grant = grant
        self.authorizations = authorizations
        self.status = status
        self.code = code
        self.bytesIn = bytesIn
        self.bytesOut = bytesOut
        self.microseconds = microseconds
        self.headers = headers
        self.fault = fault
    }

    /// What the policies said in the end; nil when they were never asked.
    package var decision: Decision? { authorizations.last?.decision }
}
