// Uploads in parts as readers see them.

import Platform
import SQLite

extension Reader {
    /// The upload of an id, when it is for this key.
    func upload(_ id: Int64, bucket: Int64, key: [UInt8]) throws -> UploadRecord? {
        try UploadRecord.find(id, bucket: bucket, key: key, in: database)
    }

    /// Parts of an upload in the order of their numbers.
    func parts(of upload: Int64, after number: Int, limit: Int) throws -> [PartRecord] {
        try PartRecord.of(upload: upload, after: number, limit: limit, in: database)
    }

    /// Where the bytes of a part are to be had, also after this snapshot.
    func piece(_ part: PartRecord) throws -> PartPiece {
        switch part.content {
        case .empty: return .bytes([])
        case .row(let id):
            let bytes = try database.first(
                "SELECT bytes FROM contents WHERE id = ?",
                [.integer(id)]
            ) { $0.bytes(0) }
            guard let bytes else { throw StoreError.noSuchPart(number: part.number) }
            return .bytes(bytes)
        case .file(let id): return .file(path: folder.path(id), count: part.attributes.size)
        }
    }

    /// One page of a bucket's uploads.
    func uploads(bucket: Int64, _ query: UploadQuery) throws -> UploadPage {
        var entries: [UploadPage.Entry] = []
        var isTruncated = false
        let delimiter = query.delimiter.flatMap { $0.isEmpty ? nil : $0 }
        let select = """
            SELECT \(UploadRecord.columns) FROM uploads
            WHERE bucket = ?1 AND (key, id) >= (?2, ?3) AND dialect = 's3' ORDER BY key, id
            """
        // Each pass begins where the one before said that nothing in between is of interest.
        var next = query.limit == 0 ? nil : query.start
        while let start = next {
            next = nil
            try database.eachRow(
                select,
                [.integer(bucket), .bytes(start.key), .integer(start.upload)]
            ) { row in
                let upload = UploadRecord(row: row)
                guard upload.key.starts(with: query.prefix) else { return false }
                if entries.count == query.limit {
                    isTruncated = true
                    return false
                }
                let common = delimiter.flatMap {
                    upload.key[...].commonPrefix(after: query.prefix, to: $0)
                }
                guard let common else {
                    entries.append(.upload(upload))
                    return true
                }
                entries.append(.commonPrefix([UInt8](common)))
                next = [UInt8](common).successor.map { ($0, 0) }
                return false
            }
        }
        return UploadPage(entries: entries, isTruncated: isTruncated)
    }
}

extension UploadQuery {
    /// The least key and upload that may be listed, or nil when none may.
    fileprivate var start: (key: [UInt8], upload: Int64)? {
        guard let afterKey, !afterKey.lexicographicallyPrecedes(prefix) else { return (prefix, 0) }
        if let afterUpload { return (afterKey, afterUpload + 1) }
        if let delimiter, !delimiter.isEmpty,
            afterKey[...].commonPrefix(after: prefix, to: delimiter)?.count == afterKey.count
        {
            return afterKey.successor.map { ($0, 0) }
        }
        return (afterKey + [0], 0)
    }
}

/// The bytes of a part on their way into an object.
enum PartPiece: Sendable {
    case bytes([UInt8])
    case file(path: String, count: Int64)
}
