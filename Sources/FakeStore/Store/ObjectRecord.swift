// One version of an object as the catalog has it.

import Platform
import Synchronization

/// A version of an object: what the catalog knows without its content.
package struct ObjectRecord: Sendable, Equatable {
    /// The bucket's id.
    package let bucket: Int64
    /// The key's bytes, as they came.
    package let key: [UInt8]
    /// Grows with every write of the store and is never given twice: it gives Google's generation as
    /// it is (microseconds since 1970, made unique), and S3's version id in a coded form.
    package let sequence: Int64
    /// Google's count of changes to this version's metadata; 1 for a new version.
    package let metageneration: Int64
    /// The version that S3 calls `null`: written while versioning was off or suspended.
    package let isNull: Bool
    /// The version that says that there is no object.
    package let isDeleteMarker: Bool
    /// When it was written, by the store's clock.
    package let modified: Timestamp
    /// What its writer said about it.
    package let attributes: ObjectAttributes
    let content: ContentReference
}

/// Where the bytes of a version are.
enum ContentReference: Sendable, Equatable {
    /// No bytes at all.
    case empty
    /// A row in `contents`.
    case row(Int64)
    /// A file, counted in `files`.
    case file(Int64)
}

/// A version in memory.
///
/// A class, because many requests are given the same one.
package final class StoredVersion: Sendable {
    /// What the catalog knows.
    package let record: ObjectRecord
    /// The content, when it is at hand.
    let bytes: [UInt8]?
    /// Owned by the version. (`AtomicLazyReference` would be the word for it, but each load of one looks up
    /// generic metadata.)
    private let answer = Atomic<Unmanaged<Rendering>?>(nil)

    /// Bytes that a dialect has made of a version.
    package final class Rendering: Sendable {
        package let bytes: [UInt8]

        init(_ bytes: [UInt8]) { self.bytes = bytes }
    }

    init(record: ObjectRecord, bytes: [UInt8]? = nil) {
        self.record = record
        self.bytes = bytes
    }

    /// What `render` makes of the version: once, because a version never changes.
    ///
    /// There is one such place, for the bucket's dialect.
    package func rendering(_ render: (ObjectRecord) -> [UInt8]) -> Rendering {
        if let made = answer.load(ordering: .acquiring) { return made.takeUnretainedValue() }
        let new = Unmanaged.passRetained(Rendering(render(record)))
        let (isMine, other) = answer.compareExchange(
            expected: nil,
            desired: new,
            ordering: .acquiringAndReleasing
        )
        guard !isMine, let other else { return new.takeUnretainedValue() }
        new.release()
        return other.takeUnretainedValue()
    }

    deinit { answer.load(ordering: .acquiring)?.release() }
}

/// A version with its bytes.
package struct StoredObject: Sendable {
    /// The version.
    package let version: StoredVersion
    /// The bytes.
    package let content: StoredContent

    /// What the catalog knows.
    package var record: ObjectRecord { version.record }
}

/// The bytes of a version.
package enum StoredContent: Sendable {
    /// Up to `ContentWriter.inlineLimitBytes` bytes.
    case inline([UInt8])
    /// The open file; it stays readable when the object is overwritten or deleted meanwhile.
    case file(OpenFile)
}
