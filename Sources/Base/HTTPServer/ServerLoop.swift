// What a server keeps on each loop: the connections there, the Date line of this second, and the
// array in which answers are put together.

import EventLoop
@preconcurrency import Glibc
import HTTP
import Platform

/// A server's share of one loop.
///
/// `@unchecked Sendable` is right because everything but the constants is touched on the loop only.
final class ServerLoop: @unchecked Sendable {
    let loop: EventLoop
    /// Whether connections end with their current request.
    private(set) var isDraining = false
    /// Where answers are put together.
    ///
    /// Never used across a suspension.
    var scratch: [UInt8] = []

    private var connections: [ObjectIdentifier: HTTPConnection] = [:]
    private var listeners: [ObjectIdentifier: Socket] = [:]
    private var dateSecond = 0
    private var dateLine: [UInt8] = []

    init(loop: EventLoop) {
        self.loop = loop
        scratch.reserveCapacity(32 << 10)
    }

    func add(_ connection: HTTPConnection) {
        connections[ObjectIdentifier(connection)] = connection
    }
    func remove(_ connection: HTTPConnection) { connections[ObjectIdentifier(connection)] = nil }
    func add(_ listener: Socket) { listeners[ObjectIdentifier(listener)] = listener }
    func remove(_ listener: Socket) { listeners[ObjectIdentifier(listener)] = nil }

    /// From now on connections end with their current request; those without one are woken to end.
    func beginDraining() {
        isDraining = true
        for listener in listeners.values { listener.interrupt() }
        for connection in connections.values { connection.drain() }
    }

    /// Ends every connection where it stands.
    func cutAll() {
        isDraining = true
        for listener in listeners.values { listener.interrupt() }
        for connection in connections.values { connection.cut() }
    }

    /// Appends `Date: …` of now, which is made once a second.
    func appendDate(to bytes: inout [UInt8]) {
        let second = time(nil)
        if second != dateSecond {
            dateSecond = second
            dateLine.removeAll(keepingCapacity: true)
            dateLine.append(contentsOf: "Date: ".utf8)
            HTTPDate.append(Timestamp(seconds: Int64(second)), to: &dateLine)
            dateLine.append(contentsOf: "\r\n".utf8)
        }
        bytes.append(contentsOf: dateLine)
    }
}
