// Deliveries: planned → uploading → delivered | unconfirmed | collided | refused | failed. Each step is written
// down before what it announces is done, so that a killed run leaves a true record.

import Platform
import Rating
import SQLite

extension State {
    private static let deliveryColumns = """
        SELECT id, export, view, provider, format, cycle, bill_version, destination, key, url, recipe, bytes,
            sha256, state, reason, etag, attempts, planned, started, finished
        FROM deliveries
        """

    /// The current delivery of an export, provider, format and cycle.
    package func currentDelivery(
        export: String,
        provider: Provider,
        format: ExportFormat,
        cycle: BillingCycle
    ) throws -> Delivery? {
        try database.first(
            """
            \(State.deliveryColumns)
            WHERE export = ? AND provider = ? AND format = ? AND cycle = ? ORDER BY id DESC LIMIT 1
            """,
            [.text(export), SQLValue(provider), SQLValue(format), SQLValue(cycle)],
            delivery
        )
    }

    /// The current deliveries, of one cycle or of all.
    package func currentDeliveries(cycle: BillingCycle? = nil) throws -> [Delivery] {
        try database.rows(
            """
            \(State.deliveryColumns)
            WHERE (?1 IS NULL OR cycle = ?1) AND id IN
                (SELECT max(id) FROM deliveries GROUP BY export, provider, format, cycle)
            ORDER BY cycle, id
            """,
            [SQLValue(cycle?.description)],
            delivery
        )
    }

    /// All deliveries there ever were, of one cycle or of all, oldest first.
    package func allDeliveries(cycle: BillingCycle? = nil) throws -> [Delivery] {
        try database.rows(
            "\(State.deliveryColumns) WHERE (?1 IS NULL OR cycle = ?1) ORDER BY id",
            [SQLValue(cycle?.description)],
            delivery
        )
    }

    /// Writes down what is to be delivered.
    ///
    /// When the current delivery is about the same bytes at the same place and was not confirmed, it goes on
    /// instead, so that its attempts are counted together.
    package func plan(_ plan: DeliveryPlan, now: Timestamp) throws -> Delivery {
        let id = try database.transaction {
            let current = try currentDelivery(
                export: plan.export,
                provider: plan.provider,
                format: plan.format,
                cycle: plan.cycle
            )
            if let current, current.state != .delivered, current.plan.url == plan.url,
                current.plan.sha256 == plan.sha256
            {
                try database.run(
                    """
                    UPDATE deliveries
                    SET view = ?, bill_version = ?, destination = ?, recipe = ?, bytes = ?
                    WHERE id = ?
                    """,
                    [
                        SQLValue(plan.view), .integer(plan.billVersion), .integer(plan.destination),
                        .text(plan.recipe), .integer(plan.bytes), .integer(current.id),
                    ]
                )
                return current.id
            }
            try database.run(
                """
                INSERT INTO deliveries (export, view, provider, format, cycle, bill_version, destination, key,
                    url, recipe, bytes, sha256, state, planned)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'planned', ?)
                """,
                [
                    .text(plan.export), SQLValue(plan.view), SQLValue(plan.provider),
                    SQLValue(plan.format),
                    SQLValue(plan.cycle), .integer(plan.billVersion), .integer(plan.destination),
                    .text(plan.key), .text(plan.url), .text(plan.recipe), .integer(plan.bytes),
                    .text(plan.sha256), SQLValue(now),
                ]
            )
            return database.lastInsertedRow
        }
        return try delivery(id)
    }

    /// Writes down that an upload begins; call it before the first byte leaves.
    package func beginUpload(_ id: Int64, now: Timestamp) throws -> Delivery {
        try database.run(
            """
            UPDATE deliveries
            SET state = 'uploading', reason = NULL, attempts = attempts + 1, started = ?, finished = NULL
            WHERE id = ?
            """,
            [SQLValue(now), .integer(id)]
        )
        return try delivery(id)
    }

