// What went wrong inside SQLite, in words a person can act on: the statement, SQLite's message, the
// file, and the errno below it where there is one.

import CSQLite
@preconcurrency import Glibc

/// A failed call of SQLite.
package struct SQLiteError: Error, Equatable, CustomStringConvertible {
    /// SQLite's extended result code, for example `SQLITE_CONSTRAINT_UNIQUE`.
    package let code: Int32
    /// SQLite's own message.
    package let message: String
    /// The statement that failed; nil when it was opening or closing.
    package let sql: String?
    /// The database file.
    package let path: String
    /// The errno of the system call below, 0 when there was none.
    package let systemCode: Int32

    package init(code: Int32, message: String, sql: String?, path: String, systemCode: Int32 = 0) {
        self.code = code
        self.message = message
        self.sql = sql
        self.path = path
        self.systemCode = systemCode
    }

    /// Reads code and message off a connection, right after the call that failed.
    init(_ connection: OpaquePointer?, code: Int32, sql: String?, path: String) {
        let text = connection.map { sqlite3_errmsg($0) } ?? sqlite3_errstr(code)
        // The connection remembers the errno of its last failed call, whatever that was about.
        let isSystem = [SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_FULL].contains(code & 0xFF)
        self.init(
            code: code,
            message: text.map { String(cString: $0) } ?? "unknown error",
            sql: sql,
            path: path,
            systemCode: isSystem ? connection.map { sqlite3_system_errno($0) } ?? 0 : 0
        )
    }

    /// The result code without its extension, for example `SQLITE_CONSTRAINT`.
    package var primaryCode: Int32 { code & 0xFF }

    /// The disk (or quota, or file size limit) is full: nothing is broken, there is just no room.
    package var isOutOfSpace: Bool {
        switch primaryCode {
        case SQLITE_FULL: true
        case SQLITE_IOERR: systemCode == ENOSPC || systemCode == EDQUOT || systemCode == EFBIG
        default: false
        }
    }

    /// Another connection held the lock for longer than the busy timeout.
    package var isBusy: Bool { primaryCode == SQLITE_BUSY || primaryCode == SQLITE_LOCKED }

    /// A NOT NULL, UNIQUE, CHECK or foreign key rule was broken; nothing was changed.
    package var isConstraint: Bool { primaryCode == SQLITE_CONSTRAINT }

    package var description: String {
        var text = "`\(path)`: \(message)"
        if systemCode != 0 { text += " (\(String(cString: strerror(systemCode))))" }
        if let sql { text += ": `\(sql)`" }
        return text
    }
}

/// The database was written by a newer version of the program.
package struct SchemaTooNew: Error, Equatable, CustomStringConvertible {
    /// The database file.
    package let path: String
    /// The version found in the file.
    package let found: Int
    /// The newest version that this program knows.
    package let known: Int

    package var description: String {
        "`\(path)` was written by a newer version of this program: its schema is \(found), "
            + "this program knows schemas up to \(known)"
    }
}
