// A server that says exactly what a test wants said, also what no proper server would: it closes in
// the middle of a head, of a body, of an answer. One connection after the other, one request each.

@preconcurrency import Glibc
import Platform

/// A scripted HTTP peer on 127.0.0.1.
final class StubServer: Sendable {
    /// What to do with one connection.
    enum Step: Sendable {
        /// Read the request with its body, then send this text and close.
        case answer(String)
        /// Close without reading.
        case closeAtOnce
        /// Read the head only, then close.
        case closeAfterHead
        /// Read head and body, then close without a word.
        case closeAfterBody
    }

    /// A request as it came in.
    struct Seen: Sendable {
        let head: String
        let body: [UInt8]
    }

    let port: Int
    private let listener: Int32
    private let requests = Locked([Seen]())
    private let thread: pthread_t

    var url: String { "http://127.0.0.1:\(port)" }
    /// What came in so far.
    var seen: [Seen] { requests.withLock { $0 } }

    init(_ script: [Step]) throws {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try retrying("socket") { socket }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let size = length
        try retrying("bind") {
            withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, size) }
            }
        }
        try retrying("listen") { listen(socket, 16) }
        try retrying("getsockname") {
            withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    getsockname(socket, $0, &length)
                }
            }
        }
        listener = socket
        port = Int(UInt16(bigEndian: address.sin_port))
        let record = requests
        thread = try StubServer.start { StubServer.serve(socket, script, record) }
    }

    /// Waits until the script has been played; then nothing listens any more.
    func finish() { pthread_join(thread, nil) }

    private static func serve(_ listener: Int32, _ script: [Step], _ requests: Locked<[Seen]>) {
        defer { close(listener) }
        for step in script {
            let peer = accept(listener, nil, nil)
            guard peer >= 0 else { return }
            defer { close(peer) }
            if case .closeAtOnce = step { continue }
            var received: [UInt8] = []
            var head: String?
            var length = 0
            while true {
                if head == nil, let end = endOfHead(received) {
                    let text = String(decoding: received[..<end], as: UTF8.self)
                    head = text
                    received.removeFirst(end)
                    length = field("content-length", of: text).flatMap { Int($0) } ?? 0
                    if case .closeAfterHead = step { break }
                    if field("expect", of: text) != nil {
                        send("HTTP/1.1 100 Continue\r\n\r\n", to: peer)
                    }
                }
                if head != nil, received.count >= length { break }
                var chunk = [UInt8](repeating: 0, count: 65_536)
                let count = recv(peer, &chunk, chunk.count, 0)
                if count <= 0 { break }
                received += chunk[..<count]
            }
            requests.withLock { $0.append(Seen(head: head ?? "", body: received)) }
            if case .answer(let text) = step { send(text, to: peer) }
        }
    }

    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (0...bytes.count - 4).first { Array(bytes[$0..<$0 + 4]) == [13, 10, 13, 10] }.map {
            $0 + 4
        }
    }

    static func field(_ name: String, of head: String) -> String? {
        for line in head.split(separator: "\r\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == name {
                return String(parts[1].drop { $0 == " " })
            }
        }
        return nil
    }

    private static func send(_ text: String, to peer: Int32) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(peer, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    private final class Job: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    private static func start(_ body: @escaping @Sendable () -> Void) throws -> pthread_t {
        var thread = pthread_t()
        let code = pthread_create(
            &thread,
            nil,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<Job>.fromOpaque(pointer).takeRetainedValue().body()
                return nil
            },
            Unmanaged.passRetained(Job(body)).toOpaque()
        )
        guard code == 0 else { throw SystemError(call: "pthread_create", code: code) }
        return thread
    }
}
