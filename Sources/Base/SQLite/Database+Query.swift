// The comfortable way to ask: values in, rows out, in one call. For everything that is not hot.

/// A value on its way into a statement.
package enum SQLValue: Sendable, Equatable, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral,
    ExpressibleByNilLiteral
{
    /// NULL.
    case null
    /// A number.
    case integer(Int64)
    /// A text.
    case text(String)
    /// A BLOB.
    case bytes([UInt8])

    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(stringLiteral value: String) { self = .text(value) }
    package init(nilLiteral: ()) { self = .null }

    /// A number, or NULL for nil.
    package init(_ value: Int?) { self = value.map { .integer(Int64($0)) } ?? .null }
    /// A number, or NULL for nil.
    package init(_ value: Int64?) { self = value.map { .integer($0) } ?? .null }
    /// A text, or NULL for nil.
    package init(_ value: String?) { self = value.map { .text($0) } ?? .null }
    /// A BLOB, or NULL for nil.
    package init(_ value: [UInt8]?) { self = value.map { .bytes($0) } ?? .null }
    /// 1 or 0.
    package init(_ value: Bool) { self = .integer(value ? 1 : 0) }
}

/// The current row of a query, valid inside the closure it is given to.
///
/// Columns count from 0.
package struct Row {
    let statement: Statement

    /// The number in a column; 0 for NULL.
    package func integer(_ column: Int32) -> Int64 { statement.integer(column) }

    /// The number in a column, nil for NULL.
    package func optionalInteger(_ column: Int32) -> Int64? {
        statement.isNull(column) ? nil : statement.integer(column)
    }

    /// Whether the number in a column is not 0.
    package func flag(_ column: Int32) -> Bool { statement.integer(column) != 0 }

    /// The text in a column; empty for NULL.
    package func text(_ column: Int32) -> String { statement.text(column) }

    /// The text in a column, nil for NULL.
    package func optionalText(_ column: Int32) -> String? {
        statement.isNull(column) ? nil : statement.text(column)
    }

    /// The bytes in a column; empty for NULL.
    package func bytes(_ column: Int32) -> [UInt8] { statement.bytes(column) }

    /// The bytes in a column, nil for NULL.
    package func optionalBytes(_ column: Int32) -> [UInt8]? {
        statement.isNull(column) ? nil : statement.bytes(column)
    }
}

extension Database {
    /// Runs a statement with values for its parameters; rows are dropped.
    ///
    /// - Returns: How many rows an INSERT, UPDATE or DELETE changed.
    @discardableResult
    package func run(_ sql: String, _ values: [SQLValue] = []) throws(SQLiteError) -> Int {
        let statement = try prepare(sql)
        defer { statement.reset() }
        try statement.bind(values)
        while try statement.step() {}
        return changedRows
    }

    /// The rows of a query, each made into a value.
    package func rows<Value>(
        _ sql: String,
        _ values: [SQLValue] = [],
        _ read: (Row) throws -> Value
    ) throws -> [Value] {
        var result: [Value] = []
        try eachRow(sql, values) {
            result.append(try read($0))
            return true
        }
        return result
    }

    /// Calls `use` for each row, one at a time, for results that may be large.
    ///
    /// - Parameters:
    ///   - sql: The query.
    ///   - values: The values of its parameters.
    ///   - use: Returns false to stop early.
    /// - Throws: `SQLiteError`, and what `use` throws.
    package func eachRow(
        _ sql: String,
        _ values: [SQLValue] = [],
        _ use: (Row) throws -> Bool
    ) throws {
        let statement = try prepare(sql)
        defer { statement.reset() }
        try statement.bind(values)
        while try statement.step(), try use(Row(statement: statement)) {}
    }

    /// The first row of a query, or nil when there is none.
    package func first<Value>(
        _ sql: String,
        _ values: [SQLValue] = [],
        _ read: (Row) throws -> Value
    ) throws -> Value? {
        let statement = try prepare(sql)
        defer { statement.reset() }
        try statement.bind(values)
        return try statement.step() ? read(Row(statement: statement)) : nil
    }
}

extension Statement {
    /// Binds all parameters in order.
    package func bind(_ values: [SQLValue]) throws(SQLiteError) {
        precondition(
            values.count == parameterCount,
            "\(values.count) values for \(parameterCount): \(sql)"
        )
        for (offset, value) in values.enumerated() {
            let index = Int32(offset + 1)
            switch value {
            case .null: try bindNull(at: index)
            case .integer(let value): try bind(value, at: index)
            case .text(let value): try bind(value, at: index)
            case .bytes(let value): try bind(value, at: index)
            }
        }
    }
}
