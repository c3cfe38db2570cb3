// The bytes that wait until a block of 64 is full, and the padding that ends a message: the frame that
// MD5 (RFC 1321, 3.1–3.2) and SHA-256 (FIPS 180-4, 5.1.1) share.

/// Cuts a message into blocks of 64 bytes.
struct BlockBuffer: Sendable {
    static let blockBytes = 64

    /// The bytes taken so far, those passed on included.
    private(set) var totalBytes: UInt64
    private var bytes = InlineArray<64, UInt8>(repeating: 0)

    /// A buffer that is empty after so many bytes, which must be whole blocks.
    init(totalBytes: UInt64 = 0) {
        precondition(totalBytes % 64 == 0, "\(totalBytes) bytes are no whole blocks")
        self.totalBytes = totalBytes
    }

    /// Takes the next bytes and passes whole blocks to `compress` (pointer and number of blocks).
    @inline(__always)
    mutating func take(_ input: UnsafeRawBufferPointer, _ compress: (UnsafeRawPointer, Int) -> Void)
    {
        guard var next = input.baseAddress, !input.isEmpty else { return }
        var count = input.count
        let waiting = Int(totalBytes % 64)
        totalBytes += UInt64(count)
        withUnsafeMutableBytes(of: &bytes) { buffer in
            if waiting > 0 {
                let taken = min(64 - waiting, count)
                UnsafeMutableRawBufferPointer(rebasing: buffer[waiting...]).copyMemory(
                    from: UnsafeRawBufferPointer(start: next, count: taken)
                )
                guard waiting + taken == 64, let block = buffer.baseAddress else { return }
                compress(block, 1)
                next += taken
                count -= taken
            }
            if count >= 64 {
                compress(next, count / 64)
                next += count & ~63
                count &= 63
            }
            buffer.copyMemory(from: UnsafeRawBufferPointer(start: next, count: count))
        }
    }

    /// Ends the message: a bit 1, zeros, and the length in bits as the last eight bytes of a block.
    @inline(__always)
    mutating func pad(bigEndian: Bool, _ compress: (UnsafeRawPointer, Int) -> Void) {
        let bits = totalBytes &* 8
        let waiting = Int(totalBytes % 64)
        withUnsafeMutableBytes(of: &bytes) { buffer in
            guard let block = buffer.baseAddress else { return }
            buffer[waiting] = 0x80
            for index in waiting + 1..<64 { buffer[index] = 0 }
            if waiting >= 56 {
                compress(block, 1)
                for index in 0..<56 { buffer[index] = 0 }
            }
            buffer.storeBytes(
                of: bigEndian ? bits.bigEndian : bits.littleEndian,
                toByteOffset: 56,
                as: UInt64.self
            )
            compress(block, 1)
        }
    }
}
