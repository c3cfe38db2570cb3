// What all digests and checksums have in common: they are values that take bytes bit by bit.

/// A digest or checksum under way: a value, copied freely, without a heap allocation.
public protocol IncrementalDigest: Sendable {
    /// What it comes to.
    associatedtype Value: Hashable, Sendable

    /// Takes the next bytes.
    mutating func update(_ bytes: UnsafeRawBufferPointer)

    /// The result for the bytes so far; more may follow afterwards.
    func finalize() -> Value
}

extension IncrementalDigest {
    /// Takes the next bytes.
    @inlinable
    public mutating func update(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Takes the next bytes.
    @inlinable
    public mutating func update(_ bytes: some Collection<UInt8>) {
        bytes.withContiguousBytes { update(UnsafeRawBufferPointer($0)) }
    }

    /// Takes the bytes of a text in UTF-8.
    @inlinable
    public mutating func update(_ text: String) { update(text.utf8) }

    /// Takes the bytes of another digest's value.
    @inlinable
    public mutating func update(_ value: DigestValue<some DigestSize>) {
        value.withUnsafeBytes { update($0) }
    }
}

/// A digest that needs no key.
public protocol UnkeyedDigest: IncrementalDigest {
    init()
}

extension UnkeyedDigest {
    /// The result for some bytes.
    @inlinable
    public static func hash(_ bytes: UnsafeRawBufferPointer) -> Value {
        var digest = Self()
        digest.update(bytes)
        return digest.finalize()
    }

    /// The result for some bytes.
    @inlinable
    public static func hash(_ bytes: some Collection<UInt8>) -> Value {
        var digest = Self()
        digest.update(bytes)
        return digest.finalize()
    }

    /// The result for a text in UTF-8.
    @inlinable
    public static func hash(_ text: String) -> Value { hash(text.utf8) }
}
