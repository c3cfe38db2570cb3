// How a file is cut into parts. S3's bounds: 10,000 parts of at most 5 GiB, each but the last of at least
// 5 MiB ("Amazon S3 multipart upload limits").

/// The parts of one file.
package struct PartPlan: Equatable, Sendable {
    /// One part: the bytes from `offset`.
    package struct Part: Equatable, Sendable {
        /// From 1.
        package let number: Int
        package let offset: Int64
        package let count: Int64
    }

    /// Files up to this go out in one request; larger ones in parts.
    package static let singleRequestBytes: Int64 = 16 << 20
    /// How large a part is, as long as 10,000 of them are enough.
    package static let usualPartBytes: Int64 = 8 << 20
    package static let maximumParts: Int64 = 10_000
    /// How many parts of a file are on their way at a time.
    package static let partsAtATime = 4

    package let fileBytes: Int64
    package let partBytes: Int64

    /// The plan for a new upload: parts of 8 MiB, of more where 10,000 of them (78 GiB) don't suffice.
    package init(fileBytes: Int64) {
        let needed = (fileBytes + PartPlan.maximumParts - 1) / PartPlan.maximumParts
        let mebibyte: Int64 = 1 << 20
        let rounded = (needed + mebibyte - 1) / mebibyte * mebibyte
        self.init(fileBytes: fileBytes, partBytes: max(PartPlan.usualPartBytes, rounded))
    }

    /// The plan of an upload that was begun with parts of this size.
    package init(fileBytes: Int64, partBytes: Int64) {
        precondition(fileBytes > 0 && partBytes > 0, "\(fileBytes) bytes in parts of \(partBytes)")
        self.fileBytes = fileBytes
        self.partBytes = partBytes
    }

    package var parts: [Part] {
        stride(from: 0, to: fileBytes, by: Int64.Stride(partBytes)).enumerated().map {
            Part(number: $0 + 1, offset: $1, count: min(partBytes, fileBytes - $1))
        }
    }
}
