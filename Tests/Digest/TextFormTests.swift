import Digest
import Testing

@Suite struct TextFormTests {
    // RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func writesAndReadsBase64(text: String, base64: String) {
        #expect(Base64.encode(text.utf8) == base64)
        #expect(Base64.decode(base64) == Array(text.utf8))
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm8", "Zm9v\n", " Zm9v", "Zm-v", "Zm_v", "=",
        "====", "Zg==Zg==",
        "Z===", "Zm9vYg=\u{0}", "Zm9é",
    ])
    func refusesWhatIsNotCanonicalBase64(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test func readsEveryByteBack() {
        for count in 0...70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(Hex.decode(Hex.encode(bytes)) == bytes)
        }
    }

    @Test func writesHexadecimalInLowercaseAndReadsBothCases() {
        #expect(Hex.encode([0x00, 0x9F, 0xAB, 0xFF]) == "009fabff")
        #expect(Hex.decode("009fABff") == [0x00, 0x9F, 0xAB, 0xFF])
        #expect(Hex.decode("") == [])
    }

    @Test(arguments: ["0", "0g", "0x", " 0", "00\n", "é", "G0", "@0", "`0", "/0", ":0"])
    func refusesWhatIsNotHexadecimal(text: String) {
        #expect(Hex.decode(text) == nil)
    }

    @Test func spellsAValueInEveryForm() {
        let value = MD5.hash("abc")
        #expect(value.hex == "900150983cd24fb0d6963f7d28e17f72")
        #expect(value.base64 == "kAFQmDzST7DWlj99KOF/cg==")
        #expect(value.bytes.count == 16)
        #expect(value[0] == 0x90)
        #expect(MD5.Value(hex: value.hex.uppercased()) == value)
        #expect(MD5.Value(base64: value.base64) == value)
        #expect(MD5.Value(value.bytes) == value)
        var text = Array("\"".utf8)
        text.append(hex: value)
        text.append(base64: value)
        #expect(
            String(decoding: text, as: UTF8.self)
                == "\"900150983cd24fb0d6963f7d28e17f72kAFQmDzST7DWlj99KOF/cg=="
        )
    }

    @Test(arguments: [
        "", "90", "900150983cd24fb0d6963f7d28e17f7", "900150983cd24fb0d6963f7d28e17f7200",
    ])
    func refusesAValueOfAnotherLength(hex: String) {
        #expect(MD5.Value(hex: hex) == nil)
        #expect(MD5.Value(base64: "kAFQmDzST7DWlj99KOF/") == nil)
        #expect(MD5.Value([UInt8](repeating: 0, count: 15)) == nil)
    }

    @Test func tellsValuesThatDifferInOneBit() {
        let value = SHA256.hash("a")
        for index in 0..<32 {
            for bit in 0..<8 {
                var bytes = value.bytes
                bytes[index] ^= 1 << bit
                #expect(SHA256.Value(bytes) != value)
            }
        }
    }

    @Test func writesAChecksumMostSignificantByteFirst() {
        #expect(CRC32.hash("123456789").base64 == "y/Q5Jg==")
        #expect(CRC32.Value(0x0102_0304).bytes == [1, 2, 3, 4])
        #expect(CRC32.Value(base64: "y/Q5Jg==")?.number == 0xCBF4_3926)
    }
}
