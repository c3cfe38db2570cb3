// A prepared statement: bind, step, read columns, reset. The raw form for hot paths; `Database+Query`
// has the comfortable one. Indexes are SQLite's own: parameters count from 1, columns from 0.

import CSQLite

/// A prepared statement of one connection; use it on the connection's thread.
package final class Statement {
    /// The text it was prepared from.
    package let sql: String
    private let path: String
    private let statement: OpaquePointer
    /// Whether a parameter points into memory of the caller.
    private var borrows = false

    init(_ sql: String, in database: Database) throws(SQLiteError) {
        var prepared: OpaquePointer?
        let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
        let code = sqlite3_prepare_v3(database.connection, sql, -1, flags, &prepared, nil)
        guard code == SQLITE_OK else { throw database.failure(code, sql: sql) }
        // Nothing but space and comments prepares to nothing.
        guard let prepared else {
            throw SQLiteError(
                code: SQLITE_ERROR,
                message: "empty statement",
                sql: sql,
                path: database.path
            )
        }
        statement = prepared
        path = database.path
        self.sql = sql
    }

    deinit { sqlite3_finalize(statement) }

    /// Whether it has been stepped to a row and not been reset since.
    package var isRunning: Bool { sqlite3_stmt_busy(statement) != 0 }

    // MARK: Running

    /// Goes to the next row; false when there is none.
    package func step() throws(SQLiteError) -> Bool {
        let code = sqlite3_step(statement)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        let error = failure(code)
        reset()
        throw error
    }

    /// Runs a statement whose rows, if any, don't matter, and resets it.
    package func run() throws(SQLiteError) {
        let code = sqlite3_step(statement)
        if code != SQLITE_DONE && code != SQLITE_ROW {
            let error = failure(code)
            reset()
            throw error
        }
        reset()
    }

    /// Makes it ready for the next run.
    ///
    /// Parameters stay, but for borrowed ones, which become NULL.
    package func reset() {
        sqlite3_reset(statement)
        if borrows {
            borrows = false
            sqlite3_clear_bindings(statement)
        }
    }

    // MARK: Binding

    /// How many parameters the statement has.
    package var parameterCount: Int { Int(sqlite3_bind_parameter_count(statement)) }

    /// Binds a number.
    package func bind(_ value: Int64, at index: Int32) throws(SQLiteError) {
        try check(sqlite3_bind_int64(statement, index, value))
    }

    /// Binds NULL.
    package func bindNull(at index: Int32) throws(SQLiteError) {
        try check(sqlite3_bind_null(statement, index))
    }

    /// Binds a floating-point number.
    package func bind(_ value: Double, at index: Int32) throws(SQLiteError) {
        try check(sqlite3_bind_double(statement, index, value))
    }

    /// Binds a text; SQLite keeps a copy.
    package func bind(_ value: String, at index: Int32) throws(SQLiteError) {
        var value = value
        let code = value.withUTF8 {
            let start = UnsafeRawPointer($0.baseAddress) ?? emptyBytes
            return sqlite3_bind_text(
                statement,
                index,
                start.assumingMemoryBound(to: CChar.self),
                Int32($0.count),
                copied
            )
        }
        try check(code)
    }

    /// Binds a BLOB; SQLite keeps a copy.
    package func bind(_ value: [UInt8], at index: Int32) throws(SQLiteError) {
        let code = value.withUnsafeBytes {
            sqlite3_bind_blob64(
                statement,
                index,
                $0.baseAddress ?? emptyBytes,
                UInt64($0.count),
                copied
            )
        }
        try check(code)
    }

    /// Binds a BLOB without a copy: the memory must stay as it is until the next `reset()`.
    package func bindBorrowed(_ value: UnsafeRawBufferPointer, at index: Int32) throws(SQLiteError)
    {
        borrows = true
        try check(
            sqlite3_bind_blob64(
                statement,
                index,
                value.baseAddress ?? emptyBytes,
                UInt64(value.count),
                nil
            )
        )
    }

    /// Binds a text in UTF-8 without a copy: the memory must stay as it is until the next `reset()`.
    package func bindBorrowed(
        text: UnsafeRawBufferPointer,
        at index: Int32
    ) throws(SQLiteError) {
        borrows = true
        let start = (text.baseAddress ?? emptyBytes).assumingMemoryBound(to: CChar.self)
        try check(sqlite3_bind_text(statement, index, start, Int32(text.count), nil))
    }

    // MARK: Columns of the current row

    /// Whether the column is NULL.
    package func isNull(_ column: Int32) -> Bool {
        sqlite3_column_type(statement, column) == SQLITE_NULL
    }

    /// The number in a column; 0 for NULL.
    package func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    /// The floating-point number in a column; 0 for NULL.
    package func double(_ column: Int32) -> Double { sqlite3_column_double(statement, column) }

    /// The text in a column; empty for NULL.
    ///
    /// Bytes that are no UTF-8 are replaced.
    package func text(_ column: Int32) -> String {
        guard let start = sqlite3_column_text(statement, column) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// A copy of the bytes in a column; empty for NULL.
    package func bytes(_ column: Int32) -> [UInt8] { [UInt8](borrowedBytes(column)) }

    /// The bytes in a column in SQLite's own memory: valid until the next step or reset.
    package func borrowedBytes(_ column: Int32) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(statement, column)
        let count = start == nil ? 0 : Int(sqlite3_column_bytes(statement, column))
        return UnsafeRawBufferPointer(start: start, count: count)
    }

    // MARK: Failures

    private func check(_ code: Int32) throws(SQLiteError) {
        if code != SQLITE_OK { throw failure(code) }
    }

    private func failure(_ code: Int32) -> SQLiteError {
        SQLiteError(sqlite3_db_handle(statement), code: code, sql: sql, path: path)
    }
}

/// SQLITE_TRANSIENT: SQLite copies the bytes before the call returns.
nonisolated(unsafe) private let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

/// An address for empty values, because SQLite takes a null pointer for NULL; nothing reads it.
nonisolated(unsafe) private let emptyBytes = UnsafeRawPointer(
    UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1)
)
