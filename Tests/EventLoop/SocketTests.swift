import EventLoop
@preconcurrency import Glibc
import Platform
import Testing

@Suite struct SocketTests {
    /// Two connected sockets, on the loop that is current.
    private static func pair(on loop: EventLoop) -> (Socket, Socket)? {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0,
            let first = try? Socket(adopting: ends[0], on: loop),
            let second = try? Socket(adopting: ends[1], on: loop)
        else { return nil }
        return (first, second)
    }

    private static func read(_ socket: Socket, limit: Int = 100) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: limit)
        guard case .bytes(let count) = bytes.withUnsafeMutableBytes({ socket.read(into: $0) })
        else {
            return nil
        }
        return Array(bytes[..<count])
    }

    @Test func wakesTheReaderWhenSomethingComes() async throws {
        try await withGroup(count: 1) { group in
            let loop = group.loops[0]
            let read = await loop.result { () -> [[UInt8]?] in
                guard let (first, second) = Self.pair(on: loop) else { return [] }
                defer {
                    first.close()
                    second.close()
                }
                loop.spawn { _ = [1, 2, 3].withUnsafeBytes { second.write($0) } }
                let wake = await first.readable()
                guard case .ready = wake else { return [] }
                let bytes = Self.read(first, limit: 24)
                let nothing = Self.read(first)
                second.shutdownWriting()
                guard case .ready = await first.readable() else { return [] }
                return [bytes.map { [UInt8($0.count)] }, nothing, Self.read(first)]
            }
            #expect(read == [[24], nil, []])
        }
    }

    @Test func timesOutAndCanWaitAgain() async throws {
        try await withGroup(count: 1) { group in
            let loop = group.loops[0]
            let wakes = await loop.result { () -> [Wake] in
                guard let (first, second) = Self.pair(on: loop) else { return [] }
                defer {
                    first.close()
                    second.close()
                }
                var wakes = [await first.readable(until: loop.deadline(milliseconds: 2))]
                // A later deadline, then an earlier one: the timer is moved both ways.
                loop.spawn { first.interrupt() }
                wakes.append(await first.readable(until: loop.deadline(milliseconds: 1_000_000)))
                wakes.append(await first.readable(until: loop.deadline(milliseconds: 2)))
                first.cut()
                wakes.append(await first.readable())
                return wakes
            }
            #expect(wakes == [.timedOut, .interrupted, .timedOut, .stopped])
        }
    }

    @Test func wakesTheWriterWhenThereIsRoom() async throws {
        try await withGroup(count: 1) { group in
            let loop = group.loops[0]
            let isWhole = await loop.result { () -> Bool in
                guard let (first, second) = Self.pair(on: loop) else { return false }
                defer {
                    first.close()
                    second.close()
                }
                let bytes = [UInt8](repeating: 7, count: 3 << 20)
                let received = Locked(0)
                loop.spawn {
                    while received.withLock({ $0 }) < bytes.count {
                        guard case .ready = await second.readable() else { return }
                        let count = Self.read(second, limit: 65_536)?.count ?? 0
                        received.withLock { $0 += count }
                    }
                }
                var sent = 0
                while sent < bytes.count {
                    guard case .ready = await first.writable() else { return false }
                    let transfer = bytes.withUnsafeBytes {
                        first.write(UnsafeRawBufferPointer(rebasing: $0[sent...]))
                    }
                    if case .bytes(let count) = transfer { sent += count }
                }
                while received.withLock({ $0 }) < bytes.count { await loop.yieldTurn() }
                return true
            }
            #expect(isWhole)
        }
    }

    @Test func writingToAPeerThatIsGoneIsAnError() async throws {
        try await withGroup(count: 1) { group in
            let loop = group.loops[0]
            let transfer = await loop.result { () -> Transfer? in
                guard let (first, second) = Self.pair(on: loop) else { return nil }
                defer { first.close() }
                second.close()
                return [1].withUnsafeBytes { first.write($0) }
            }
            #expect(transfer == .failed(EPIPE))
        }
    }

    @Test func lendsBuffersAgainAndAgain() async throws {
        try await withGroup(count: 1) { group in
            let loop = group.loops[0]
            let isSame = await loop.result { () -> Bool in
                let first = loop.buffers.takeSmall()
                loop.buffers.giveBack(first)
                let second = loop.buffers.takeSmall()
                let large = loop.buffers.takeLarge()
                loop.buffers.giveBack(large)
                loop.buffers.giveBack(second)
                return first.baseAddress == second.baseAddress
                    && first.count == BufferPool.smallBytes
                    && large.count == BufferPool.largeBytes && loop.buffers.smallLent == 0
            }
            #expect(isSame)
        }
    }
}

@Suite struct ListenerTests {
    @Test(arguments: ["127.0.0.1", "localhost", "*", "::1", "[::1]", "::"])
    func bindsIPv4AndIPv6(host: String) throws {
        let listener = try Listener(host: host, port: 0)
        defer { close(listener.descriptor) }
        #expect(listener.port > 0)
    }

    @Test func saysThatAPortIsInUse() throws {
        let listener = try Listener(host: "127.0.0.1", port: 0)
        defer { close(listener.descriptor) }
        let error = #expect(throws: ListenError.self) {
            try Listener(host: "127.0.0.1", port: listener.port)
        }
        #expect(error == .inUse(address: "127.0.0.1:\(listener.port)"))
        #expect(
            error?.description
                == "can't listen on `127.0.0.1:\(listener.port)`: another program uses this port"
        )
    }

    @Test(arguments: [
        ("example.com", 0, ListenError.notAnAddress("example.com")),
        ("", 0, .notAnAddress("")),
        ("127.0.0.256", 0, .notAnAddress("127.0.0.256")),
        ("127.0.0.1", -1, .invalidPort(-1)),
        ("127.0.0.1", 65_536, .invalidPort(65_536)),
        ("192.0.2.1", 0, .notOurs(address: "192.0.2.1:0")),
    ])
    func refusesWhatIsNoAddressOfOurs(host: String, port: Int, error: ListenError) {
        #expect(throws: error) { try Listener(host: host, port: port) }
    }
}

@Suite struct PeerAddressTests {
    @Test func printsAndClassifiesIPv4() {
        let peer = PeerAddress(127, 1, 2, 3, port: 80)
        #expect(peer.description == "127.1.2.3:80")
        #expect(peer.isLoopback)
        #expect(!PeerAddress(128, 0, 0, 1, port: 80).isLoopback)
    }
}
