// SHA-256's compression in plain Swift: for CPUs without the instructions, and to check them against.

extension SHA256State {
    /// Compresses whole blocks into the state, without special instructions (FIPS 180-4, 6.2.2).
    mutating func compressPortably(_ blocks: UnsafeRawPointer, blockCount: Int) {
        for block in 0..<blockCount { compressPortably(blocks + 64 * block) }
    }

    private mutating func compressPortably(_ block: UnsafeRawPointer) {
        // Invariant: w[t & 15] is the word t of the message schedule, for the last sixteen t.
        var w = InlineArray<16, UInt32>(repeating: 0)
        for t in 0..<16 {
            w[t] = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: 4 * t, as: UInt32.self))
        }
        var (a, b, c, d) = (words[0], words[1], words[2], words[3])
        var (e, f, g, h) = (words[4], words[5], words[6], words[7])
        for t in 0..<64 {
            if t >= 16 {
                let old = w[(t &+ 1) & 15]
                let recent = w[(t &+ 14) & 15]
                let small0 = rotateRight(old, 7) ^ rotateRight(old, 18) ^ old >> 3
                let small1 = rotateRight(recent, 17) ^ rotateRight(recent, 19) ^ recent >> 10
                w[t & 15] = w[t & 15] &+ small0 &+ w[(t &+ 9) & 15] &+ small1
            }
            let big1 = rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25)
            let choice = g ^ (e & (f ^ g))
            let first = h &+ big1 &+ choice &+ roundConstants[t] &+ w[t & 15]
            let big0 = rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22)
            let majority = (a & b) | (c & (a | b))
            (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ big0 &+ majority)
        }
        add(a, to: 0)
        add(b, to: 1)
        add(c, to: 2)
        add(d, to: 3)
        add(e, to: 4)
        add(f, to: 5)
        add(g, to: 6)
        add(h, to: 7)
    }
}

@inline(__always)
private func rotateRight(_ value: UInt32, _ count: UInt32) -> UInt32 {
    value &>> count | value &<< (32 &- count)
}

private let roundConstants: InlineArray<64, UInt32> = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4,
    0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7,
    0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc,
    0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351,
    0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e,
    0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585,
    0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f,
    0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7,
    0xc671_78f2,
]
