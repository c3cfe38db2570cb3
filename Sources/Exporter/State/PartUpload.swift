// Uploads in parts as the state remembers them.

import Platform

/// How far an upload in parts has come.
package enum UploadStage: String, CaseIterable, Sendable {
    /// Asked for; one may be there whose id nobody knows.
    case creating
    /// It has an id, and parts are on their way.
    case open
    /// It was or was about to be completed: the file may be there.
    case completing
    /// It is no good any more and could not be removed.
    case void
    /// It was given up and is gone, before anything came of it; until the end of its delivery is written down.
    case gone
}

/// An upload in parts that has not ended, as far as our own record knows.
package struct PartUpload: Equatable, Sendable {
    /// A part that the destination has confirmed.
    package struct Part: Equatable, Sendable {
        /// From 1.
        package let number: Int
        package let bytes: Int64
        /// Without quotes.
        package let etag: String
        /// CRC-64/NVME in Base64.
        package let checksum: String

        package init(number: Int, bytes: Int64, etag: String, checksum: String) {
            self.number = number
            self.bytes = bytes
            self.etag = etag
            self.checksum = checksum
        }
    }

    /// The row.
    package let id: Int64
    /// The delivery whose bytes it holds.
    package let delivery: Int64
    /// The destination's name for it; nil while nobody knows it.
    package let uploadID: String?
    package let partBytes: Int64
    package let stage: UploadStage
    package let began: Timestamp
    /// Why it could not be removed, when that was tried.
    package let leftBecause: String?
    /// By number.
    package let parts: [Part]

    /// A later attempt at the same bytes can go on with it.
    package var canGoOn: Bool { uploadID != nil && (stage == .open || stage == .completing) }
}
