// The fields of an answer, kept as the bytes that will be sent: adding one is an append.

import HTTP
import Platform

/// Field lines of an answer, in order.
///
/// A value can't break out of its line: CR, LF and NUL in it become spaces, because values such as
/// user metadata come from clients.
package struct ResponseFields: Sendable {
    /// The lines with their line ends.
    package private(set) var bytes: [UInt8]

    /// No fields, with room for some.
    package init(reservingBytes count: Int = 384) {
        bytes = []
        bytes.reserveCapacity(count)
    }

    /// Fields that were put together before.
    ///
    /// - Parameters:
    ///   - lines: The lines with their line ends.
    ///   - count: Room for them and for those that follow.
    ///   - fill: Writes what differs from answer to answer over places in the lines; no CR, LF or NUL.
    package init(
        lines: [UInt8],
        reservingBytes count: Int = 512,
        _ fill: (UnsafeMutableBufferPointer<UInt8>) -> Void
    ) {
        bytes = [UInt8](unsafeUninitializedCapacity: max(count, lines.count)) { room, used in
            used = room.update(fromContentsOf: lines)
            fill(UnsafeMutableBufferPointer(rebasing: room[..<used]))
        }
    }

    /// Adds fields that were put together before: lines with their line ends.
    package mutating func add(lines: [UInt8]) { bytes.append(contentsOf: lines) }

    /// Adds a field with a text value.
    package mutating func add(_ name: StaticString, _ value: String) {
        start(name)
        let valueStart = bytes.count
        value.utf8.span.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        finish(valueStart)
    }

    /// Adds a field with a constant value.
    package mutating func add(_ name: StaticString, constant value: StaticString) {
        start(name)
        bytes.append(contentsOf: value.buffer)
        bytes.append(0x0D)
        bytes.append(0x0A)
    }

    /// Adds a field with a number.
    package mutating func add(_ name: StaticString, _ value: some FixedWidthInteger) {
        start(name)
        bytes.appendDecimal(value)
        bytes.append(0x0D)
        bytes.append(0x0A)
    }

    /// Adds a field with the bytes of its value.
    package mutating func add(_ name: StaticString, _ value: [UInt8]) {
        add(name, value[...])
    }

    /// Adds a field with the bytes of its value.
    package mutating func add(_ name: StaticString, _ value: ArraySlice<UInt8>) {
        start(name)
        let valueStart = bytes.count
        bytes.append(contentsOf: value)
        finish(valueStart)
    }

    /// Adds a field whose value is appended in place; `write` appends no CR, LF or NUL.
    package mutating func add(_ name: StaticString, writing write: (inout [UInt8]) -> Void) {
        start(name)
        write(&bytes)
        bytes.append(0x0D)
        bytes.append(0x0A)
    }

    /// Adds a field whose name is known only at run time, behind a constant prefix, all as bytes; the name
    /// must be a token.
    package mutating func add(
        prefix: StaticString = "",
        named name: ArraySlice<UInt8>,
        _ value: ArraySlice<UInt8>
    ) {
        let nameStart = bytes.count
        bytes.append(contentsOf: prefix.buffer)
        bytes.append(contentsOf: name)
        sanitize(from: nameStart)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(0x20)
        let valueStart = bytes.count
        bytes.append(contentsOf: value)
        finish(valueStart)
    }

    /// Adds a field whose name is known only at run time, such as user metadata; the name must be a
    /// token.
    package mutating func add(named name: String, _ value: String) {
        let nameStart = bytes.count
        bytes.append(contentsOf: name.utf8)
        sanitize(from: nameStart)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(0x20)
        let valueStart = bytes.count
        bytes.append(contentsOf: value.utf8)
        finish(valueStart)
    }

    private mutating func start(_ name: StaticString) {
        bytes.append(contentsOf: name.buffer)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(0x20)
    }

    private mutating func finish(_ valueStart: Int) {
        sanitize(from: valueStart)
        bytes.append(0x0D)
        bytes.append(0x0A)
    }

    private mutating func sanitize(from start: Int) {
        bytes.withUnsafeMutableBufferPointer { buffer in
            for index in start..<buffer.count where buffer[index] < 0x20 && buffer[index] != 0x09 {
                buffer[index] = 0x20
            }
        }
    }
}

extension StaticString {
    var buffer: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
    }
}

extension [UInt8] {
    /// Appends a number in decimal.
    mutating func appendDecimal(_ value: some FixedWidthInteger) {
        var rest = UInt64(value.magnitude)
        if value < 0 { append(UInt8(ascii: "-")) }
        // From the last digit backwards; 2^64 has twenty.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var start = 20
            repeat {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
        }
    }
}
