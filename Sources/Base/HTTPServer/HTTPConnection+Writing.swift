// Answers to the socket: head and small body in one write, files by sendfile.

import EventLoop
import HTTP
import Platform

extension HTTPConnection {
    /// Bodies up to this size are copied behind the head; larger ones are written from where they are.
    private static let copiedBodyBytes = 16 << 10

    /// So much of a file goes by one call, so that the loop's other connections have their turns.
    private static let filePartBytes: Int64 = 1 << 20

    /// Writes an answer.
    ///
    /// - Parameters:
    ///   - response: The answer.
    ///   - head: The request's head; nil when it was refused.
    ///   - closes: Whether the connection ends after it.
    /// - Returns: false when the connection is broken.
    func send(_ response: Response, to head: RequestHead?, closes: Bool) async -> Bool {
        composeHead(response, to: head, closes: closes)
        let sendsBody = head?.method != .head && response.status != 204 && response.status != 304
        switch response.body {
        case .bytes(let bytes) where sendsBody && bytes.count > HTTPConnection.copiedBodyBytes:
            return await sendScratch(followedBy: bytes)
        case .bytes(let bytes) where sendsBody:
            home.scratch.append(contentsOf: bytes)
            return await sendScratch()
        case .file(let file, let offset, let count) where sendsBody && count > 0:
            return await sendScratch(followedBy: file, from: offset, count: count)
        default:
            return await sendScratch()
        }
    }

    /// Writes an answer's whole head and only the first bytes of its body.
    ///
    /// - Returns: false when the connection is broken.
    func sendStart(of response: Response, bodyBytes: Int64, to head: RequestHead) async -> Bool {
        composeHead(response, to: head, closes: false)
        switch response.body {
        case .bytes(let bytes):
            return await sendScratch(followedBy: Array(bytes.prefix(Int(clamping: bodyBytes))))
        case .file(let file, let offset, let count):
            return await sendScratch(followedBy: file, from: offset, count: min(count, bodyBytes))
        case .none: return await sendScratch()
        }
    }

    /// Puts the answer's head together in the loop's scratch array.
    private func composeHead(_ response: Response, to head: RequestHead?, closes: Bool) {
        home.scratch.removeAll(keepingCapacity: true)
        StatusLine.append(response.status, to: &home.scratch)
        home.scratch.append(contentsOf: response.fields.bytes)
        if let length = contentLength(response, isHead: head?.method == .head) {
            home.scratch.append(contentsOf: ("Content-Length: " as StaticString).buffer)
            home.scratch.appendDecimal(length)
            home.scratch.append(contentsOf: ("\r\n" as StaticString).buffer)
        }
        home.appendDate(to: &home.scratch)
        if closes {
            home.scratch.append(contentsOf: ("Connection: close\r\n\r\n" as StaticString).buffer)
        } else if head?.minorVersion == 0 {
            // RFC 9112, 9.3: HTTP/1.0 closes unless both sides say so.
            home.scratch.append(
                contentsOf: ("Connection: keep-alive\r\n\r\n" as StaticString).buffer
            )
        } else {
            home.scratch.append(contentsOf: ("\r\n" as StaticString).buffer)
        }
    }

    private func contentLength(_ response: Response, isHead: Bool) -> Int64? {
        // RFC 9110, 8.6: never in 1xx and 204; in 304 and to HEAD only if it is known.
        if response.status < 200 || response.status == 204 { return nil }
        if response.status == 304 || isHead { return response.body.count }
        return response.body.count ?? 0
    }

    /// Sends what is in the scratch array.
    ///
    /// Only a rest that the socket does not take is kept beyond this call, because other
    /// connections use the array meanwhile.
    private func sendScratch(moreFollows: Bool = false) async -> Bool {
        let transfer = home.scratch.withUnsafeBytes { socket.write($0, moreFollows: moreFollows) }
        switch transfer {
        case .bytes(let count) where count == home.scratch.count: return true
        case .bytes(let count): return await sendRest(Array(home.scratch[count...]), from: 0)
        case .wouldBlock: return await sendRest(home.scratch, from: 0)
        case .failed: return false
        }
    }

