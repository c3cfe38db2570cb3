// A folder of this machine. A file appears under its name whole or not at all: it is written beside its
// place, synchronized, and then linked there; link(2) refuses a name that is taken, atomically, so it is
// the folder's `If-None-Match: *`.
//
// There is no atomic "replace if it is still this version" for files, so a folder is create-only, unless
// the set-up says that files of ours are simply overwritten (rename(2)).

@preconcurrency import Glibc
import Platform
import Transfer

/// A folder as a destination.
package struct FolderDestination: Destination {
    package let path: String

    package init(path: String) { self.path = path }

    package var canReplace: Bool { false }

    package func create(_ upload: Upload, key: String) -> WriteReport {
        write(upload, key: key) { part, target in
            if link(part, target) != 0 { throw SystemError(call: "link", path: target) }
        }
    }

    package func overwrite(_ upload: Upload, key: String) -> WriteReport {
        write(upload, key: key) { part, target in
            if rename(part, target) != 0 { throw SystemError(call: "rename", path: target) }
        }
    }

    /// What a killed process leaves in a folder is swept by the next write.
    package func abandon(upload id: String, key: String) -> AbandonReport {
        AbandonReport(.gone, attempts: 0)
    }

    /// Writes the file beside its place; `place` gives it its name.
    private func write(
        _ upload: Upload,
        key: String,
        place: (_ part: String, _ target: String) throws -> Void
    ) -> WriteReport {
        let target = "\(path)/\(key)"
        do {
            try write(upload, to: target, place: place)
            return WriteReport(.stored(tag: upload.sha256))
        } catch let error as SystemError {
            return WriteReport(FolderDestination.outcome(of: error))
        } catch {
            return WriteReport(.unavailable("\(error)"))
        }
    }

    package func replace(_ upload: Upload, key: String, current: String) -> WriteReport {
        WriteReport(
            .refused(
                Refusal(
                    .request,
                    code: "NotSupported",
                    message: "a folder has no atomic way to replace a file only if it is still ours"
                )
            )
        )
    }

    /// A file can be read here, so the tag of what is there is the digest of its content.
    package func look(key: String) -> LookOutcome {
        let target = "\(path)/\(key)"
        guard fileExists(target) else { return .absent }
        do {
            let sha256 = try FileDigest.sha256(of: target)
            return .found(tag: sha256, sha256: sha256)
        } catch {
            return .hidden("\(error)")
        }
    }

    private func write(
        _ upload: Upload,
        to target: String,
        place: (_ part: String, _ target: String) throws -> Void
    ) throws {
        let slash = target.utf8.lastIndex(of: UInt8(ascii: "/")) ?? target.startIndex
        let folder = String(target[..<slash])
        let name = String(target[target.utf8.index(after: slash)...])
        try Folder.create(folder)
        FolderDestination.sweep(folder, partsOf: name)
        let part = "\(folder)/\(FolderDestination.partPrefix(of: name))\(getpid()).part"
        defer { unlink(part) }
        // A leftover under this process's own number can only be that of a process long gone.
        let file = try OpenFile(part, .replace)
        try copy(upload.body, to: file)
        try file.synchronize()
        try place(part, target)
        try Folder.synchronize(folder)
    }

    private static func partPrefix(of name: String) -> String { ".\(name).exporter-" }

    /// Removes what killed processes left of earlier attempts at this file.
    private static func sweep(_ folder: String, partsOf name: String) {
        let prefix = partPrefix(of: name)
        for entry in (try? Folder.names(in: folder)) ?? [] where entry.hasPrefix(prefix) {
            let process = entry.utf8.dropFirst(prefix.utf8.count).prefix { $0 != UInt8(ascii: ".") }
            guard let number = process.decimalValue, let id = pid_t(exactly: number) else {
                continue
            }
            if kill(id, 0) == -1, errno == ESRCH { unlink("\(folder)/\(entry)") }
        }
    }

    private func copy(_ body: TransferRequest.Body, to file: OpenFile) throws {
        switch body {
        case .none: break
        case .bytes(let bytes): try bytes.withUnsafeBytes { try file.write($0, at: 0) }
        case .file(let source, let offset, let count):
            var chunk = [UInt8](repeating: 0, count: 1 << 20)
            var done: Int64 = 0
            while done < count {
                let wanted = Int(min(Int64(chunk.count), count - done))
                try chunk.withUnsafeMutableBytes { room in
                    let piece = UnsafeMutableRawBufferPointer(rebasing: room[..<wanted])
                    let taken = try source.read(into: piece, at: offset + done)
                    if taken == 0 { throw SystemError(call: "read", code: EIO, path: source.path) }
                    try file.write(UnsafeRawBufferPointer(rebasing: piece[..<taken]), at: done)
                    done += Int64(taken)
                }
            }
        }
    }

    private static func outcome(of error: SystemError) -> WriteOutcome {
        switch error.code {
        case EEXIST: .occupied
        case EACCES, EPERM, EROFS:
            .refused(Refusal(.permission, code: "AccessDenied", message: error.description))
        case ENOSPC, EDQUOT, EFBIG:
            .refused(Refusal(.space, code: "NoSpace", message: error.description))
        case ENOENT, ENOTDIR:
            .refused(Refusal(.bucket, code: "NoSuchFolder", message: error.description))
        default: .unavailable(error.description)
        }
    }
}
