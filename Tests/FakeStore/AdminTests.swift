import Glibc
import JSON
import Platform
import Testing

@testable import FakeStore

@Suite("The admin routes")
struct AdminTests {
    private func json(_ answer: TestClient.Answer) throws -> JSONNode {
        #expect(answer.header("content-type") == "application/json")
        return try JSON.parse(answer.body)
    }

    @Test func tellHealth() async throws {
        try await withStore(.json(exporterWorld)) { store in
            let answer = try TestClient(port: store.port).send("GET", "/_fakestore/health")
            #expect(answer.status == 200)
            let health = try json(answer)
            #expect(health["status"]?.string == "ok")
            #expect(health["version"]?.string == FakeStore.version)
            #expect(health["buckets"]?.integer == 1)
            #expect(health["accounts"]?.integer == 1)
            // Nothing of this is in the journal.
            #expect(store.requests().isEmpty)
        }
    }

    static let guarded: [(host: String, headers: [(String, String)], status: Int)] = [
        ("127.0.0.1", [], 200),
        ("localhost:PORT", [], 200),
        ("LOCALHOST", [], 200),
        ("127.9.8.7:1", [], 200),
        ("[::1]:PORT", [], 200),
        ("127.0.0.1:PORT", [("Origin", "http://127.0.0.1:PORT")], 200),
        // A page elsewhere, or one whose name leads here.
        ("127.0.0.1:PORT", [("Origin", "http://evil.example")], 403),
        ("127.0.0.1:PORT", [("Origin", "null")], 403),
        ("127.0.0.1:PORT", [("Origin", "https://127.0.0.1:PORT")], 403),
        ("127.0.0.1:PORT", [("Origin", "http://localhost:PORT")], 403),
        ("127.0.0.1:PORT", [("Origin", "http://127.0.0.1:1")], 403),
        (
            "127.0.0.1:PORT",
            [("Origin", "http://127.0.0.1:PORT"), ("Origin", "http://evil.example")], 403
        ),
        ("evil.example", [], 403),
        ("127.0.0.1.evil.example", [], 403),
        ("127.0.0.1.1", [], 403),
        ("127.1", [], 403),
        ("bucket.localhost", [], 403),
        ("0.0.0.0", [], 403),
    ]

