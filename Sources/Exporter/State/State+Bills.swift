// Bills, their versions and the cycles they belong to.

@preconcurrency import Glibc
import Platform
import Rating
import SQLite

/// A cycle and its state.
package struct CycleRecord: Equatable, Sendable {
    package let cycle: BillingCycle
    package let state: CycleState
    package let opened: Timestamp
    package let closed: Timestamp?
}

extension State {
    private static let billColumns = """
        SELECT version.id, provider, cycle, payer, version, imported, source, file, encoding, bytes, sha256,
            lines, total, final, facts
        FROM bill_versions AS version JOIN bills ON bills.id = version.bill
        """

    /// The current version of each bill, of one cycle or of all, oldest cycle first.
    package func currentBills(
        cycle: BillingCycle? = nil,
        provider: Provider? = nil
    ) throws -> [BillVersion] {
        try database.rows(
            """
            \(State.billColumns)
            WHERE version = (SELECT max(version) FROM bill_versions AS other WHERE other.bill = version.bill)
                AND (?1 IS NULL OR cycle = ?1) AND (?2 IS NULL OR provider = ?2)
            ORDER BY cycle, provider, payer
            """,
            [SQLValue(cycle?.description), SQLValue(provider?.rawValue)],
            billVersion
        )
    }

    /// The current version of one bill.
    package func currentBill(
        provider: Provider,
        cycle: BillingCycle,
        payer: String
    ) throws -> BillVersion? {
        try currentBills(cycle: cycle, provider: provider).first { $0.bill.payer == payer }
    }

    /// A bill version by its row.
    package func billVersion(_ id: Int64) throws -> BillVersion? {
        try database.first("\(State.billColumns) WHERE version.id = ?", [.integer(id)], billVersion)
    }

    private func billVersion(_ row: Row) throws -> BillVersion {
        BillVersion(
            id: row.integer(0),
            version: Int(row.integer(4)),
            imported: row.time(5),
            path: "\(folder)/\(row.text(7))",
            bill: BillDraft(
                provider: try State.word(row.text(1), "provider"),
                cycle: try State.cycle(row.text(2)),
                payer: row.text(3),
                source: row.text(6),
                encoding: try State.word(row.text(8), "encoding"),
                bytes: row.integer(9),
                sha256: row.text(10),
                lines: row.integer(11),
                total: try Amount(row.text(12)),
                isFinal: row.flag(13),
                facts: row.text(14)
            )
        )
    }

    /// Keeps a bill as the next version of its kind, and opens its cycle when it is the first of it.
    ///
    /// - Parameters:
    ///   - bill: what the reader found out.
    ///   - original: the file as it was given, in the spool folder; it is moved.
    ///   - now: the time of the import.
    /// - Returns: The new version.
    /// - Throws: a `SystemError` or `SQLiteError`; then the state is as it was.
    package func add(_ bill: BillDraft, original: String, now: Timestamp) throws -> BillVersion {
        let id = try database.transaction {
            try database.run(
                "INSERT INTO cycles (cycle, state, opened) VALUES (?, 'open', ?) ON CONFLICT DO NOTHING",
                [SQLValue(bill.cycle), SQLValue(now)]
            )
            try database.run(
                "INSERT INTO bills (provider, cycle, payer) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                [SQLValue(bill.provider), SQLValue(bill.cycle), .text(bill.payer)]
            )
            let row = try database.first(
                """
                SELECT bills.id, coalesce(max(version), 0) FROM bills
                LEFT JOIN bill_versions ON bill = bills.id
                WHERE provider = ? AND cycle = ? AND payer = ? GROUP BY bills.id
                """,
                [SQLValue(bill.provider), SQLValue(bill.cycle), .text(bill.payer)]
            ) { (bill: $0.integer(0), version: Int($0.integer(1)) + 1) }
            guard let row else { preconditionFailure("no bill row for \(bill.payer)") }
            let file =
                "bills/\(row.bill)-\(bill.provider.rawValue)-\(bill.cycle)-v\(row.version)"
                + bill.encoding.suffix
            // The file is in its place before the row is: a row without a file can't be, and a file without
            // a row is swept.
            let target = "\(folder)/\(file)"
            try retrying("rename", path: target) { rename(original, target) }
            try Folder.synchronize("\(folder)/bills")
            try database.run(
                """
                INSERT INTO bill_versions (bill, version, imported, source, file, encoding, bytes, sha256, lines,
                    total, final, facts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    .integer(row.bill), SQLValue(row.version), SQLValue(now), .text(bill.source),
                    .text(file), SQLValue(bill.encoding), .integer(bill.bytes), .text(bill.sha256),
                    .integer(bill.lines), .text(bill.total.text()), SQLValue(bill.isFinal),
                    .text(bill.facts),
                ]
            )
            let id = database.lastInsertedRow
            try remember(
                HistoryEntry(
                    time: now,
                    subject: "bill \(bill.provider.rawValue) \(bill.cycle) \(bill.payer)",
                    change: "imported version \(row.version) from `\(bill.source)`"
                )
            )
            return id
        }
        guard let version = try billVersion(id) else {
            preconditionFailure("no bill version \(id)")
        }
        return version
    }

    /// All cycles, oldest first.
    package func cycles() throws -> [CycleRecord] {
        try database.rows("SELECT cycle, state, opened, closed FROM cycles ORDER BY cycle") {
            CycleRecord(
                cycle: try State.cycle($0.text(0)),
                state: try State.word($0.text(1), "cycle state"),
                opened: $0.time(2),
                closed: $0.optionalTime(3)
            )
        }
    }

    /// One cycle, or nil when nothing was imported for it.
    package func cycle(_ cycle: BillingCycle) throws -> CycleRecord? {
        try cycles().first { $0.cycle == cycle }
    }
}

extension BillEncoding {
    /// The end of the name of a file with this encoding.
    var suffix: String {
        switch self {
        case .plain: ".csv"
        case .gzip: ".csv.gz"
        case .zip: ".csv.zip"
        }
    }
}
