// MD5 (RFC 1321): an object's ETag and `Content-MD5`. Not for anything that must resist an attacker.
//
// The sixty-four steps are written out: the compiler then keeps the state in registers, and a step costs
// little more than its chain of dependent additions, which is what limits MD5.

import Glibc

/// MD5, bit by bit.
package struct MD5: UnkeyedDigest {
    package typealias Value = DigestValue<Bytes16>

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
struct MD5State: Sendable {
    private var a: UInt32 = 0x6745_2301
    private var b: UInt32 = 0xefcd_ab89
    private var c: UInt32 = 0x98ba_dcfe
    private var d: UInt32 = 0x1032_5476

    /// The sines of RFC 1321, 3.4: 2³² · |sin(i + 1)|.
    ///
    /// They are worked out when the program runs, because the compiler must not know them: it would add such a
    /// constant last, where it lengthens the chain of instructions that wait for the step before, and MD5
    /// would be a sixth slower (0.66 GB/s instead of 0.80).
    private static let sines: InlineArray<64, UInt32> = InlineArray { index in
        UInt32(abs(sin(Double(index + 1))) * 0x1p32)
    }

    /// The words as bytes, the least significant first.
    var value: DigestValue<Bytes16> {
        DigestValue { buffer in
            buffer.storeBytes(of: a.littleEndian, toByteOffset: 0, as: UInt32.self)
            buffer.storeBytes(of: b.littleEndian, toByteOffset: 4, as: UInt32.self)
            buffer.storeBytes(of: c.littleEndian, toByteOffset: 8, as: UInt32.self)
            buffer.storeBytes(of: d.littleEndian, toByteOffset: 12, as: UInt32.self)
        }
    }

    /// Gives the four words to a function.
    @inline(__always)
    mutating func withWords<Result>(_ use: (UnsafeMutablePointer<UInt32>?) -> Result) -> Result {
        withUnsafeMutableBytes(of: &self) { use($0.bindMemory(to: UInt32.self).baseAddress) }
    }

    mutating func compress(_ blocks: UnsafeRawPointer, blockCount: Int) {
        let sines = MD5State.sines
        var (a, b, c, d) = (self.a, self.b, self.c, self.d)
        var block = blocks
        for _ in 0..<blockCount {
            let (oldA, oldB, oldC, oldD) = (a, b, c, d)
            // Round 1.
            f(&a, b, c, d, word(block, 0), 7, sines[0])
            f(&d, a, b, c, word(block, 1), 12, sines[1])
            f(&c, d, a, b, word(block, 2), 17, sines[2])
            f(&b, c, d, a, word(block, 3), 22, sines[3])
            f(&a, b, c, d, word(block, 4), 7, sines[4])
            f(&d, a, b, c, word(block, 5), 12, sines[5])
            f(&c, d, a, b, word(block, 6), 17, sines[6])
            f(&b, c, d, a, word(block, 7), 22, sines[7])
            f(&a, b, c, d, word(block, 8), 7, sines[8])
            f(&d, a, b, c, word(block, 9), 12, sines[9])
            f(&c, d, a, b, word(block, 10), 17, sines[10])
            f(&b, c, d, a, word(block, 11), 22, sines[11])
            f(&a, b, c, d, word(block, 12), 7, sines[12])
            f(&d, a, b, c, word(block, 13), 12, sines[13])
            f(&c, d, a, b, word(block, 14), 17, sines[14])
            f(&b, c, d, a, word(block, 15), 22, sines[15])
            // Round 2.
            g(&a, b, c, d, word(block, 1), 5, sines[16])
            g(&d, a, b, c, word(block, 6), 9, sines[17])
            g(&c, d, a, b, word(block, 11), 14, sines[18])
            g(&b, c, d, a, word(block, 0), 20, sines[19])
            g(&a, b, c, d, word(block, 5), 5, sines[20])
            g(&d, a, b, c, word(block, 10), 9, sines[21])
            g(&c, d, a, b, word(block, 15), 14, sines[22])
            g(&b, c, d, a, word(block, 4), 20, sines[23])
            g(&a, b, c, d, word(block, 9), 5, sines[24])
            g(&d, a, b, c, word(block, 14), 9, sines[25])
            g(&c, d, a, b, word(block, 3), 14, sines[26])
            g(&b, c, d, a, word(block, 8), 20, sines[27])
            g(&a, b, c, d, word(block, 13), 5, sines[28])
            g(&d, a, b, c, word(block, 2), 9, sines[29])
            g(&c, d, a, b, word(block, 7), 14, sines[30])
            g(&b, c, d, a, word(block, 12), 20, sines[31])
            // Round 3.
            h(&a, b, c, d, word(block, 5), 4, sines[32])
            h(&d, a, b, c, word(block, 8), 11, sines[33])
            h(&c, d, a, b, word(block, 11), 16, sines[34])
            h(&b, c, d, a, word(block, 14), 23, sines[35])
            h(&a, b, c, d, word(block, 1), 4, sines[36])
            h(&d, a, b, c, word(block, 4), 11, sines[37])
            h(&c, d, a, b, word(block, 7), 16, sines[38])
            h(&b, c, d, a, word(block, 10), 23, sines[39])
            h(&a, b, c, d, word(block, 13), 4, sines[40])
            h(&d, a, b, c, word(block, 0), 11, sines[41])
            h(&c, d, a, b, word(block, 3), 16, sines[42])
            h(&b, c, d, a, word(block, 6), 23, sines[43])
            h(&a, b, c, d, word(block, 9), 4, sines[44])
            h(&d, a, b, c, word(block, 12), 11, sines[45])
            h(&c, d, a, b, word(block, 15), 16, sines[46])
            h(&b, c, d, a, word(block, 2), 23, sines[47])
            // Round 4.
            i(&a, b, c, d, word(block, 0), 6, sines[48])
            i(&d, a, b, c, word(block, 7), 10, sines[49])
            i(&c, d, a, b, word(block, 14), 15, sines[50])
            i(&b, c, d, a, word(block, 5), 21, sines[51])
            i(&a, b, c, d, word(block, 12), 6, sines[52])
            i(&d, a, b, c, word(block, 3), 10, sines[53])
            i(&c, d, a, b, word(block, 10), 15, sines[54])
            i(&b, c, d, a, word(block, 1), 21, sines[55])
            i(&a, b, c, d, word(block, 8), 6, sines[56])
            i(&d, a, b, c, word(block, 15), 10, sines[57])
            i(&c, d, a, b, word(block, 6), 15, sines[58])
            i(&b, c, d, a, word(block, 13), 21, sines[59])
            i(&a, b, c, d, word(block, 4), 6, sines[60])
            i(&d, a, b, c, word(block, 11), 10, sines[61])
            i(&c, d, a, b, word(block, 2), 15, sines[62])
            i(&b, c, d, a, word(block, 9), 21, sines[63])
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
