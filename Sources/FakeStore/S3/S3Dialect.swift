// Amazon S3: one request's way from its head to its answer, always in the same five steps.

import Cloud
import Digest
import EventLoop
import HTTP
import HTTPServer
import Identity
import Platform
import Policy
import Store
import World

/// Answers requests as Amazon S3 does, for the buckets of one cloud.
package final class S3Dialect: Sendable {
    private let cloud: Cloud
    /// One for each loop of the cloud's group.
    private let grants: [RecentGrants]

    package init(_ cloud: Cloud) {
        self.cloud = cloud
        grants = cloud.group.loops.map { _ in RecentGrants() }
    }

    /// What the loop that the calling task is on knows from earlier requests; nil on no loop of ours.
    private var ownGrants: RecentGrants? {
        guard let loop = EventLoop.current, loop.index < grants.count,
            cloud.group.loops[loop.index] === loop
        else { return nil }
        return grants[loop.index]
    }

    /// Answers a request, and writes it into the journal.
    ///
    /// The order of the checks is S3's as far as it is known (facts about it are reported, not documented;
    /// what AWS does first of two faults at once is [inferred] here):
    /// 1. the address is readable, the call exists
    /// 2. the key id is known, the time is near ours, every amz field is signed, the signature is right
    /// 3. the bucket exists and is in the region that was signed for, and its owner is the expected one
    /// 4. every permission the call needs is granted
    /// 5. the call's own header fields, then its conditions, then the body and its digests, then the commit
    ///
    /// Injected faults strike between 2 and 3: whose request it is, is known and told in the journal.
    package func respond(to request: Request) async -> Response {
        let exchange = Exchange(request, cloud, ownGrants)
        var code: String?
        var response: Response
        do {
            let operation = try exchange.route()  // 1
            try exchange.identify()  // 2
            if cloud.faults.isArmed, let early = try await exchange.meetFaults() {
                response = early
            } else {
                try exchange.locate()  // 3
                try exchange.authorize()  // 4
                switch operation.perform {  // 5
                case .atOnce(let perform): response = try perform(exchange)
                case .waiting(let perform): response = try await perform(exchange)
                }
            }
        } catch {
            code = error.code
            response = exchange.refusal(error)
        }
        if let strike = exchange.strike { response = exchange.struck(response, by: strike) }
        exchange.record(response, code: code)
        return response
    }

    /// The answer to bytes that are no request, in the form of S3's errors.
    package func refuse(_ error: HeadError) -> Response {
        let id = cloud.requestIDs.next()
        var response = Response(status: error.status)
        response.fields.add("x-amz-request-id") { id.append(to: &$0) }
        response.fields.add("Content-Type", "application/xml")
        response.body = .bytes(
            S3Error(error.status, error.s3Code, error.message).document(id).bytes
        )
        response.closes = true
        return response
    }
}

extension HeadError {
    /// The code S3 gives to a request it can't read [inferred, but for RequestTimeout and NotImplemented].
    fileprivate var s3Code: String {
        switch status {
        case 408: "RequestTimeout"
        case 411: "MissingContentLength"
        case 414: "URITooLong"
        case 431: "RequestHeaderSectionTooLarge"
        case 501: "NotImplemented"
        case 503: "SlowDown"
        case 505: "HTTPVersionNotSupported"
        default: "BadRequest"
        }
    }
}
