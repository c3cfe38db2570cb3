// The vectors that the standards publish.

import Digest
import Testing

/// A text repeated some times, and what it comes to.
struct Vector: Sendable, CustomTestStringConvertible {
    let text: String
    let times: Int
    let hex: String

    init(_ text: String, times: Int = 1, _ hex: String) {
        self.text = text
        self.times = times
        self.hex = hex
    }

    var message: [UInt8] { Array(String(repeating: text, count: times).utf8) }

    var testDescription: String { times == 1 ? "`\(text.prefix(40))`" : "`\(text)` × \(times)" }
}

@Suite struct VectorTests {
    // NIST, FIPS 180 examples, and the million of FIPS 180-2, appendix B.3.
    static let sha256 = [
        Vector("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        Vector("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        Vector(
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        Vector(
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
        Vector(
            "a",
            times: 1_000_000,
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ]

    @Test(arguments: sha256) func hashesWithSHA256AsFIPS180Says(vector: Vector) {
        #expect(SHA256.hash(vector.message).hex == vector.hex)
    }

    // NIST, FIPS 180 examples, and the million of FIPS 180-2, appendix A.3.
    static let sha1 = [
        Vector("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        Vector("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        Vector(
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
        ),
        Vector("a", times: 1_000_000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
    ]

    @Test(arguments: sha1) func hashesWithSHA1AsFIPS180Says(vector: Vector) {
        #expect(SHA1.hash(vector.message).hex == vector.hex)
    }

    // RFC 1321, A.5.
    static let md5 = [
        Vector("", "d41d8cd98f00b204e9800998ecf8427e"),
        Vector("a", "0cc175b9c0f1b6a831c399e269772661"),
        Vector("abc", "900150983cd24fb0d6963f7d28e17f72"),
        Vector("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
        Vector("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
        Vector(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
            "d174ab98d277d9f5a5611c2c9f419d9f"
        ),
        Vector("1234567890", times: 8, "57edf4a22be3c955ac49da2e2107b67a"),
    ]

    @Test(arguments: md5) func hashesWithMD5AsRFC1321Says(vector: Vector) {
        #expect(MD5.hash(vector.message).hex == vector.hex)
    }

    // The check value of the catalogue of parametrised CRC algorithms, and zip's well-known ones.
    static let crc32 = [
        Vector("", "00000000"), Vector("123456789", "cbf43926"), Vector("a", "e8b7be43"),
        Vector("The quick brown fox jumps over the lazy dog", "414fa339"),
    ]

    @Test(arguments: crc32) func checksWithCRC32(vector: Vector) {
        #expect(CRC32.hash(vector.message).hex == vector.hex)
    }

    @Test func checksWithCRC32CAsItsCheckValue() {
        #expect(CRC32C.hash("123456789").number == 0xE306_9283)
        #expect(CRC32C.hash("").number == 0)
    }

    // NVM Command Set specification 1.0, figure 122, and the catalogue's check value. Long runs are folded,
    // short ones not.
    static let crc64nvme: [([UInt8], UInt64)] = [
        ([], 0),
        (Array("123456789".utf8), 0xAE8B_1486_0A79_9888),
        ([UInt8](repeating: 0, count: 4_096), 0x6482_D367_EB22_B64E),
        ([UInt8](repeating: 0xFF, count: 4_096), 0xC0DD_BA73_02EC_A3AC),
        ((0..<4_096).map { UInt8(truncatingIfNeeded: $0) }, 0x3E72_9F5F_6750_449C),
        ((0..<4_096).map { UInt8(truncatingIfNeeded: 255 - $0) }, 0x9A2D_F64B_8E9E_517E),
    ]

    @Test(arguments: crc64nvme)
    func checksWithCRC64NVMEAsNVMExpressSays(bytes: [UInt8], number: UInt64) {
        #expect(CRC64NVME.hash(bytes) == CRC64NVME.Value(number))
    }

    // RFC 3720, B.4: the bytes and the CRC as a number (the RFC prints it least significant byte first).
    static let crc32c: [([UInt8], UInt32)] = [
        ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
        ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
        ([UInt8](0..<32), 0x46DD_794E),
        ([UInt8]((0..<32).reversed()), 0x113F_DB5C),
        (
            Hex.decode(
                "01c000000000000000000000000000001400000000000400000000140000001828000000000000000200000000000000"
            )
                ?? [], 0xD996_3A56
        ),
    ]

    @Test(arguments: crc32c) func checksWithCRC32CAsRFC3720Says(bytes: [UInt8], number: UInt32) {
        #expect(CRC32C.hash(bytes).number == number)
    }

    // RFC 4231, 4.2–4.8; case 5 publishes the first 128 bits only.
    static let hmac: [(key: [UInt8], data: [UInt8], hex: String)] = [
        (
            [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            [UInt8](1...25), [UInt8](repeating: 0xCD, count: 50),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        ),
        (
            [UInt8](repeating: 0x0C, count: 20), Array("Test With Truncation".utf8),
            "a3b6167473100ee06e0c796c2955552b"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131),
            Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131),
            Array(
                ("This is a test using a larger than block-size key and a larger than block-size data. "
                    + "The key needs to be hashed before being used by the HMAC algorithm.").utf8
            ),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        ),
    ]

    @Test(arguments: hmac) func authenticatesAsRFC4231Says(key: [UInt8], data: [UInt8], hex: String)
    {
        #expect(HMACSHA256.Key(key).code(for: data).hex.hasPrefix(hex))
    }
}
