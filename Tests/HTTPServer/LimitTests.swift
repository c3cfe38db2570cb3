// Times and numbers that a client can't exceed. The limits are tiny, so nothing here sleeps: the
// test waits for the server to act.

import HTTPServer
import Testing

@Suite struct LimitTests {
    private static let get = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func aSlowHeadIs408() async throws {
        var limits = ServerLimits()
        limits.headMilliseconds = 30
        try await withServer(limits: limits) { _, port in
            let client = try RawClient(port: port)
            try client.send("GET /hello HTTP/1.1\r\nHos")
            let answer = try client.answer()
            #expect(answer?.status == 408)
            #expect(answer?.field("Connection") == "close")
            client.finishSending()
            #expect(try client.isAtEnd())
        }
    }

    @Test func aConnectionThatSendsNothingIsClosed() async throws {
        var limits = ServerLimits()
        limits.headMilliseconds = 30
        try await withServer(limits: limits) { _, port in
            let client = try RawClient(port: port)
            #expect(try client.isAtEnd())
        }
    }

    @Test func anIdleConnectionIsClosed() async throws {
        var limits = ServerLimits()
        limits.idleMilliseconds = 30
        try await withServer(limits: limits) { _, port in
            let client = try RawClient(port: port)
            try client.send(Self.get)
            #expect(try client.answer()?.text == "hello")
            #expect(try client.isAtEnd())
        }
    }

    @Test(arguments: ["Content-Length: 10\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nab"])
    func aBodyWithoutProgressTimesOut(rest: String) async throws {
        var limits = ServerLimits()
        limits.bodyMilliseconds = 30
        limits.lingerMilliseconds = 30
        try await withServer(limits: limits) { _, port in
            let client = try RawClient(port: port)
            try client.send("PUT /count HTTP/1.1\r\nHost: a\r\n" + rest)
            let answer = try client.answer()
            #expect(answer?.status == 400)
            #expect(answer?.text == "timeout")
            #expect(answer?.field("Connection") == "close")
            #expect(try client.isAtEnd())
        }
    }

    @Test func aReaderThatTakesNothingIsCut() async throws {
        var limits = ServerLimits()
        limits.writeMilliseconds = 30
        try await withServer(limits: limits) { server, port in
            let client = try RawClient(port: port, receiveBufferBytes: 4_096)
            try client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
            // Draining waits for the answer, which ends by its time limit and by nothing else.
            await server.drain(graceMilliseconds: 1_000_000)
            #expect(try client.answer() == nil, "the answer must not look whole")
        }
    }

    @Test func aConnectionBeyondTheBoundIs503() async throws {
        var limits = ServerLimits()
        limits.connections = 2
        limits.lingerMilliseconds = 30
        try await withServer(limits: limits) { server, port in
            let first = try RawClient(port: port)
            let second = try RawClient(port: port)
            for client in [first, second] {
                try client.send(Self.get)
                #expect(try client.answer()?.text == "hello")
            }
            let third = try RawClient(port: port)
            try third.send(Self.get)
            let answer = try third.answer()
            #expect(answer?.status == 503)
            #expect(answer?.field("Connection") == "close")
            #expect(try third.isAtEnd())
            // A place becomes free again.
            first.close()
            while server.connectionCount == 2 { await Task.yield() }
            let fourth = try RawClient(port: port)
            try fourth.send(Self.get)
            #expect(try fourth.answer()?.text == "hello")
        }
    }

    @Test func manyIdleConnectionsDoNotDisturb() async throws {
        try await withServer { server, port in
            var idle: [RawClient] = []
            for _ in 0..<(isLong ? 5_000 : 300) { idle.append(try RawClient(port: port)) }
            for client in idle.prefix(100) { try client.send("GET /hel") }
            let client = try RawClient(port: port)
            for _ in 0..<100 {
                try client.send(Self.get)
                #expect(try client.answer()?.text == "hello")
            }
            for client in idle.prefix(100) { try client.send("lo HTTP/1.1\r\nHost: a\r\n\r\n") }
            for client in idle.prefix(100) { #expect(try client.answer()?.text == "hello") }
        }
    }
}
