// What a digest comes to: a fixed number of bytes without a heap allocation, and its usual spellings.

/// How many bytes a kind of digest has.
public protocol DigestSize: Sendable {
    static var byteCount: Int { get }
}

/// The size of a 32-bit CRC.
public enum Bytes4: DigestSize {
    public static var byteCount: Int { 4 }
}

/// The size of a 64-bit CRC.
public enum Bytes8: DigestSize {
    public static var byteCount: Int { 8 }
}

/// The size of MD5.
public enum Bytes16: DigestSize {
    public static var byteCount: Int { 16 }
}

/// The size of SHA-1.
public enum Bytes20: DigestSize {
    public static var byteCount: Int { 20 }
}

/// The size of SHA-256.
public enum Bytes32: DigestSize {
    public static var byteCount: Int { 32 }
}

/// The bytes of a finished digest or checksum, in the order in which they are written.
///
/// Comparing takes the same time wherever two values differ, so a signature can be checked with `==`.
/// (The size is a type and not an integer parameter, because Swift 6.3 doesn't specialise generics over the
/// latter: every use would look up metadata.)
public struct DigestValue<Size: DigestSize>: Sendable {
    // Invariant: the bytes from `Size.byteCount` on are 0.
    @usableFromInline var storage = InlineArray<32, UInt8>(repeating: 0)

    /// The value that `fill` writes; it gets `Size.byteCount` bytes.
    @inlinable @inline(__always)
    init(_ fill: (UnsafeMutableRawBufferPointer) -> Void) {
        withUnsafeMutableBytes(of: &storage) {
            fill(UnsafeMutableRawBufferPointer(rebasing: $0[..<Size.byteCount]))
        }
    }

    /// The value of given bytes, or nil when they are too many or too few.
    @inlinable
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Size.byteCount else { return nil }
        self.init { $0.copyBytes(from: bytes) }
    }

    /// The value written in hexadecimal of either case, or nil when the text is anything else.
    @inlinable @inline(__always)
    public init?(hex text: some Collection<UInt8>) {
        self.init(decoding: text) { Hex.decode($0, into: $1) }
    }

    /// The value written in hexadecimal of either case, or nil when the text is anything else.
    @inlinable @inline(__always)
    public init?(hex text: String) { self.init(hex: text.utf8) }

    /// The value written in strict Base64, or nil when the text is anything else.
    @inlinable @inline(__always)
    public init?(base64 text: some Collection<UInt8>) {
        self.init(decoding: text) { Base64.decode($0, into: $1) }
    }

    /// The value written in strict Base64, or nil when the text is anything else.
    @inlinable @inline(__always)
    public init?(base64 text: String) { self.init(base64: text.utf8) }

    /// The value that `decode` makes of a text, unless it returns false.
    @inlinable @inline(__always)
    init?(
        decoding text: some Collection<UInt8>,
        _ decode: (UnsafeBufferPointer<UInt8>, UnsafeMutableBufferPointer<UInt8>) -> Bool
    ) {
        var isRight = false
        self.init { bytes in
            isRight = text.withContiguousBytes { decode($0, bytes.bindMemory(to: UInt8.self)) }
        }
        guard isRight else { return nil }
    }

    /// The bytes as an array.
    @inlinable
    public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

    /// One byte; `index` counts from 0.
    @inlinable
    public subscript(index: Int) -> UInt8 { storage[index] }

    /// The bytes in lowercase hexadecimal.
    @inlinable
    public var hex: String {
        withUnsafeBytes { Hex.encode($0) }
    }

    /// The bytes in Base64 with padding.
    @inlinable
    public var base64: String {
        withUnsafeBytes { Base64.encode($0) }
    }

    /// Gives the bytes to a function for the time of its call.
    @inlinable @inline(__always)
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try Swift.withUnsafeBytes(of: storage) { bytes throws(Failure) in
            try body(UnsafeRawBufferPointer(rebasing: bytes[..<Size.byteCount]))
        }
    }
}

extension DigestValue: Hashable {
    /// Equality in constant time.
    @inlinable @inline(__always)
    public static func == (left: DigestValue, right: DigestValue) -> Bool {
        var difference: UInt8 = 0
        for index in 0..<32 { difference |= left.storage[index] ^ right.storage[index] }
        return difference == 0
    }

    @inlinable
    public func hash(into hasher: inout Hasher) {
        withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}

extension DigestValue: CustomStringConvertible {
    /// The value in hexadecimal.
    public var description: String { hex }
}

extension DigestValue where Size == Bytes4 {
    /// The value of a checksum, most significant byte first.
    @inlinable
    public init(_ number: UInt32) {
        self.init { $0.storeBytes(of: number.bigEndian, as: UInt32.self) }
    }

    /// The checksum as a number.
    @inlinable
    public var number: UInt32 {
        UInt32(self[0]) << 24 | UInt32(self[1]) << 16 | UInt32(self[2]) << 8 | UInt32(self[3])
    }
}

extension DigestValue where Size == Bytes8 {
    /// The value of a checksum, most significant byte first.
    @inlinable
    public init(_ number: UInt64) {
        self.init { $0.storeBytes(of: number.bigEndian, as: UInt64.self) }
    }
}

extension [UInt8] {
    /// Appends a digest in lowercase hexadecimal.
    public mutating func append(hex value: DigestValue<some DigestSize>) {
        value.withUnsafeBytes { append(hex: $0) }
    }

    /// Appends a digest in Base64.
    public mutating func append(base64 value: DigestValue<some DigestSize>) {
        value.withUnsafeBytes { append(base64: $0) }
    }
}
