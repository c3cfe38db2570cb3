import Digest
import Testing

@Suite struct CRCCombinationTests {
    /// Both sides of empty, one byte, a power of two.
    @Test(arguments: [0, 1, 2, 7, 8, 9, 255, 256, 1_000], [0, 1, 8, 255, 256, 257, 5_000])
    func givesTheChecksumOfBothInARow(_ firstCount: Int, _ secondCount: Int) {
        let first = (0..<firstCount).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        let second = (0..<secondCount).map { UInt8(truncatingIfNeeded: $0 &* 17 &+ 5) }
        let count = Int64(secondCount)
        #expect(
            CRC32.combined(CRC32.hash(first), CRC32.hash(second), count: count)
                == CRC32.hash(first + second)
        )
        #expect(
            CRC32C.combined(CRC32C.hash(first), CRC32C.hash(second), count: count)
                == CRC32C.hash(first + second)
        )
        #expect(
            CRC64NVME.combined(CRC64NVME.hash(first), CRC64NVME.hash(second), count: count)
                == CRC64NVME.hash(first + second)
        )
    }
}
