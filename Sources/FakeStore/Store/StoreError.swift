// Why the store could not do what it was asked: the caller's questions, not SQLite's answers.

@preconcurrency import Glibc
import Platform
import SQLite

/// A refusal or a failure of the store.
///
/// After any of them the store is as it was before the call.
package enum StoreError: Error, CustomStringConvertible {
    /// The name is taken; by this bucket.
    case bucketExists(BucketRecord)
    /// There is no bucket of this id, or it was deleted in the meantime.
    case noSuchBucket
    /// The bucket still holds objects.
    case bucketNotEmpty
    /// The condition of a write does not hold; `current` is the version it was checked against.
    case preconditionFailed(current: ObjectRecord?)
    /// There is no upload of this id for the key: it was never begun, or completed or aborted.
    case noSuchUpload
    /// The upload has no part of this number and entity tag.
    case noSuchPart(number: Int)
    /// There is no snapshot of this name.
    case noSuchSnapshot
    /// There are as many snapshots as there may be.
    case tooManySnapshots
    /// The disk (or quota) is full; nothing was changed.
    case noSpace
    /// The catalog names a content that is not in the folder: somebody removed it by hand.
    case contentMissing(path: String)
    /// The store was closed.
    case closed
    /// SQLite failed for another reason.
    case database(SQLiteError)
    /// A system call failed for another reason.
    case system(SystemError)

    /// The store's word for a failure below it.
    init(_ error: any Error) {
        switch error {
        case let error as StoreError: self = error
        case let error as SQLiteError: self = error.isOutOfSpace ? .noSpace : .database(error)
        case let error as SystemError: self = error.isOutOfSpace ? .noSpace : .system(error)
        default: preconditionFailure("unexpected error in the store: \(error)")
        }
    }

    package var description: String {
        switch self {
        case .bucketExists(let bucket): "bucket `\(bucket.name)` exists"
        case .noSuchBucket: "the bucket does not exist"
        case .bucketNotEmpty: "the bucket is not empty"
        case .preconditionFailed: "the condition of the write does not hold"
        case .noSuchUpload: "the upload does not exist"
        case .noSuchPart(let number): "the upload has no such part \(number)"
        case .noSuchSnapshot: "the snapshot does not exist"
        case .tooManySnapshots:
            "there are \(Store.snapshotCapacity) snapshots already: delete some first"
        case .noSpace: "the disk is full"
        case .contentMissing(let path): "`\(path)` is missing from the data folder"
        case .closed: "the store is closed"
        case .database(let error): error.description
        case .system(let error): error.description
        }
    }
}

extension SystemError {
    /// No room on the disk, in the quota, or below the file size limit.
    var isOutOfSpace: Bool { code == ENOSPC || code == EDQUOT || code == EFBIG }
}
