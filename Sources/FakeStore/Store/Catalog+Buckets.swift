// The statements for buckets, and for what is kept of the store as a whole: the world, and the bounds of ids.

import Platform
import SQLite

extension Catalog {
    func createBucket(
        name: String,
        dialect: BucketDialect,
        account: String,
        region: String,
        settings: String
    ) throws -> BucketRecord {
        if let taken = try BucketRecord.named(name, in: database) {
            throw StoreError.bucketExists(taken)
        }
        let now = clock()
        try database.run(
            """
            INSERT INTO buckets (name, dialect, account, region, created, settings)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                .text(name), .text(dialect.rawValue), .text(account), .text(region),
                .integer(now.microseconds), .text(settings),
            ]
        )
        let id = database.lastInsertedRow
        liveBuckets.insert(id)
        return BucketRecord(
            id: id,
            name: name,
            dialect: dialect,
            account: account,
            region: region,
            created: now,
            settings: settings
        )
    }

    func updateBucket(_ id: Int64, settings: String) throws {
        let count = try database.run(
            "UPDATE buckets SET settings = ? WHERE id = ?",
            [.text(settings), .integer(id)]
        )
        if count == 0 { throw StoreError.noSuchBucket }
    }

    func deleteBucket(_ id: Int64) throws {
        guard liveBuckets.contains(id) else { throw StoreError.noSuchBucket }
        let isUsed = try database.first(
            "SELECT 1 FROM objects WHERE bucket = ? LIMIT 1",
            [.integer(id)]
        ) { _ in true }
        if isUsed == true { throw StoreError.bucketNotEmpty }
        // Uploads don't keep a bucket: S3 deletes it with them [reported: scality/cloudserver#1591,
        // ceph/ceph#15630, both after trying it on AWS].
        for upload in try uploads(of: id) { try removeUpload(upload) }
        try database.run("DELETE FROM buckets WHERE id = ?", [.integer(id)])
        liveBuckets.remove(id)
    }

    func saveWorld(_ text: String) throws {
        try database.run(
            "INSERT OR REPLACE INTO facts (name, value) VALUES ('world', ?)",
            [.text(text)]
        )
    }

    /// Notes that no content that is new after the next start may have an id up to the highest of now.
    func saveContentLimit() throws {
        try database.run(
            "INSERT OR REPLACE INTO facts (name, value) VALUES ('content', ?)",
            [.integer(folder.highestID)]
        )
    }

    /// Removes everything but the bounds of sequences and contents.
    func clear() throws {
        garbage += try database.rows("SELECT id FROM files") { $0.integer(0) }
        try database.execute(
            """
            DELETE FROM objects; DELETE FROM contents; DELETE FROM files; DELETE FROM parts;
            DELETE FROM uploads; DELETE FROM buckets; DELETE FROM facts WHERE name = 'world';
            """
        )
        liveBuckets.removeAll()
        noteEverythingChanged()
    }
}
