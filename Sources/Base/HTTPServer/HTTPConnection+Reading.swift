// Bytes from the socket into the loop's buffers, and the body's pieces out of them.

import EventLoop
import HTTP

/// Where the current request's body stands.
struct BodyState {
    var isComplete = true
    /// What is left of a body of known length; 0 for a chunked one.
    var remaining: Int64 = 0
    var decoder: ChunkedDecoder?
    /// Whether the client waits for 100 before it sends the body.
    var owesContinue = false
    var failure: BodyError?

    init() {}

    init(_ head: RequestHead, limits: HTTPLimits) {
        owesContinue = head.expectsContinue
        switch head.framing {
        case .none: break
        case .length(let length):
            remaining = length
            isComplete = length == 0
        case .chunked:
            decoder = ChunkedDecoder(limits: limits)
            isComplete = false
        }
    }
}

extension HTTPConnection {
    /// Why reading came back.
    enum Filled {
        /// There are more bytes.
        case bytes
        /// The peer has closed its side.
        case end
        case timedOut
        case interrupted
        case failed
        case stopped
    }

    /// So many bytes may one task move before the others of its loop have a turn.
    private static let bytesPerTurn = 1 << 20

    /// The bytes that were read and not used.
    var unread: UnsafeBufferPointer<UInt8> {
        guard let buffer else { return UnsafeBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(rebasing: buffer[start..<end]).assumingMemoryBound(
            to: UInt8.self
        )
    }

    func releaseBuffer() {
        guard let lent = buffer else { return }
        buffer = nil
        start = 0
        end = 0
        home.loop.buffers.giveBack(lent)
    }

    /// Makes sure that bytes can be read behind the unread ones, which are a part of a head.
    func makeRoom() {
        guard let full = buffer, end == full.count else { return }
        if start > 0 {
            full.copyMemory(from: UnsafeRawBufferPointer(rebasing: full[start..<end]))
        } else {
            // Heads are bounded to less than a large buffer, so this happens at most once.
            precondition(full.count < BufferPool.largeBytes, "a head of \(full.count) bytes")
            let large = home.loop.buffers.takeLarge()
            large.copyMemory(from: UnsafeRawBufferPointer(full))
            buffer = large
            home.loop.buffers.giveBack(full)
        }
        end -= start
        start = 0
    }

    /// Reads what is there without waiting.
    ///
    /// - Parameter prefersLarge: Whether a large buffer is worth taking.
    /// - Returns: `.interrupted` when nothing is there yet.
    func readNow(prefersLarge: Bool = false) -> Filled {
        if start == end {
            start = 0
            end = 0
            if prefersLarge, let held = buffer, held.count < BufferPool.largeBytes {
                releaseBuffer()
            }
        }
        let buffers = home.loop.buffers
        let target = buffer ?? (prefersLarge ? buffers.takeLarge() : buffers.takeSmall())
        buffer = target
        switch socket.read(into: UnsafeMutableRawBufferPointer(rebasing: target[end...])) {
        case .bytes(0): return .end
        case .bytes(let count):
            end += count
            bytesThisTurn += count
            return .bytes
        case .wouldBlock: return .interrupted
        case .failed: return .failed
        }
    }

    /// Reads more, waiting for it if need be.
    ///
    /// Waiting with nothing unread lends no buffer.
    func fill(until deadline: UInt64, prefersLarge: Bool = false) async -> Filled {
        await takeTurnsIfBusy()
        while true {
            if socket.isStopping { return .stopped }
            if socket.isReadable {
                let filled = readNow(prefersLarge: prefersLarge)
                if filled != .interrupted { return filled }
            }
            if start == end { releaseBuffer() }
            bytesThisTurn = 0
            switch await socket.readable(until: deadline) {
            case .ready: break
            case .timedOut: return .timedOut
            case .interrupted: return .interrupted
            case .stopped: return .stopped
            }
        }
    }

    /// A peer that is always ahead would keep the loop for itself.
    func takeTurnsIfBusy() async {
        guard bytesThisTurn > HTTPConnection.bytesPerTurn else { return }
        bytesThisTurn = 0
        await home.loop.yieldTurn()
    }

    // MARK: Bodies

    /// The next piece of the body, valid until the next call; nil at the end.
    func nextBodyPiece(ofRequest number: UInt64) async throws(BodyError) -> UnsafeRawBufferPointer?
    {
        // Whoever kept the body beyond its answer.
        guard number == requestNumber else { throw .cut }
        if let failure = body.failure { throw failure }
        if body.isComplete { return nil }
        if body.owesContinue { try await sendContinue() }
        do throws(BodyError) {
            return try await readBodyPiece()
        } catch {
            body.failure = error
            throw error
        }
    }

    func trailers(ofRequest number: UInt64) -> HeaderFields {
        number == requestNumber ? body.decoder?.trailers ?? HeaderFields() : HeaderFields()
    }

    /// Takes the buffer of the last piece away from the connection, when it holds nothing else.
    func takeBodyBuffer(ofRequest number: UInt64) -> BodyBuffer? {
        guard number == requestNumber, start == end, let taken = buffer,
            taken.count == BufferPool.largeBytes
        else { return nil }
        buffer = nil
        start = 0
        end = 0
        return BodyBuffer(taken, of: home.loop.buffers)
    }

    /// Moves what came with the head to a large buffer, and what else is there behind it: one piece
    /// instead of two is hashed and written in one go.
    private func gatherBody() {
        guard let small = buffer, small.count < BufferPool.largeBytes, end == small.count,
            body.remaining > Int64(end - start), socket.isReadable
        else { return }
        let large = home.loop.buffers.takeLarge()
        large.copyMemory(from: UnsafeRawBufferPointer(rebasing: small[start..<end]))
        end -= start
        start = 0
        buffer = large
        home.loop.buffers.giveBack(small)
        // What failed now fails again when the next piece is asked for.
        _ = readNow()
    }

    private func readBodyPiece() async throws(BodyError) -> UnsafeRawBufferPointer? {
        while true {
            if start < end {
                gatherBody()
                if let piece = try takeBodyPiece() { return piece }
                if body.isComplete { return nil }
            }
            let prefersLarge = body.remaining > Int64(BufferPool.smallBytes) || hasSeenFullBuffer
            let deadline = home.loop.deadline(milliseconds: limits.bodyMilliseconds)
            switch await fill(until: deadline, prefersLarge: prefersLarge) {
            case .bytes, .interrupted: break
            case .timedOut: throw .timeout
            case .end, .failed, .stopped: throw .cut
            }
        }
    }

    /// A chunked body doesn't say how large it is; one that fills a buffer is not small.
    private var hasSeenFullBuffer: Bool {
        guard body.decoder != nil, let buffer else { return false }
        return end == buffer.count
    }

    /// Content from the unread bytes, or nil when they hold none.
    private func takeBodyPiece() throws(BodyError) -> UnsafeRawBufferPointer? {
        let bytes = UnsafeRawBufferPointer(unread)
        guard body.decoder != nil else {
            let count = Int(min(body.remaining, Int64(bytes.count)))
            start += count
            body.remaining -= Int64(count)
            body.isComplete = body.remaining == 0
            return UnsafeRawBufferPointer(rebasing: bytes[..<count])
        }
        do throws(ChunkedError) {
            switch try body.decoder?.decode(unread.span) {
            case .content(let skip, let count):
                start += skip + count
                return UnsafeRawBufferPointer(rebasing: bytes[skip..<skip + count])
            case .end(let skip):
                start += skip
                body.isComplete = true
            case .needsMore, nil:
                start = end
            }
            return nil
        } catch {
            throw .malformed(error)
        }
    }

    /// Drops what has come of a chunked body that the handler did not read: if that is all of it, the
    /// connection can stay.
    func dropUnreadChunks() {
        guard body.decoder != nil, body.failure == nil, !body.owesContinue else { return }
        var budget = limits.drainedBodyBytes
        do throws(BodyError) {
            while !body.isComplete, budget > 0 {
                if start == end {
                    guard socket.isReadable, readNow() == .bytes else { return }
                }
                budget -= Int64(try takeBodyPiece()?.count ?? 1)
            }
        } catch {
            body.failure = error
        }
    }

    /// Reads and drops a small rest of the body, so that the next request can be read.
    func dropRestOfBody() async -> Bool {
        do throws(BodyError) {
            while try await nextBodyPiece(ofRequest: requestNumber) != nil {}
            return true
        } catch {
            return false
        }
    }
}
