// The same result by every way: in pieces, by the CPU's instructions and without them.

import CSystem
import Testing

@testable import Digest

/// Bytes that look random and are the same in every run.
func sample(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return (0..<count).map { _ in
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt8(truncatingIfNeeded: state >> 24)
    }
}

@Suite struct EquivalenceTests {
    private func isSameAtAllSplits<Digest: UnkeyedDigest>(_ type: Digest.Type) -> Bool {
        let message = sample(200)
        let whole = Digest.hash(message)
        return message.indices.allSatisfy { first in
            [first, min(first + 1, 200), min(first + 64, 200), 200].allSatisfy { second in
                var digest = Digest()
                digest.update(message[..<first])
                digest.update(message[first..<second])
                let copy = digest
                _ = copy.finalize()
                digest.update(message[second...])
                return digest.finalize() == whole
            }
        }
    }

    @Test func isTheSameInPiecesAsInOne() {
        #expect(isSameAtAllSplits(SHA256.self))
        #expect(isSameAtAllSplits(MD5.self))
        #expect(isSameAtAllSplits(CRC32.self))
        #expect(isSameAtAllSplits(CRC32C.self))
        #expect(isSameAtAllSplits(CRC64NVME.self))
        #expect(isSameAtAllSplits(SHA1.self))
    }

    @Test func authenticatesTheSameInPiecesAsInOne() {
        let key = HMACSHA256.Key(sample(32))
        let message = sample(150)
        for split in message.indices {
            var hmac = HMACSHA256(key: key)
            hmac.update(message[..<split])
            hmac.update(message[split...])
            #expect(hmac.finalize() == key.code(for: message))
        }
    }

    @Test func takesTheSameKeyAsBytesAndAsAValue() {
        let value = SHA256.hash("key")
        #expect(HMACSHA256.Key(value).code(for: "m") == HMACSHA256.Key(value.bytes).code(for: "m"))
    }

    @Test func compressesPortablyAsTheInstructionsDo() {
        for blocks in [1, 2, 3, 17] {
            let message = sample(64 * blocks, seed: UInt64(blocks))
            message.withUnsafeBytes { bytes in
                guard let start = bytes.baseAddress else { return }
                var fast = SHA256State()
                var portable = SHA256State()
                fast.compress(start, blockCount: blocks)
                portable.compressPortably(start, blockCount: blocks)
                #expect(fast.value == portable.value)
            }
        }
    }

    @Test func checksPortablyAsTheInstructionsDo() {
        for count in Array(0...300) + [1023, 1024, 4099, 65_537] {
            let message = sample(count + 3, seed: UInt64(count))
            message.withUnsafeBytes { bytes in
                for start in 0...3 {
                    let part = UnsafeRawBufferPointer(rebasing: bytes[start..<start + count])
                    for algorithm in [CRCAlgorithm.crc32, CRCAlgorithm.crc32c] {
                        let register = UInt32(truncatingIfNeeded: count &* 0x9E37_79B9)
                        #expect(
                            algorithm.advance(register, over: part)
                                == algorithm.advancePortably(register, over: part)
                        )
                    }
                    let register = UInt64(count) &* 0x9E37_79B9_7F4A_7C15
                    #expect(
                        CRC64NVME.advance(register, over: part)
                            == CRC64NVME.advancePortably(register, over: part)
                    )
                }
            }
        }
    }
}

/// A content's digests are those of MD5 and SHA-256, alone and among others.
@Suite struct ContentDigestTests {
    @Test func isTheSameAsBothInPiecesAndInOne() {
        let message = sample(300)
        for split in message.indices {
            for includesSHA256 in [false, true] {
                var digest = ContentDigest(includesSHA256: includesSHA256)
                message.withUnsafeBytes { bytes in
                    digest.update(UnsafeRawBufferPointer(rebasing: bytes[..<split]))
                    digest.update(UnsafeRawBufferPointer(rebasing: bytes[split...]))
                }
                #expect(digest.md5 == MD5.hash(message))
                #expect(digest.sha256 == (includesSHA256 ? SHA256.hash(message) : nil))
            }
        }
    }

    @Test func isTheSameAmongOthers() {
        // Of one length and of many, with a begun block and without, more than there are lanes.
        let lengths = [0, 1, 63, 64, 65, 200, 4096, 4097, 10_000]
        for count in 1...20 {
            let messages = (0..<count).map { index in
                sample(lengths[index * count % lengths.count], seed: UInt64(index))
            }
            for begun in [0, 1, 64, 100] {
                check(messages, begun: begun) { $0 % 3 != 0 }
                check(messages, begun: begun) { _ in true }
            }
        }
    }

    /// Digests all messages together, after `begun` bytes of each one alone.
    private func check(_ messages: [[UInt8]], begun: Int, includesSHA256: (Int) -> Bool) {
        let beginning = sample(begun, seed: 99)
        let digests = messages.indices.map { index in
            let digest = UnsafeMutablePointer<ContentDigest>.allocate(capacity: 1)
            digest.initialize(to: ContentDigest(includesSHA256: includesSHA256(index)))
            beginning.withUnsafeBytes { digest.pointee.update($0) }
            return digest
        }
        let contents = messages.map { message in
            let content = UnsafeMutableRawBufferPointer.allocate(
                byteCount: message.count,
                alignment: 1
            )
            content.copyBytes(from: message)
            return content
        }
        defer {
            for digest in digests { digest.deallocate() }
            for content in contents { content.deallocate() }
        }
        let works = zip(digests, contents).map { digest, content in
            ContentDigest.Work(digest, UnsafeRawBufferPointer(content))
        }
        ContentDigest.update(works)
        for (index, message) in messages.enumerated() {
            #expect(digests[index].pointee.md5 == MD5.hash(beginning + message))
            let expected = includesSHA256(index) ? SHA256.hash(beginning + message) : nil
            #expect(digests[index].pointee.sha256 == expected)
        }
    }
}
