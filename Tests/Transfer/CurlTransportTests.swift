@preconcurrency import Glibc
import Platform
import Testing

@testable import Transfer

/// libcurl against a peer that follows a script.
@Suite struct CurlTransportTests {
    static let credentials = AWSCredentials(
        accessKeyID: "AKIAEXAMPLE000000001",
        secretAccessKey: "wJalrXUtnFEMI",
        sessionToken: "tok/en="
    )

    func transport(stallSeconds: Int = 5) -> CurlTransport {
        var limits = TransferLimits()
        limits.connectMilliseconds = 2_000
        limits.stallSeconds = stallSeconds
        return CurlTransport(userAgent: "exporter/test", limits: limits)
    }

    func put(_ server: StubServer, _ body: TransferRequest.Body) -> TransferRequest {
        TransferRequest(
            .put,
            TransferURL(origin: server.url, path: "/acme/a b.csv"),
            headers: [("If-None-Match", "*"), ("Content-Type", "text/csv")],
            body: body,
            bodySHA256: "00ff",
            signing: .init(credentials: Self.credentials, region: "eu-west-1", service: "s3")
        )
    }

    @Test func sendsASignedFileAndReadsTheAnswer() throws {
        let server = try StubServer([
            .answer(
                "HTTP/1.1 200 OK\r\nETag: \"abc\"\r\nContent-Length: 2\r\nX-Two:  a  b \r\n\r\nhi"
            )
        ])
        let folder = try Folder.temporary(prefix: "transfer-")
        defer { try? Folder.remove(folder) }
        let file = try OpenFile("\(folder)/f", .create)
        let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try content.withUnsafeBytes { try file.write($0, at: 0) }

        let answer = try transport().perform(
            put(server, .file(try OpenFile("\(folder)/f", .read), offset: 0, count: 300_000))
        )
        server.finish()

        #expect(answer.status == 200)
        #expect(answer.header("etag") == "\"abc\"")
        #expect(answer.header("x-two") == "a  b")
        #expect(answer.body == Array("hi".utf8))
        let seen = try #require(server.seen.first)
        #expect(seen.body == content)
        #expect(seen.head.hasPrefix("PUT /acme/a%20b.csv HTTP/1.1\r\n"))
        #expect(StubServer.field("user-agent", of: seen.head) == "exporter/test")
        #expect(StubServer.field("if-none-match", of: seen.head) == "*")
        #expect(StubServer.field("x-amz-content-sha256", of: seen.head) == "00ff")
        #expect(StubServer.field("x-amz-security-token", of: seen.head) == "tok/en=")
        #expect(StubServer.field("content-length", of: seen.head) == "300000")
        let authorization = try #require(StubServer.field("authorization", of: seen.head))
        #expect(authorization.hasPrefix("AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE000000001/"))
        #expect(authorization.contains("/eu-west-1/s3/aws4_request, "))
        #expect(
            authorization.contains(
                "SignedHeaders=content-type;host;if-none-match;x-amz-content-sha256;x-amz-date;"
                    + "x-amz-security-token, "
            )
        )
    }

    @Test func keepsTheFinalAnswerOfAnUploadThatWasAskedForWith100Continue() throws {
        let server = try StubServer([
            .answer("HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\n\r\n")
        ])
        let big = [UInt8](repeating: 7, count: 3 << 20)
        let answer = try transport().perform(put(server, .bytes(big)))
        server.finish()
        #expect(answer.status == 412)
        #expect(StubServer.field("expect", of: server.seen[0].head) == "100-continue")
        #expect(server.seen[0].body.count == big.count)
    }

    @Test func sendsNoBodyThatIsRefusedBeforehand() throws {
        let server = try StubServer([.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")])
        let answer = try transport().perform(put(server, .none))
        server.finish()
        #expect(answer.status == 200)
        #expect(StubServer.field("content-length", of: server.seen[0].head) == "0")
    }

    @Test func followsNoRedirect() throws {
        let server = try StubServer([
            .answer(
                "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
            )
        ])
        let answer = try transport().perform(put(server, .bytes([1, 2, 3])))
        server.finish()
        #expect(answer.status == 307)
    }

    // MARK: How far did it come?

    @Test func nothingWasSentWhereNobodyListens() throws {
        let server = try StubServer([])
        server.finish()
        let failure = #expect(throws: TransferFailure.self) {
            try transport().perform(put(server, .bytes([1])))
        }
        #expect(failure?.reach == .notSent)
        #expect(failure?.reason == .notConnected)
    }

    @Test func aBodyThatIsCutIsKnownToBeCut() throws {
        // Two mebibytes wait for 100 Continue; the peer closes instead.
        let server = try StubServer([.closeAfterHead])
        let failure = #expect(throws: TransferFailure.self) {
            try transport().perform(put(server, .bytes([UInt8](repeating: 1, count: 2 << 20))))
        }
        server.finish()
        #expect(failure?.reach == .cut)
    }

    @Test func aLostAnswerIsKnownToBeLost() throws {
        let server = try StubServer([.closeAfterBody])
        let failure = #expect(throws: TransferFailure.self) {
            try transport().perform(put(server, .bytes([1, 2, 3])))
        }
        server.finish()
        #expect(failure?.reach == .sent)
        #expect(server.seen.map(\.body) == [[1, 2, 3]], "sent once, and not again behind our back")
    }

    @Test func aSilentServerIsGivenUp() throws {
        let server = try StubServer([
            .answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab")
        ])
        let failure = #expect(throws: TransferFailure.self) {
            try transport().perform(put(server, .bytes([1])))
        }
        server.finish()
        #expect(failure?.reach == .sent)
        #expect(failure?.reason == .connectionLost)
    }

    @Test func boundsTheAnswer() throws {
        let body = String(repeating: "x", count: (1 << 20) + 1)
        let server = try StubServer([
            .answer("HTTP/1.1 500 E\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        ])
        let failure = #expect(throws: TransferFailure.self) {
            try transport().perform(put(server, .bytes([1])))
        }
        server.finish()
        #expect(failure?.reason == .answerTooLarge)
    }

    @Test func aFileThatBecameShorterIsOurOwnFault() throws {
        let server = try StubServer([.closeAfterBody])
        let folder = try Folder.temporary(prefix: "transfer-")
        defer { try? Folder.remove(folder) }
        let file = try OpenFile("\(folder)/f", .update)
        try [1, 2, 3].withUnsafeBytes { try file.write($0, at: 0) }
        let failure = #expect(throws: TransferFailure.self) {
            try transport().perform(put(server, .file(file, offset: 0, count: 400)))
        }
        server.finish()
        #expect(failure?.reason == .local)
        #expect(failure?.message == "`\(folder)/f` became shorter while it was sent")
    }

    @Test(arguments: [
        ([("x-a", "")], "header `x-a` is empty"),
        ([("x-a", "1\r\nx-b: 2")], "header `x-a` holds a control character"),
        (
            [("X-Amz-Kms", "1"), ("x-amz-kms-id", "2")],
            "header `X-Amz-Kms` can't be signed beside a longer name that starts like it"
        ),
    ])
    func refusesHeadersThatCannotBeSigned(headers: [(String, String)], problem: String) {
        #expect(
            CurlTransport.problem(inHeaders: headers.map { (name: $0.0, value: $0.1) }) == problem
        )
    }

    @Test func neverPrintsASecret() {
        var text = "\(Self.credentials) \(String(reflecting: Self.credentials))"
        dump(Self.credentials, to: &text)
        #expect(text.contains("AKIAEXAMPLE000000001"))
        #expect(!text.contains("wJalrXUtnFEMI"))
        #expect(!text.contains("tok/en="))
    }

    // MARK: With retries

    @Test func repeatsUntilThereIsAnAnswerAndCountsTheDoubts() throws {
        let server = try StubServer([
            .closeAfterBody,
            .answer("HTTP/1.1 503 Slow\r\nRetry-After: 3\r\nContent-Length: 0\r\n\r\n"),
            .answer("HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\n\r\n"),
        ])
        let pauses = Locked([Int]())
        let environment = RetryEnvironment(
            pause: { milliseconds in pauses.withLock { $0.append(milliseconds) } },
            random: { 5 }
        )
        let answer = transport().perform(
            put(server, .bytes([9])),
            policy: RetryPolicy(),
            safety: .onceMore,
            environment: environment
        ) { $0.status == 503 ? .toldToRepeat(afterSeconds: nil, effectUnknown: false) : .answered }
        server.finish()
        #expect(try answer.result.get().status == 412)
        #expect(answer.attempts == 3)
        #expect(answer.doubts == 1)
        #expect(pauses.withLock { $0 } == [5, 3_000])
    }

    @Test func workersDoEveryItemOnce() {
        let done = Locked([Int]())
        Workers.run(Array(0..<100), count: 4) { item in done.withLock { $0.append(item) } }
        #expect(done.withLock { $0.sorted() } == Array(0..<100))
    }
}
