// What a content is known by: its MD5, and its SHA-256 where somebody signed that. Both take the same
// blocks, so they are compressed together, in the time of MD5 alone; and several contents at once cost
// a fraction of what they cost one after the other.

import CSystem

/// MD5 of a message, and SHA-256 of the same message if wanted, bit by bit.
package struct ContentDigest: Sendable {
    private var states: States
    private var buffer = BlockBuffer()

    /// What is between two blocks.
    private struct States: Sendable {
        var md5 = MD5State()
        var sha256 = SHA256State()
        let includesSHA256: Bool

        mutating func compress(_ blocks: UnsafeRawPointer, blockCount: Int) {
            guard includesSHA256 else { return md5.compress(blocks, blockCount: blockCount) }
            guard SHA256State.hasInstructions else {
                md5.compress(blocks, blockCount: blockCount)
                sha256.compress(blocks, blockCount: blockCount)
                return
            }
            md5.withWords { md5 in
                sha256.withWords { hash_md5_sha256_blocks(md5, $0, blocks, blockCount) }
            }
        }
    }

    /// The digests of no bytes yet.
    package init(includesSHA256: Bool) { states = States(includesSHA256: includesSHA256) }

    /// Takes the next bytes.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        buffer.take(bytes) { states.compress($0, blockCount: $1) }
    }

    /// The MD5 of the bytes so far.
    package var md5: MD5.Value {
        var state = states.md5
        var buffer = buffer
        buffer.pad(bigEndian: false) { state.compress($0, blockCount: $1) }
        return state.value
    }

    /// The SHA-256 of the bytes so far; nil when it is not wanted.
    package var sha256: SHA256.Value? {
        guard states.includesSHA256 else { return nil }
        var state = states.sha256
        var buffer = buffer
        buffer.pad(bigEndian: true) { state.compress($0, blockCount: $1) }
        return state.value
    }
}

// MARK: - Several at once

extension ContentDigest {
    /// Some bytes for one of several digests.
    package struct Work {
        fileprivate let digest: UnsafeMutablePointer<ContentDigest>
        fileprivate var bytes: UnsafeRawBufferPointer

        /// Bytes that a digest is to take next; both must stay where they are until that is done.
        package init(_ digest: UnsafeMutablePointer<ContentDigest>, _ bytes: UnsafeRawBufferPointer)
        {
            self.digest = digest
            self.bytes = bytes
        }

        fileprivate var blockCount: Int { bytes.count / BlockBuffer.blockBytes }

        fileprivate var lane: hash_lane {
            hash_lane(
                bytes: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
                md5: digest.pointer(to: \.states.md5).map(words),
                sha256: digest.pointer(to: \.states.sha256).map(words)
            )
        }

        private func words(_ state: UnsafeMutablePointer<some Any>) -> UnsafeMutablePointer<UInt32>
        {
            UnsafeMutableRawPointer(state).assumingMemoryBound(to: UInt32.self)
        }
    }

    /// Has digests take their bytes, as many of them at a time as the CPU can.
    ///
    /// - Parameter works: What is to be done; each digest at most once.
    package static func update(_ works: [Work]) {
        guard works.count > 1, hasLanes else {
            for work in works { work.digest.pointee.update(work.bytes) }
            return
        }
        var signed: [Work] = []
        var plain: [Work] = []
        for var work in works {
            work.bytes = work.digest.pointee.completeBlock(work.bytes)
            if work.digest.pointee.states.includesSHA256 {
                signed.append(work)
            } else {
                plain.append(work)
            }
        }
        run(signed, includesSHA256: true)
        run(plain, includesSHA256: false)
    }

    private static let hasLanes = hash_has_lanes()

    /// Takes what a begun block lacks, and returns the other bytes.
    private mutating func completeBlock(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        buffer.complete(bytes) { states.compress($0, blockCount: $1) }
    }

    /// Runs works that begin with a block; the rests of less than a block are taken at the end.
    private static func run(_ works: [Work], includesSHA256: Bool) {
        // The longest last, so that those of one length share their time.
        var waiting = works.sorted { $0.blockCount < $1.blockCount }
        var active: [Work] = []
        while true {
            while active.count < Int(HASH_LANES), let next = waiting.popLast() {
                active.append(next)
            }
            let blockCount = active.lazy.map(\.blockCount).min() ?? 0
            if active.count < 2 { break }
            if blockCount > 0 {
                runLanes(&active, blockCount: blockCount, includesSHA256: includesSHA256)
            }
            active.removeAll { work in
                guard work.blockCount == 0 else { return false }
                work.digest.pointee.update(work.bytes)
                return true
            }
        }
        for work in active { work.digest.pointee.update(work.bytes) }
    }

    /// Compresses so many blocks of each of the works.
    private static func runLanes(_ works: inout [Work], blockCount: Int, includesSHA256: Bool) {
        withUnsafeTemporaryAllocation(of: hash_lane.self, capacity: works.count) { lanes in
            for (index, work) in works.enumerated() {
                lanes.initializeElement(at: index, to: work.lane)
            }
            hash_lanes(lanes.baseAddress, works.count, includesSHA256 ? works.count : 0, blockCount)
        }
        for index in works.indices {
            let done = blockCount * BlockBuffer.blockBytes
            works[index].digest.pointee.buffer.skip(done)
            works[index].bytes = UnsafeRawBufferPointer(rebasing: works[index].bytes[done...])
        }
    }
}
