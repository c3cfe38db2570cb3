// The digests of one content while it comes in. How they are computed depends on how much there is: a few
// bytes at once; a piece of a body at the end of its loop's tick, together with those of other bodies,
// because several MD5s at once cost little more than one; and the pieces of a large body on a thread, so
// that the loop receives and writes meanwhile.

import Digest
import EventLoop

/// MD5 of a content, and SHA-256 if wanted.
///
/// `@unchecked Sendable` is right because `digest` is touched by one at a time, the task that owns the hasher
/// or who computes for it while that task waits or knows that pieces are not finished; and the counters of
/// pieces are behind the lock of `queue`.
package final class ContentHasher: @unchecked Sendable {
    /// Where it is until the end, because others write to it.
    let digest: UnsafeMutablePointer<ContentDigest>
    private let queue: HashQueue
    /// How many pieces were posted.
    package private(set) var postedCount = 0

    /// Pieces for the thread, the oldest first; behind the queue's lock.
    var pieces: [UnsafeRawBufferPointer] = []
    /// How many pieces the thread has finished; behind the queue's lock.
    var finishedCount = 0
    /// Who waits until so many pieces are finished; behind the queue's lock.
    var waiter: (count: Int, loop: EventLoop, continuation: UnsafeContinuation<Void, Never>)?

    init(queue: HashQueue, includesSHA256: Bool) {
        self.queue = queue
        digest = .allocate(capacity: 1)
        digest.initialize(to: ContentDigest(includesSHA256: includesSHA256))
    }

    deinit {
        precondition(
            finishedCount == postedCount,
            "a hasher is dropped when its pieces are finished"
        )
        digest.deinitialize(count: 1)
        digest.deallocate()
    }

    /// Takes the next bytes at once; when no posted piece is unfinished.
    package func take(_ bytes: UnsafeRawBufferPointer) { digest.pointee.update(bytes) }

    /// Takes the next bytes together with those of others, at the end of the loop's tick; when no posted piece
    /// is unfinished.
    ///
    /// The bytes must stay where they are until this returns.
    package func takeInTurn(_ bytes: UnsafeRawBufferPointer) async {
        if bytes.count < HashQueue.pieceBytes {
            take(bytes)
        } else {
            await queue.update(self, bytes)
        }
    }

    /// Has the thread take the next bytes, which must stay where they are until they are finished; on a loop.
    package func post(_ bytes: UnsafeRawBufferPointer) {
        postedCount += 1
        queue.post(bytes, of: self)
    }

    /// Waits until the thread has finished so many of the posted pieces; on a loop.
    package func finish(_ count: Int) async { await queue.finish(count, of: self) }

    /// The MD5 of the bytes so far; when no posted piece is unfinished.
    package var md5: MD5.Value { digest.pointee.md5 }

    /// The SHA-256 of the bytes so far, nil when it is not wanted; when no posted piece is unfinished.
    package var sha256: SHA256.Value? { digest.pointee.sha256 }
}
