// How a reflected 32-bit CRC moves over bytes, for any polynomial: with the CPU's instructions where it has
// them, and eight bytes at a time through tables where not.

import CSystem

/// One polynomial, with everything that was worked out from it beforehand.
struct CRCAlgorithm: Sendable {
    /// The polynomial of zip and gzip.
    static let crc32 = CRCAlgorithm(
        polynomial: 0xedb8_8320,
        folding: [0x1_5444_2bd4, 0x1_c6e4_1596, 0x1_7519_97d0, 0x0_ccaa_009e],
        instruction: hash_has_crc32() ? hash_crc32 : nil
    )

    /// Castagnoli's polynomial.
    static let crc32c = CRCAlgorithm(
        polynomial: 0x82f6_3b78,
        folding: [0x0_740e_ef02, 0x0_9e4a_ddf8, 0x0_f20c_0dfe, 0x1_4cd0_0bd6],
        instruction: hash_has_crc32c() ? hash_crc32c : nil
    )

    /// Tables `n` of 256 entries: the register after a byte and `n` zero bytes.
    private let tables: [UInt32]
    /// What `hash_crc_fold` needs.
    private let folding: [UInt64]
    private let instruction: (@convention(c) (UInt32, UnsafeRawPointer?, Int) -> UInt32)?
    private static let hasFold = hash_has_crc_fold()

    private init(
        polynomial: UInt32,
        folding: [UInt64],
        instruction: (@convention(c) (UInt32, UnsafeRawPointer?, Int) -> UInt32)?
    ) {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var register = UInt32(byte)
            for _ in 0..<8 {
                register = register & 1 == 1 ? register >> 1 ^ polynomial : register >> 1
            }
            tables[byte] = register
        }
        for index in 256..<8 * 256 {
            let before = tables[index - 256]
            tables[index] = before >> 8 ^ tables[Int(before & 0xFF)]
        }
        self.tables = tables
        self.folding = folding
        self.instruction = instruction
    }

    /// The register after some bytes.
    func advance(_ register: UInt32, over bytes: UnsafeRawBufferPointer) -> UInt32 {
        var register = register
        var rest = bytes
        if CRCAlgorithm.hasFold, bytes.count >= 128 {
            let folded = bytes.count & ~15
            var residue = InlineArray<16, UInt8>(repeating: 0)
            withUnsafeMutableBytes(of: &residue) { residue in
                hash_crc_fold(
                    UInt64(register),
                    bytes.baseAddress,
                    folded,
                    folding,
                    residue.bindMemory(to: UInt8.self).baseAddress
                )
                register = advanceBriefly(0, over: UnsafeRawBufferPointer(residue))
            }
            rest = UnsafeRawBufferPointer(rebasing: bytes[folded...])
        }
        return advanceBriefly(register, over: rest)
    }

    private func advanceBriefly(_ register: UInt32, over bytes: UnsafeRawBufferPointer) -> UInt32 {
        if let instruction { return instruction(register, bytes.baseAddress, bytes.count) }
        return advancePortably(register, over: bytes)
    }

    /// The register after some bytes, without special instructions ("slicing by 8").
    func advancePortably(_ register: UInt32, over bytes: UnsafeRawBufferPointer) -> UInt32 {
        tables.withUnsafeBufferPointer { table in
            var register = register
            var offset = 0
            while offset + 8 <= bytes.count {
                let word =
                    UInt64(
                        littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                    )
                    ^ UInt64(register)
                register = 0
                for position in 0..<8 {
                    register ^=
                        table[(7 - position) << 8 | Int(word >> UInt64(8 * position) & 0xFF)]
                }
                offset += 8
            }
            while offset < bytes.count {
                register = register >> 8 ^ table[Int((register ^ UInt32(bytes[offset])) & 0xFF)]
                offset += 1
            }
            return register
        }
    }
}
