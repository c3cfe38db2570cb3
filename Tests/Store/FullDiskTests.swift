@preconcurrency import Glibc
import Platform
import Testing

@testable import Store

/// A file system of a few megabytes in memory; only root may make one.
private final class SmallDisk {
    let path: String

    init(bytes: Int) throws {
        path = try Folder.temporary(prefix: "store-disk-")
        try retrying("mount", path: path) { mount("tmpfs", path, "tmpfs", 0, "size=\(bytes)") }
    }

    deinit {
        umount2(path, Int32(MNT_DETACH))
        try? Folder.remove(path)
    }

    static let isPossible: Bool = (try? SmallDisk(bytes: 65_536)) != nil
}

@Suite(.enabled(if: SmallDisk.isPossible, "a small file system can only be mounted by root"))
struct FullDiskTests {
    @Test(arguments: Durability.allCases, [8_000, 60_000])
    func refusesWhatDoesNotFitAndTearsNothing(_ durability: Durability, _ size: Int) async throws {
        let disk = try SmallDisk(bytes: 8 << 20)
        // Something in the way that goes later.
        let ballast = "\(disk.path)/ballast"
        try [UInt8](repeating: 1, count: 3 << 20).withUnsafeBytes {
            try OpenFile(ballast, .create).write($0, at: 0)
        }

        let open = try OpenStore(folder: "\(disk.path)/data", durability: durability)
        let bucket = try await open.bucket()
        // Eight tasks write until each was refused ten times.
        let written = try await open.atOnce(8) { store, task in
            var written: [String] = []
            var refusals = 0
            for index in 0... {
                let key = "\(task)-\(index)"
                do {
                    try await store.put(bucket, key, pattern(size, seed: UInt8(index & 0xFF)))
                    written.append(key)
                } catch StoreError.noSpace {
                    refusals += 1
                    if refusals == 10 { break }
                }
            }
            return written
        }.flatMap { $0 }
        #expect(written.count > 10)

        func check(_ open: OpenStore, _ keys: [String]) async throws {
            try await open.onLoop { store in
                let page = try store.list(bucket: bucket, ListQuery(limit: 10_000))
                #expect(page.entries.map(\.short) == keys.sorted())
                for key in keys {
                    let seed = UInt8((Int(key.split(separator: "-")[1]) ?? 0) & 0xFF)
                    #expect(try store.bytes(bucket, key) == pattern(size, seed: seed), "\(key)")
                }
            }
            #expect(try open.contentFiles().count == (size > 16_384 ? keys.count : 0))
        }
        try await check(open, written)

        // With room again, the same store goes on; and so does the next one.
        unlink(ballast)
        try await open.onLoop { try await $0.put(bucket, "9-1", pattern(size, seed: 1)) }
        try await check(open, written + ["9-1"])
        open.close()
        try await check(try OpenStore(folder: "\(disk.path)/data"), written + ["9-1"])
    }
}
