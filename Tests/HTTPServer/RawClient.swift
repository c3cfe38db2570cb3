// A client that sends exactly the bytes it is told to, and reads answers.

@preconcurrency import Glibc
import Platform

/// An answer as it came over the wire.
struct RawAnswer: Equatable {
    var status: Int
    var head: String
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    func field(_ name: String) -> String? {
        for line in head.split(separator: "\r\n").dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == name.lowercased() {
                return parts[1].drop { $0 == " " }.description
            }
        }
        return nil
    }
}

/// A blocking connection to 127.0.0.1.
final class RawClient {
    private var descriptor: Int32
    private var received: [UInt8] = []

    init(port: Int, receiveBufferBytes: Int32? = nil) throws {
        descriptor = try retrying("socket") {
            socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        }
        // A hanging server fails the test instead of hanging it.
        var timeout = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_RCVTIMEO,
            &timeout,
            socklen_t(MemoryLayout<timeval>.size)
        )
        setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_SNDTIMEO,
            &timeout,
            socklen_t(MemoryLayout<timeval>.size)
        )
        if var bytes = receiveBufferBytes {
            setsockopt(
                descriptor,
                SOL_SOCKET,
                SO_RCVBUF,
                &bytes,
                socklen_t(MemoryLayout<Int32>.size)
            )
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        try retrying("connect") {
            withUnsafeBytes(of: address) { bytes in
                bytes.withMemoryRebound(to: sockaddr.self) {
                    connect(descriptor, $0.baseAddress, size)
                }
            }
        }
    }

    deinit { close() }

    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Closes with a reset.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var done = 0
        while done < bytes.count {
            done += try bytes.withUnsafeBytes { buffer in
                let rest = UnsafeRawBufferPointer(rebasing: buffer[done...])
                return try retrying("send") {
                    Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
                }
            }
        }
    }

    /// Says that nothing more comes, and stays to read.
    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Reads more; false at the end of the connection or after a reset.
    private func readMore() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count > 0 {
            received.append(contentsOf: chunk[..<count])
            return true
        }
        if count == 0 || errno == ECONNRESET { return false }
        throw SystemError(call: "recv")
    }

    /// Everything until the server closes.
    func readToEnd() throws -> [UInt8] {
        while try readMore() {}
        defer { received = [] }
        return received
    }

    /// Whether the server has closed, with nothing more sent.
    func isAtEnd() throws -> Bool { try readToEnd().isEmpty }

    /// The next answer, or nil when the connection ends instead.
    func answer(toHead: Bool = false) throws -> RawAnswer? {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let place = firstIndex(of: end) {
                let head = String(decoding: received[..<place], as: UTF8.self)
                let status = head.split(separator: " ", maxSplits: 2)[1]
                var answer = RawAnswer(status: Int(status.prefix(3)) ?? 0, head: head, body: [])
                received.removeFirst(place + 4)
                let length =
                    toHead || answer.status == 100
                    ? 0 : Int(answer.field("Content-Length") ?? "0") ?? 0
                while received.count < length {
                    guard try readMore() else { return nil }
                }
                answer.body = Array(received[..<length])
                received.removeFirst(length)
                return answer
            }
            guard try readMore() else { return nil }
        }
    }

    private func firstIndex(of pattern: [UInt8]) -> Int? {
        guard received.count >= pattern.count else { return nil }
        return (0...received.count - pattern.count).first {
            received[$0..<$0 + pattern.count].elementsEqual(pattern)
        }
    }
}
