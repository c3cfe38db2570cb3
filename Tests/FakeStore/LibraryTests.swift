import Glibc
import Platform
import Testing

@testable import FakeStore

@Suite("The library")
struct LibraryTests {
    @Test func servesSignedRequestsOfTheDefaultKey() async throws {
        var options = FakeStore.Options()
        options.buckets = ["reports"]
        try await withStore(.empty, options) { store in
            #expect(store.url == "http://127.0.0.1:\(store.port)")
            let client = try TestClient(port: store.port)
            let put = try client.signed("PUT", "/reports/a.csv", body: Array("a,b\n".utf8))
            #expect(put.status == 200)
            let get = try client.signed("GET", "/reports/a.csv")
            #expect(get.text == "a,b\n")
            #expect(get.header("x-amz-request-id")?.utf8.count == 16)
        }
    }

    @Test func refusesWhatIsSignedWithAnotherSecretOrNotAtAll() async throws {
        var options = FakeStore.Options()
        options.buckets = ["reports"]
        try await withStore(.empty, options) { store in
            let client = try TestClient(port: store.port)
            var signer = TestSigner()
            signer.secret = "another-secret-another-secret"
            let wrong = try client.signed("PUT", "/reports/a.csv", body: [1], signer: signer)
            #expect(wrong.status == 403)
            #expect(wrong.text.contains("<Code>SignatureDoesNotMatch</Code>"))
            let unsigned = try TestClient(port: store.port).send("GET", "/reports/a.csv")
            #expect(unsigned.status == 403)
        }
    }

