// One connection: a task on its loop that reads a head, has it answered, writes the answer, and
// starts over. This file is its life; reading and writing are beside it.

import EventLoop
import HTTP
import Platform

/// A connection with one peer.
///
/// Used by its own task and, for ending it, by its loop: both on the same thread.
final class HTTPConnection {
    let socket: Socket
    let home: ServerLoop
    let limits: ServerLimits
    private let handler: any Handler
    private let peer: PeerAddress
    private var parser: RequestHeadParser
    private var request: Request?

    // The bytes that were read and not used yet: buffer[start..<end]. The buffer is lent by the loop
    // while there are any.
    var buffer: UnsafeMutableRawBufferPointer?
    var start = 0
    var end = 0
    /// Bytes moved since this task last waited; beyond a bound it lets others have a turn.
    var bytesThisTurn = 0

    /// The current request's body.
    var body = BodyState()
    /// Counts requests, so that the body of an answered one can't be read.
    var requestNumber: UInt64 = 0

    private var isWaitingForRequest = false

    init(
        _ socket: Socket,
        home: ServerLoop,
        limits: ServerLimits,
        handler: any Handler,
        peer: PeerAddress
    ) {
        self.socket = socket
        self.home = home
        self.limits = limits
        self.handler = handler
        self.peer = peer
        parser = RequestHeadParser(limits: limits.http)
    }

    deinit { precondition(buffer == nil, "a connection gives its buffer back before it ends") }

    /// Serves requests until the connection ends, and closes the socket.
    func run() async {
        home.add(self)
        await serve()
        home.remove(self)
        releaseBuffer()
        request = nil
        socket.close()
    }

    /// Answers one request's worth of bytes with an error, and ends.
    func runRefusing(_ error: HeadError) async {
        home.add(self)
        await refuse(error)
        home.remove(self)
        releaseBuffer()
        socket.close()
    }

    private func serve() async {
        while true {
            switch await readHead() {
            case .head(let head):
                guard await answer(head) else { return }
            case .refused(let error):
                await refuse(error)
                return
            case .ended:
                return
            }
        }
    }

    // MARK: One request

    /// Has a request answered.
    ///
    /// - Returns: whether the connection goes on.
    private func answer(_ head: RequestHead) async -> Bool {
        requestNumber += 1
        body = BodyState(head, limits: limits.http)
        let request = makeRequest(head)
        let response = await handler.respond(to: request)
        if let loss = response.loss {
            await lose(response, loss, to: head)
            return false
        }
        dropUnreadChunks()
        if body.owesContinue, body.isComplete { try? await sendContinue() }
        let closes = !head.keepsAlive || response.closes || home.isDraining || mustCloseAfterAnswer
        guard await send(response, to: head, closes: closes) else { return false }
        if body.isComplete, !closes { return true }
        if !body.isComplete, !closes, await dropRestOfBody() { return true }
        await endGently(hasUnreadInput: !body.isComplete || start < end)
        return false
    }

    private func makeRequest(_ head: RequestHead) -> Request {
        let received = monotonicNanoseconds()
        let body = RequestBody(self, request: requestNumber, framing: head.framing)
        // Most handlers don't keep the request, and then one object serves the whole connection.
        if isKnownUniquelyReferenced(&request), let request {
            request.head = head
            request.body = body
            request.received = received
            return request
        }
        let request = Request(head: head, body: body, peer: peer, received: received)
        self.request = request
        return request
    }

    /// Whether what is left of the body forbids another request on this connection.
    private var mustCloseAfterAnswer: Bool {
        if body.isComplete { return false }
        // The client may or may not send a body it was never told to send (RFC 9110, 10.1.1), so
        // where the next request starts is not known.
        if body.failure != nil || body.owesContinue { return true }
        // How much of a chunked body is still to come is not known either.
        return body.decoder != nil || body.remaining > limits.drainedBodyBytes
    }

    private func refuse(_ error: HeadError) async {
        body = BodyState()
        let response = handler.refuse(error)
        guard await send(response, to: nil, closes: true) else { return }
        await endGently(hasUnreadInput: true)
    }

    // MARK: Heads

    private enum HeadResult {
        case head(RequestHead)
        case refused(HeadError)
        case ended
    }

    private func readHead() async -> HeadResult {
        if start == end {
            let milliseconds =
                requestNumber == 0 ? limits.headMilliseconds : limits.idleMilliseconds
            guard await waitForRequest(until: home.loop.deadline(milliseconds: milliseconds)) else {
                return .ended
            }
        } else {
            await takeTurnsIfBusy()
        }
        let deadline = home.loop.deadline(milliseconds: limits.headMilliseconds)
        while true {
            do throws(HeadError) {
                if let head = try parser.parse(unread.span) {
                    start += head.byteCount
                    bytesThisTurn += 16 << 10
                    return .head(head)
                }
            } catch {
                return .refused(error)
            }
            makeRoom()
            switch await fill(until: deadline) {
            case .bytes, .interrupted: break
            case .timedOut: return .refused(.tooSlow)
            case .end, .failed, .stopped: return .ended
            }
        }
    }

    /// Waits for the first byte of a request, without a buffer.
    private func waitForRequest(until deadline: UInt64) async -> Bool {
        isWaitingForRequest = true
        defer { isWaitingForRequest = false }
        if home.isDraining {
            // A request may be here that the loop has not been told of yet; it is still answered.
            return readNow() == .bytes
        }
        return switch await fill(until: deadline) {
        case .bytes: true
        case .interrupted: readNow() == .bytes
        case .timedOut, .end, .failed, .stopped: false
        }
    }

    // MARK: Ending

    /// Ends the connection if it waits for a request; else it ends after the current answer.
    func drain() {
        if isWaitingForRequest { socket.interrupt() }
    }

    /// Ends the connection where it stands.
    func cut() { socket.cut() }

    /// Closes without losing the answer: a close with unread input would send a reset, which can
    /// overtake the answer in the peer (RFC 9112, 9.6).
    func endGently(hasUnreadInput: Bool) async {
        socket.shutdownWriting()
        guard hasUnreadInput else { return }
        let deadline = home.loop.deadline(milliseconds: limits.lingerMilliseconds)
        while home.loop.now < deadline {
            start = 0
            end = 0
            guard await fill(until: deadline) == .bytes else { return }
        }
    }
}
