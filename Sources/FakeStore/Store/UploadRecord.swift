// Uploads in parts as the catalog has them: an upload that is going on, its parts, and how they are listed.

import Platform
import SQLite

/// An upload in parts that was begun and is neither completed nor aborted.
package struct UploadRecord: Sendable, Equatable {
    /// Given by the store, never given twice, and growing with time like `ObjectRecord.sequence`: an
    /// object with a larger one was written after the upload began.
    package let id: Int64
    /// The bucket's id.
    package let bucket: Int64
    /// The key of the object to be.
    package let key: [UInt8]
    /// The ARN of the principal that began it.
    package let initiator: String
    /// When it was begun.
    package let created: Timestamp
    /// What the object will be given; its entity tag is not known yet and empty.
    package let attributes: ObjectAttributes

    /// What the dialect noted of the upload for itself.
    package var note: String { attributes.list.text(.note) ?? "" }
    /// Whether there was an object under the key when the upload began.
    package var beganOverAnObject: Bool { attributes.list.first(.replaces) != nil }

    static let columns = "id, bucket, key, initiator, created, details"

    /// The current row of a query of `columns`.
    init(row: Row) {
        id = row.integer(0)
        bucket = row.integer(1)
        key = row.bytes(2)
        initiator = row.text(3)
        created = Timestamp(microseconds: row.integer(4))
        attributes = ObjectAttributes(
            size: 0,
            etag: "",
            list: AttributeList(stored: row.bytes(5))
        )
    }

    init(
        id: Int64,
        bucket: Int64,
        key: [UInt8],
        initiator: String,
        created: Timestamp,
        attributes: ObjectAttributes
    ) {
        self.id = id
        self.bucket = bucket
        self.key = key
        self.initiator = initiator
        self.created = created
        self.attributes = attributes
    }
}

/// A part of an upload.
package struct PartRecord: Sendable, Equatable {
    /// Its number; the object has the parts in the order of their numbers.
    package let number: Int
    /// When it was written.
    package let modified: Timestamp
    /// Size, entity tag, MD5 and checksum.
    package let attributes: ObjectAttributes
    let content: ContentReference

    static let columns = "number, size, etag, modified, content, file, details"

    /// The current row of a query of `columns`.
    init(row: Row) {
        number = Int(row.integer(0))
        modified = Timestamp(microseconds: row.integer(3))
        attributes = ObjectAttributes(
            size: row.integer(1),
            etag: row.text(2),
            list: AttributeList(stored: row.bytes(6))
        )
        content = ContentReference(row: row.integer(4), file: row.integer(5))
    }

    init(number: Int, modified: Timestamp, attributes: ObjectAttributes, content: ContentReference)
    {
        self.number = number
        self.modified = modified
        self.attributes = attributes
        self.content = content
    }
}

/// A part as the one who completes an upload names it.
package struct NamedPart: Sendable, Equatable {
    /// Its number.
    package let number: Int
    /// Its entity tag without quotes.
    package let etag: String

    package init(number: Int, etag: String) {
        self.number = number
        self.etag = etag
    }
}

/// Which uploads of a bucket to list.
package struct UploadQuery: Sendable, Equatable {
    /// Only keys that begin with this.
    package var prefix: [UInt8] = []
    /// Keys that hold this after the prefix are rolled up into one common prefix.
    package var delimiter: [UInt8]?
    /// Only keys after this one, and after all that it rolls up when it is a common prefix.
    package var afterKey: [UInt8]?
    /// With it also the uploads of `afterKey` itself that began after this one.
    package var afterUpload: Int64?
    /// How many entries at most; uploads and common prefixes count alike.
    package var limit = 1_000

    package init() {}
}

/// One page of a list of uploads.
package struct UploadPage: Sendable, Equatable {
    /// One entry of a list of uploads.
    package enum Entry: Sendable, Equatable {
        /// An upload that is going on.
        case upload(UploadRecord)
        /// What the delimiter rolled up; ends with it.
        case commonPrefix([UInt8])
    }

    /// By key, those of one key in the order in which they began.
    package let entries: [Entry]
    /// Whether more follows.
    package let isTruncated: Bool
}

extension ObjectAttributes {
    /// These attributes with what the dialect wants to remember of an upload.
    package func noting(_ note: String) -> ObjectAttributes {
        var result = self
        if !note.isEmpty { result.list.add(.note, note) }
        return result
    }

    /// What an object is given that was uploaded in parts.
    package func completing(
        _ upload: Int64,
        etag: String,
        checksum: StoredChecksum?,
        partSizes: [Int64]
    ) -> ObjectAttributes {
        var list = list
        if let checksum { list.add(checksum) }
        list.add(.upload, String(upload))
        // Runs of (how many, how large): nearly always all parts but the last are of one size.
        var runs: [Int64] = []
        for size in partSizes {
            if runs.last == size { runs[runs.count - 2] += 1 } else { runs += [1, size] }
        }
        list.add(.partSizes, numbers: runs)
        return ObjectAttributes(size: 0, etag: etag, list: list)
    }

    /// The upload an object came from; nil when it was put in one piece.
    package var upload: Int64? { list.text(.upload).flatMap { Int64($0) } }

    /// The sizes of the parts an object was uploaded in; nil when it was put in one piece.
    package var partSizes: [Int64]? {
        guard let runs = list.numbers(.partSizes), runs.count % 2 == 0 else { return nil }
        return stride(from: 0, to: runs.count, by: 2).flatMap {
            Array(repeating: runs[$0 + 1], count: Int(runs[$0]))
        }
    }
}

extension AttributeList {
    mutating func add(_ checksum: StoredChecksum) {
        add(
            checksum.isComposite ? .compositeChecksum : .checksum,
            checksum.algorithm,
            checksum.value
        )
    }
}

extension ContentReference {
    /// The two columns that say where bytes are; NULL reads as 0, and ids begin at 1.
    init(row: Int64, file: Int64) {
        if row != 0 {
            self = .row(row)
        } else {
            self = file == 0 ? .empty : .file(file)
        }
    }
}
