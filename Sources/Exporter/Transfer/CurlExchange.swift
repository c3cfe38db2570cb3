// One request's body going out and its answer coming in: what curl's callbacks work on.

import CCurl
@preconcurrency import Glibc
import Platform

/// The state behind curl's callbacks; used by one thread, the one inside `curl_easy_perform`.
final class CurlExchange {
    private let body: TransferRequest.Body
    private let limits: TransferLimits
    private let progress: (@Sendable (Int64) -> Void)?

    /// Bytes of the body that curl has taken; an upper bound of what the server can have seen.
    private(set) var handedOut: Int64 = 0
    /// Why our own side could not go on.
    private(set) var localError: String?
    private(set) var answerIsTooLarge = false

    private var status = 0
    private var headers: [(name: String, value: String)] = []
    private var headBytes = 0
    private var received: [UInt8] = []

    init(_ request: TransferRequest, limits: TransferLimits) {
        body = request.body
        self.limits = limits
        progress = request.progress
    }

    func answer() -> TransferAnswer {
        TransferAnswer(status: status, headers: headers, body: received)
    }

    // MARK: What curl calls

    static let sendBody: curl_read_callback = { buffer, size, count, context in
        guard let buffer, let exchange = CurlExchange.at(context) else {
            return Int(CURL_READFUNC_ABORT)
        }
        let room = UnsafeMutableRawBufferPointer(start: buffer, count: size * count)
        return exchange.fill(room) ?? Int(CURL_READFUNC_ABORT)
    }

    static let seekBody: curl_seek_callback = { context, offset, origin in
        guard origin == SEEK_SET, let exchange = CurlExchange.at(context) else {
            return CURL_SEEKFUNC_CANTSEEK
        }
        exchange.handedOut = Int64(offset)
        return CURL_SEEKFUNC_OK
    }

    static let receiveHead: curl_write_callback = { bytes, size, count, context in
        guard let bytes, let exchange = CurlExchange.at(context) else { return 0 }
        let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
        return exchange.takeHeadLine(line) ? size * count : 0
    }

    static let receiveBody: curl_write_callback = { bytes, size, count, context in
        guard let bytes, let exchange = CurlExchange.at(context) else { return 0 }
        let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
        return exchange.takeBody(piece) ? size * count : 0
    }

    private static func at(_ context: UnsafeMutableRawPointer?) -> CurlExchange? {
        context.map { Unmanaged<CurlExchange>.fromOpaque($0).takeUnretainedValue() }
    }

    // MARK: What they do

    /// Copies the next bytes of the body; 0 at its end, nil when it can't be read.
    private func fill(_ room: UnsafeMutableRawBufferPointer) -> Int? {
        let wanted = Int(min(Int64(room.count), body.count - handedOut))
        if wanted == 0 { return 0 }
        var taken = wanted
        switch body {
        case .none: return 0
        case .bytes(let bytes):
            let start = Int(handedOut)
            room.copyBytes(from: bytes[start..<start + wanted])
        case .file(let file, let offset, _):
            do {
                taken = try file.read(
                    into: UnsafeMutableRawBufferPointer(rebasing: room[..<wanted]),
                    at: offset + handedOut
                )
            } catch {
                localError = "\(error)"
                return nil
            }
            if taken == 0 {
                localError = "`\(file.path)` became shorter while it was sent"
                return nil
            }
        }
        handedOut += Int64(taken)
        progress?(handedOut)
        return taken
    }

    private func takeHeadLine(_ line: UnsafeRawBufferPointer) -> Bool {
        headBytes += line.count
        if headBytes > limits.answerHeadBytes {
            answerIsTooLarge = true
            return false
        }
        let text = String(decoding: line, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            // A status line starts a head: also that of an interim answer (100 Continue).
            status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            headers = []
        } else if let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) {
            let value = text[text.utf8.index(after: colon)...]
            headers.append((String(text[..<colon]), value.trimmingSpace()))
        }
        return true
    }

    private func takeBody(_ piece: UnsafeRawBufferPointer) -> Bool {
        if received.count + piece.count > limits.answerBodyBytes {
            answerIsTooLarge = true
            return false
        }
        received.append(contentsOf: piece)
        return true
    }
}

extension Substring {
    /// Without the spaces, tabs and line ends around it.
    fileprivate func trimmingSpace() -> String {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
        guard let first = utf8.firstIndex(where: { !isSpace($0) }),
            let last = utf8.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(self[first...last])
    }
}
