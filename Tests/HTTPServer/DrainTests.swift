// The graceful end: what runs is finished, what is idle is closed, nothing new is accepted.

import EventLoop
import HTTP
import HTTPServer
import Platform
import Testing

@Suite struct DrainTests {
    private static let get = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func finishesARunningUploadAndClosesIdleConnections() async throws {
        // One loop, so that the end of the idle connection says that all of it is draining.
        try await withServer(loops: 1) { server, port in
            let idle = try RawClient(port: port)
            try idle.send(Self.get)
            #expect(try idle.answer()?.text == "hello")

            let upload = try RawClient(port: port)
            try upload.send(
                "PUT /count HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 6\r\n\r\n"
            )
            // The 100 says that the handler is in the middle of it.
            #expect(try upload.answer()?.status == 100)
            try upload.send("abc")

            // On a thread of its own: the other tests' clients may block all of Swift's pool.
            let rim = try LoopGroup(count: 1)
            try rim.start()
            let drained = Task(executorPreference: rim.loops[0]) {
                await server.drain(graceMilliseconds: 20_000)
            }
            #expect(try idle.isAtEnd())
            try upload.send("def")
            let answer = try upload.answer()
            #expect(answer?.text == "6")
            #expect(answer?.field("Connection") == "close")
            #expect(try upload.isAtEnd())
            await drained.value
            await rim.stop()
            #expect(server.connectionCount == 0)
            #expect(throws: SystemError.self) { try RawClient(port: port) }
        }
    }

    @Test func cutsWhatIsLeftAfterTheGrace() async throws {
        try await withServer { server, port in
            let upload = try RawClient(port: port)
            try upload.send(
                "PUT /count HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 6\r\n\r\n"
            )
            #expect(try upload.answer()?.status == 100)
            await server.drain(graceMilliseconds: 20)
            #expect(server.connectionCount == 0)
        }
    }

    @Test func aStoppedGroupEndsConnectionsWithoutDraining() async throws {
        let group = try LoopGroup(count: 2)
        try group.start()
        let server = HTTPServer(group: group, handler: EchoHandler())
        let port = try server.listen(host: "127.0.0.1", port: 0)
        let client = try RawClient(port: port)
        try client.send(
            "PUT /count HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 6\r\n\r\n"
        )
        #expect(try client.answer()?.status == 100)
        await group.stop()
        #expect(server.connectionCount == 0)
    }

    @Test func manyServersShareAGroup() async throws {
        let group = try LoopGroup(count: 2)
        try group.start()
        let servers = (0..<5).map { _ in HTTPServer(group: group, handler: EchoHandler()) }
        for server in servers {
            let port = try server.listen(host: "localhost", port: 0)
            let client = try RawClient(port: port)
            try client.send(Self.get)
            #expect(try client.answer()?.text == "hello")
        }
        for server in servers { await server.stop() }
        await group.stop()
    }
}
