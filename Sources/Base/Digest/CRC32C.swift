// CRC-32C, the checksum of iSCSI (RFC 3720), Google Cloud Storage and `x-amz-checksum-crc32c` (Castagnoli's
// polynomial 1EDC6F41, reflected).

/// CRC-32C, bit by bit.
package struct CRC32C: UnkeyedDigest {
    /// The checksum's four bytes, the most significant first, as the headers of S3 and Google have them.
    package typealias Value = DigestValue<Bytes4>

    private var register: UInt32 = ~0

    package init() {}

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        register = CRCAlgorithm.crc32c.advance(register, over: bytes)
    }

    /// The checksum as a number.
    package var number: UInt32 { ~register }

    package func finalize() -> Value { Value(number) }
}