    @Test(arguments: guarded)
    func areOpenToProgramsOfThisMachineOnly(
        host: String,
        headers: [(String, String)],
        status: Int
    ) async throws {
        try await withStore { store in
            let port = String(store.port)
            let answer = try TestClient(port: store.port).send(
                "GET",
                "/_fakestore/health",
                headers: headers.map { ($0.0, $0.1.replacing("PORT", with: port)) },
                host: host.replacing("PORT", with: port)
            )
            #expect(answer.status == status)
            if status != 200 { #expect(try json(answer)["error"]?.string != nil) }
        }
    }

    @Test(arguments: [
        ("Bearer the-right-token", 200), ("bearer the-right-token", 200),
        ("Bearer the-right-tokem", 401), ("Bearer the-right-token-", 401),
        ("Bearer the-right-toke", 401), ("Bearer ", 401), ("Basic the-right-token", 401), ("", 401),
    ])
    func areOpenToOthersWithTheToken(authorization: String, status: Int) async throws {
        var options = FakeStore.Options()
        options.adminToken = "the-right-token"
        try await withStore(.empty, options) { store in
            let answer = try TestClient(port: store.port).send(
                "GET",
                "/_fakestore/health",
                headers: [("Authorization", authorization)],
                host: "store.example"
            )
            #expect(answer.status == status)
            if status == 401 { #expect(answer.header("www-authenticate") == "Bearer") }
            let local = try TestClient(port: store.port).send("GET", "/_fakestore/health")
            #expect(local.status == 200)
        }
    }

    static let refused: [(method: String, path: String, body: String, status: Int, words: String)] =
        [
            ("GET", "/_fakestore/helth", "", 404, "did you mean `health`?"),
            ("GET", "/_fakestore/health/", "", 404, "there is no route"),
            ("DELETE", "/_fakestore/world", "", 405, "it must be GET, PUT"),
            ("GET", "/_fakestore/reset", "", 405, "it must be POST"),
            ("GET", "/_fakestore/fault", "", 404, "did you mean `faults`?"),
            ("GET", "/_fakestore/faults/1", "", 404, "there is no fault `1`"),
            ("PUT", "/_fakestore/faults", "", 405, "GET, POST, DELETE"),
            ("POST", "/_fakestore/explain", "{}", 400, "`id` is missing"),
            (
                "POST", "/_fakestore/explain",
                #"{"principal":"arn:aws:iam::000000000000:user/nobody","action":"s3:GetObject","resource":"*"}"#,
                400, "there is no `arn:aws:iam::000000000000:user/nobody` in the world"
            ),
            ("GET", "/_fakestore/snapshots/a", "", 404, "there is no snapshot `a`"),
            ("PUT", "/_fakestore/snapshots/.a", "", 400, "`.a` is no name of a snapshot"),
            ("POST", "/_fakestore/snapshots/a", "", 404, "snapshots/NAME/restore"),
            ("POST", "/_fakestore/snapshots/a/restore", "", 404, "there is no snapshot `a`"),
            ("GET", "/_fakestore", "", 501, "the page"),
            ("GET", "/_fakestore/", "", 501, "the page"),
            ("GET", "/_fakestore/requests?limt=1", "", 400, "did you mean `limit`?"),
            ("GET", "/_fakestore/requests?limit=0", "", 400, "from 1 to 10000"),
            ("GET", "/_fakestore/requests?since=x", "", 400, "met `x`"),
            ("GET", "/_fakestore/requests?denied=yes", "", 400, "true or false"),
            ("GET", "/_fakestore/requests?limit=1&limit=2", "", 400, "there twice"),
            ("GET", "/_fakestore/requests/xyz", "", 404, "no request id"),
            ("GET", "/_fakestore/requests/0123456789ABCDEF", "", 404, "the journal has no"),
            ("PUT", "/_fakestore/world", "{", 400, "line 1, column 2"),
            ("PUT", "/_fakestore/world", "{\"acounts\":[]}", 400, "did you mean `accounts`?"),
            ("PUT", "/_fakestore/world", "{\"accounts\":[{\"id\":\"1\"}]}", 400, "twelve digits"),
            ("POST", "/_fakestore/clock", "{\"now\":\"yesterday\"}", 400, "met `yesterday`"),
            ("POST", "/_fakestore/clock", "{\"skew\":\"x\"}", 400, "`shifted` or `real`"),
            ("POST", "/_fakestore/clock", "{\"ofset\":1}", 400, "unknown key `ofset`"),
            ("POST", "/_fakestore/requests/assert", "{\"expect\":{}}", 400, "`count`"),
            ("POST", "/_fakestore/requests/assert", "{}", 400, "`expect` is missing"),
        ]

    @Test(arguments: refused)
    func refuseInWords(
        method: String,
        path: String,
        body: String,
        status: Int,
        words: String
    )
        async throws
    {
        try await withStore { store in
            let answer = try TestClient(port: store.port).send(
                method,
                path,
                body: Array(body.utf8)
            )
            #expect(answer.status == status)
            let error = try json(answer)
            #expect(error["error"]?.string?.contains(words) == true, "\(answer.text)")
            #expect(error["path"]?.string != nil)
        }
    }

    @Test func boundTheBody() async throws {
        try await withStore { store in
            let client = try TestClient(port: store.port)
            try client.write(
                Array(
                    ("PUT /_fakestore/world HTTP/1.1\r\nHost: localhost\r\n"
                        + "Content-Length: 20000000\r\n\r\n").utf8
                )
            )
            #expect(try client.readAnswer().status == 413)
        }
    }

    @Test func givesTheWorldWithoutItsSecretsAndTakesItBack() async throws {
        try await withStore(.json(exporterWorld)) { store in
            let client = try TestClient(port: store.port)
            let hidden = try client.send("GET", "/_fakestore/world")
            #expect(!hidden.text.contains("exporter-secret"))
            let shown = try client.send("GET", "/_fakestore/world?secrets=true")
            #expect(shown.text.contains("exporter-secret-exporter"))

            // `***` keeps the secret; another policy counts from now on; objects stay.
            try await store.putObject([1], key: "k", bucket: "acme-billing")
            let corrected = hidden.text.replacing(
                "arn:aws:s3:::acme-billing\"",
                with: "arn:aws:s3:::acme-billing/*\""
            )
            let put = try client.send("PUT", "/_fakestore/world", body: Array(corrected.utf8))
            #expect(put.status == 200)
            #expect(
                try client.signed("PUT", "/acme-billing/x", body: [1], signer: exporter).status
                    == 200
            )
            #expect(try store.keys(bucket: "acme-billing") == ["k", "x"])
            let kept = try client.send("GET", "/_fakestore/world?secrets=true")
            #expect(kept.text.contains("exporter-secret-exporter"))
        }
    }

    @Test func refusesToMoveABucket() async throws {
        try await withStore(.json(exporterWorld)) { store in
            let moved =
                "{\"accounts\":[{\"id\":\"444455556666\",\"buckets\":[{\"name\":\"acme-billing\"}]}]}"
            let answer = try TestClient(port: store.port).send(
                "PUT",
                "/_fakestore/world",
                body: Array(moved.utf8)
            )
            #expect(answer.status == 409)
            #expect(store.buckets == ["acme-billing"])
        }
    }

    @Test func resets() async throws {
        try await withStore(.json(exporterWorld)) { store in
            try await store.putObject([1], key: "k", bucket: "acme-billing")
            // Only now: a connection that says nothing for ten seconds is closed.
            let client = try TestClient(port: store.port)
            _ = try client.send(
                "POST",
                "/_fakestore/clock",
                body: Array("{\"offsetSeconds\":5}".utf8)
            )
            #expect(try client.send("POST", "/_fakestore/reset").status == 200)
            #expect(try store.keys(bucket: "acme-billing").isEmpty)
            let clock = try json(client.send("GET", "/_fakestore/clock"))
            #expect(clock["offsetSeconds"]?.integer == 0)
        }
    }

    @Test func listsRequestsAndTracesOne() async throws {
        try await withStore(.json(exporterWorld)) { store in
            let client = try TestClient(port: store.port)
            let refused = try client.signed(
                "PUT",
                "/acme-billing/x.csv",
                body: [1],
                signer: exporter
            )
            _ = try client.signed("GET", "/acme-billing/x.csv", signer: exporter)
            let list = try json(client.send("GET", "/_fakestore/requests?operation=PutObject"))
            #expect(list["next"]?.integer == 2)
            let request = try #require(list["requests"]?[0])
            #expect(list["requests"]?.array?.count == 1)
            #expect(request["id"]?.string == refused.header("x-amz-request-id"))
            #expect(request["sequence"]?.integer == 1)
            #expect(request["dialect"]?.string == "s3")
            #expect(request["decision"]?.string == "implicitDeny")
            #expect(request["layer"]?.string == "identity")
            #expect(request["status"]?.integer == 403)
            #expect(request["code"]?.string == "AccessDenied")
            #expect(request["key"]?.string == "x.csv")
            #expect(
                request["headers"]?["authorization"]?.string?.hasSuffix("Signature=***") == true
            )
            let id = try #require(request["id"]?.string)
            let trace = try json(client.send("GET", "/_fakestore/requests/\(id)"))
            #expect(
                trace["trace"]?[0]?["reason"]?.string
                    == "no identity-based policy allows s3:PutObject "
                    + "(ExportWrite statement 1: Resource lacks /*)"
            )
            let later = try json(client.send("GET", "/_fakestore/requests?since=1&denied=true"))
            #expect(later["requests"]?.array?.count == 1)
            #expect(later["requests"]?[0]?["operation"]?.string == "GetObject")
            let page = try json(client.send("GET", "/_fakestore/requests?limit=1"))
            #expect(page["next"]?.integer == 1)
            // A HEAD is answered as a GET without its body.
            #expect(try client.send("HEAD", "/_fakestore/requests").status == 200)
        }
    }

    static let assertions: [(String, Int)] = [
        (#"{"where":{"operation":"PutObject"},"expect":{"count":3}}"#, 200),
        (#"{"where":{"operation":"PutObject"},"expect":{"count":1,"per":"key"}}"#, 409),
        (#"{"where":{"operation":"PutObject","key":"b"},"expect":{"count":1,"per":"key"}}"#, 200),
        (
            #"{"where":{"operation":"PutObject"},"expect":{"atLeast":1,"atMost":2,"per":"key"}}"#,
            200
        ),
        (#"{"where":{"operation":"GetObject"},"expect":{"none":true}}"#, 200),
        (#"{"where":{"operation":"List*"},"expect":{"none":true}}"#, 409),
        (#"{"where":{"operation":"DeleteObject"},"expect":{"count":1,"per":"key"}}"#, 409),
        (
            #"{"where":{"key":"b"},"expect":{"every":{"header":"If-None-Match","equals":"*"}}}"#,
            200
        ),
        (
            #"{"where":{"operation":"PutObject"},"expect":{"every":{"header":"If-None-Match","equals":"*"}}}"#,
            409
        ),
        (#"{"where":{"bucket":"rep*","status":200},"expect":{"atLeast":3}}"#, 200),
        (#"{"where":{"denied":true},"expect":{"none":true}}"#, 200),
        (#"{"where":{"since":3},"expect":{"count":1}}"#, 200),
    ]

    @Test(arguments: assertions)
    func assertsOnTheJournal(assertion: String, status: Int) async throws {
        var options = FakeStore.Options()
        options.buckets = ["reports"]
        try await withStore(.empty, options) { store in
            let client = try TestClient(port: store.port)
            _ = try client.signed("PUT", "/reports/a", body: [1])
            _ = try client.signed("PUT", "/reports/a", body: [2])
            _ = try client.signed(
                "PUT",
                "/reports/b",
                headers: [("if-none-match", "*")],
                body: [3]
            )
            _ = try client.signed("GET", "/reports", query: "list-type=2")
            let answer = try client.send(
                "POST",
                "/_fakestore/requests/assert",
                body: Array(assertion.utf8)
            )
            #expect(answer.status == status, "\(answer.text)")
            #expect(try json(answer)["ok"]?.bool == (status == 200))
        }
    }

    @Test func movesTheClockButNotTheSignatures() async throws {
        var options = FakeStore.Options()
        options.buckets = ["reports"]
        try await withStore(.empty, options) { store in
            let client = try TestClient(port: store.port)
            let body = Array("{\"now\":\"2030-01-02T03:04:05Z\"}".utf8)
            #expect(try client.send("POST", "/_fakestore/clock", body: body).status == 200)
            #expect(try client.signed("PUT", "/reports/a", body: [1]).status == 200)
            let head = try client.signed("HEAD", "/reports/a")
            #expect(head.header("last-modified") == "Wed, 02 Jan 2030 03:04:05 GMT")
            // Now the clients' clocks are wrong.
            let shifted = Array("{\"now\":\"2030-01-02T03:04:05Z\",\"skew\":\"shifted\"}".utf8)
            _ = try client.send("POST", "/_fakestore/clock", body: shifted)
            let skewed = try client.signed("GET", "/reports/a")
            #expect(skewed.text.contains("<Code>RequestTimeTooSkewed</Code>"))
            _ = try client.send("POST", "/_fakestore/clock", body: Array("{}".utf8))
            #expect(try client.signed("GET", "/reports/a").status == 200)
        }
    }

    /// A case that brings its documents, and a question to the living world.
    @Test func explain() async throws {
        try await withStore(.json(exporterWorld)) { store in
            let client = try TestClient(port: store.port)
            func ask(_ text: String) throws -> JSONNode {
                let answer = try client.send(
                    "POST",
                    "/_fakestore/explain",
                    body: Array(text.utf8)
                )
                #expect(answer.status == 200)
                return try json(answer)
            }
            let item = try ask(
                """
                {"id":"1","principal":{"type":"User","arn":"arn:aws:iam::111122223333:user/u"},\
                "identityPolicies":["{}"],"request":{"action":"s3:GetObject",\
                "resource":"arn:aws:s3:::acme-billing/x","resourceAccount":"111122223333"}}
                """
            )
            #expect(item["decision"]?.string == "invalidPolicy")
            #expect(item["error"]?["document"]?.string == "identityPolicies[0]")
            let living = try ask(
                """
                {"principal":"arn:aws:iam::111122223333:user/bills/exporter","action":"s3:PutObject",\
                "resource":"arn:aws:s3:::acme-billing/x","context":{"aws:SourceIp":"203.0.113.9"}}
                """
            )
            #expect(living["decision"]?.string == "implicitDeny")
            #expect(
                living["nearMisses"]?[0]?["reason"]?.string
                    == "ExportWrite statement 1: Resource lacks /*"
            )
        }
    }
}
