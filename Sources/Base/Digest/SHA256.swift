// SHA-256 (FIPS 180-4). The blocks are compressed by the CPU's own instructions where it has them, and by
// `SHA256Portable` where not.

import CSystem

/// SHA-256, bit by bit.
package struct SHA256: UnkeyedDigest {
    package typealias Value = DigestValue<Bytes32>

    /// The bytes a block has.
    static let blockBytes = BlockBuffer.blockBytes

    private var state: SHA256State
    private var buffer: BlockBuffer

    package init() {
        state = SHA256State()
        buffer = BlockBuffer()
    }

    /// Goes on from the state after some whole blocks.
    init(state: SHA256State, blocks: Int) {
        self.state = state
        buffer = BlockBuffer(totalBytes: UInt64(blocks * SHA256.blockBytes))
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        buffer.take(bytes) { state.compress($0, blockCount: $1) }
    }

    package func finalize() -> Value {
        var state = state
        var buffer = buffer
        buffer.pad(bigEndian: true) { state.compress($0, blockCount: $1) }
        return state.value
    }
}

/// The eight words between two blocks.
struct SHA256State: Sendable {
    private(set) var words: InlineArray<8, UInt32> = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab,
        0x5be0_cd19,
    ]

    /// Whether the CPU has instructions for it.
    static let hasInstructions = hash_has_sha256()

    /// Gives the eight words to a function.
    @inline(__always)
    mutating func withWords<Result>(_ use: (UnsafeMutablePointer<UInt32>?) -> Result) -> Result {
        withUnsafeMutableBytes(of: &words) { use($0.bindMemory(to: UInt32.self).baseAddress) }
    }

    /// Compresses whole blocks into the state.
    @inline(__always)
    mutating func compress(_ blocks: UnsafeRawPointer, blockCount: Int) {
        if SHA256State.hasInstructions {
            withWords { hash_sha256_blocks($0, blocks, blockCount) }
        } else {
            compressPortably(blocks, blockCount: blockCount)
        }
    }

    /// The words as bytes, the most significant first.
    var value: DigestValue<Bytes32> {
        DigestValue { buffer in
            for index in 0..<8 {
                buffer.storeBytes(
                    of: words[index].bigEndian,
                    toByteOffset: 4 * index,
                    as: UInt32.self
                )
            }
        }
    }

    /// Replaces a word; for the portable compression.
    mutating func add(_ value: UInt32, to index: Int) { words[index] &+= value }
}
