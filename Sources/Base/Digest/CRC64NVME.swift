// CRC-64/NVME, the checksum of NVM Express and of `x-amz-checksum-crc64nvme`: S3's own choice when a client
// sends none (polynomial AD93D23594C93659, reflected).

import CSystem

/// CRC-64/NVME, bit by bit.
package struct CRC64NVME: UnkeyedDigest {
    /// The checksum's eight bytes, the most significant first, as S3's headers have them.
    package typealias Value = DigestValue<Bytes8>

    private var register: UInt64 = ~0

    package init() {}

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        register = CRC64NVME.advance(register, over: bytes)
    }

    /// The checksum as a number.
    package var number: UInt64 { ~register }

    package func finalize() -> Value { Value(number) }
}

extension CRC64NVME {
    private static let polynomial: UInt64 = 0x9a6c_9329_ac4b_c9b5
    /// What `hash_crc_fold` needs: x^(512+63), x^(512-1), x^(128+63) and x^(128-1).
    private static let folding: [UInt64] = [
        0x0c32_cdb3_1e18_a84a, 0x6224_2240_ace5_045a,
        0xeadc_41fd_2ba3_d420, 0x21e9_761e_2526_21ac,
    ]
    private static let hasFold = hash_has_crc_fold()

    /// Tables `n` of 256 entries: the register after a byte and `n` zero bytes.
    private static let tables: [UInt64] = {
        var tables = [UInt64](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var register = UInt64(byte)
            for _ in 0..<8 {
                register = register & 1 == 1 ? register >> 1 ^ polynomial : register >> 1
            }
            tables[byte] = register
        }
        for index in 256..<8 * 256 {
            let before = tables[index - 256]
            tables[index] = before >> 8 ^ tables[Int(before & 0xFF)]
        }
        return tables
    }()

    /// The register after some bytes.
    static func advance(_ register: UInt64, over bytes: UnsafeRawBufferPointer) -> UInt64 {
        guard hasFold, bytes.count >= 128 else { return advancePortably(register, over: bytes) }
        let folded = bytes.count & ~15
        var residue = InlineArray<16, UInt8>(repeating: 0)
        let register = withUnsafeMutableBytes(of: &residue) { residue in
            hash_crc_fold(
                register,
                bytes.baseAddress,
                folded,
                folding,
                residue.bindMemory(to: UInt8.self).baseAddress
            )
            return advancePortably(0, over: UnsafeRawBufferPointer(residue))
        }
        return advancePortably(register, over: UnsafeRawBufferPointer(rebasing: bytes[folded...]))
    }

    /// The register after some bytes, without special instructions ("slicing by 8").
    static func advancePortably(_ register: UInt64, over bytes: UnsafeRawBufferPointer) -> UInt64 {
        tables.withUnsafeBufferPointer { table in
            var register = register
            var offset = 0
            while offset + 8 <= bytes.count {
                let word =
                    UInt64(
                        littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                    ) ^ register
                register = 0
                for position in 0..<8 {
                    register ^=
                        table[(7 - position) << 8 | Int(word >> UInt64(8 * position) & 0xFF)]
                }
                offset += 8
            }
            while offset < bytes.count {
                register = register >> 8 ^ table[Int((register ^ UInt64(bytes[offset])) & 0xFF)]
                offset += 1
            }
            return register
        }
    }
}
