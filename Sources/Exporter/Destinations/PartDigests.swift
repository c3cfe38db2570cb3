// The two digests that go out with a part: SHA-256 for the signature, CRC-64/NVME for S3 to keep.

import Digest
import Platform
import Transfer

/// The digests of a piece of a body, read once.
struct PartDigests {
    let sha256: SHA256.Value
    let crc64: CRC64NVME.Value

    /// Reads the whole body in pieces, so that its size never shows in memory.
    ///
    /// - Throws: a `SystemError` when the file can't be read or is shorter than it was.
    init(_ body: TransferRequest.Body) throws {
        var sha256 = SHA256()
        var crc64 = CRC64NVME()
        switch body {
        case .none: break
        case .bytes(let bytes):
            sha256.update(bytes)
            crc64.update(bytes)
        case .file(let file, let offset, let count):
            var room = [UInt8](repeating: 0, count: Int(min(count, 1 << 18)))
            var done: Int64 = 0
            while done < count {
                let wanted = Int(min(Int64(room.count), count - done))
                let taken = try room.withUnsafeMutableBytes {
                    try file.read(
                        into: UnsafeMutableRawBufferPointer(rebasing: $0[..<wanted]),
                        at: offset + done
                    )
                }
                if taken == 0 { throw SystemError(call: "read", code: 5, path: file.path) }  // EIO
                room.withUnsafeBytes {
                    let piece = UnsafeRawBufferPointer(rebasing: $0[..<taken])
                    sha256.update(piece)
                    crc64.update(piece)
                }
                done += Int64(taken)
            }
        }
        self.sha256 = sha256.finalize()
        self.crc64 = crc64.finalize()
    }
}

extension PartPlan {
    /// The CRC-64/NVME of the whole file from those of its parts, in Base64; nil when one is no such value.
    ///
    /// `parts` are all parts in ascending order.
    static func wholeChecksum(of parts: [UnfinishedUpload.Part]) -> String? {
        var whole: CRC64NVME.Value?
        for part in parts {
            guard let next = CRC64NVME.Value(base64: part.checksum) else { return nil }
            whole = whole.map { CRC64NVME.combined($0, next, count: part.count) } ?? next
        }
        return whole?.base64
    }
}
