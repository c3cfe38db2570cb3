// Where the bytes of a canonical form go: into a digest, or into an array.

import Digest

/// What takes the bytes of a canonical form.
protocol CanonicalSink {
    mutating func append(_ bytes: Span<UInt8>)
    mutating func append(_ byte: UInt8)
    /// Appends the eight bytes of a word, the lowest first.
    mutating func append(word: UInt64)
}

extension CanonicalSink {
    @inline(__always)
    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { append($0.span) }
    }
}

/// Collects the form as bytes.
struct BytesSink: CanonicalSink {
    var bytes: [UInt8] = []

    mutating func append(_ span: Span<UInt8>) {
        span.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ byte: UInt8) { bytes.append(byte) }

    mutating func append(word: UInt64) {
        Swift.withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
    }
}

/// Digests the form.
///
/// Pieces are gathered in a buffer on the stack first, because fifty pieces of some bytes each cost
/// SHA-256 more in calls than in rounds.
///
/// The pointer is sound: a sink is made only by `digesting`, which owns the buffer for the time of the
/// call, and `append` writes below `bufferBytes` only.
struct DigestSink<Digest: IncrementalDigest>: CanonicalSink {
    private static var bufferBytes: Int { 1_024 }

    private var digest: Digest
    private let buffer: UnsafeMutableRawBufferPointer
    private var count = 0

    /// The digest of what `body` appends.
    @inline(__always)
    static func digesting(_ digest: Digest, _ body: (inout DigestSink) -> Void) -> Digest.Value {
        withUnsafeTemporaryAllocation(byteCount: bufferBytes, alignment: 16) { buffer in
            var sink = DigestSink(digest: digest, buffer: buffer)
            body(&sink)
            sink.flush()
            return sink.digest.finalize()
        }
    }

    private init(digest: Digest, buffer: UnsafeMutableRawBufferPointer) {
        self.digest = digest
        self.buffer = buffer
    }

    @inline(__always)
    mutating func append(_ span: Span<UInt8>) {
        if span.count > DigestSink.bufferBytes - count {
            flush()
            guard span.count <= DigestSink.bufferBytes else {
                span.withUnsafeBytes { digest.update($0) }
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
        if count == DigestSink.bufferBytes { flush() }
        buffer[count] = byte
        count += 1
    }

    @inline(__always)
    mutating func append(word: UInt64) {
        if count > DigestSink.bufferBytes - 8 { flush() }
        buffer.storeBytes(of: word.littleEndian, toByteOffset: count, as: UInt64.self)
        count += 8
    }

    private mutating func flush() {
        digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        count = 0
    }
}
