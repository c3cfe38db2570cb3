// Buffers of a loop, lent to connections from their first byte until they are idle again: ten
// thousand idle connections hold none.

/// A loop's buffers in two sizes; for the loop's own thread only.
package final class BufferPool {
    /// Holds a request's head, or a small body.
    package static let smallBytes = 16 << 10
    /// A piece of a large body: loopback moves 256 KiB pieces about as fast as any.
    package static let largeBytes = 256 << 10

    /// So many unused buffers of each size are kept; the others go back to the allocator.
    private static let smallKept = 256
    private static let largeKept = 8

    private var small: [UnsafeMutableRawBufferPointer] = []
    private var large: [UnsafeMutableRawBufferPointer] = []
    /// Large buffers that are lent at the moment.
    package private(set) var largeLent = 0
    /// Small buffers that are lent at the moment.
    package private(set) var smallLent = 0

    init() {}

    deinit {
        for buffer in small { buffer.deallocate() }
        for buffer in large { buffer.deallocate() }
    }

    /// A buffer of `smallBytes`.
    package func takeSmall() -> UnsafeMutableRawBufferPointer {
        smallLent += 1
        return small.popLast() ?? .allocate(byteCount: BufferPool.smallBytes, alignment: 64)
    }

    /// A buffer of `largeBytes`.
    package func takeLarge() -> UnsafeMutableRawBufferPointer {
        largeLent += 1
        return large.popLast() ?? .allocate(byteCount: BufferPool.largeBytes, alignment: 64)
    }

    /// Takes a buffer back that came from here.
    package func giveBack(_ buffer: UnsafeMutableRawBufferPointer) {
        switch buffer.count {
        case BufferPool.smallBytes:
            smallLent -= 1
            if small.count < BufferPool.smallKept {
                small.append(buffer)
            } else {
                buffer.deallocate()
            }
        case BufferPool.largeBytes:
            largeLent -= 1
            if large.count < BufferPool.largeKept {
                large.append(buffer)
            } else {
                buffer.deallocate()
            }
        default:
            preconditionFailure("a buffer of \(buffer.count) bytes is not from a pool")
        }
    }
}
