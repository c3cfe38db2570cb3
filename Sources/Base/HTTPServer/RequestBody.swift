// A request's body as a stream of pieces. Nothing is read ahead: a piece is read from the socket when
// the handler asks for it, so a slow handler slows the client and nothing else.

import EventLoop
import HTTP

/// Why a body can't be read to its end.
///
/// The connection is closed after the answer.
package enum BodyError: Error, Hashable, Sendable {
    /// The peer went away, or the server is stopping, before the body's end.
    case cut
    /// The peer sent nothing for too long.
    case timeout
    /// The chunked coding is broken.
    case malformed(ChunkedError)
    /// The body is larger than the caller of `collect` takes.
    case tooLarge
}

/// A buffer of a loop that a body was read into.
package struct BodyBuffer {
    fileprivate let bytes: UnsafeMutableRawBufferPointer
    fileprivate let pool: BufferPool

    init(_ bytes: UnsafeMutableRawBufferPointer, of pool: BufferPool) {
        self.bytes = bytes
        self.pool = pool
    }

    /// Gives it back, exactly once; on the loop that read the body.
    package func giveBack() { pool.giveBack(bytes) }
}

/// The body of one request.
package struct RequestBody {
    private enum Source {
        /// A connection, and the number of its request that this body belongs to.
        case connection(HTTPConnection, request: UInt64)
        case memory(Memory)
    }

    private final class Memory {
        let bytes: UnsafeMutableRawBufferPointer
        var isRead = false

        init(_ content: [UInt8]) {
            bytes = .allocate(byteCount: content.count, alignment: 1)
            bytes.copyBytes(from: content)
        }

        deinit { bytes.deallocate() }
    }

    private let source: Source
    /// The size that the head declares; nil for a chunked body, 0 without a body.
    package let declaredLength: Int64?

    init(_ connection: HTTPConnection, request: UInt64, framing: BodyFraming) {
        source = .connection(connection, request: request)
        declaredLength =
            switch framing {
            case .none: 0
            case .length(let length): length
            case .chunked: nil
            }
    }

    init(bytes: [UInt8]) {
        source = .memory(Memory(bytes))
        declaredLength = Int64(bytes.count)
    }

    /// The next piece of the body, or nil at the end: as much as has come, up to 256 KiB.
    ///
    /// The first call sends `100 Continue` if the client waits for it. The bytes are valid until the next
    /// call; beyond it only where `takeBuffer` says so.
    package func next() async throws(BodyError) -> UnsafeRawBufferPointer? {
        switch source {
        case .connection(let connection, let request):
            return try await connection.nextBodyPiece(ofRequest: request)
        case .memory(let memory):
            if memory.isRead || memory.bytes.isEmpty { return nil }
            memory.isRead = true
            return UnsafeRawBufferPointer(memory.bytes)
        }
    }

    /// Takes the buffer in which the last piece lies, so that the piece is valid until the buffer is given
    /// back.
    ///
    /// - Returns: nil when it can't be had, because it is a small one or holds more than the piece.
    package func takeBuffer() -> BodyBuffer? {
        guard case .connection(let connection, let request) = source else { return nil }
        return connection.takeBodyBuffer(ofRequest: request)
    }

    /// The whole body, for those that are known to be small.
    ///
    /// - Throws: a `BodyError`; `.tooLarge` as soon as it is known that there are more bytes.
    package func collect(limitBytes: Int) async throws(BodyError) -> [UInt8] {
        if let declaredLength, declaredLength > Int64(limitBytes) { throw .tooLarge }
        switch source {
        case .memory(let memory):
            defer { memory.isRead = true }
            return memory.isRead ? [] : Array(memory.bytes)
        case .connection(let connection, let request):
            var bytes: [UInt8] = []
            if let declaredLength { bytes.reserveCapacity(Int(declaredLength)) }
            while let piece = try await connection.nextBodyPiece(ofRequest: request) {
                if bytes.count + piece.count > limitBytes { throw .tooLarge }
                bytes.append(contentsOf: piece)
            }
            return bytes
        }
    }

    /// The trailer of a chunked body; empty before its end has been read.
    package var trailers: HeaderFields {
        switch source {
        case .connection(let connection, let request): connection.trailers(ofRequest: request)
        case .memory: HeaderFields()
        }
    }
}
