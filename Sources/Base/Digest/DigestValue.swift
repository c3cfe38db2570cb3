// What a digest comes to: a fixed number of bytes without a heap allocation, and its usual spellings.

/// The bytes of a finished digest or checksum, in the order in which they are written.
///
/// Comparing takes the same time wherever two values differ, so a signature can be checked with `==`.
package struct DigestValue<let byteCount: Int>: Sendable {
    @usableFromInline var storage: InlineArray<byteCount, UInt8>

    /// The value of given bytes.
    @inlinable
    package init(_ bytes: InlineArray<byteCount, UInt8>) { storage = bytes }

    /// The value of given bytes, or nil when they are too many or too few.
    @inlinable
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == byteCount else { return nil }
        var storage = InlineArray<byteCount, UInt8>(repeating: 0)
        var index = 0
        for byte in bytes {
            storage[index] = byte
            index += 1
        }
        self.storage = storage
    }

    /// The value written in hexadecimal of either case, or nil when the text is anything else.
    @inlinable @inline(__always)
    package init?(hex text: some Collection<UInt8>) {
        self.init(decoding: text) { Hex.decode($0, into: $1) }
    }

    /// The value written in hexadecimal of either case, or nil when the text is anything else.
    @inlinable @inline(__always)
    package init?(hex text: String) { self.init(hex: text.utf8) }

    /// The value written in strict Base64, or nil when the text is anything else.
    @inlinable @inline(__always)
    package init?(base64 text: some Collection<UInt8>) {
        self.init(decoding: text) { Base64.decode($0, into: $1) }
    }

    /// The value written in strict Base64, or nil when the text is anything else.
    @inlinable @inline(__always)
    package init?(base64 text: String) { self.init(base64: text.utf8) }

    /// The value that `decode` makes of a text, unless it returns false.
    @inlinable @inline(__always)
    init?(
        decoding text: some Collection<UInt8>,
        _ decode: (UnsafeBufferPointer<UInt8>, UnsafeMutableBufferPointer<UInt8>) -> Bool
    ) {
        var storage = InlineArray<byteCount, UInt8>(repeating: 0)
        let isRight = text.withContiguousBytes { text in
            withUnsafeMutableBytes(of: &storage) { decode(text, $0.bindMemory(to: UInt8.self)) }
        }
        guard isRight else { return nil }
        self.storage = storage
    }

    /// The bytes as an array.
    @inlinable
    package var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
            for index in 0..<byteCount { buffer.initializeElement(at: index, to: storage[index]) }
            count = byteCount
        }
    }

    /// One byte; `index` counts from 0.
    @inlinable
    package subscript(index: Int) -> UInt8 { storage[index] }

    /// The bytes in lowercase hexadecimal.
    @inlinable
    package var hex: String {
        withUnsafeBytes { Hex.encode($0) }
    }

    /// The bytes in Base64 with padding.
    @inlinable
    package var base64: String {
        withUnsafeBytes { Base64.encode($0) }
    }

    /// Gives the bytes to a function for the time of its call.
    @inlinable @inline(__always)
    package func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try Swift.withUnsafeBytes(of: storage) { bytes throws(Failure) in try body(bytes) }
    }
}

extension DigestValue: Hashable {
    /// Equality in constant time.
    @inlinable @inline(__always)
    package static func == (left: DigestValue, right: DigestValue) -> Bool {
        var difference: UInt8 = 0
        for index in 0..<byteCount { difference |= left.storage[index] ^ right.storage[index] }
        return difference == 0
    }

    @inlinable
    package func hash(into hasher: inout Hasher) {
        withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}

extension DigestValue: CustomStringConvertible {
    /// The value in hexadecimal.
    package var description: String { hex }
}

extension DigestValue where byteCount == 4 {
    /// The value of a checksum, most significant byte first.
    @inlinable
    package init(_ number: UInt32) {
        let bytes: InlineArray<4, UInt8> = [
            UInt8(truncatingIfNeeded: number >> 24), UInt8(truncatingIfNeeded: number >> 16),
            UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number),
        ]
        self.init(bytes)
    }

    /// The checksum as a number.
    @inlinable
    package var number: UInt32 {
        UInt32(self[0]) << 24 | UInt32(self[1]) << 16 | UInt32(self[2]) << 8 | UInt32(self[3])
    }
}

extension [UInt8] {
    /// Appends a digest in lowercase hexadecimal.
    package mutating func append<let byteCount: Int>(hex value: DigestValue<byteCount>) {
        value.withUnsafeBytes { append(hex: $0) }
    }

    /// Appends a digest in Base64.
    package mutating func append<let byteCount: Int>(base64 value: DigestValue<byteCount>) {
        value.withUnsafeBytes { append(base64: $0) }
    }
}
