// How rows of the catalog become values.

import Platform
import SQLite

extension ObjectRecord {
    /// The columns that `init(bucket:key:row:)` reads, in its order.
    static let columns = """
        sequence, metageneration, is_null, is_delete_marker, size, etag, modified, content, file, details
        """

    /// The current row of a statement that selects `columns` first.
    init(bucket: Int64, key: [UInt8], row: Statement) {
        self.init(
            bucket: bucket,
            key: key,
            sequence: row.integer(0),
            metageneration: row.integer(1),
            isNull: row.integer(2) != 0,
            isDeleteMarker: row.integer(3) != 0,
            modified: Timestamp(microseconds: row.integer(6)),
            attributes: ObjectAttributes(
                size: row.integer(4),
                etag: row.text(5),
                list: AttributeList(stored: row.bytes(9))
            ),
            content: ObjectRecord.content(row: row)
        )
    }

    static func content(row: Statement) -> ContentReference {
        ContentReference(row: row.integer(7), file: row.integer(8))
    }
}

extension Statement {
    /// Binds a content's two columns.
    func bind(_ content: ContentReference, at index: Int32) throws {
        switch content {
        case .empty:
            try bindNull(at: index)
            try bindNull(at: index + 1)
        case .row(let id):
            try bind(id, at: index)
            try bindNull(at: index + 1)
        case .file(let id):
            try bindNull(at: index)
            try bind(id, at: index + 1)
        }
    }
}

extension BucketRecord {
    private static let select =
        "SELECT id, name, dialect, account, region, created, settings FROM buckets"

    /// All buckets in the order of their names.
    static func all(in database: Database) throws -> [BucketRecord] {
        try database.rows("\(select) ORDER BY name", [], BucketRecord.init(row:))
    }

    /// The bucket of a name, or nil.
    static func named(_ name: String, in database: Database) throws -> BucketRecord? {
        try database.first("\(select) WHERE name = ?", [.text(name)], BucketRecord.init(row:))
    }

    private init(row: Row) {
        self.init(
            id: row.integer(0),
            name: row.text(1),
            dialect: BucketDialect(rawValue: row.text(2)) ?? .s3,
            account: row.text(3),
            region: row.text(4),
            created: Timestamp(microseconds: row.integer(5)),
            settings: row.text(6)
        )
    }
}
