// What an upload in parts writes down before it does it, so that another process can go on after a kill, and
// so that nothing it leaves in a bucket is forgotten. The record is our own on purpose: asking the bucket
// (ListParts, ListMultipartUploads) takes permissions that `s3:PutObject` does not hold.

import Platform

/// An upload in parts that was begun and has not ended, as it was written down.
package struct UnfinishedUpload: Equatable, Sendable {
    /// A part that the destination has confirmed.
    package struct Part: Equatable, Sendable {
        /// From 1.
        package let number: Int
        package let count: Int64
        /// The part's ETag, without quotes.
        package let etag: String
        /// CRC-64/NVME in Base64.
        package let checksum: String

        package init(number: Int, count: Int64, etag: String, checksum: String) {
            self.number = number
            self.count = count
            self.etag = etag
            self.checksum = checksum
        }
    }

    /// The name that the destination gave it.
    package let id: String
    package let partBytes: Int64
    /// It was or was about to be completed: the file may be there.
    package var isCompleting: Bool
    /// In any order.
    package var parts: [Part]

    package init(id: String, partBytes: Int64, isCompleting: Bool = false, parts: [Part] = []) {
        self.id = id
        self.partBytes = partBytes
        self.isCompleting = isCompleting
        self.parts = parts
    }
}

/// Where an upload in parts is written down: one upload of certain bytes to a certain place at a time.
///
/// What a call writes is safe from a kill when it returns. `stored` is called from several threads. The end that
/// is hoped for is not among the calls: whoever writes down that the file was stored ends the notes with it, in
/// one step, because until then an upload that can be completed once more is the only proof there is.
package protocol UploadNotes: Sendable {
    /// The upload that can be gone on with.
    func unfinished() throws -> UnfinishedUpload?

    /// An upload is about to be begun: from now on one may be there whose id nobody knows.
    func willBegin(partBytes: Int64) throws

    /// The upload was begun and has an id.
    ///
    /// `lost` further ones may have been begun, by requests whose answers were lost.
    func began(_ upload: UnfinishedUpload, lost: Int) throws

    /// No answer told of an upload; `lost` may have been begun all the same.
    func didNotBegin(lost: Int) throws

    /// The destination has confirmed a part.
    func stored(_ part: UnfinishedUpload.Part) throws

    /// The upload is about to be completed: from now on the file may be there.
    func willComplete() throws

    /// Completing it was refused, and nothing can have come of it.
    func wasNotCompleted() throws

    /// It was given up and is not there any more; nothing came of it.
    func gaveUp() throws

    /// It is not there any more; the file may be.
    func ended() throws

    /// The upload could not be removed and stays where it is.
    ///
    /// Unless it is `void`, a later write of the same bytes can go on with it.
    func left(because reason: String, isVoid: Bool) throws
}

/// Notes that go with the process, for uploads that nobody will go on with.
package final class PassingNotes: UploadNotes {
    private let current = Locked<UnfinishedUpload?>(nil)

    package init() {}

    package func unfinished() -> UnfinishedUpload? { current.withLock { $0 } }
    package func willBegin(partBytes: Int64) {}
    package func began(_ upload: UnfinishedUpload, lost: Int) { current.withLock { $0 = upload } }
    package func didNotBegin(lost: Int) {}
    package func stored(_ part: UnfinishedUpload.Part) {
        current.withLock { $0?.parts.append(part) }
    }
    package func willComplete() { current.withLock { $0?.isCompleting = true } }
    package func wasNotCompleted() { current.withLock { $0?.isCompleting = false } }
    package func gaveUp() { ended() }
    package func ended() { current.withLock { $0 = nil } }
    package func left(because reason: String, isVoid: Bool) { if isVoid { ended() } }
}
