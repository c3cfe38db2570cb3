@preconcurrency import Glibc
import Platform
import Testing
import Transfer

@testable import Destinations

/// A folder as a destination.
@Suite struct FolderDestinationTests {
    let folder: String

    init() throws { folder = try Folder.temporary(prefix: "folder-destination-") }

    func cleanUp() { try? Folder.remove(folder) }

    func upload(_ text: String) -> Upload {
        Upload(body: .bytes(Array(text.utf8)), sha256: "s-\(text)", contentType: "text/csv")
    }

    @Test func createsOnceAndNeverWritesOver() throws {
        defer { cleanUp() }
        let destination = FolderDestination(path: folder)
        #expect(destination.create(upload("one"), key: "a/b.csv").outcome == .stored(tag: "s-one"))
        #expect(destination.create(upload("two"), key: "a/b.csv").outcome == .occupied)
        #expect(try OpenFile.contents(of: "\(folder)/a/b.csv") == Array("one".utf8))
        #expect(try Folder.names(in: "\(folder)/a") == ["b.csv"])
        #expect(
            destination.look(key: "a/b.csv")
                == .found(
                    tag: "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed",
                    sha256: "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
                )
        )
        #expect(destination.look(key: "a/c.csv") == .absent)
    }

    @Test func copiesFilesLargerThanItsBuffer() throws {
        defer { cleanUp() }
        let content = (0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let source = try OpenFile("\(folder)/source", .update)
        try content.withUnsafeBytes { try source.write($0, at: 0) }
        let upload = Upload(
            body: .file(source, offset: 0, count: 2_500_000),
            sha256: "s",
            contentType: "text/csv"
        )
        #expect(
            FolderDestination(path: folder).create(upload, key: "copy").outcome == .stored(tag: "s")
        )
        #expect(try OpenFile.contents(of: "\(folder)/copy") == content)
    }

    @Test func removesWhatAKilledProcessLeft() throws {
        defer { cleanUp() }
        // A process number that is surely gone: a child that was waited for.
        var child = pid_t()
        let arguments: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
        defer { free(arguments[0]) }
        try #require(posix_spawnp(&child, "true", nil, nil, arguments, environ) == 0)
        waitpid(child, nil, 0)
        _ = try OpenFile("\(folder)/.a.csv.exporter-\(child).part", .create)
        _ = try OpenFile("\(folder)/.b.csv.exporter-\(child).part", .create)
        #expect(
            FolderDestination(path: folder).create(upload("x"), key: "a.csv").outcome
                == .stored(tag: "s-x")
        )
        #expect(try Folder.names(in: folder) == [".b.csv.exporter-\(child).part", "a.csv"])
    }

    @Test func saysWhatItMayNotDo() throws {
        defer { cleanUp() }
        _ = try OpenFile("\(folder)/file", .create)
        let report = FolderDestination(path: "\(folder)/file").create(upload("x"), key: "a.csv")
        guard case .refused(let refusal) = report.outcome else {
            Issue.record("\(report.outcome)")
            return
        }
        #expect(refusal.question == .bucket)
        #expect(refusal.code == "NoSuchFolder")
    }

    @Test func overwritesWhereItIsTold() {
        defer { cleanUp() }
        let destination = FolderDestination(path: folder)
        _ = destination.create(upload("one"), key: "a/b.csv")
        #expect(
            destination.overwrite(upload("two"), key: "a/b.csv").outcome == .stored(tag: "s-two")
        )
        #expect((try? OpenFile.contents(of: "\(folder)/a/b.csv")) == Array("two".utf8))
        #expect((try? Folder.names(in: "\(folder)/a")) == ["b.csv"])
    }

    @Test func cannotReplace() {
        defer { cleanUp() }
        let destination = FolderDestination(path: folder)
        #expect(!destination.canReplace)
        guard case .refused = destination.replace(upload("x"), key: "a", current: "t").outcome
        else {
            Issue.record("a folder has no atomic replace")
            return
        }
    }
}
