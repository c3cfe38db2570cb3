// A connected or listening socket on a loop: calls that never block, and waiting until one is worth
// trying. One task owns a socket, so it waits for one thing at a time.

import CSystem
@preconcurrency import Glibc
import Platform

/// Why a task that waited for a socket goes on.
package enum Wake: Sendable {
    /// The call is worth trying.
    case ready
    /// The deadline came first.
    case timedOut
    /// Somebody called `interrupt`.
    case interrupted
    /// The loop is stopping; waiting has no sense any more.
    case stopped
}

/// What a call on a socket did.
package enum Transfer: Sendable, Equatable {
    /// So many bytes were moved; reading 0 is the peer's end.
    case bytes(Int)
    /// Nothing can be moved now: wait.
    case wouldBlock
    /// The connection is broken (ECONNRESET, EPIPE, …).
    case failed(Int32)
}

/// A socket that belongs to one loop and one task on it.
///
/// `@unchecked Sendable` is right because all of it is touched by the loop's thread only: its owner
/// is a task on that loop, and so are the loop's events and timers.
package final class Socket: LoopTimer, @unchecked Sendable {
    /// The loop it belongs to.
    package let loop: EventLoop
    /// The descriptor; -1 once closed.
    package private(set) var descriptor: Int32

    // Hints, never truths: a call that was not worth trying says EAGAIN and clears them.
    private var canRead = false
    private var canWrite = true
    private var sawHangUp = false
    private var isStopped = false

    private enum Interest { case reading, writing }
    private var waiter: UnsafeContinuation<Wake, Never>?
    private var interest = Interest.reading

    /// Takes over a non-blocking descriptor, on its loop; closes it when that fails.
    package init(adopting descriptor: Int32, on loop: EventLoop) throws(SystemError) {
        self.loop = loop
        self.descriptor = descriptor
        super.init()
        do {
            try loop.register(self)
        } catch {
            Glibc.close(descriptor)
            self.descriptor = -1
            throw error
        }
        isStopped = loop.isStopping
    }

    deinit { precondition(descriptor < 0, "socket \(descriptor) was not closed by its owner") }

    /// Whether reading is worth trying without waiting first.
    package var isReadable: Bool { canRead || sawHangUp }

    /// Whether the socket was cut, or its loop is stopping.
    package var isStopping: Bool { isStopped }

    // MARK: Waiting

    /// Waits until reading is worth trying, or until `deadline` on the monotonic clock (0: forever).
    package func readable(until deadline: UInt64 = 0) async -> Wake {
        if isStopped { return .stopped }
        if canRead { return .ready }
        return await wait(.reading, until: deadline)
    }

    /// Waits until writing is worth trying, or until `deadline` on the monotonic clock (0: forever).
    package func writable(until deadline: UInt64 = 0) async -> Wake {
        if isStopped { return .stopped }
        if canWrite { return .ready }
        return await wait(.writing, until: deadline)
    }

    private func wait(_ interest: Interest, until deadline: UInt64) async -> Wake {
        assert(loop.isCurrent, "a socket is used on its loop only")
        precondition(waiter == nil, "one task waits for a socket, for one thing at a time")
        if deadline > 0 {
            self.deadline = deadline
            loop.arm(self)
        }
        return await withUnsafeContinuation { continuation in
            self.interest = interest
            waiter = continuation
        }
    }

    /// Ends the current wait, if there is one, with `.interrupted`; on the loop.
    package func interrupt() { finishWait(.interrupted) }

    private func finishWait(_ wake: Wake) {
        guard let continuation = waiter else { return }
        waiter = nil
        // The heap finds out by itself that there is nothing to fire any more.
        deadline = .max
        continuation.resume(returning: wake)
    }

    func take(events: UInt32) {
        if events & (EPOLLHUP.rawValue | EPOLLERR.rawValue | EPOLLRDHUP.rawValue) != 0 {
            sawHangUp = true
            canRead = true
        }
        if events & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 { canWrite = true }
        if events & EPOLLIN.rawValue != 0 { canRead = true }
        if events & EPOLLOUT.rawValue != 0 { canWrite = true }
        switch interest {
        case .reading: if canRead { finishWait(.ready) }
        case .writing: if canWrite { finishWait(.ready) }
        }
    }

    override func fire(isStopping: Bool) { finishWait(isStopping ? .stopped : .timedOut) }

    /// Ends this wait and all later ones with `.stopped`; on the loop.
    package func cut() {
        isStopped = true
        finishWait(.stopped)
    }

    // MARK: Calls

    /// Reads what is there, up to the buffer's size.
    package func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        while true {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count >= 0 {
                // A short read emptied the socket; the next one would say EAGAIN. Unless the peer
                // has closed: that edge came already, and no other will.
                if count < buffer.count, !sawHangUp { canRead = false }
                return .bytes(count)
            }
            let code = errno
            if code == EINTR { continue }
            if code == EAGAIN {
                canRead = false
                sawHangUp = false
                return .wouldBlock
            }
            return .failed(code)
        }
    }

    /// Writes as much of the bytes as the socket takes.
    ///
    /// - Parameters:
    ///   - bytes: What to write.
    ///   - moreFollows: Whether another write follows at once, so these bytes may wait for it.
    /// - Returns: how much was taken.
    package func write(_ bytes: UnsafeRawBufferPointer, moreFollows: Bool = false) -> Transfer {
        let flags = Int32(MSG_NOSIGNAL) | (moreFollows ? Int32(MSG_MORE) : 0)
        while true {
            let count = send(descriptor, bytes.baseAddress, bytes.count, flags)
            if let transfer = written(count, of: bytes.count) { return transfer }
        }
    }

    /// Writes two pieces one after the other with one call.
    package func write(
        _ first: UnsafeRawBufferPointer,
        _ second: UnsafeRawBufferPointer
    ) -> Transfer {
        while true {
            let count = csystem_send2(
                descriptor,
                first.baseAddress,
                first.count,
                second.baseAddress,
                second.count
            )
            if let transfer = written(count, of: first.count + second.count) { return transfer }
        }
    }

    /// nil means: interrupted by a signal, once more.
    private func written(_ count: Int, of asked: Int) -> Transfer? {
        if count >= 0 {
            if count < asked { canWrite = false }
            return .bytes(count)
        }
        let code = errno
        if code == EINTR { return nil }
        guard code == EAGAIN else { return .failed(code) }
        canWrite = false
        return .wouldBlock
    }

    /// Sends a part of a file without copying it through the program.
    package func sendFile(_ file: OpenFile, at offset: Int64, count: Int) -> Transfer {
        var position = off_t(offset)
        while true {
            let moved = sendfile(descriptor, file.descriptor, &position, count)
            // A short count may be the file's end instead of a full socket: the next call tells.
            if let transfer = written(moved, of: moved) { return transfer }
        }
    }

    /// Accepts a waiting connection: its descriptor and peer, or why there is none.
    package func accept() -> Result<(descriptor: Int32, peer: PeerAddress), SystemError> {
        var address = sockaddr_storage()
        while true {
            let accepted = csystem_accept(descriptor, &address)
            if accepted >= 0 { return .success((accepted, PeerAddress(address))) }
            let code = errno
            if code == EINTR { continue }
            if code == EAGAIN { canRead = false }
            return .failure(SystemError(call: "accept4", code: code))
        }
    }

    /// Small answers leave at once instead of waiting for the acknowledgement of the one before.
    package func setNoDelay() {
        var one: Int32 = 1
        setsockopt(
            descriptor,
            Int32(IPPROTO_TCP),
            TCP_NODELAY,
            &one,
            socklen_t(MemoryLayout<Int32>.size)
        )
    }

    /// Says that nothing more will be sent; what was sent still arrives.
    package func shutdownWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Makes the coming close a reset, so the peer knows that the answer is not whole.
    package func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// Bytes that were written and that the system has not sent yet; 0 when it can't tell.
    package var unsentBytes: Int { max(0, Int(csystem_unsent_bytes(descriptor))) }

    /// Closes the descriptor; by its owner, exactly once.
    package func close() {
        precondition(descriptor >= 0, "a socket is closed once")
        precondition(waiter == nil, "a socket is closed by the task that waits for it")
        loop.unregister(self)
        Glibc.close(descriptor)
        descriptor = -1
    }
}
