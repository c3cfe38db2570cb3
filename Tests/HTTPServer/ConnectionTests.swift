// Connections over real sockets: requests one after the other, bodies both ways, and the ways a
// connection ends.

import HTTP
import HTTPServer
import Platform
import Testing

@Suite struct ConnectionTests {
    private static let get = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func answersRequestAfterRequestOnOneConnection() async throws {
        try await withServer { _, port in
            let client = try RawClient(port: port)
            for _ in 0..<3 {
                try client.send(Self.get)
                let answer = try client.answer()
                #expect(answer?.status == 200)
                #expect(answer?.text == "hello")
                #expect(answer?.field("Connection") == nil)
                #expect(answer?.field("Date")?.count == 29)
            }
        }
    }

    @Test func answersPipelinedRequestsInOrder() async throws {
        try await withServer { _, port in
            let client = try RawClient(port: port)
            let put = "PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
            let chunked =
                "PUT /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nxy\r\n0\r\n\r\n"
            try client.send(put + chunked + Self.get)
            #expect(try client.answer()?.text == "abc")
            #expect(try client.answer()?.text == "xy")
            #expect(try client.answer()?.text == "hello")
        }
    }

    @Test func answersARequestThatComesByteByByte() async throws {
        try await withServer { _, port in
            let client = try RawClient(port: port)
            for byte
                in "PUT /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
                .utf8
            {
                try client.send([byte])
            }
            #expect(try client.answer()?.text == "abc")
        }
    }

    @Test func closesWhereTheClientAsksForIt() async throws {
        try await withServer { _, port in
            let client = try RawClient(port: port)
            try client.send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            let answer = try client.answer()
            #expect(answer?.field("Connection") == "close")
            #expect(try client.isAtEnd())
        }
    }

    @Test func keepsHTTP10ConnectionsOnlyOnRequest() async throws {
        try await withServer { _, port in
            let client = try RawClient(port: port)
            try client.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(try client.answer()?.field("Connection") == "keep-alive")
            try client.send("GET /hello HTTP/1.0\r\n\r\n")
            #expect(try client.answer()?.field("Connection") == "close")
            #expect(try client.isAtEnd())
        }
    }

    // MARK: HEAD and answers without a body

    @Test func answersHeadWithTheLengthAndNoBody() async throws {
        try await withServer { _, port in
            let client = try RawClient(port: port)
            try client.send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n" + Self.get)
            let answer = try client.answer(toHead: true)
            #expect(answer?.status == 200)
            #expect(answer?.field("Content-Length") == "5")
            #expect(try client.answer()?.text == "hello")
        }
    }

    @Test func sendsNoLengthWith204() async throws {
        try await withServer { _, port in
            let client = try RawClient(port: port)
            try client.send("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n" + Self.get)
            #expect(try client.answer()?.field("Content-Length") == nil)
            #expect(try client.answer()?.text == "hello")
        }
    }

    // MARK: Expect: 100-continue

    @Test func asksForTheBodyWhenTheClientWaitsForThat() async throws {
        try await withServer { _, port in
            let client = try RawClient(port: port)
            try client.send(
                "PUT /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
            )
            #expect(try client.answer()?.status == 100)
            try client.send("abc")
            #expect(try client.answer()?.text == "abc")
            try client.send(Self.get)
            #expect(try client.answer()?.text == "hello")
        }
    }

    @Test func leaves100OutWhenTheBodyComesAnyway() async throws {
        try await withServer { _, port in
            let client = try RawClient(port: port)
            try client.send(
                "PUT /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc"
            )
            #expect(try client.answer()?.text == "abc")
        }
    }

    /// The aws command takes an answer without it for a refusal, and misreads the one after that.
    @Test(arguments: [("/echo", 200), ("/refuse", 403)])
    func asksForAnEmptyBodyToo(path: String, status: Int) async throws {
        try await withServer { _, port in
            let client = try RawClient(port: port)
            for _ in 0..<2 {
                try client.send(
                    "PUT \(path) HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n"
                )
                #expect(try client.answer()?.status == 100)
                #expect(try client.answer()?.status == status)
            }
        }
    }

    @Test func refusesBeforeTheBodyIsSent() async throws {
        try await withServer { _, port in
            let client = try RawClient(port: port)
            try client.send(
                "PUT /refuse HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
            )
            let answer = try client.answer()
            #expect(answer?.status == 403)
            #expect(answer?.field("Connection") == "close")
            #expect(try client.isAtEnd())
        }
    }

    // MARK: Bodies

