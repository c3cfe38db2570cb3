// What the people in the demo do beside the exporter: customers' administrators set up roles and buckets through
// the real APIs, signed with their own keys, and whoever runs the store looks into its journal.

import Destinations
import Digest
import FakeStore
import JSON
import Transfer

/// The demo's view of its FakeStore, from outside as anyone would see it.
struct DemoStore: Sendable {
    /// The store did not do what the story needs.
    struct Unexpected: Error, CustomStringConvertible {
        let description: String
    }

    let server: FakeStore.Server
    private let transport = CurlTransport(userAgent: "exporter-demo")

    init(_ server: FakeStore.Server) { self.server = server }

    var url: String { server.url }

    /// How many requests were answered.
    var requestCount: Int { server.requestCount() }

    /// Why the latest request after `sequence` that policies denied was denied, as FakeStore explains it.
    func explanation(since sequence: UInt64) throws -> String {
        let denied = server.requests(since: sequence, denied: true).last
        guard let said = denied?.decision?.explanation else {
            throw Unexpected(description: "no request was denied")
        }
        return said
    }

    /// Calls IAM as the administrator of a customer's account.
    func iam(
        _ action: String,
        _ parameters: [(name: String, value: String)],
        as customer: DemoWorld.Customer
    ) throws {
        let iam = QueryService(
            .iam,
            endpoint: url,
            region: DemoWorld.region,
            transport: transport
        )
        do {
            _ = try iam.call(action, parameters, with: customer.admin)
        } catch {
            throw Unexpected(description: "\(action): \(error)")
        }
    }

    /// Puts a policy on a customer's bucket as its owner; nil takes it off.
    func setBucketPolicy(_ policy: String?, of customer: DemoWorld.Customer) throws {
        let url = TransferURL(
            origin: url,
            path: "/\(customer.bucket)",
            query: [(name: "policy", value: "")]
        )
        _ = try send(policy == nil ? .delete : .put, url, Array((policy ?? "").utf8), customer)
    }

    /// Stores a file as the owner of the bucket.
    func put(_ content: [UInt8], key: String, for customer: DemoWorld.Customer) throws {
        _ = try send(.put, object(key, of: customer), content, customer)
    }

    /// Reads a file as the owner of the bucket.
    func get(key: String, of customer: DemoWorld.Customer) throws -> [UInt8] {
        try send(.get, object(key, of: customer), [], customer)
    }

    private func object(_ key: String, of customer: DemoWorld.Customer) -> TransferURL {
        TransferURL(origin: url, path: "/\(customer.bucket)/\(key)")
    }

    private func send(
        _ method: TransferRequest.Method,
        _ url: TransferURL,
        _ body: [UInt8],
        _ customer: DemoWorld.Customer
    ) throws -> [UInt8] {
        let request = TransferRequest(
            method,
            url,
            body: method == .put ? .bytes(body) : .none,
            bodySHA256: SHA256.hash(body).hex,
            signing: .init(credentials: customer.admin, region: DemoWorld.region, service: "s3")
        )
        let answer = try transport.perform(request)
        guard (200..<300).contains(answer.status) else {
            throw Unexpected(
                description:
                    "\(method.rawValue) \(url.path) answered \(answer.status): "
                    + String(decoding: answer.body, as: UTF8.self)
            )
        }
        return answer.body
    }
}
