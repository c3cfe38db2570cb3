// Where the bytes of an upload go: into the store and through every digest.

import HTTPServer
import Store

/// The receiving end of one upload.
final class UploadSink {
    /// The pieces of larger bodies are hashed by a thread while the loop writes them and receives the next.
    private static let threadedBytes: Int64 = 1 << 20
    /// So many buffers wait for the thread at most: it is behind then, and the client has to wait.
    private static let buffersAhead = 3

    let content: ContentWriter
    let hasher: ContentHasher
    private(set) var checksum: RunningChecksum
    private let isThreaded: Bool
    /// Buffers that the thread reads from until it has finished so many pieces, the oldest first.
    private var lent: [(buffer: BodyBuffer, until: Int)] = []

    /// A sink for a content of so many bytes.
    init(_ store: Store, sizeBytes: Int64, includesSHA256: Bool, checksum: ChecksumAlgorithm) {
        content = store.newContent(expectedSize: sizeBytes)
        hasher = store.newHasher(includesSHA256: includesSHA256)
        self.checksum = RunningChecksum(checksum)
        isThreaded = sizeBytes > UploadSink.threadedBytes
    }

    /// Takes the next bytes at once.
    func take(_ bytes: UnsafeRawBufferPointer) throws {
        hasher.take(bytes)
        checksum.update(bytes)
        try content.append(bytes)
    }

    /// Takes the content that lies in the last piece of a body.
    func take(_ contents: [UnsafeRawBufferPointer], of body: RequestBody) async throws {
        if isThreaded, !contents.isEmpty, let buffer = body.takeBuffer() {
            for bytes in contents { hasher.post(bytes) }
            lent.append((buffer, hasher.postedCount))
        } else {
            await finish()
            if contents.count == 1 {
                await hasher.takeInTurn(contents[0])
            } else {
                for bytes in contents { hasher.take(bytes) }
            }
        }
        for bytes in contents {
            checksum.update(bytes)
            try content.append(bytes)
        }
        await reclaim(keeping: UploadSink.buffersAhead)
    }

    /// Waits until the thread needs none of the buffers; before the sink is dropped.
    func finish() async { await reclaim(keeping: 0) }

    private func reclaim(keeping count: Int) async {
        while lent.count > count {
            await hasher.finish(lent[0].until)
            lent.removeFirst().buffer.giveBack()
        }
    }
}
