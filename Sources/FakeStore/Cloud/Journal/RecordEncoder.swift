// The journal keeps requests as bytes, not as objects: 100,000 entries of live objects would be a
// million allocations, and freeing one that was last touched long ago costs a cache miss each. This
// file writes the bytes and reads them again when somebody asks.

/// Writes the fields of one record, one after the other, into memory of a known size.
///
/// The unsafe code of the journal's format. It is right because each write checks the room that is
/// left before it touches memory, and because the value lives only inside the closure that lends it
/// the memory.
struct RecordEncoder {
    private let memory: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(_ memory: UnsafeMutableRawBufferPointer) { self.memory = memory }

    mutating func append<Integer: FixedWidthInteger>(_ value: Integer) {
        let room = take(MemoryLayout<Integer>.size)
        room.storeBytes(of: value, as: Integer.self)
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        append(UInt32(bytes.count))
        take(bytes.count).copyMemory(from: bytes)
    }

    /// Appends bytes whose number is known otherwise.
    mutating func appendRaw(_ bytes: UnsafeRawBufferPointer) {
        take(bytes.count).copyMemory(from: bytes)
    }

    /// Leaves room for bytes that are written later.
    mutating func appendRoom(_ size: Int) -> UnsafeMutableRawBufferPointer { take(size) }

    /// The bytes that were appended last.
    func last(_ size: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: memory[count - size..<count])
    }

    @inline(__always)
    mutating func append(_ text: borrowing String) {
        let bytes = text.utf8.span
        append(UInt32(bytes.count))
        bytes.withUnsafeBytes { take($0.count).copyMemory(from: $0) }
    }

    @inline(__always)
    mutating func append(_ bytes: borrowing [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }

    /// Appends several texts as one.
    mutating func append(
        joining first: StaticString,
        _ second: borrowing String,
        _ third: StaticString,
        _ bytes: borrowing [UInt8]
    ) {
        let text = second.utf8.span
        append(
            UInt32(
                first.utf8CodeUnitCount + text.count + third.utf8CodeUnitCount + bytes.count
            )
        )
        first.withUTF8Buffer { appendRaw(UnsafeRawBufferPointer($0)) }
        text.withUnsafeBytes { appendRaw($0) }
        third.withUTF8Buffer { appendRaw(UnsafeRawBufferPointer($0)) }
        bytes.withUnsafeBytes { appendRaw($0) }
    }

    @inline(__always)
    private mutating func take(_ size: Int) -> UnsafeMutableRawBufferPointer {
        precondition(
            count + size <= memory.count,
            "a journal record of \(memory.count) bytes is full"
        )
        defer { count += size }
        return UnsafeMutableRawBufferPointer(rebasing: memory[count..<count + size])
    }

    /// The bytes that a text or byte string of `count` bytes takes.
    static func size(ofBytes count: Int) -> Int { MemoryLayout<UInt32>.size + count }
}

/// Reads what a `RecordEncoder` wrote, in the same order.
struct RecordDecoder {
    private let bytes: [UInt8]
    private var position: Int

    init(_ bytes: [UInt8], at position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    mutating func integer<Integer: FixedWidthInteger>(_: Integer.Type = Integer.self) -> Integer {
        let start = position
        position += MemoryLayout<Integer>.size
        return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start, as: Integer.self) }
    }

    mutating func byteString() -> [UInt8] {
        let count = Int(integer(UInt32.self))
        defer { position += count }
        return Array(bytes[position..<position + count])
    }

    mutating func text() -> String {
        let count = Int(integer(UInt32.self))
        defer { position += count }
        return String(decoding: bytes[position..<position + count], as: UTF8.self)
    }
}
