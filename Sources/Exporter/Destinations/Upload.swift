// What is to be written: a file on this disk (or a few bytes), with what a destination wants to know
// beforehand.

import Platform
import Transfer

/// Content to be stored, with its length and digest known before the first byte is sent.
package struct Upload: Sendable {
    package let body: TransferRequest.Body
    /// SHA-256 in hex.
    package let sha256: String
    package let contentType: String
    /// Where an upload in parts is written down.
    package let notes: any UploadNotes
    /// Called with the bytes sent so far, from the threads that send.
    package let progress: (@Sendable (Int64) -> Void)?

    package init(
        body: TransferRequest.Body,
        sha256: String,
        contentType: String,
        notes: any UploadNotes = PassingNotes(),
        progress: (@Sendable (Int64) -> Void)? = nil
    ) {
        self.body = body
        self.sha256 = sha256
        self.contentType = contentType
        self.notes = notes
        self.progress = progress
    }

    package var count: Int64 { body.count }
}
