import Testing

@testable import FakeStore

/// An allowed decision is kept for the requests that follow, and ends with whatever it was made of.
///
/// Each example asks on two connections, which live on different loops.
@Suite("Kept decisions")
struct GrantTests {
    private static func world(
        identity: String = allow("arn:aws:s3:::bbb/*"),
        bucketPolicy: String = "null",
        key: String = "Active"
    ) -> String {
        """
        {"accounts":[{"id":"111122223333","users":[{"name":"exporter",
        "accessKeys":[{"id":"AKIAEXAMPLE000000001","secret":"exporter-secret-exporter",
        "status":"\(key)"}],
        "policies":[{"name":"Write","document":\(identity)}]}],
        "buckets":[{"name":"bbb","policy":\(bucketPolicy)}]}]}
        """
    }

    private static func allow(_ resource: String, _ more: String = "") -> String {
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
        "Action":["s3:PutObject","s3:GetObject"],"Resource":"\(resource)"\(more)}]}
        """
    }

    private static let deny = """
        {"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*",
        "Resource":"arn:aws:s3:::bbb/*"}]}
        """

    /// What two connections are told, each three times.
    private func statuses(
        _ clients: [TestClient],
        _ method: String,
        _ path: String = "/bbb/x",
        headers: [(String, String)] = []
    ) throws -> [Int] {
        try (0..<3).flatMap { _ in
            try clients.map {
                let body: [UInt8] = method == "PUT" ? [1] : []
                return try $0.signed(method, path, headers: headers, body: body, signer: exporter)
                    .status
            }
        }
    }

    private func withClients(
        _ world: String,
        _ body: (FakeStore.Server, [TestClient]) async throws -> Void
    ) async throws {
        var options = FakeStore.Options()
        options.threads = 2
        try await withStore(.json(world), options) { store in
            try await body(store, [TestClient(port: store.port), TestClient(port: store.port)])
        }
    }

    @Test(arguments: [
        ("another policy of the caller", world(identity: allow("arn:aws:s3:::other/*"))),
        ("a policy of the bucket that denies", world(bucketPolicy: deny)),
        ("a key that was made inactive", world(key: "Inactive")),
        ("a world without the bucket", #"{"accounts":[{"id":"111122223333"}]}"#),
    ])
    func endsWithTheWorld(_ change: String, _ other: String) async throws {
        try await withClients(GrantTests.world()) { store, clients in
            #expect(try statuses(clients, "PUT") == Array(repeating: 200, count: 6))
            #expect(try statuses(clients, "GET") == Array(repeating: 200, count: 6))
            try await store.replaceWorld(.json(other))
            for method in ["PUT", "GET"] {
                let refused = try statuses(clients, method)
                #expect(refused.allSatisfy { $0 >= 403 }, "\(change)")
            }
            try await store.reset()
            #expect(try statuses(clients, "PUT") == Array(repeating: 200, count: 6))
        }
    }

    @Test func endsWithTheBucketsPolicyAndComesBackWithASnapshot() async throws {
        try await withClients(GrantTests.world()) { store, clients in
            #expect(try statuses(clients, "PUT") == Array(repeating: 200, count: 6))
            try await store.makeSnapshot("before")
            try await store.setBucketPolicy(GrantTests.deny, on: "bbb")
            #expect(try statuses(clients, "PUT") == Array(repeating: 403, count: 6))
            try await store.restoreSnapshot("before")
            #expect(try statuses(clients, "PUT") == Array(repeating: 200, count: 6))
        }
    }

    @Test func holdsForNoOtherKeyWhereTheKeyHadASay() async throws {
        let world = GrantTests.world(identity: GrantTests.allow("arn:aws:s3:::bbb/a*"))
        try await withClients(world) { _, clients async throws in
            for _ in 0..<2 {
                #expect(try statuses(clients, "PUT", "/bbb/a") == Array(repeating: 200, count: 6))
                #expect(try statuses(clients, "PUT", "/bbb/b") == Array(repeating: 403, count: 6))
            }
        }
    }

    @Test func holdsForNoOtherContextWhereTheContextHadASay() async throws {
        let isSecure = #","Condition":{"Bool":{"aws:SecureTransport":"true"}}"#
        let world = GrantTests.world(identity: GrantTests.allow("arn:aws:s3:::bbb/*", isSecure))
        try await withClients(world) { _, clients async throws in
            for _ in 0..<2 {
                #expect(try statuses(clients, "PUT") == Array(repeating: 200, count: 6))
                let plain = [("x-fakestore-context", "aws:SecureTransport=false")]
                #expect(
                    try statuses(clients, "PUT", headers: plain)
                        == Array(repeating: 403, count: 6)
                )
            }
        }
    }

    @Test func isInTheJournalAsIfItHadBeenAsked() async throws {
        try await withClients(GrantTests.world()) { store, clients in
            _ = try statuses(clients, "PUT", "/bbb/a%20b")
            _ = try statuses(clients, "PUT", "/bbb/c")
            let entries = store.cloud.journal.entries().entries
            #expect(entries.count == 12)
            for (entry, key) in zip(entries, ["a b", "a b", "a b", "a b", "a b", "a b", "c"]) {
                #expect(entry.authorizations.count == 1)
                let asked = entry.authorizations[0]
                #expect(asked.request.action == "s3:PutObject")
                #expect(asked.request.resource == "arn:aws:s3:::bbb/\(key)")
                #expect(asked.request.resourceAccount == "111122223333")
                #expect(asked.request.principal.userName == "exporter")
                #expect(asked.decision.determining.first?.policy.name == "Write")
            }
            #expect(store.requests().allSatisfy { $0.decision?.isAllowed == true })
        }
    }
}
