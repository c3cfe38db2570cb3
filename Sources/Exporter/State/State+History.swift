// What was changed, and when.

import Platform
import SQLite

extension State {
    /// The latest changes, newest first.
    package func history(limit: Int = 1_000) throws -> [HistoryEntry] {
        try database.rows(
            "SELECT time, subject, change FROM history ORDER BY id DESC LIMIT ?",
            [SQLValue(limit)]
        ) { HistoryEntry(time: $0.time(0), subject: $0.text(1), change: $0.text(2)) }
    }

    func remember(_ entry: HistoryEntry) throws {
        try database.run(
            "INSERT INTO history (time, subject, change) VALUES (?, ?, ?)",
            [SQLValue(entry.time), .text(entry.subject), .text(entry.change)]
        )
    }
}
