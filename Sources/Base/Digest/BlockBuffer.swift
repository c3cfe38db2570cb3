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
        let rest = complete(input, compress)
        guard let next = rest.baseAddress, !rest.isEmpty else { return }
        let whole = rest.count & ~63
        if whole > 0 { compress(next, whole / 64) }
        totalBytes += UInt64(rest.count)
        withUnsafeMutableBytes(of: &bytes) { buffer in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[whole...]))
        }
    }

    /// Takes so many of the next bytes that no begun block is waiting, or all of them, and returns the others.
    @inline(__always)
    mutating func complete(
        _ input: UnsafeRawBufferPointer,
        _ compress: (UnsafeRawPointer, Int) -> Void
    ) -> UnsafeRawBufferPointer {
        let waiting = Int(totalBytes % 64)
        guard waiting > 0 else { return input }
        let taken = min(64 - waiting, input.count)
        totalBytes += UInt64(taken)
        withUnsafeMutableBytes(of: &bytes) { buffer in
            UnsafeMutableRawBufferPointer(rebasing: buffer[waiting...]).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: input[..<taken])
            )
            if waiting + taken == 64, let block = buffer.baseAddress { compress(block, 1) }
        }
        return UnsafeRawBufferPointer(rebasing: input[taken...])
    }

    /// Counts bytes that were compressed elsewhere: whole blocks, while none is begun.
    mutating func skip(_ count: Int) {
        assert(totalBytes % 64 == 0 && count % 64 == 0, "\(count) bytes are no whole blocks")
        totalBytes += UInt64(count)
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
