// Most collections of bytes lie in one piece of memory; the others are copied into one.

extension Collection<UInt8> {
    /// Gives the bytes in one piece to a function for the time of its call.
    @inlinable @inline(__always)
    public func withContiguousBytes<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        withContiguousStorageIfAvailable(body)
            ?? ContiguousArray(self).withUnsafeBufferPointer(body)
    }
}
