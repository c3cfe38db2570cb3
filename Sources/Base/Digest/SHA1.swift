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
        // Room on the stack, and a loop for each stage: measured in less than half of the time that an
        // InlineArray of sixteen words and one loop took.
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 80) { schedule in
            guard let w = schedule.baseAddress else { return }
            for block in 0..<blockCount { compress(blocks + 64 * block, w) }
        }
    }

    /// Compresses one block (FIPS 180-4, 6.1.2); `w` has room for the 80 words of the message schedule.
    @inline(__always)
    private mutating func compress(_ block: UnsafeRawPointer, _ w: UnsafeMutablePointer<UInt32>) {
        for t in 0..<16 {
            w[t] = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: 4 * t, as: UInt32.self))
        }
        for t in 16..<80 { w[t] = rotateLeft(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1) }
        var (a, b, c, d, e) = (words[0], words[1], words[2], words[3], words[4])
        for t in 0..<20 {
            let next = rotateLeft(a, 5) &+ (d ^ (b & (c ^ d))) &+ e &+ 0x5a82_7999 &+ w[t]
            (e, d, c, b, a) = (d, c, rotateLeft(b, 30), a, next)
        }
        for t in 20..<40 {
            let next = rotateLeft(a, 5) &+ (b ^ c ^ d) &+ e &+ 0x6ed9_eba1 &+ w[t]
            (e, d, c, b, a) = (d, c, rotateLeft(b, 30), a, next)
        }
        for t in 40..<60 {
            let next = rotateLeft(a, 5) &+ ((b & c) | (d & (b | c))) &+ e &+ 0x8f1b_bcdc &+ w[t]
            (e, d, c, b, a) = (d, c, rotateLeft(b, 30), a, next)
        }
        for t in 60..<80 {
            let next = rotateLeft(a, 5) &+ (b ^ c ^ d) &+ e &+ 0xca62_c1d6 &+ w[t]
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
