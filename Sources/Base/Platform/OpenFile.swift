// An open file: positioned reads and writes, and the descriptor closed exactly once.

import CSystem
@preconcurrency import Glibc

/// An open file descriptor with one owner; closed when the last reference goes.
///
/// Positioned calls only, so threads may share one.
package final class OpenFile: Sendable {
    /// What a file is opened for.
    package enum Mode: Sendable {
        case read
        /// Writing; created when missing, kept when there.
        case write
        /// Writing a file that must not exist yet (O_EXCL).
        case create
        /// Writing, created or emptied.
        case replace
        /// Reading and writing; created when missing.
        case update

        fileprivate var flags: Int32 {
            switch self {
            case .read: O_RDONLY
            case .write: O_WRONLY | O_CREAT
            case .create: O_WRONLY | O_CREAT | O_EXCL
            case .replace: O_WRONLY | O_CREAT | O_TRUNC
            case .update: O_RDWR | O_CREAT
            }
        }
    }

    /// The raw descriptor, for calls that need one; never closed by the caller.
    package let descriptor: Int32
    package let path: String

    package init(_ path: String, _ mode: Mode, permissions: mode_t = 0o644) throws(SystemError) {
        self.path = path
        descriptor = try retrying("open", path: path) {
            open(path, mode.flags | O_CLOEXEC, permissions)
        }
    }

    deinit { close(descriptor) }

    /// The file's size in bytes.
    package func size() throws(SystemError) -> Int64 {
        var status = stat()
        try retrying("fstat", path: path) { fstat(descriptor, &status) }
        return Int64(status.st_size)
    }

    /// Reads up to `buffer.count` bytes at `offset`; 0 at the end of the file.
    package func read(
        into buffer: UnsafeMutableRawBufferPointer,
        at offset: Int64
    ) throws(SystemError) -> Int {
        try retrying("pread", path: path) {
            pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
        }
    }

    /// Writes all of `bytes` at `offset`.
    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            done += try retrying("pwrite", path: path) {
                pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            }
        }
    }

    /// Writes the first `count` bytes of another file at `offset`.
    ///
    /// The kernel copies them, or shares them where the file system can (copy_file_range); where it
    /// can do neither, they are read and written.
    ///
    /// - Throws: a `SystemError` with EIO when the source is shorter.
    package func copy(
        _ source: OpenFile,
        count: Int64,
        to offset: Int64
    ) throws(SystemError) {
        var (from, to) = (Int64(0), offset)
        do throws(SystemError) {
            while from < count {
                let copied = try retrying("copy_file_range", path: path) {
                    csystem_copy_file_range(
                        source.descriptor,
                        &from,
                        descriptor,
                        &to,
                        Int(count - from)
                    )
                }
                if copied == 0 { throw SystemError(call: "copy_file_range", code: EIO, path: path) }
            }
        } catch {
            guard [ENOSYS, EOPNOTSUPP, EXDEV, EINVAL].contains(error.code) else { throw error }
            try readAndWrite(source, from: from, count: count - from, to: to)
        }
    }

    private func readAndWrite(
        _ source: OpenFile,
        from: Int64,
        count: Int64,
        to offset: Int64
    ) throws(SystemError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 262_144, alignment: 16)
        defer { buffer.deallocate() }
        var done: Int64 = 0
        while done < count {
            let wanted = Int(min(Int64(buffer.count), count - done))
            let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
            let got = try source.read(into: piece, at: from + done)
            if got == 0 { throw SystemError(call: "pread", code: EIO, path: source.path) }
            try write(UnsafeRawBufferPointer(rebasing: piece[..<got]), at: offset + done)
            done += Int64(got)
        }
    }

    /// Waits until content and size are on the disk.
    package func synchronize() throws(SystemError) {
        try retrying("fsync", path: path) { fsync(descriptor) }
    }

    /// The whole content; for files known to be small.
    ///
    /// - Throws: a `SystemError` with EFBIG when the file is larger than `limitBytes`.
    package static func contents(
        of path: String,
        limitBytes: Int = 64 << 20
    ) throws(SystemError) -> [UInt8] {
        let file = try OpenFile(path, .read)
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let offset = Int64(content.count)
            // Through a Result, because the array's call does not hand on the kind of error.
            let count = try chunk.withUnsafeMutableBytes { buffer in
                Result { () throws(SystemError) in try file.read(into: buffer, at: offset) }
            }.get()
            if count == 0 { return content }
            content.append(contentsOf: chunk[..<count])
            if content.count > limitBytes {
                throw SystemError(call: "read", code: EFBIG, path: path)
            }
        }
    }
}
