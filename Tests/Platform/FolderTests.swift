@preconcurrency import Glibc
import Testing

@testable import Platform

struct FolderTests {
    @Test func createsWhatIsMissingAndRemovesAll() throws {
        let folder = try Folder.temporary(prefix: "platform-")
        try Folder.create("\(folder)/a/b/c")
        try Folder.create("\(folder)/a/b/c")
        let file = try OpenFile("\(folder)/a/b/file", .create)
        try Array("text".utf8).withUnsafeBytes { try file.write($0, at: 0) }
        #expect(try OpenFile.contents(of: "\(folder)/a/b/file") == Array("text".utf8))
        #expect(try Folder.names(in: "\(folder)/a/b") == ["c", "file"])
        symlink("/etc", "\(folder)/a/link")
        try Folder.remove(folder)
        #expect(!fileExists(folder))
        #expect(fileExists("/etc"))
        try Folder.remove(folder)
    }

    @Test func refusesAFileInTheWay() throws {
        let folder = try Folder.temporary(prefix: "platform-")
        defer { try? Folder.remove(folder) }
        _ = try OpenFile("\(folder)/file", .create)
        #expect(throws: SystemError(call: "mkdir", code: ENOTDIR, path: "\(folder)/file")) {
            try Folder.create("\(folder)/file/below")
        }
        #expect(throws: SystemError(call: "open", code: EEXIST, path: "\(folder)/file")) {
            try OpenFile("\(folder)/file", .create)
        }
    }

    @Test func isHeldByOneAtATime() throws {
        let folder = try Folder.temporary(prefix: "platform-")
        defer { try? Folder.remove(folder) }
        do {
            let first = try FolderLock(folder: folder)
            let held = #expect(throws: FolderLock.Held.self) { try FolderLock(folder: folder) }
            #expect(
                held?.description
                    == "`\(folder)` is in use by another process (process \(getpid()))"
            )
            withExtendedLifetime(first) {}
        }
        _ = try FolderLock(folder: folder)
    }

    @Test func boundsWhatItReads() throws {
        let folder = try Folder.temporary(prefix: "platform-")
        defer { try? Folder.remove(folder) }
        let file = try OpenFile("\(folder)/file", .create)
        try Array(repeating: UInt8(1), count: 1_000).withUnsafeBytes { try file.write($0, at: 0) }
        #expect(try OpenFile.contents(of: file.path, limitBytes: 1_000).count == 1_000)
        #expect(throws: SystemError(call: "read", code: EFBIG, path: file.path)) {
            try OpenFile.contents(of: file.path, limitBytes: 999)
        }
    }
}
