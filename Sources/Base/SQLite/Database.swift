// One connection to a SQLite file. It prepares each statement once, wraps transactions so that they
// can't be left open by an error, and says what failed. It knows no schema; see `Migration`.

import CSQLite

/// A connection to a SQLite database.
///
/// One thread at a time: the connection is opened without SQLite's own mutex, and the class is not
/// `Sendable`, so the compiler keeps it where it was made unless its owner proves otherwise.
package final class Database {
    /// What a connection may do.
    package enum Access: Sendable {
        /// Reading a file that must be there.
        case readOnly
        /// Reading and writing a file that must be there.
        case readWrite
        /// Reading and writing; the file is made when missing.
        case create
    }

    /// What a commit waits for.
    package enum Synchronous: String, Sendable {
        /// Nothing: survives a killed process (the pages are in the kernel), not a power failure.
        case off = "OFF"
        /// With WAL: consistent after a power failure, the last commits may be gone.
        case normal = "NORMAL"
        /// What was committed survives a power failure.
        case full = "FULL"
    }

    /// How a connection behaves.
    package struct Options: Sendable {
        /// What the connection may do.
        package var access: Access
        /// What a commit waits for.
        package var synchronous: Synchronous
        /// Write-ahead log: readers never wait for the writer.
        ///
        /// Kept by the file once it is set.
        package var writeAheadLog: Bool
        /// How long a statement waits for another connection's lock.
        package var busyTimeoutMilliseconds: Int
        /// Pages in the log after which a commit copies them back into the file.
        package var autocheckpointPages: Int
        /// Whether foreign keys are checked.
        package var foreignKeys: Bool
        /// Whether this process keeps all others out of the file while it has it open.
        ///
        /// Its connections then agree in memory instead of by fcntl, six calls a transaction.
        package var isOnlyProcess: Bool

        /// WAL, and commits that survive a power failure, unless something else is said.
        package init(
            access: Access = .create,
            synchronous: Synchronous = .full,
            writeAheadLog: Bool = true,
            busyTimeoutMilliseconds: Int = 5_000,
            autocheckpointPages: Int = 1_000,
            foreignKeys: Bool = true,
            isOnlyProcess: Bool = false
        ) {
            self.access = access
            self.synchronous = synchronous
            self.writeAheadLog = writeAheadLog
            self.busyTimeoutMilliseconds = busyTimeoutMilliseconds
            self.autocheckpointPages = autocheckpointPages
            self.foreignKeys = foreignKeys
            self.isOnlyProcess = isOnlyProcess
        }
    }

    /// The database file, or `:memory:`.
    package let path: String
    let connection: OpaquePointer
    private var statements: [String: Statement] = [:]

    /// Opens the file and sets the connection up.
    ///
    /// - Throws: `SQLiteError`; a file that is no database is found here and not later.
    package init(_ path: String, _ options: Options = Options()) throws(SQLiteError) {
        let access =
            switch options.access {
            case .readOnly: SQLITE_OPEN_READONLY
            case .readWrite: SQLITE_OPEN_READWRITE
            case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            }
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(
            path,
            &opened,
            access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
            options.isOnlyProcess ? "unix-excl" : nil
        )
        guard code == SQLITE_OK, let opened else {
            let error = SQLiteError(opened, code: code, sql: nil, path: path)
            sqlite3_close_v2(opened)
            throw error
        }
        connection = opened
        self.path = path
        sqlite3_busy_timeout(connection, Int32(clamping: options.busyTimeoutMilliseconds))
        // Debian compiles SECURE_DELETE in: freed pages would be overwritten with zeros.
        try execute(
            """
            PRAGMA secure_delete = OFF;
            PRAGMA foreign_keys = \(options.foreignKeys ? "ON" : "OFF");
            PRAGMA wal_autocheckpoint = \(options.autocheckpointPages);
            PRAGMA synchronous = \(options.synchronous.rawValue);
            """
        )
        if options.writeAheadLog, options.access != .readOnly {
            try execute("PRAGMA journal_mode = WAL")
        }
        // Reads the first page, so that a foreign file is refused here.
        try execute("SELECT count(*) FROM sqlite_schema")
    }

    deinit {
        statements.removeAll()
        // The v2 form waits for statements that somebody still holds.
        sqlite3_close_v2(connection)
    }

    /// Runs one or more statements that take no values; rows are dropped.
    package func execute(_ sql: String) throws(SQLiteError) {
        let code = sqlite3_exec(connection, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw failure(code, sql: sql) }
    }

    /// The statement for a text, prepared once for each connection.
    ///
    /// Reset it after use. When the cached one is in the middle of its rows (a query inside the loop
    /// over the same query) a new one is made.
    package func prepare(_ sql: String) throws(SQLiteError) -> Statement {
        if let cached = statements[sql] {
            if !cached.isRunning { return cached }
            return try Statement(sql, in: self)
        }
        let statement = try Statement(sql, in: self)
        statements[sql] = statement
        return statement
    }

    /// The row id of the last INSERT on this connection.
    package var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(connection) }

    /// Rows changed by the last INSERT, UPDATE or DELETE on this connection.
    package var changedRows: Int { Int(sqlite3_changes64(connection)) }

    /// Rows changed by all statements of this connection so far.
    package var totalChangedRows: Int { Int(sqlite3_total_changes64(connection)) }

    /// Whether a transaction is open.
    ///
    /// SQLite ends one by itself after some errors (a full disk).
    package var isInTransaction: Bool { sqlite3_get_autocommit(connection) == 0 }

    func failure(_ code: Int32, sql: String?) -> SQLiteError {
        SQLiteError(connection, code: code, sql: sql, path: path)
    }
}