    @Test func tellsItsRequestsAndWhyTheyWereRefused() async throws {
        try await withStore(.json(exporterWorld)) { store in
            let client = try TestClient(port: store.port)
            let answer = try client.signed(
                "PUT",
                "/acme-billing/x.csv",
                body: Array("a\n".utf8),
                signer: exporter
            )
            #expect(answer.status == 403)
            let requests = store.requests()
            let request = try #require(requests.first)
            #expect(requests.count == 1)
            #expect(request.id == answer.header("x-amz-request-id"))
            #expect(request.operation == "PutObject")
            #expect(request.bucket == "acme-billing")
            #expect(request.key == "x.csv")
            #expect(request.principal == "arn:aws:iam::111122223333:user/bills/exporter")
            #expect(request.status == 403)
            #expect(request.code == "AccessDenied")
            #expect(request.decision?.isAllowed == false)
            #expect(request.decision?.layer == "identity")
            #expect(
                request.decision?.explanation
                    == "no identity-based policy allows s3:PutObject "
                    + "(ExportWrite statement 1: Resource lacks /*)"
            )
            #expect(request.header("authorization")?.hasSuffix("Signature=***") == true)
            #expect(store.requests(denied: true).count == 1)
            #expect(store.requests(operation: "GetObject").isEmpty)
            #expect(store.requestCount(operation: "Put*", bucket: "acme-*") == 1)
            #expect(store.requests(since: store.lastSequence).isEmpty)
        }
    }

    @Test func writesALineForEachRefusal() async throws {
        let lines = Locked([String]())
        var options = FakeStore.Options()
        options.logLevel = .refusals
        options.log = { line in lines.withLock { $0.append(line) } }
        try await withStore(.json(exporterWorld), options) { store in
            let client = try TestClient(port: store.port)
            _ = try client.signed("PUT", "/acme-billing/x.csv", body: [1], signer: exporter)
            _ = try client.signed("PUT", "/acme-billing/a%0Ab", body: [], signer: exporter)
            _ = try client.signed("PUT", "/other-bucket/x.csv", body: [], signer: exporter)
            _ = try client.signed("GET", "/acme-billing/x.csv", signer: TestSigner())
        }
        let reason =
            "no identity-based policy allows s3:PutObject "
            + "(ExportWrite statement 1: Resource lacks /*)"
        #expect(
            lines.withLock { $0 } == [
                "403 PutObject acme-billing/x.csv exporter: \(reason)",
                "403 PutObject acme-billing/a\\u{a}b exporter: \(reason)",
                "404 PutObject other-bucket/x.csv exporter: NoSuchBucket",
                "403 GetObject acme-billing/x.csv -: InvalidAccessKeyId",
            ]
        )
    }

    @Test func writesALineForEveryRequestWhenAskedTo() async throws {
        let lines = Locked([String]())
        var options = FakeStore.Options()
        options.buckets = ["reports"]
        options.logLevel = .everything
        options.log = { line in lines.withLock { $0.append(line) } }
        try await withStore(.empty, options) { store in
            let client = try TestClient(port: store.port)
            _ = try client.signed("PUT", "/reports/x.csv", body: [1])
            _ = try client.signed("GET", "/reports/y.csv")
            _ = try client.signed("GET", "/")
        }
        #expect(
            lines.withLock { $0 } == [
                "200 PutObject reports/x.csv admin",
                "404 GetObject reports/y.csv admin: NoSuchKey",
                "200 ListBuckets admin",
            ]
        )
    }

    @Test func goesBackToTheStart() async throws {
        var options = FakeStore.Options()
        options.buckets = ["reports"]
        try await withStore(.empty, options) { store in
            let client = try TestClient(port: store.port)
            _ = try client.signed("PUT", "/second-bucket")
            _ = try client.signed("PUT", "/reports/a.csv", body: [1])
            #expect(store.buckets == ["reports", "second-bucket"])
            try await store.reset()
            #expect(store.buckets == ["reports"])
            #expect(try store.keys(bucket: "reports").isEmpty)
            #expect(store.requests().isEmpty)
            #expect(try client.signed("GET", "/reports/a.csv").status == 404)
        }
    }

    @Test func changesABucketsPolicyBehindTheProtocolsBack() async throws {
        let world = """
            {"accounts":[{"id":"111122223333","users":[{"name":"exporter","accessKeys":[
            {"id":"AKIAEXAMPLE000000001","secret":"exporter-secret-exporter"}]}],
            "buckets":[{"name":"acme-billing"}]}]}
            """
        try await withStore(.json(world)) { store in
            let client = try TestClient(port: store.port)
            func put() throws -> Int {
                try client.signed("PUT", "/acme-billing/x.csv", body: [1], signer: exporter).status
            }
            #expect(try put() == 403)
            try await store.setBucketPolicy(
                """
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":
                {"AWS":"arn:aws:iam::111122223333:user/exporter"},"Action":"s3:PutObject",
                "Resource":"arn:aws:s3:::acme-billing/*"}]}
                """,
                on: "acme-billing"
            )
            #expect(try put() == 200)
            try await store.setBucketPolicy(nil, on: "acme-billing")
            #expect(try put() == 403)
            await #expect(throws: FakeStore.ChangeError.self) {
                try await store.setBucketPolicy("{}", on: "acme-billing")
            }
            await #expect(throws: FakeStore.ChangeError.self) {
                try await store.setBucketPolicy(nil, on: "no-such-bucket")
            }
        }
    }

    @Test func putsAndReadsObjectsWithoutRequests() async throws {
        var options = FakeStore.Options()
        options.buckets = ["reports"]
        try await withStore(.empty, options) { store in
            let large = [UInt8](repeating: 7, count: 300_000)
            try await store.putObject(Array("a".utf8), key: "a b/ü", bucket: "reports")
            try await store.putObject(large, key: "large", bucket: "reports")
            #expect(try store.keys(bucket: "reports") == ["a b/ü", "large"])
            #expect(try store.keys(bucket: "reports", prefix: "l") == ["large"])
            let small = try #require(try store.object(key: "a b/ü", bucket: "reports"))
            #expect(small.bytes == Array("a".utf8))
            #expect(small.etag == "0cc175b9c0f1b6a831c399e269772661")
            #expect(small.writer == "arn:aws:iam::000000000000:root")
            #expect(try store.object(key: "large", bucket: "reports")?.bytes == large)
            #expect(try store.object(key: "none", bucket: "reports") == nil)
            #expect(store.requests().isEmpty)
            let client = try TestClient(port: store.port)
            #expect(try client.signed("GET", "/reports/large").body == large)
        }
    }

    @Test func runsManyAtOnce() async throws {
        var stores: [FakeStore.Server] = []
        for _ in 0..<4 { stores.append(try await FakeStore.start(buckets: ["reports"])) }
        #expect(Set(stores.map(\.port)).count == 4)
        for (index, store) in stores.enumerated() {
            let client = try TestClient(port: store.port)
            let body = Array("\(index)".utf8)
            #expect(try client.signed("PUT", "/reports/k", body: body).status == 200)
        }
        for (index, store) in stores.enumerated() {
            #expect(try store.object(key: "k", bucket: "reports")?.bytes == Array("\(index)".utf8))
            #expect(store.requests().count == 1)
            await store.stop()
        }
    }

    @Test func keepsADataFolderAndItsWorld() async throws {
        try await withFolder { folder in
            var options = FakeStore.Options()
            options.dataFolder = "\(folder)/data"
            try await withStore(.json(exporterWorld), options) { store in
                try await store.putObject([1, 2], key: "k", bucket: "acme-billing")
                await #expect {
                    try await FakeStore.start(options: options)
                } throws: { error in
                    guard case FakeStore.StartError.data(let text) = error else { return false }
                    return text.contains("is in use by another process")
                }
            }
            try await withStore(.empty, options) { store in
                #expect(store.buckets == ["acme-billing"])
                let kept = try store.object(key: "k", bucket: "acme-billing")
                #expect(kept?.bytes == [1, 2])
            }
            let other = exporterWorld.replacing("acme-billing", with: "other-billing")
            await #expect {
                try await FakeStore.start(world: .json(other), options: options)
            } throws: { error in
                guard case FakeStore.StartError.data(let text) = error else { return false }
                return text.contains("holds a different world")
            }
            options.replacesWorld = true
            try await withStore(.json(other), options) { store in
                #expect(store.buckets == ["other-billing"])
            }
        }
    }

    @Test func saysWhyItCanNotStart() async throws {
        try await withFolder { folder in
            try write("{\"accounts\":[{\"id\":\"12\"}]}", to: "\(folder)/bad.json")
            let bad = await startError(.file("\(folder)/bad.json"))
            #expect(
                bad
                    == "\(folder)/bad.json:1:20: accounts[0].id: "
                    + "`12` is no account id: it must be twelve digits"
            )
            let missing = await startError(.file("\(folder)/none.json"))
            #expect(missing?.contains("No such file") == true)
            var options = FakeStore.Options()
            options.buckets = ["Bad"]
            let name = await startError(.empty, options)
            #expect(name?.contains("`Bad` is no bucket name") == true)
            try await withStore { store in
                var options = FakeStore.Options()
                options.port = store.port
                let taken = await startError(.empty, options)
                #expect(taken?.contains("another program uses this port") == true)
            }
        }
    }

    private func startError(
        _ world: FakeStore.World,
        _ options: FakeStore.Options = FakeStore.Options()
    ) async -> String? {
        do {
            let store = try await FakeStore.start(world: world, options: options)
            await store.stop()
            return nil
        } catch {
            return error.description
        }
    }

    @Test func removesItsTemporaryFolder() async throws {
        let store = try await FakeStore.start()
        let folder = store.cloud.store.folder
        #expect(fileExists(folder))
        await store.stop()
        await store.stop()
        #expect(!fileExists(folder))
    }
}
