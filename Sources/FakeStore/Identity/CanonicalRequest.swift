// The canonical request of Signature Version 4: the text of which both sides sign the hash.
// [documented: "Create a signed AWS API request"; for S3 "Signature Calculations for the Authorization
// Header"]
//
// It is written to a sink: into SHA-256 while a request is verified, and into text for the answer to a
// wrong signature and for tests. Both go through the same code, so the text is what was hashed.

import Digest
import HTTP

/// How a service turns the path of a request into the canonical one.
package enum PathRule: Sendable, Hashable {
    /// S3: every byte encoded once, nothing normalised, because `a//b/../c` is a key like any other.
    case encodedOnce
    /// All other services: the path as sent encoded once more, and first normalised (dot segments and
    /// double slashes removed) unless the client was told not to.
    case encodedTwice(normalised: Bool)
}

/// What takes the bytes of a canonical request.
protocol CanonicalSink {
    mutating func append(_ bytes: Span<UInt8>)
    mutating func append(_ byte: UInt8)
}

/// The parts of a request that are signed, in the order of the canonical form.
package struct CanonicalRequest: Sendable {
    package var method: String
    /// As on the wire.
    package var rawPath: ArraySlice<UInt8>
    /// As on the wire, without the `?`; empty without a query.
    package var rawQuery: ArraySlice<UInt8>
    package var fields: HeaderFields
    /// The names of the signed headers as the signer listed them: `host;x-amz-date`.
    package var signedHeaders: ArraySlice<UInt8>
    /// The last line: the value of `x-amz-content-sha256`, or the hash of the body.
    package var payload: ArraySlice<UInt8>
    package var pathRule: PathRule

    package init(
        method: String,
        rawPath: ArraySlice<UInt8>,
        rawQuery: ArraySlice<UInt8>,
        fields: HeaderFields,
        signedHeaders: ArraySlice<UInt8>,
        payload: ArraySlice<UInt8>,
        pathRule: PathRule
    ) {
        self.method = method
        self.rawPath = rawPath
        self.rawQuery = rawQuery
        self.fields = fields
        self.signedHeaders = signedHeaders
        self.payload = payload
        self.pathRule = pathRule
    }

    /// The canonical form as text; the bytes of a header that are not UTF-8 show as U+FFFD.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The canonical form.
    package var bytes: [UInt8] {
        var sink = BytesSink()
        write(to: &sink)
        return sink.bytes
    }

    /// The hash of the canonical form, made without building it.
    package var hash: SHA256.Value {
        withUnsafeTemporaryAllocation(byteCount: HashSink.bufferBytes, alignment: 16) { buffer in
            var sink = HashSink(buffer: buffer)
            write(to: &sink)
            return sink.finalize()
        }
    }

    @inline(__always)
    private func write(to sink: inout some CanonicalSink) {
        sink.append(method.utf8.span)
        sink.append(newline)
        CanonicalPath.write(rawPath.span, rule: pathRule, to: &sink)
        sink.append(newline)
        if !rawQuery.isEmpty { CanonicalQuery.write(rawQuery, to: &sink) }
        sink.append(newline)
        writeHeaders(to: &sink)
        sink.append(newline)
        sink.append(signedHeaders.span)
        sink.append(newline)
        sink.append(payload.span)
    }

    /// Writes a `name:value` line for each name of the list, in its order.
    ///
    /// Values are trimmed, runs of spaces made one, and the values of lines with the same name joined
    /// with commas. A name without a line has an empty value.
    @inline(__always)
    private func writeHeaders(to sink: inout some CanonicalSink) {
        let list = signedHeaders.span
        let bytes = fields.bytes.span
        var start = 0
        while start <= list.count, !list.isEmpty {
            var end = start
            while end < list.count, list[end] != UInt8(ascii: ";") { end += 1 }
            let name = list.extracting(start..<end)
            sink.append(name)
            sink.append(UInt8(ascii: ":"))
            var isFirst = true
            for index in 0..<fields.count {
                let range = fields.nameRange(at: index)
                guard range.count == name.count, isSameName(bytes.extracting(range), name) else {
                    continue
                }
                if !isFirst { sink.append(UInt8(ascii: ",")) }
                isFirst = false
                writeCollapsed(bytes.extracting(fields.valueRange(at: index)), to: &sink)
            }
            sink.append(newline)
            start = end + 1
        }
    }

    @inline(__always)
    private func writeCollapsed(_ value: Span<UInt8>, to sink: inout some CanonicalSink) {
        var start = 0
        var index = 1
        while index < value.count {
            if value[index] == space, value[index - 1] == space {
                sink.append(value.extracting(start..<index))
                while index < value.count, value[index] == space { index += 1 }
                start = index
            }
            index += 1
        }
        sink.append(value.extracting(start...))
    }
}

private let newline = UInt8(ascii: "\n")
private let space = UInt8(ascii: " ")

/// Whether a header's name, in any case, is the name in lower case.
@inline(__always)
func isSameName(_ name: Span<UInt8>, _ lowered: Span<UInt8>) -> Bool {
    for index in name.indices {
        let byte = name[index]
        let wanted = lowered[index]
        if byte == wanted { continue }
        guard byte &- UInt8(ascii: "A") < 26, byte | 0x20 == wanted else { return false }
    }
    return true
}

/// Collects the canonical form as bytes.
struct BytesSink: CanonicalSink {
    var bytes: [UInt8] = []

    mutating func append(_ span: Span<UInt8>) {
        span.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ byte: UInt8) { bytes.append(byte) }
}

/// Hashes the canonical form: pieces are gathered in a buffer on the stack, because fifty pieces of some
/// bytes each cost SHA-256 more in calls than in rounds.
///
/// The pointer is sound: the sink lives inside the closure that owns the buffer, and writes only below
/// `bufferBytes`.
private struct HashSink: CanonicalSink {
    static let bufferBytes = 1_024

    private var hash = SHA256()
    private let buffer: UnsafeMutableRawBufferPointer
    private var count = 0

    init(buffer: UnsafeMutableRawBufferPointer) { self.buffer = buffer }

    @inline(__always)
    mutating func append(_ span: Span<UInt8>) {
        if span.count > HashSink.bufferBytes - count {
            flush()
            guard span.count <= HashSink.bufferBytes else {
                span.withUnsafeBytes { hash.update($0) }
                return
            }
        }
        span.withUnsafeBytes { source in
            guard let source = source.baseAddress, let target = buffer.baseAddress else { return }
            (target + count).copyMemory(from: source, byteCount: span.count)
        }
        count += span.count
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        if count == HashSink.bufferBytes { flush() }
        buffer[count] = byte
        count += 1
    }

    mutating func flush() {
        hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        count = 0
    }

    mutating func finalize() -> SHA256.Value {
        flush()
        return hash.finalize()
    }
}
