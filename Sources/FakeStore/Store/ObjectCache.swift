// The objects of late, in memory in front of the catalog: finding one costs a hash and a lock instead of
// a query in a transaction. It is never wrong, because a commit tells it what has changed before anybody
// is told of the commit, and what a reader adds is taken only while nothing was committed since its
// snapshot.

import Platform
import Synchronization

/// Current versions by bucket and key, bounded in bytes.
///
/// Each shard has two generations: what is new or found goes into the young one; when that has its half
/// of the bytes, the old one is dropped and the young one becomes the old. So what is asked for stays,
/// and nothing has to be counted or sorted.
final class ObjectCache: Sendable {
    /// Larger contents are not kept, only what the catalog knows of them.
    static let contentBytes = 4_096
    /// All entries together take so many bytes at most, as far as they can be told.
    static let boundBytes = 8 << 20

    /// What a transaction did to a current version.
    enum Change: Sendable {
        case written(StoredVersion)
        case removed(bucket: Int64, key: [UInt8])
        /// Anything may have changed.
        case everything
    }

    /// A bucket and a key, hashed once.
    private struct Place: Hashable {
        let bucket: Int64
        let key: [UInt8]
        let hash: UInt64

        func hash(into hasher: inout Hasher) { hasher.combine(hash) }
    }

    private struct Shard {
        var young: [Place: StoredVersion] = [:]
        var old: [Place: StoredVersion] = [:]
        var youngBytes = 0

        mutating func find(_ place: Place) -> StoredVersion? {
            if let version = young[place] { return version }
            guard let version = old[place] else { return nil }
            set(place, to: version)
            return version
        }

        mutating func set(_ place: Place, to version: StoredVersion) {
            let size = ObjectCache.size(of: version)
            if youngBytes + size > ObjectCache.boundBytes / (2 * ObjectCache.shardCount) {
                old = young
                young = [:]
                youngBytes = 0
            }
            // The size of what it replaces is counted until the generation ends.
            young[place] = version
            youngBytes += size
        }

        mutating func remove(_ place: Place) {
            young[place] = nil
            if !old.isEmpty { old[place] = nil }
        }
    }

    /// Several, so that loops seldom meet at one lock.
    private static let shardCount = 16
    private let shards = (0..<shardCount).map { _ in Locked(Shard()) }
    /// Nobody can choose keys that meet in one place.
    private let seed = UInt64.random(in: 0...UInt64.max)

    // MARK: Reading

    /// What is known of the current version of a key; nil when that is nothing, or there is no object.
    func find(bucket: Int64, key: [UInt8]) -> StoredVersion? {
        let place = place(bucket, key)
        return shard(of: place).withLock { $0.find(place) }
    }

    /// Adds what a reader found, unless something was committed after its snapshot.
    ///
    /// The counter is compared under the lock under which a commit, which raises it first, removes what
    /// it changed: so either the version is refused here or removed there.
    ///
    /// - Parameters:
    ///   - version: What was found.
    ///   - reader: Who found it, with the commit counter as it was before its snapshot.
    ///   - commits: The commit counter.
    func add(
        _ version: StoredVersion,
        foundBy reader: Reader,
        _ commits: borrowing Atomic<UInt64>
    ) {
        let place = place(version.record.bucket, version.record.key)
        shard(of: place).withLock { shard in
            guard commits.load(ordering: .acquiring) == reader.snapshot else { return }
            shard.set(place, to: version)
        }
    }

    // MARK: Changing

    /// Takes in what was committed; after the commit counter was raised, and before anybody who waits for
    /// the commit goes on.
    func apply(_ changes: [Change]) {
        for change in changes {
            switch change {
            case .written(let version):
                let place = place(version.record.bucket, version.record.key)
                shard(of: place).withLock { $0.set(place, to: version) }
            case .removed(let bucket, let key):
                let place = place(bucket, key)
                shard(of: place).withLock { $0.remove(place) }
            case .everything:
                removeAll()
            }
        }
    }

    /// Forgets everything.
    func removeAll() {
        for shard in shards { shard.withLock { $0 = Shard() } }
    }

    // MARK: Places

    private func shard(of place: Place) -> Locked<Shard> {
        shards[Int(place.hash >> 32) % ObjectCache.shardCount]
    }

    private func place(_ bucket: Int64, _ key: [UInt8]) -> Place {
        Place(bucket: bucket, key: key, hash: hash(bucket, key))
    }

    /// Eight bytes a step, each multiplied into 128 bits that are folded (as wyhash does).
    private func hash(_ bucket: Int64, _ key: [UInt8]) -> UInt64 {
        func folded(_ left: UInt64, _ right: UInt64) -> UInt64 {
            let product = left.multipliedFullWidth(by: right)
            return product.high ^ product.low
        }
        var hash = folded(seed ^ UInt64(bitPattern: bucket), 0x9E37_79B9_7F4A_7C15)
        key.withUnsafeBytes { bytes in
            var place = 0
            while place + 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                hash = folded(hash ^ word, 0xA076_1D64_78BD_642F)
                place += 8
            }
            var last = UInt64(bytes.count) << 56
            while place < bytes.count {
                last = last << 8 ^ UInt64(bytes[place])
                place += 1
            }
            hash = folded(hash ^ last, 0xE703_7ED1_A0B4_28DB)
        }
        return hash
    }

    private static func size(of version: StoredVersion) -> Int {
        // Two objects, four arrays (one of them what a dialect makes of it) and the dictionary's share.
        var size = 700 + version.record.key.count + version.record.attributes.list.bytes.count
        if let bytes = version.bytes { size += bytes.count }
        return size
    }
}
