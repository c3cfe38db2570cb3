// MD5 (RFC 1321): an object's ETag and `Content-MD5`. Not for anything that must resist an attacker.
//
// The sixty-four steps are written out: the compiler then keeps the state in registers, and a step costs
// little more than its chain of dependent additions, which is what limits MD5.

/// MD5, bit by bit.
package struct MD5: UnkeyedDigest {
    package typealias Value = DigestValue<16>

    private var state = MD5State()
    private var buffer = BlockBuffer()

    package init() {}

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        buffer.take(bytes) { state.compress($0, blockCount: $1) }
    }

    package func finalize() -> Value {
        var state = state
        var buffer = buffer
        buffer.pad(bigEndian: false) { state.compress($0, blockCount: $1) }
        return state.value
    }
}

/// The four words between two blocks.
private struct MD5State: Sendable {
    private var a: UInt32 = 0x6745_2301
    private var b: UInt32 = 0xefcd_ab89
    private var c: UInt32 = 0x98ba_dcfe
    private var d: UInt32 = 0x1032_5476

    /// The words as bytes, the least significant first.
    var value: DigestValue<16> {
        var bytes = InlineArray<16, UInt8>(repeating: 0)
        withUnsafeMutableBytes(of: &bytes) { buffer in
            buffer.storeBytes(of: a.littleEndian, toByteOffset: 0, as: UInt32.self)
            buffer.storeBytes(of: b.littleEndian, toByteOffset: 4, as: UInt32.self)
            buffer.storeBytes(of: c.littleEndian, toByteOffset: 8, as: UInt32.self)
            buffer.storeBytes(of: d.littleEndian, toByteOffset: 12, as: UInt32.self)
        }
        return DigestValue(bytes)
    }

    mutating func compress(_ blocks: UnsafeRawPointer, blockCount: Int) {
        var (a, b, c, d) = (self.a, self.b, self.c, self.d)
        var block = blocks
        for _ in 0..<blockCount {
            let (oldA, oldB, oldC, oldD) = (a, b, c, d)
            // Round 1.
            f(&a, b, c, d, word(block, 0), 7, 0xd76a_a478)
            f(&d, a, b, c, word(block, 1), 12, 0xe8c7_b756)
            f(&c, d, a, b, word(block, 2), 17, 0x2420_70db)
            f(&b, c, d, a, word(block, 3), 22, 0xc1bd_ceee)
            f(&a, b, c, d, word(block, 4), 7, 0xf57c_0faf)
            f(&d, a, b, c, word(block, 5), 12, 0x4787_c62a)
            f(&c, d, a, b, word(block, 6), 17, 0xa830_4613)
            f(&b, c, d, a, word(block, 7), 22, 0xfd46_9501)
            f(&a, b, c, d, word(block, 8), 7, 0x6980_98d8)
            f(&d, a, b, c, word(block, 9), 12, 0x8b44_f7af)
            f(&c, d, a, b, word(block, 10), 17, 0xffff_5bb1)
            f(&b, c, d, a, word(block, 11), 22, 0x895c_d7be)
            f(&a, b, c, d, word(block, 12), 7, 0x6b90_1122)
            f(&d, a, b, c, word(block, 13), 12, 0xfd98_7193)
            f(&c, d, a, b, word(block, 14), 17, 0xa679_438e)
            f(&b, c, d, a, word(block, 15), 22, 0x49b4_0821)
            // Round 2.
            g(&a, b, c, d, word(block, 1), 5, 0xf61e_2562)
            g(&d, a, b, c, word(block, 6), 9, 0xc040_b340)
            g(&c, d, a, b, word(block, 11), 14, 0x265e_5a51)
            g(&b, c, d, a, word(block, 0), 20, 0xe9b6_c7aa)
            g(&a, b, c, d, word(block, 5), 5, 0xd62f_105d)
            g(&d, a, b, c, word(block, 10), 9, 0x0244_1453)
            g(&c, d, a, b, word(block, 15), 14, 0xd8a1_e681)
            g(&b, c, d, a, word(block, 4), 20, 0xe7d3_fbc8)
            g(&a, b, c, d, word(block, 9), 5, 0x21e1_cde6)
            g(&d, a, b, c, word(block, 14), 9, 0xc337_07d6)
            g(&c, d, a, b, word(block, 3), 14, 0xf4d5_0d87)
            g(&b, c, d, a, word(block, 8), 20, 0x455a_14ed)
            g(&a, b, c, d, word(block, 13), 5, 0xa9e3_e905)
            g(&d, a, b, c, word(block, 2), 9, 0xfcef_a3f8)
            g(&c, d, a, b, word(block, 7), 14, 0x676f_02d9)
            g(&b, c, d, a, word(block, 12), 20, 0x8d2a_4c8a)
            // Round 3.
            h(&a, b, c, d, word(block, 5), 4, 0xfffa_3942)
            h(&d, a, b, c, word(block, 8), 11, 0x8771_f681)
            h(&c, d, a, b, word(block, 11), 16, 0x6d9d_6122)
            h(&b, c, d, a, word(block, 14), 23, 0xfde5_380c)
            h(&a, b, c, d, word(block, 1), 4, 0xa4be_ea44)
            h(&d, a, b, c, word(block, 4), 11, 0x4bde_cfa9)
            h(&c, d, a, b, word(block, 7), 16, 0xf6bb_4b60)
            h(&b, c, d, a, word(block, 10), 23, 0xbebf_bc70)
            h(&a, b, c, d, word(block, 13), 4, 0x289b_7ec6)
            h(&d, a, b, c, word(block, 0), 11, 0xeaa1_27fa)
            h(&c, d, a, b, word(block, 3), 16, 0xd4ef_3085)
            h(&b, c, d, a, word(block, 6), 23, 0x0488_1d05)
            h(&a, b, c, d, word(block, 9), 4, 0xd9d4_d039)
            h(&d, a, b, c, word(block, 12), 11, 0xe6db_99e5)
            h(&c, d, a, b, word(block, 15), 16, 0x1fa2_7cf8)
            h(&b, c, d, a, word(block, 2), 23, 0xc4ac_5665)
            // Round 4.
            i(&a, b, c, d, word(block, 0), 6, 0xf429_2244)
            i(&d, a, b, c, word(block, 7), 10, 0x432a_ff97)
            i(&c, d, a, b, word(block, 14), 15, 0xab94_23a7)
            i(&b, c, d, a, word(block, 5), 21, 0xfc93_a039)
            i(&a, b, c, d, word(block, 12), 6, 0x655b_59c3)
            i(&d, a, b, c, word(block, 3), 10, 0x8f0c_cc92)
            i(&c, d, a, b, word(block, 10), 15, 0xffef_f47d)
            i(&b, c, d, a, word(block, 1), 21, 0x8584_5dd1)
            i(&a, b, c, d, word(block, 8), 6, 0x6fa8_7e4f)
            i(&d, a, b, c, word(block, 15), 10, 0xfe2c_e6e0)
            i(&c, d, a, b, word(block, 6), 15, 0xa301_4314)
            i(&b, c, d, a, word(block, 13), 21, 0x4e08_11a1)
            i(&a, b, c, d, word(block, 4), 6, 0xf753_7e82)
            i(&d, a, b, c, word(block, 11), 10, 0xbd3a_f235)
            i(&c, d, a, b, word(block, 2), 15, 0x2ad7_d2bb)
            i(&b, c, d, a, word(block, 9), 21, 0xeb86_d391)
            a &+= oldA
            b &+= oldB
            c &+= oldC
            d &+= oldD
            block += 64
        }
        (self.a, self.b, self.c, self.d) = (a, b, c, d)
    }
}

