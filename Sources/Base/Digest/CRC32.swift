// CRC-32, the checksum of zip, gzip and `x-amz-checksum-crc32` (ISO 3309: polynomial 04C11DB7, reflected).

/// CRC-32, bit by bit.
package struct CRC32: UnkeyedDigest {
    /// The checksum's four bytes, the most significant first, as S3's headers have them.
    package typealias Value = DigestValue<Bytes4>

    private var register: UInt32 = ~0

    package init() {}

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        register = CRCAlgorithm.crc32.advance(register, over: bytes)
    }

    /// The checksum as a number.
    package var number: UInt32 { ~register }

    package func finalize() -> Value { Value(number) }
}
