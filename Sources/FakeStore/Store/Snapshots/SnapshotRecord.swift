// What is known of a snapshot without opening its objects. It stands in the facts of the snapshot's catalog.

import Platform
import SQLite

/// A snapshot.
package struct SnapshotRecord: Sendable, Equatable {
    package let name: SnapshotName
    /// When it was made, on the store's clock.
    package let created: Timestamp
    package let buckets: Int
    /// Current versions of keys.
    package let objects: Int
    /// Uploads in parts that were going on.
    package let uploads: Int
    /// The contents of objects and parts together.
    package let bytes: Int64

    init(_ name: SnapshotName, _ catalog: Database) throws {
        func fact(_ fact: String) throws -> Int64 {
            try catalog.first("SELECT value FROM facts WHERE name = ?", [.text("snapshot-\(fact)")])
            { $0.integer(0) } ?? 0
        }
        self.name = name
        created = Timestamp(microseconds: try fact("created"))
        buckets = Int(try fact("buckets"))
        objects = Int(try fact("objects"))
        uploads = Int(try fact("uploads"))
        bytes = try fact("bytes")
    }

    /// Counts what a copied catalog holds, and writes it there.
    static func note(_ created: Timestamp, in catalog: Database) throws {
        try catalog.run(
            """
            INSERT OR REPLACE INTO facts (name, value) VALUES
                ('snapshot-created', ?),
                ('snapshot-buckets', (SELECT count(*) FROM buckets)),
                ('snapshot-objects',
                    (SELECT count(*) FROM objects WHERE age = 0 AND NOT is_delete_marker)),
                ('snapshot-uploads', (SELECT count(*) FROM uploads)),
                ('snapshot-bytes', (SELECT ifnull(sum(size), 0) FROM objects)
                    + (SELECT ifnull(sum(size), 0) FROM parts))
            """,
            [.integer(created.microseconds)]
        )
    }
}