    @Test(arguments: [1, 16_384, 16_385, 262_144, 262_145, 5_000_000])
    func streamsBodiesOfAnySize(count: Int) async throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        try await withServer { _, port in
            let client = try RawClient(port: port)
            try client.send("PUT /count HTTP/1.1\r\nHost: a\r\nContent-Length: \(count)\r\n\r\n")
            try client.send(bytes)
            #expect(try client.answer()?.text == "\(count)")
            // And the same in chunks of odd sizes, with the next request right behind.
            var chunked = Array(
                "PUT /count HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8
            )
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(70_001)
                rest = rest.dropFirst(piece.count)
                chunked +=
                    Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + Array("\r\n".utf8)
            }
            try client.send(chunked + Array("0\r\n\r\n\(Self.get)".utf8))
            #expect(try client.answer()?.text == "\(count)")
            #expect(try client.answer()?.text == "hello")
        }
    }

    @Test func echoesABodyByteForByte() async throws {
        let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        try await withServer { _, port in
            let client = try RawClient(port: port)
            try client.send(
                "PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \(bytes.count)\r\n\r\n"
            )
            try client.send(bytes)
            #expect(try client.answer()?.body == bytes)
        }
    }

    @Test func givesTheTrailer() async throws {
        try await withServer { _, port in
            let client = try RawClient(port: port)
            try client.send(
                "PUT /trailer HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Sum: 7\r\n\r\n"
            )
            #expect(try client.answer()?.text == "X-Sum: 7")
        }
    }

    /// The client sends all of its body before it reads: the answer must survive that.
    @Test func anAnswerBeforeALargeBodyArrives() async throws {
        try await withServer { _, port in
            let client = try RawClient(port: port)
            try client.send("PUT /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: 20000000\r\n\r\n")
            try client.send([UInt8](repeating: 0, count: 20_000_000))
            client.finishSending()
            #expect(try client.answer()?.status == 403)
            #expect(try client.isAtEnd())
        }
    }

    @Test func aBodyKeptBeyondItsAnswerIsCut() async throws {
        let handler = KeepingHandler()
        try await withServer(handler: handler) { _, port in
            let client = try RawClient(port: port)
            try client.send("PUT /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\na")
            #expect(try client.answer()?.text == "nothing kept")
            try client.send("PUT /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nb")
            #expect(try client.answer()?.text == "cut")
        }
    }

    // MARK: Files

    @Test func sendsFilesWholeAndInParts() async throws {
        let folder = try Folder.temporary(prefix: "server-test-")
        defer { try? Folder.remove(folder) }
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        let file = try OpenFile("\(folder)/file", .update)
        try bytes.withUnsafeBytes { try file.write($0, at: 0) }
        try await withServer(handler: EchoHandler(file: file)) { _, port in
            let client = try RawClient(port: port)
            try client.send("GET /file HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.answer()?.body == bytes)
            try client.send("GET /range HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.answer()?.body == Array(bytes[100_000..<300_000]))
            try client.send("HEAD /file HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.answer(toHead: true)?.field("Content-Length") == "1000000")
            // A file shorter than promised: the client must see that the answer is not whole.
            try client.send("GET /beyond HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.answer() == nil)
        }
    }

    @Test func waitsForAReaderThatIsSlow() async throws {
        try await withServer { _, port in
            let client = try RawClient(port: port, receiveBufferBytes: 4_096)
            try client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n" + Self.get)
            // Others are served meanwhile.
            let other = try RawClient(port: port)
            try other.send(Self.get)
            #expect(try other.answer()?.text == "hello")
            #expect(try client.answer()?.body.count == 8 << 20)
            #expect(try client.answer()?.text == "hello")
        }
    }

    // MARK: Peers that go away

    @Test func survivesResetsAtEveryStage() async throws {
        try await withServer { server, port in
            let starts = [
                "", "GET", Self.get,
                "PUT /count HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n",
                "PUT /count HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc",
                "GET /big HTTP/1.1\r\nHost: a\r\n\r\n",
                "PUT /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\nabc",
                "BROKEN\r\n\r\n",
            ]
            for start in starts {
                for _ in 0..<5 {
                    let client = try RawClient(port: port)
                    try client.send(start)
                    client.reset()
                }
                let client = try RawClient(port: port)
                try client.send(Self.get)
                #expect(try client.answer()?.text == "hello")
            }
        }
    }

    @Test func answersAPeerThatHasClosedItsSide() async throws {
        try await withServer { _, port in
            let client = try RawClient(port: port)
            try client.send(Self.get)
            client.finishSending()
            #expect(try client.answer()?.text == "hello")
            #expect(try client.isAtEnd())
        }
    }

    // MARK: Answers

    @Test func aValueCannotBreakOutOfItsLine() async throws {
        try await withServer(handler: SplittingHandler()) { _, port in
            let client = try RawClient(port: port)
            try client.send(Self.get)
            let answer = try client.answer()
            #expect(answer?.field("X-Meta") == "a  Set-Cookie: b c")
            #expect(answer?.field("x-amz-meta-k  X") == "v w")
            #expect(answer?.field("Set-Cookie") == nil)
        }
    }
}

/// Answers each request with what became of the body of the one before.
private final class KeepingHandler: Handler {
    private final class Kept: @unchecked Sendable {
        // Used by one connection, one request after the other.
        var body: RequestBody?
    }

    private let kept = Kept()

    func respond(to request: Request) async -> Response {
        var text = "nothing kept"
        if let body = kept.body {
            do {
                _ = try await body.collect(limitBytes: 10)
                text = "read"
            } catch {
                text = "\(error)"
            }
        }
        kept.body = request.body
        return Response(status: 200, body: .bytes(Array(text.utf8)))
    }
}

private struct SplittingHandler: Handler {
    func respond(to request: Request) async -> Response {
        var response = Response(status: 200)
        response.fields.add("X-Meta", "a\r\nSet-Cookie: b\u{0}c")
        response.fields.add(named: "x-amz-meta-k\r\nX", "v\nw")
        return response
    }
}
