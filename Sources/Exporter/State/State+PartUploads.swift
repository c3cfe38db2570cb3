// The write-ahead record of uploads in parts. A row stands for an upload that may take space in a bucket:
// written before it is begun, gone when it is known to be gone. Those that could not be removed stay, marked,
// and are told once in the outcome of the delivery that found out.

import Platform
import Rating
import SQLite

extension State {
    private static let uploadColumns = """
        SELECT id, delivery, upload_id, part_bytes, stage, began, left_because FROM part_uploads
        """

    /// The upload that a delivery can go on with, or nil.
    package func partUpload(of delivery: Int64) throws -> PartUpload? {
        try partUploads(
            "WHERE delivery = ? AND upload_id IS NOT NULL AND stage IN ('open', 'completing')",
            [.integer(delivery)]
        ).last
    }

    /// The uploads of a delivery that were asked for and never named: a process died between the two.
    package func unnamedUploads(of delivery: Int64) throws -> [PartUpload] {
        try partUploads(
            "WHERE delivery = ? AND stage = 'creating' AND left_because IS NULL",
            [.integer(delivery)]
        )
    }

    /// The uploads of all deliveries of one file that nobody has tried to remove yet.
    package func pendingUploads(
        export: String,
        provider: Provider,
        format: ExportFormat,
        cycle: BillingCycle
    ) throws -> [PartUpload] {
        try partUploads(
            """
            WHERE left_because IS NULL AND stage != 'gone' AND delivery IN
                (SELECT id FROM deliveries WHERE export = ? AND provider = ? AND format = ? AND cycle = ?)
            """,
            [.text(export), SQLValue(provider), SQLValue(format), SQLValue(cycle)]
        )
    }

    /// The uploads at a URL that were left in the bucket and that no outcome has told of yet.
    package func untoldUploads(url: String) throws -> [PartUpload] {
        try partUploads(
            """
            WHERE left_because IS NOT NULL AND NOT told
                AND delivery IN (SELECT id FROM deliveries WHERE url = ?)
            """,
            [.text(url)]
        )
    }

    /// Writes down that an upload is about to be asked for.
    package func beginPartUpload(
        delivery: Int64,
        partBytes: Int64,
        now: Timestamp
    ) throws -> Int64 {
        try database.run(
            """
            INSERT INTO part_uploads (delivery, part_bytes, stage, began) VALUES (?, ?, 'creating', ?)
            """,
            [.integer(delivery), .integer(partBytes), SQLValue(now)]
        )
        return database.lastInsertedRow
    }

    /// Writes down the id that the destination gave an upload.
    package func namePartUpload(_ id: Int64, _ uploadID: String) throws {
        try database.run(
            "UPDATE part_uploads SET upload_id = ?, stage = 'open' WHERE id = ?",
            [.text(uploadID), .integer(id)]
        )
    }

    /// Writes down a part that the destination has confirmed; a later one of the same number counts.
    package func addPart(_ part: PartUpload.Part, to id: Int64) throws {
        try database.run(
            "INSERT OR REPLACE INTO upload_parts VALUES (?, ?, ?, ?, ?)",
            [
                .integer(id), SQLValue(part.number), .integer(part.bytes), .text(part.etag),
                .text(part.checksum),
            ]
        )
    }

    /// Writes down that an upload is about to be completed.
    package func willComplete(_ id: Int64) throws {
        try database.run(
            "UPDATE part_uploads SET stage = 'completing' WHERE id = ?",
            [.integer(id)]
        )
    }

    /// Whether nothing can have come of any of a delivery's uploads; false when we know of none.
    package func hasOnlyUncompletedUploads(of delivery: Int64) throws -> Bool {
        let uploads = try partUploads("WHERE delivery = ?", [.integer(delivery)])
        return !uploads.isEmpty
            && uploads.allSatisfy { upload in
                switch upload.stage {
                case .creating, .open, .gone: true
                case .completing: false
                // It may have been completed before it was found to be no good.
                case .void: upload.uploadID == nil
                }
            }
    }

    /// Writes down that completing an upload was refused.
    package func wasNotCompleted(_ id: Int64) throws {
        try database.run("UPDATE part_uploads SET stage = 'open' WHERE id = ?", [.integer(id)])
    }

    /// Writes down that an upload is gone and that nothing came of it.
    package func giveUpPartUpload(_ id: Int64) throws {
        try database.run(
            "UPDATE part_uploads SET stage = 'gone', left_because = NULL WHERE id = ?",
            [.integer(id)]
        )
    }

    /// Writes down that an upload is not there any more, whatever became of it.
    package func endPartUpload(_ id: Int64) throws {
        try database.run("DELETE FROM part_uploads WHERE id = ?", [.integer(id)])
    }

    /// Writes down that an upload stays in the bucket, and why; `isVoid` when nothing can go on with it.
    package func leavePartUpload(_ id: Int64, because reason: String, isVoid: Bool) throws {
        try database.run(
            """
            UPDATE part_uploads SET left_because = ?, told = FALSE, stage = iif(?, 'void', stage)
            WHERE id = ?
            """,
            [.text(reason), SQLValue(isVoid), .integer(id)]
        )
    }

    private func partUploads(_ condition: String, _ values: [SQLValue]) throws -> [PartUpload] {
        struct Raw {
            let id: Int64, delivery: Int64, uploadID: String?, partBytes: Int64, stage: String
            let began: Timestamp, leftBecause: String?
        }
        let rows = try database.rows("\(State.uploadColumns) \(condition) ORDER BY id", values) {
            Raw(
                id: $0.integer(0),
                delivery: $0.integer(1),
                uploadID: $0.optionalText(2),
                partBytes: $0.integer(3),
                stage: $0.text(4),
                began: $0.time(5),
                leftBecause: $0.optionalText(6)
            )
        }
        return try rows.map { row in
            PartUpload(
                id: row.id,
                delivery: row.delivery,
                uploadID: row.uploadID,
                partBytes: row.partBytes,
                stage: try State.word(row.stage, "upload stage"),
                began: row.began,
                leftBecause: row.leftBecause,
                parts: try database.rows(
                    """
                    SELECT number, bytes, etag, checksum FROM upload_parts WHERE upload = ?
                    ORDER BY number
                    """,
                    [.integer(row.id)]
                ) {
                    PartUpload.Part(
                        number: Int($0.integer(0)),
                        bytes: $0.integer(1),
                        etag: $0.text(2),
                        checksum: $0.text(3)
                    )
                }
            )
        }
    }
}
