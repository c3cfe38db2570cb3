// Folders: made, synchronized, locked, listed and removed.

@preconcurrency import Glibc

/// The few things the programs do with folders.
package enum Folder {
    /// Makes the folder and what is missing above it.
    package static func create(_ path: String, permissions: mode_t = 0o755) throws(SystemError) {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try create(String(path[..<slash]), permissions: permissions)
        }
        if mkdir(path, permissions) != 0, errno != EEXIST {
            throw SystemError(call: "mkdir", path: path)
        }
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw SystemError(call: "mkdir", code: ENOTDIR, path: path)
        }
    }

    /// A new empty folder under `$TMPDIR` or `/tmp`, readable by this user alone.
    package static func temporary(prefix: String) throws(SystemError) -> String {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/\(prefix)XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError(call: "mkdtemp", path: parent) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Waits until the folder's entries (creations, renames, removals) are on the disk.
    package static func synchronize(_ path: String) throws(SystemError) {
        let descriptor = try retrying("open", path: path) {
            open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        }
        defer { close(descriptor) }
        try retrying("fsync", path: path) { fsync(descriptor) }
    }

    /// The names in a folder, without `.` and `..`, sorted.
    package static func names(in path: String) throws(SystemError) -> [String] {
        guard let folder = opendir(path) else { throw SystemError(call: "opendir", path: path) }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Removes a folder and everything in it; follows no symbolic links.
    ///
    /// What is gone already is fine.
    package static func remove(_ path: String) throws(SystemError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT { return }
            throw SystemError(call: "lstat", path: path)
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            for name in try names(in: path) { try remove("\(path)/\(name)") }
            if rmdir(path) != 0, errno != ENOENT { throw SystemError(call: "rmdir", path: path) }
        } else if unlink(path) != 0, errno != ENOENT {
            throw SystemError(call: "unlink", path: path)
        }
    }
}

/// Whether something is at `path`.
package func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// A folder held by one process: the lock goes with the process, however it ends.
package final class FolderLock: Sendable {
    /// Somebody else holds the folder.
    package struct Held: Error, CustomStringConvertible {
        package let folder: String
        /// The process that holds it, where it could be read.
        package let holder: Int?

        package var description: String {
            let who = holder.map { " (process \($0))" } ?? ""
            return "`\(folder)` is in use by another process\(who)"
        }
    }

    private let file: OpenFile

    /// Takes the lock file `lock` in `folder` without waiting.
    ///
    /// - Throws: `Held` when another process has it, a `SystemError` when the file can't be made.
    package init(folder: String) throws {
        file = try OpenFile("\(folder)/lock", .update)
        if flock(file.descriptor, LOCK_EX | LOCK_NB) != 0 {
            let code = errno
            guard code == EWOULDBLOCK else {
                throw SystemError(call: "flock", code: code, path: file.path)
            }
            let text = try? OpenFile.contents(of: file.path, limitBytes: 64)
            throw Held(
                folder: folder,
                holder: text.flatMap { $0.prefix { $0 != 0x0A }.decimalValue }
            )
        }
        ftruncate(file.descriptor, 0)
        let process = Array("\(getpid())\n".utf8)
        try process.withUnsafeBytes { try file.write($0, at: 0) }
    }

    // Said out loud, because a child process that is just being spawned still shares the descriptor
    // and would keep the lock for a moment.
    deinit { flock(file.descriptor, LOCK_UN) }
}
