// A server to test against: its handler says what it got.

import EventLoop
@preconcurrency import Glibc
import HTTP
import HTTPServer
import Platform
import Testing

/// Answers by path; see the cases.
struct EchoHandler: Handler {
    var file: OpenFile?

    func respond(to request: Request) async -> Response {
        let path = String(decoding: request.head.rawPath, as: UTF8.self)
        switch path {
        case "/hello":
            return text(200, "hello")
        case "/echo":
            do {
                return Response(
                    status: 200,
                    body: .bytes(try await request.body.collect(limitBytes: 64 << 20))
                )
            } catch {
                return text(400, "\(error)")
            }
        case "/count":
            do {
                var count = 0
                while let piece = try await request.body.next() { count += piece.count }
                return text(200, "\(count)")
            } catch {
                return text(400, "\(error)")
            }
        case "/trailer":
            _ = try? await request.body.collect(limitBytes: 1 << 20)
            return text(200, request.body.trailers.description)
        case "/refuse":
            return text(403, "no")
        case "/nothing":
            return Response(status: 204)
        case "/file":
            guard let file, let size = try? file.size() else { return text(404, "no file") }
            return Response(status: 200, body: .file(file, offset: 0, count: size))
        case "/range":
            guard let file else { return text(404, "no file") }
            return Response(status: 206, body: .file(file, offset: 100_000, count: 200_000))
        case "/beyond":
            guard let file, let size = try? file.size() else { return text(404, "no file") }
            return Response(status: 200, body: .file(file, offset: 0, count: size + 10))
        case "/big":
            return Response(status: 200, body: .bytes([UInt8](repeating: 0x61, count: 8 << 20)))
        default:
            return text(404, "nothing at `\(path)`")
        }
    }

    private func text(_ status: Int, _ text: String) -> Response {
        Response(status: status, body: .bytes(Array(text.utf8)))
    }
}

/// Runs `body` with a server on a free port, and waits for the end of everything afterwards.
func withServer(
    limits: ServerLimits = ServerLimits(),
    handler: any Handler = EchoHandler(),
    loops: Int = 2,
    _ body: (HTTPServer, Int) async throws -> Void
) async throws {
    let group = try LoopGroup(count: loops)
    try group.start()
    let server = HTTPServer(group: group, limits: limits, handler: handler)
    let port = try server.listen(host: "127.0.0.1", port: 0)
    do {
        try await body(server, port)
    } catch {
        await server.stop()
        await group.stop()
        throw error
    }
    await server.stop()
    #expect(server.connectionCount == 0)
    await group.stop()
}

/// Whether the slow tests run with their full counts.
var isLong: Bool { getenv("TEST_COUNTS").map { String(cString: $0) == "long" } ?? false }