@inline(__always)
private func word(_ block: UnsafeRawPointer, _ index: Int) -> UInt32 {
    UInt32(littleEndian: block.loadUnaligned(fromByteOffset: 4 &* index, as: UInt32.self))
}

@inline(__always)
private func rotateLeft(_ value: UInt32, _ count: UInt32) -> UInt32 {
    value &<< count | value &>> (32 &- count)
}

// The auxiliary functions of RFC 1321, 3.4. `b` is the result of the step before and comes last, so each
// is arranged so that as little as possible waits for it.

@inline(__always)
private func f(
    _ a: inout UInt32,
    _ b: UInt32,
    _ c: UInt32,
    _ d: UInt32,
    _ word: UInt32,
    _ shift: UInt32,
    _ constant: UInt32
) {
    a = b &+ rotateLeft(a &+ word &+ constant &+ (d ^ (b & (c ^ d))), shift)
}

@inline(__always)
private func g(
    _ a: inout UInt32,
    _ b: UInt32,
    _ c: UInt32,
    _ d: UInt32,
    _ word: UInt32,
    _ shift: UInt32,
    _ constant: UInt32
) {
    // The two halves have no bit in common, so adding them is the same as joining them.
    a = b &+ rotateLeft(a &+ word &+ constant &+ (c & ~d) &+ (b & d), shift)
}

@inline(__always)
private func h(
    _ a: inout UInt32,
    _ b: UInt32,
    _ c: UInt32,
    _ d: UInt32,
    _ word: UInt32,
    _ shift: UInt32,
    _ constant: UInt32
) {
    a = b &+ rotateLeft(a &+ word &+ constant &+ (b ^ (c ^ d)), shift)
}

@inline(__always)
private func i(
    _ a: inout UInt32,
    _ b: UInt32,
    _ c: UInt32,
    _ d: UInt32,
    _ word: UInt32,
    _ shift: UInt32,
    _ constant: UInt32
) {
    a = b &+ rotateLeft(a &+ word &+ constant &+ (c ^ (b | ~d)), shift)
}
