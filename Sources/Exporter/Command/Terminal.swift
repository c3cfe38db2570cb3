// Standard output and standard error. Answers go to the one, everything else to the other.

@preconcurrency import Glibc
import Platform

/// The program's two outputs.
enum Terminal {
    /// Prints a text and a line end on standard output, unless the text is empty.
    static func print(_ text: String) {
        if !text.isEmpty { write(Array((text + "\n").utf8), to: 1) }
    }

    /// Prints a line on standard error.
    static func complain(_ text: String) { write(Array((text + "\n").utf8), to: 2) }

    /// Writes all of some bytes.
    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            done += try retrying("write") { Glibc.write(descriptor, rest.baseAddress, rest.count) }
        }
    }

    /// What can't be printed can't be complained about either: a closed pipe ends the text, not the work.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        bytes.withUnsafeBytes { try? write($0, to: descriptor) }
    }
}

/// How much of the files under way was uploaded, on standard error, where that is a terminal.
final class UploadProgress: Sendable {
    private struct Progress {
        /// By the file's URL.
        var files: [String: (sent: Int64, all: Int64)] = [:]
        var lastShown: UInt64 = 0
    }

    private let isShown: Bool
    private let progress = Locked(Progress())

    init(isShown: Bool) { self.isShown = isShown && isatty(2) == 1 }

    /// Takes note of a file's progress, and shows that of all files a few times a second.
    func show(_ url: String, sent: Int64, of all: Int64) {
        guard isShown else { return }
        let now = monotonicNanoseconds()
        let text: String? = progress.withLock { progress in
            progress.files[url] = (sent, all)
            if now - progress.lastShown < 200_000_000 { return nil }
            progress.lastShown = now
            let sent = progress.files.values.reduce(0) { $0 + $1.sent }
            let all = progress.files.values.reduce(0) { $0 + $1.all }
            let count = progress.files.count
            return "uploading \(count) \(count == 1 ? "file" : "files"): \(grouped(sent)) of"
                + " \(grouped(all)) bytes"
        }
        guard let text else { return }
        Array("\r\u{1B}[K\(text)".utf8).withUnsafeBytes { try? Terminal.write($0, to: 2) }
    }

    /// Takes the line away again.
    func clear() {
        guard isShown, progress.withLock({ $0.lastShown != 0 }) else { return }
        Array("\r\u{1B}[K".utf8).withUnsafeBytes { try? Terminal.write($0, to: 2) }
    }
}
