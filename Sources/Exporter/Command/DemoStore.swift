// What the demo asks of the store beside the exporter's own requests: the bucket owners' files, the world, and
// how many requests there were.

import Digest
import FakeStore
import JSON
import Transfer

/// The demo's view of its FakeStore, from outside as anyone would see it.
struct DemoStore {
    /// The store did not do what the story needs.
    struct Unexpected: Error, CustomStringConvertible {
        let description: String
    }

    let url: String
    private let transport = CurlTransport(userAgent: "exporter-demo")

    init(url: String) { self.url = url }

    /// Makes the world what a text says.
    func setWorld(_ text: String) throws {
        _ = try send(TransferRequest(.put, admin("world"), body: .bytes(Array(text.utf8))))
    }

    /// How many requests the dialects have answered.
    func requestCount() throws -> Int {
        let answer = try JSON.parse(try send(TransferRequest(.get, admin("requests"))))
        guard let requests = answer["requests"]?.array else {
            throw Unexpected(description: "the journal is not what it should be")
        }
        return requests.count
    }

    /// Stores a file as the owner of the bucket.
    func put(_ content: [UInt8], key: String, for customer: DemoWorld.Customer) throws {
        _ = try send(
            TransferRequest(
                .put,
                object(key, of: customer),
                body: .bytes(content),
                bodySHA256: SHA256.hash(content).hex,
                signing: signing(customer)
            )
        )
    }

    /// Reads a file as the owner of the bucket.
    func get(key: String, of customer: DemoWorld.Customer) throws -> [UInt8] {
        try send(TransferRequest(.get, object(key, of: customer), signing: signing(customer)))
    }

    private func admin(_ route: String) -> TransferURL {
        TransferURL(origin: url, path: "/_fakestore/\(route)")
    }

    private func object(_ key: String, of customer: DemoWorld.Customer) -> TransferURL {
        TransferURL(origin: url, path: "/\(customer.bucket)/\(key)")
    }

    private func signing(_ customer: DemoWorld.Customer) -> TransferRequest.Signing {
        .init(credentials: customer.owner, region: DemoWorld.region, service: "s3")
    }

    private func send(_ request: TransferRequest) throws -> [UInt8] {
        let answer = try transport.perform(request)
        guard (200..<300).contains(answer.status) else {
            throw Unexpected(
                description:
                    "\(request.method.rawValue) \(request.url.path) answered \(answer.status): "
                    + String(decoding: answer.body, as: UTF8.self)
            )
        }
        return answer.body
    }
}
