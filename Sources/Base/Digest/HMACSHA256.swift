// HMAC with SHA-256 (RFC 2104). A key is digested once: its two padded blocks become two states that every
// message starts from, so a cached key costs no extra blocks.

/// HMAC-SHA256, bit by bit.
package struct HMACSHA256: IncrementalDigest {
    package typealias Value = DigestValue<Bytes32>

    /// A key, ready for use: 64 bytes, cheap to copy.
    package struct Key: Sendable {
        fileprivate let inner: SHA256State
        fileprivate let outer: SHA256State

        package init(_ bytes: some Collection<UInt8>) {
            // A key longer than a block is replaced by its digest.
            var block = InlineArray<64, UInt8>(repeating: 0)
            var length = 0
            if bytes.count > 64 {
                let digest = SHA256.hash(bytes)
                for index in 0..<32 { block[index] = digest[index] }
            } else {
                for byte in bytes {
                    block[length] = byte
                    length += 1
                }
            }
            inner = Key.state(block, pad: 0x36)
            outer = Key.state(block, pad: 0x5C)
        }

        /// The key that is the result of another HMAC, as in the chain that derives a signing key.
        package init(_ value: DigestValue<Bytes32>) {
            var block = InlineArray<64, UInt8>(repeating: 0)
            for index in 0..<32 { block[index] = value[index] }
            inner = Key.state(block, pad: 0x36)
            outer = Key.state(block, pad: 0x5C)
        }

        private static func state(_ block: InlineArray<64, UInt8>, pad: UInt8) -> SHA256State {
            var padded = block
            for index in 0..<64 { padded[index] ^= pad }
            var state = SHA256State()
            withUnsafeBytes(of: padded) { bytes in
                if let start = bytes.baseAddress { state.compress(start, blockCount: 1) }
            }
            return state
        }

        /// The code of a message.
        @inlinable
        package func code(for message: some Collection<UInt8>) -> Value {
            var hmac = HMACSHA256(key: self)
            hmac.update(message)
            return hmac.finalize()
        }

        /// The code of a text in UTF-8.
        @inlinable
        package func code(for message: String) -> Value { code(for: message.utf8) }
    }

    private var digest: SHA256
    private let outer: SHA256State

    package init(key: Key) {
        digest = SHA256(state: key.inner, blocks: 1)
        outer = key.outer
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) { digest.update(bytes) }

    package func finalize() -> Value {
        var outside = SHA256(state: outer, blocks: 1)
        outside.update(digest.finalize())
        return outside.finalize()
    }
}
