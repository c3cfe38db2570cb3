// SHA-1 (FIPS 180-4, 6.1). Nobody signs with it any more; it is here for `x-amz-checksum-sha1`.

/// SHA-1, bit by bit.
package struct SHA1: UnkeyedDigest {
    package typealias Value = DigestValue<Bytes20>

    private var state = SHA1State()
    private var buffer = BlockBuffer()

    package init() {}

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

/// The five words between two blocks.
private struct SHA1State: Sendable {
    private var words: InlineArray<5, UInt32> = [
        0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0,
    ]

    mutating func compress(_ blocks: UnsafeRawPointer, blockCount: Int) {
        for block in 0..<blockCount { compress(blocks + 64 * block) }
    }

    /// Compresses one block (FIPS 180-4, 6.1.2).
    private mutating func compress(_ block: UnsafeRawPointer) {
        // Invariant: w[t & 15] is the word t of the message schedule, for the last sixteen t.
        var w = InlineArray<16, UInt32>(repeating: 0)
        for t in 0..<16 {
            w[t] = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: 4 * t, as: UInt32.self))
        }
        var (a, b, c, d, e) = (words[0], words[1], words[2], words[3], words[4])
        for t in 0..<80 {
            if t >= 16 {
                let mixed =
                    w[(t &+ 13) & 15] ^ w[(t &+ 8) & 15] ^ w[(t &+ 2) & 15] ^ w[t & 15]
                w[t & 15] = rotateLeft(mixed, 1)
            }
            let (mix, constant): (UInt32, UInt32) =
                switch t {
                case ..<20: (d ^ (b & (c ^ d)), 0x5a82_7999)
                case ..<40: (b ^ c ^ d, 0x6ed9_eba1)
                case ..<60: ((b & c) | (d & (b | c)), 0x8f1b_bcdc)
                default: (b ^ c ^ d, 0xca62_c1d6)
                }
            let next = rotateLeft(a, 5) &+ mix &+ e &+ constant &+ w[t & 15]
            (e, d, c, b, a) = (d, c, rotateLeft(b, 30), a, next)
        }
        words[0] &+= a
        words[1] &+= b
        words[2] &+= c
        words[3] &+= d
        words[4] &+= e
    }

    /// The words as bytes, the most significant first.
    var value: SHA1.Value {
        SHA1.Value { buffer in
            for index in 0..<5 {
                buffer.storeBytes(
                    of: words[index].bigEndian,
                    toByteOffset: 4 * index,
                    as: UInt32.self
                )
            }
        }
    }
}

@inline(__always)
private func rotateLeft(_ value: UInt32, _ count: UInt32) -> UInt32 {
    value &<< count | value &>> (32 &- count)
}