    private func sendScratch(followedBy bytes: [UInt8]) async -> Bool {
        let headCount = home.scratch.count
        let transfer = home.scratch.withUnsafeBytes { head in
            bytes.withUnsafeBytes { socket.write(head, $0) }
        }
        switch transfer {
        case .bytes(let count) where count >= headCount:
            return await sendRest(bytes, from: count - headCount)
        case .bytes(let count):
            guard await sendRest(Array(home.scratch[count...]), from: 0) else { return false }
            return await sendRest(bytes, from: 0)
        case .wouldBlock:
            guard await sendRest(home.scratch, from: 0) else { return false }
            return await sendRest(bytes, from: 0)
        case .failed: return false
        }
    }

    private func sendRest(_ bytes: [UInt8], from start: Int) async -> Bool {
        var start = start
        while start < bytes.count {
            let transfer = bytes.withUnsafeBytes {
                socket.write(UnsafeRawBufferPointer(rebasing: $0[start...]))
            }
            switch transfer {
            case .bytes(let count): start += count
            case .wouldBlock: break
            case .failed: return false
            }
            if start < bytes.count {
                guard await waitUntilWritable() else { return false }
            }
        }
        return true
    }

    private func sendScratch(
        followedBy file: OpenFile,
        from offset: Int64,
        count: Int64
    ) async -> Bool {
        // The kernel holds the head back until the file's first bytes follow.
        guard await sendScratch(moreFollows: true) else { return false }
        var (offset, remaining) = (offset, count)
        while remaining > 0 {
            guard let moved = sendPart(of: file, at: offset, limit: remaining) else {
                // The promised length can't be kept: the peer must see that the answer is not whole.
                socket.resetOnClose()
                return false
            }
            offset += Int64(moved)
            remaining -= Int64(moved)
            bytesThisTurn += moved
            if remaining > 0 {
                guard await waitUntilWritable() else { return false }
                await takeTurnsIfBusy()
            }
        }
        return true
    }

    /// Sends a part of a file by sendfile; nil when the file or the connection is broken.
    ///
    /// Against pread into a 256 KiB buffer and write, sendfile took about half of the server's CPU
    /// (µs a request, tmpfs, two busy cores with the client on them: 64 KiB 19 against 38, 256 KiB 40
    /// against 54, 1 MiB 105 against 240, 8 MiB 1,200 against 2,900) and moved as much or more; and a
    /// slow reader holds no buffer.
    private func sendPart(of file: OpenFile, at offset: Int64, limit: Int64) -> Int? {
        switch socket.sendFile(
            file,
            at: offset,
            count: Int(min(limit, HTTPConnection.filePartBytes))
        ) {
        // 0 is the end of a file that is shorter than promised.
        case .bytes(let sent): sent > 0 ? sent : nil
        case .wouldBlock: 0
        case .failed: nil
        }
    }

    /// Waits until the peer has taken something.
    private func waitUntilWritable() async -> Bool {
        let deadline = home.loop.deadline(milliseconds: limits.writeMilliseconds)
        while true {
            switch await socket.writable(until: deadline) {
            case .ready: return true
            case .interrupted: break
            case .timedOut:
                socket.resetOnClose()
                return false
            case .stopped: return false
            }
        }
    }

    /// Tells the client to send the body it announced.
    ///
    /// Also where that is empty and 100 could be left out (RFC 9110, 10.1.1): the aws command, which
    /// expects it for every upload, takes an answer without one for a refusal. That goes well once, but
    /// it then misreads the next answer on the connection and waits for a minute (aws-cli 1.46.3,
    /// `AWSConnection.request` resets `response_class` only for a request without the expectation).
    func sendContinue() async throws(BodyError) {
        body.owesContinue = false
        // RFC 9110, 10.1.1: may be left out when the body is coming already.
        if start < end { return }
        guard await sendRest(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8), from: 0) else {
            body.failure = .cut
            throw .cut
        }
    }
}
