// The CRC of two byte strings in a row from the CRCs of each: what lets S3 tell the checksum of a whole object
// that came in parts, without reading it again. A CRC is a remainder of polynomials, and appending n bytes
// multiplies by x^(8n); here in the reflected form, where the top bit stands for x^0.

extension CRC32 {
    /// The checksum of two byte strings in a row, the second `count` bytes long.
    package static func combined(_ first: Value, _ second: Value, count: Int64) -> Value {
        Value(
            combine(first.number, second.number, count: UInt64(count), polynomial: 0xedb8_8320)
        )
    }
}

extension CRC32C {
    /// The checksum of two byte strings in a row, the second `count` bytes long.
    package static func combined(_ first: Value, _ second: Value, count: Int64) -> Value {
        Value(
            combine(first.number, second.number, count: UInt64(count), polynomial: 0x82f6_3b78)
        )
    }
}

extension CRC64NVME {
    /// The checksum of two byte strings in a row, the second `count` bytes long.
    package static func combined(_ first: Value, _ second: Value, count: Int64) -> Value {
        Value(
            combine(
                first.bytes.reduce(0) { $0 << 8 | UInt64($1) },
                second.bytes.reduce(0) { $0 << 8 | UInt64($1) },
                count: UInt64(count),
                polynomial: 0x9a6c_9329_ac4b_c9b5
            )
        )
    }
}

private func combine<Register: FixedWidthInteger & UnsignedInteger>(
    _ first: Register,
    _ second: Register,
    count: UInt64,
    polynomial: Register
) -> Register {
    let one: Register = 1 << (Register.bitWidth - 1)
    var shift = one
    var power = one >> 8  // x^8, then its squares: x^16, x^32 …
    var rest = count
    while rest > 0 {
        if rest & 1 == 1 { shift = multiply(power, shift, polynomial) }
        power = multiply(power, power, polynomial)
        rest >>= 1
    }
    return multiply(shift, first, polynomial) ^ second
}

/// The product of two polynomials, modulo a third.
private func multiply<Register: FixedWidthInteger & UnsignedInteger>(
    _ left: Register,
    _ right: Register,
    _ polynomial: Register
) -> Register {
    var (product, right) = (Register(0), right)
    for bit in (0..<Register.bitWidth).reversed() {
        if left >> bit & 1 == 1 { product ^= right }
        right = right & 1 == 1 ? right >> 1 ^ polynomial : right >> 1
    }
    return product
}
