// The smallest HTTP client that can be rude: it sends what it is given, byte for byte, over one
// connection, and reads one answer.

@preconcurrency import Glibc

/// One connection to 127.0.0.1, with blocking calls.
final class TestClient {
    /// What came back.
    struct Answer {
        var status: Int
        var headers: [(String, String)]
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }

        func header(_ name: String) -> String? {
            headers.first { $0.0.lowercased() == name.lowercased() }?.1
        }
    }

    struct Failure: Error { let what: String }

    let port: UInt16
    private let descriptor: Int32

    init(port: Int) throws {
        self.port = UInt16(port)
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(what: "socket") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            let code = errno
            close(descriptor)
            throw Failure(what: "connect: \(code)")
        }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_RCVTIMEO,
            &limit,
            socklen_t(MemoryLayout<timeval>.size)
        )
    }

    deinit { close(descriptor) }

    /// Sends a request as it is given and reads the answer.
    func send(
        _ method: String,
        _ target: String,
        headers: [(String, String)] = [],
        host: String? = nil,
        body: [UInt8] = []
    ) throws -> Answer {
        var head = "\(method) \(target) HTTP/1.1\r\nHost: \(host ?? "127.0.0.1:\(port)")\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if !body.isEmpty || method == "PUT" || method == "POST" {
            head += "Content-Length: \(body.count)\r\n"
        }
        return try exchange(Array((head + "\r\n").utf8) + body, isHead: method == "HEAD")
    }

    /// Sends a request signed by `signer`.
    func signed(
        _ method: String,
        _ path: String,
        query: String = "",
        headers: [(String, String)] = [],
        body: [UInt8] = [],
        signer: TestSigner = TestSigner()
    ) throws -> Answer {
        let fields = signer.fields(
            method,
            path: path,
            query: query,
            host: "127.0.0.1:\(port)",
            headers: headers,
            body: body
        )
        let target = query.isEmpty ? path : "\(path)?\(query)"
        return try send(method, target, headers: fields, body: body)
    }

    /// Sends bytes and leaves the connection open.
    func write(_ bytes: [UInt8]) throws {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(what: "send: \(errno)") }
            done += count
        }
    }

    private func exchange(_ request: [UInt8], isHead: Bool) throws -> Answer {
        try write(request)
        return try readAnswer(isHead: isHead)
    }

    /// Reads one answer; one without a length ends with the connection.
    func readAnswer(isHead: Bool = false) throws -> Answer {
        var received: [UInt8] = []
        var end: Int?
        while end == nil {
            guard try receive(into: &received) else { throw Failure(what: "closed in the head") }
            end = headEnd(of: received)
        }
        let split = end ?? 0
        let lines = String(decoding: received[..<split], as: UTF8.self).split(separator: "\r\n")
        let status = Int(lines[0].split(separator: " ")[1]) ?? 0
        let headers = lines.dropFirst().map { line -> (String, String) in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            let value = line[colon...].dropFirst().drop { $0 == " " }
            return (String(line[..<colon]), String(value))
        }
        var body = Array(received[(split + 4)...])
        let length = headers.first { $0.0.lowercased() == "content-length" }.flatMap { Int($0.1) }
        if isHead || status == 304 || status == 204 {
            return Answer(status: status, headers: headers, body: body)
        }
        while body.count < length ?? .max, try receive(into: &body) {}
        return Answer(status: status, headers: headers, body: body)
    }

    private func headEnd(of bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (0...bytes.count - 4).first { bytes[$0..<$0 + 4].elementsEqual([13, 10, 13, 10]) }
    }

    private func receive(into bytes: inout [UInt8]) throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count >= 0 else { throw Failure(what: "recv: \(errno)") }
        bytes += chunk[..<count]
        return count > 0
    }
}
