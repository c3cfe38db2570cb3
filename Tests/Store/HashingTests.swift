// Digests of contents that come in at once are those of each content alone, in whatever way they are computed.

import Digest
import Testing

@testable import Store

@Suite struct HashingTests {
    private let open: OpenStore

    init() throws { open = try OpenStore() }

    /// A content in memory that stays where it is.
    ///
    /// `@unchecked Sendable` is right because nothing changes it.
    private final class Content: @unchecked Sendable {
        let bytes: UnsafeMutableRawBufferPointer

        init(_ count: Int, seed: UInt8) {
            bytes = .allocate(byteCount: count, alignment: 1)
            let period = pattern(50_021, seed: seed)
            for start in stride(from: 0, to: count, by: period.count) {
                UnsafeMutableRawBufferPointer(rebasing: bytes[start...])
                    .copyBytes(from: period.prefix(count - start))
            }
        }

        deinit { bytes.deallocate() }

        func pieces(of size: Int) -> [UnsafeRawBufferPointer] {
            stride(from: 0, to: bytes.count, by: size).map { start in
                UnsafeRawBufferPointer(
                    rebasing: bytes[start..<min(start + size, bytes.count)]
                )
            }
        }

        func isOf(_ hasher: ContentHasher, includesSHA256: Bool) -> Bool {
            let whole = UnsafeRawBufferPointer(bytes)
            return hasher.md5 == MD5.hash(whole)
                && hasher.sha256 == (includesSHA256 ? SHA256.hash(whole) : nil)
        }
    }

    @Test func hashesInTurnAsAlone() async throws {
        let outcomes = try await open.atOnce(40) { store, index in
            let content = Content(index % 4 == 0 ? 1_000 : 7_001 * index, seed: UInt8(index))
            let hasher = store.newHasher(includesSHA256: index % 3 > 0)
            for piece in content.pieces(of: 50_000) { await hasher.takeInTurn(piece) }
            return content.isOf(hasher, includesSHA256: index % 3 > 0)
        }
        #expect(outcomes.allSatisfy { $0 })
    }

    @Test func hashesOnItsThreadAsAlone() async throws {
        let outcomes = try await open.atOnce(12) { store, index in
            let content = Content(100_001 * index, seed: UInt8(index))
            let hasher = store.newHasher(includesSHA256: index % 2 > 0)
            // The beginning at once, the end in turn, and between them pieces ahead of the thread.
            let pieces = content.pieces(of: 60_000)
            for (number, piece) in pieces.enumerated() {
                if number == 0 {
                    hasher.take(piece)
                } else if number == pieces.count - 1 {
                    await hasher.finish(hasher.postedCount)
                    await hasher.takeInTurn(piece)
                } else {
                    hasher.post(piece)
                    await hasher.finish(hasher.postedCount - 3)
                }
            }
            return content.isOf(hasher, includesSHA256: index % 2 > 0)
        }
        #expect(outcomes.allSatisfy { $0 })
    }

    @Test func hashesOutsideOfLoops() async throws {
        let content = Content(100_000, seed: 1)
        let hasher = open.store.newHasher(includesSHA256: true)
        for piece in content.pieces(of: 30_000) { await hasher.takeInTurn(piece) }
        #expect(content.isOf(hasher, includesSHA256: true))
    }

    @Test func hashesAlsoWhenTheStoreIsClosed() async throws {
        let content = Content(100_000, seed: 1)
        let isRight = try await open.onLoop { store in
            let hasher = store.newHasher(includesSHA256: true)
            for piece in content.pieces(of: 30_000) { hasher.post(piece) }
            await hasher.finish(hasher.postedCount)
            return content.isOf(hasher, includesSHA256: true)
        }
        #expect(isRight)
    }
}
