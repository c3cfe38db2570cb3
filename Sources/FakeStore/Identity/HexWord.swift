// Hexadecimal digits eight at a time, in the bytes of a word whose lowest byte is the first digit. A
// request has 64 of them three times, and singly they would cost more than its hashing.

/// Eight hexadecimal digits as a word.
enum HexWord {
    private static func all(_ byte: UInt8) -> UInt64 { 0x0101_0101_0101_0101 &* UInt64(byte) }

    /// The lower-case digits of four bytes, the first of which is the lowest.
    @inline(__always)
    static func digits(of bytes: UInt32) -> UInt64 {
        // Each byte into a lane of 16 bits, then its high half below its low half.
        var lanes = UInt64(bytes)
        lanes = (lanes | lanes << 16) & 0x0000_FFFF_0000_FFFF
        lanes = (lanes | lanes << 8) & 0x00FF_00FF_00FF_00FF
        let values = (lanes >> 4 | lanes << 8) & 0x0F0F_0F0F_0F0F_0F0F
        // From 10 on a digit is a letter: `a` is 39 behind what follows `9`.
        let letters = (values &+ all(6)) >> 4 & all(1)
        return values &+ all(0x30) &+ letters &* 39
    }

    /// The four bytes that eight digits of either case spell, the first of them the lowest; nil when there is
    /// anything else.
    @inline(__always)
    static func bytes(of digits: UInt64) -> UInt32? {
        // Bit 6 tells letters from digits; a letter's low half counts from 1.
        let letters = digits >> 6 & all(1)
        let values = (digits & all(0x0F)) &+ letters &* 9
        // Right if and only if spelling it again gives the same, but for the case.
        let lanes = values & all(0x0F)
        let pairs = (lanes << 4 | lanes >> 8) & 0x00FF_00FF_00FF_00FF
        var bytes = (pairs | pairs >> 8) & 0x0000_FFFF_0000_FFFF
        bytes = (bytes | bytes >> 16) & 0xFFFF_FFFF
        let result = UInt32(truncatingIfNeeded: bytes)
        let lowered = digits | letters << 5
        return HexWord.digits(of: result) == lowered ? result : nil
    }
}
