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

/// How much was uploaded, on standard error, where that is a terminal.
final class UploadProgress: Sendable {
    private let isShown: Bool
    private let lastShown = Locked(UInt64(0))

    init(isShown: Bool) { self.isShown = isShown && isatty(2) == 1 }

    /// Shows the bytes of the upload that is under way, a few times a second.
    func show(_ bytes: Int64) {
        guard isShown else { return }
        let now = monotonicNanoseconds()
        let isDue = lastShown.withLock { last in
            if now - last < 200_000_000 { return false }
            last = now
            return true
        }
        guard isDue else { return }
        let text = Array("\r\u{1B}[Kuploading: \(grouped(bytes)) bytes".utf8)
        text.withUnsafeBytes { try? Terminal.write($0, to: 2) }
    }

    /// Takes the line away again.
    func clear() {
        guard isShown, lastShown.withLock({ $0 != 0 }) else { return }
        Array("\r\u{1B}[K".utf8).withUnsafeBytes { try? Terminal.write($0, to: 2) }
    }
}
