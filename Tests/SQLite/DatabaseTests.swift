import CSQLite
import Platform
import Testing

@testable import SQLite

@Suite struct DatabaseTests {
    let folder: TemporaryFolder
    let database: Database

    init() throws {
        folder = try TemporaryFolder()
        database = try Database("\(folder.path)/test.sqlite")
        try database.execute(
            "CREATE TABLE pets (name TEXT NOT NULL UNIQUE, age INTEGER, photo BLOB)"
        )
    }

    @Test(arguments: [
        [SQLValue.text("Ada"), .integer(3), .bytes([0, 255])],
        [.text(""), .integer(.min), .bytes([])],
        [.text("naïve 🐈 \u{0} after"), .null, .null],
    ])
    func givesBackWhatWasBound(_ values: [SQLValue]) throws {
        #expect(try database.run("INSERT INTO pets VALUES (?, ?, ?)", values) == 1)
        let back = try database.first("SELECT name, age, photo FROM pets") {
            [SQLValue($0.text(0)), SQLValue($0.optionalInteger(1)), SQLValue($0.optionalBytes(2))]
        }
        #expect(back == values)
    }

    @Test func emptyBytesAreNotNull() throws {
        try database.run("INSERT INTO pets VALUES ('a', 1, ?)", [.bytes([])])
        let statement = try database.prepare("INSERT INTO pets VALUES ('b', 1, ?)")
        try statement.bindBorrowed(UnsafeRawBufferPointer(start: nil, count: 0), at: 1)
        try statement.run()
        #expect(
            try database.rows("SELECT photo IS NULL FROM pets") { $0.flag(0) } == [false, false]
        )
    }

    @Test func borrowedBytesAreForgottenAtReset() throws {
        let statement = try database.prepare("INSERT INTO pets VALUES (?, 1, ?)")
        try statement.bind("a", at: 1)
        try [UInt8](1...9).withUnsafeBytes {
            try statement.bindBorrowed($0, at: 2)
            try statement.run()
        }
        #expect(throws: SQLiteError.self) { try statement.run() }  // All parameters are NULL now.
        let photo = try database.first("SELECT photo FROM pets") { $0.bytes(0) }
        #expect(photo == [UInt8](1...9))
    }

    @Test func saysWhichStatementFailedAndWhy() throws {
        let error = try #require(throws: SQLiteError.self) { try database.run("SELEKT 1") }
        #expect(error.primaryCode == SQLITE_ERROR)
        #expect(
            error.description
                == "`\(folder.path)/test.sqlite`: near \"SELEKT\": syntax error: `SELEKT 1`"
        )
    }

    @Test func tellsABrokenRuleFromOtherErrors() throws {
        try database.run("INSERT INTO pets VALUES ('a', 1, NULL)")
        let error = try #require(throws: SQLiteError.self) {
            try database.run("INSERT INTO pets VALUES ('a', 2, NULL)")
        }
        #expect(error.code == SQLITE_CONSTRAINT | (8 << 8))  // SQLITE_CONSTRAINT_UNIQUE
        #expect(error.isConstraint && !error.isBusy && !error.isOutOfSpace)
    }

    @Test func refusesAnEmptyStatement() throws {
        #expect(throws: SQLiteError.self) { try database.prepare("  -- nothing") }
    }

    @Test func preparesAStatementOnceButNeverLendsARunningOne() throws {
        let first = try database.prepare("SELECT 1 UNION SELECT 2")
        #expect(try first === database.prepare("SELECT 1 UNION SELECT 2"))
        _ = try first.step()
        #expect(try first !== database.prepare("SELECT 1 UNION SELECT 2"))
        first.reset()
        #expect(try first === database.prepare("SELECT 1 UNION SELECT 2"))
    }

    @Test func refusesAFileThatIsNoDatabase() throws {
        let path = "\(folder.path)/text"
        let file = try OpenFile(path, .create)
        try [UInt8](repeating: 65, count: 4_096).withUnsafeBytes { try file.write($0, at: 0) }
        let error = try #require(throws: SQLiteError.self) { try Database(path) }
        #expect(error.primaryCode == SQLITE_NOTADB)
    }

    @Test func opensNoMissingFileForReading() throws {
        let error = try #require(throws: SQLiteError.self) {
            try Database("\(folder.path)/missing", .init(access: .readOnly))
        }
        #expect(error.primaryCode == SQLITE_CANTOPEN)
        #expect(error.description.contains("No such file or directory"))
    }

    @Test func aReaderCannotWriteAndAWriterHoldsOffASecondOne() throws {
        let reader = try Database(database.path, .init(access: .readOnly))
        #expect(throws: SQLiteError.self) { try reader.run("DELETE FROM pets") }
        let second = try Database(database.path, .init(busyTimeoutMilliseconds: 0))
        try database.transaction {
            let error = try #require(throws: SQLiteError.self) {
                try second.run("INSERT INTO pets VALUES ('b', 1, NULL)")
            }
            #expect(error.isBusy)
            #expect(try reader.rows("SELECT 1 FROM pets") { $0.integer(0) }.isEmpty)
        }
    }
}
