// A server: listening sockets, the connections they accept, and a graceful end. Connections are
// accepted on one loop and handed to the loops in turn, so that few connections are spread evenly.

import EventLoop
@preconcurrency import Glibc
import HTTP
import Platform

/// An HTTP/1.1 server on the loops of a group.
///
/// Any number of servers can share a group.
package final class HTTPServer: Sendable {
    private let group: LoopGroup
    private let limits: ServerLimits
    private let handler: any Handler
    private let homes: [ServerLoop]

    private struct State {
        var isDraining = false
        var connections = 0
        var refusals = 0
        var listeners = 0
        /// Who waits for the last connection and listener to end.
        var waiters: [UInt64: UnsafeContinuation<Void, Never>] = [:]
        var lastWaiter: UInt64 = 0

        var isQuiet: Bool { connections == 0 && refusals == 0 && listeners == 0 }
    }

    private let state = Locked(State())

    /// A server that listens nowhere yet.
    package init(group: LoopGroup, limits: ServerLimits = ServerLimits(), handler: any Handler) {
        self.group = group
        self.limits = limits
        self.handler = handler
        homes = group.loops.map { ServerLoop(loop: $0) }
    }

    /// Starts accepting connections; the group must have been started.
    ///
    /// - Returns: the port that was bound, for a `port` of 0.
    @discardableResult
    package func listen(host: String, port: Int) throws(ListenError) -> Int {
        let listener = try Listener(host: host, port: port)
        let home = homes[group.next().index]
        state.withLock { $0.listeners += 1 }
        let isStarted = home.loop.spawn { await self.accept(listener, on: home) }
        if !isStarted {
            close(listener.descriptor)
            finish { $0.listeners -= 1 }
        }
        return listener.port
    }

    /// Open connections at the moment.
    package var connectionCount: Int { state.withLock { $0.connections } }

    // MARK: Accepting

    private func accept(_ listener: Listener, on home: ServerLoop) async {
        defer { finish { $0.listeners -= 1 } }
        guard let socket = try? Socket(adopting: listener.descriptor, on: home.loop) else { return }
        home.add(socket)
        while !home.isDraining, await socket.readable() == .ready {
            await acceptWaiting(socket, on: home)
        }
        // Who was in the queue has connected; the kernel would reset them with the close.
        if home.isDraining { await acceptWaiting(socket, on: home) }
        home.remove(socket)
        socket.close()
    }

    private func acceptWaiting(_ socket: Socket, on home: ServerLoop) async {
        while true {
            switch socket.accept() {
            case .success(let accepted):
                handOver(accepted.descriptor, peer: accepted.peer)
            case .failure(let error):
                switch error.code {
                case EAGAIN: return
                case EMFILE, ENFILE, ENOBUFS, ENOMEM:
                    // Nothing can be accepted until something is closed. The queue holds the others.
                    guard await home.loop.sleep(milliseconds: 20), !home.isDraining else { return }
                default:
                    // The connection failed before it was accepted (accept(2), "Error handling").
                    break
                }
            }
        }
    }

    private func handOver(_ descriptor: Int32, peer: PeerAddress) {
        enum Admission { case serve, refuse, drop }
        let admission: Admission = state.withLock { state in
            if state.connections < limits.connections {
                state.connections += 1
                return .serve
            }
            if state.refusals < limits.refusals {
                state.refusals += 1
                return .refuse
            }
            return .drop
        }
        let home = homes[group.next().index]
        switch admission {
        case .serve:
            let isStarted = home.loop.spawn {
                if let connection = self.connection(descriptor, on: home, peer: peer) {
                    await connection.run()
                }
                self.finish { $0.connections -= 1 }
            }
            if isStarted { return }
            close(descriptor)
            finish { $0.connections -= 1 }
        case .refuse:
            let isStarted = home.loop.spawn {
                if let connection = self.connection(descriptor, on: home, peer: peer) {
                    await connection.runRefusing(.tooManyConnections)
                }
                self.finish { $0.refusals -= 1 }
            }
            if isStarted { return }
            close(descriptor)
            finish { $0.refusals -= 1 }
        case .drop:
            close(descriptor)
        }
    }

    private func connection(
        _ descriptor: Int32,
        on home: ServerLoop,
        peer: PeerAddress
    ) -> HTTPConnection? {
        guard let socket = try? Socket(adopting: descriptor, on: home.loop) else { return nil }
        socket.setNoDelay()
        return HTTPConnection(socket, home: home, limits: limits, handler: handler, peer: peer)
    }

    private func finish(_ change: (inout State) -> Void) {
        let waiters = state.withLock { state in
            change(&state)
            guard state.isQuiet else { return [UnsafeContinuation<Void, Never>]() }
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume() }
    }

    // MARK: Ending

    /// Ends gracefully: accepts nothing more, lets running requests finish (their answers say
    /// `Connection: close`), closes idle connections, and after the grace cuts what is left.
    ///
    /// Returns when every connection is closed.
    package func drain(graceMilliseconds: Int) async {
        for home in homes { home.loop.spawn { home.beginDraining() } }
        if graceMilliseconds > 0, await isQuiet(withinMilliseconds: graceMilliseconds) { return }
        for home in homes { home.loop.spawn { home.cutAll() } }
        _ = await isQuiet(withinMilliseconds: nil)
    }

    /// Ends at once: every connection is cut.
    ///
    /// Returns when they are closed.
    package func stop() async { await drain(graceMilliseconds: 0) }

    /// Waits for the last connection's end.
    private func isQuiet(withinMilliseconds milliseconds: Int?) async -> Bool {
        let number = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        await withUnsafeContinuation { continuation in
            let isQuiet = state.withLock { state in
                if !state.isQuiet { state.waiters[number] = continuation }
                return state.isQuiet
            }
            if isQuiet { return continuation.resume() }
            guard let milliseconds else { return }
            let loop = homes[0].loop
            loop.spawn {
                await loop.sleep(milliseconds: milliseconds)
                self.state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
            }
        }
        return state.withLock { $0.isQuiet }
    }
}