    /// Writes down how an upload ended, and that the file is ours when it was confirmed.
    ///
    /// - Parameters:
    ///   - outcome: the end.
    ///   - id: the delivery.
    ///   - note: what else a person should know; it follows the outcome's reason. It has told of the
    ///     uploads that were left at the delivery's URL.
    ///   - now: when the end was known.
    /// - Returns: The delivery as it is now.
    /// - Throws: a `SQLiteError`; then nothing was written.
    package func record(
        _ outcome: DeliveryOutcome,
        for id: Int64,
        note: String? = nil,
        now: Timestamp
    ) throws -> Delivery {
        try database.transaction {
            var reason: String?
            var etag: String?
            switch outcome {
            case .delivered(let confirmed): etag = confirmed
            case .unconfirmed(let text), .collided(let text), .refused(let text), .failed(let text):
                reason = text
            }
            if let note { reason = reason.map { "\($0); \(note)" } ?? note }
            try database.run(
                "UPDATE deliveries SET state = ?, reason = ?, etag = ?, finished = ? WHERE id = ?",
                [
                    SQLValue(outcome.state), SQLValue(reason), SQLValue(etag), SQLValue(now),
                    .integer(id),
                ]
            )
            if case .delivered = outcome {
                try database.run(
                    """
                    INSERT OR REPLACE INTO written_files
                    SELECT url, id, sha256, bytes, etag, finished FROM deliveries WHERE id = ?
                    """,
                    [.integer(id)]
                )
                // What was completed is not there any more.
                try database.run(
                    "DELETE FROM part_uploads WHERE delivery = ? AND stage IN ('open', 'completing')",
                    [.integer(id)]
                )
            }
            try database.run(
                "DELETE FROM part_uploads WHERE delivery = ? AND stage = 'gone'",
                [.integer(id)]
            )
            if note != nil {
                try database.run(
                    """
                    UPDATE part_uploads SET told = TRUE WHERE left_because IS NOT NULL AND delivery IN
                        (SELECT id FROM deliveries WHERE url = (SELECT url FROM deliveries WHERE id = ?))
                    """,
                    [.integer(id)]
                )
            }
        }
        return try delivery(id)
    }

    /// Writes down that a delivered file is also what another recipe gives, so that it need not be rendered
    /// again to know.
    package func renew(_ id: Int64, _ plan: DeliveryPlan) throws -> Delivery {
        try database.run(
            "UPDATE deliveries SET recipe = ?, bill_version = ? WHERE id = ? AND sha256 = ?",
            [.text(plan.recipe), .integer(plan.billVersion), .integer(id), .text(plan.sha256)]
        )
        return try delivery(id)
    }

    /// The file at a URL, when our record says that we wrote it.
    package func writtenFile(_ url: String) throws -> WrittenFile? {
        try database.first(
            "SELECT url, delivery, sha256, bytes, etag, time FROM written_files WHERE url = ?",
            [.text(url)]
        ) {
            WrittenFile(
                url: $0.text(0),
                delivery: $0.integer(1),
                sha256: $0.text(2),
                bytes: $0.integer(3),
                etag: $0.optionalText(4),
                time: $0.time(5)
            )
        }
    }

    /// A delivery by its row, which must be there.
    package func delivery(_ id: Int64) throws -> Delivery {
        let found = try database.first(
            "\(State.deliveryColumns) WHERE id = ?",
            [.integer(id)],
            delivery
        )
        guard let found else { preconditionFailure("no delivery \(id)") }
        return found
    }

    private func delivery(_ row: Row) throws -> Delivery {
        Delivery(
            id: row.integer(0),
            plan: DeliveryPlan(
                export: row.text(1),
                view: try State.word(row.text(2), "view"),
                provider: try State.word(row.text(3), "provider"),
                format: try State.word(row.text(4), "format"),
                cycle: try State.cycle(row.text(5)),
                billVersion: row.integer(6),
                destination: row.integer(7),
                key: row.text(8),
                url: row.text(9),
                recipe: row.text(10),
                bytes: row.integer(11),
                sha256: row.text(12)
            ),
            state: try State.word(row.text(13), "delivery state"),
            reason: row.optionalText(14),
            etag: row.optionalText(15),
            attempts: Int(row.integer(16)),
            planned: row.time(17),
            started: row.optionalTime(18),
            finished: row.optionalTime(19)
        )
    }
}
