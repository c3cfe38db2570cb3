import Platform
import Testing

@testable import SQLite

private struct Stop: Error {}

@Suite struct TransactionTests {
    let folder: TemporaryFolder
    let database: Database

    init() throws {
        folder = try TemporaryFolder()
        database = try Database("\(folder.path)/test.sqlite", .init(synchronous: .off))
        try database.execute("CREATE TABLE numbers (n INTEGER)")
    }

    private func numbers() throws -> [Int64] {
        try database.rows("SELECT n FROM numbers ORDER BY n") { $0.integer(0) }
    }

    private func add(_ number: Int64) throws {
        try database.run("INSERT INTO numbers VALUES (?)", [.integer(number)])
    }

    @Test func keepsAllOfATransactionOrNothing() throws {
        try database.transaction {
            try add(1)
            try add(2)
        }
        #expect(throws: Stop.self) {
            try database.transaction {
                try add(3)
                throw Stop()
            }
        }
        #expect(try numbers() == [1, 2])
        #expect(!database.isInTransaction)
    }

    @Test func aFailedSavepointLosesOnlyItsOwnWork() throws {
        // Not with #expect inside the closure: Swift 6.3.1 then takes one closure for the other.
        func failing() throws {
            try database.savepoint {
                try add(2)
                throw Stop()
            }
        }
        var failure: (any Error)?
        try database.transaction {
            try database.savepoint { try add(1) }
            do { try failing() } catch { failure = error }
            try database.savepoint { try add(3) }
        }
        #expect(failure is Stop)
        #expect(try numbers() == [1, 3])
    }

    @Test func aFullDatabaseUndoesTheTransactionAndSaysSo() throws {
        try database.execute("PRAGMA max_page_count = 10")
        let error = try #require(throws: SQLiteError.self) {
            try database.transaction {
                try add(1)
                try database.execute("CREATE TABLE big AS SELECT zeroblob(1000000)")
            }
        }
        #expect(error.isOutOfSpace)
        #expect(!database.isInTransaction)
        #expect(try numbers().isEmpty)
    }
}

@Suite struct MigrationTests {
    let folder: TemporaryFolder
    let first = Migration(1, sql: "CREATE TABLE a (x)")
    let second = Migration(2) { try $0.run("INSERT INTO a VALUES (1)") }

    init() throws { folder = try TemporaryFolder() }

    private func open() throws -> Database { try Database("\(folder.path)/test.sqlite") }

    @Test func runsEachStepOnce() throws {
        try open().migrate([first])
        for _ in 1...2 { try open().migrate([first, second]) }
        let database = try open()
        #expect(try database.schemaVersion() == 2)
        #expect(try database.rows("SELECT x FROM a") { $0.integer(0) } == [1])
    }

    @Test func aFailedStepLeavesTheVersionBefore() throws {
        let broken = Migration(2) {
            try $0.run("INSERT INTO a VALUES (1)")
            throw Stop()
        }
        #expect(throws: Stop.self) { try open().migrate([first, broken]) }
        let database = try open()
        #expect(try database.schemaVersion() == 1)
        #expect(try database.rows("SELECT x FROM a") { $0.integer(0) }.isEmpty)
    }

    @Test func refusesANewerSchemaInWords() throws {
        try open().migrate([first, second])
        let error = try #require(throws: SchemaTooNew.self) { try open().migrate([first]) }
        #expect(
            error.description
                == "`\(folder.path)/test.sqlite` was written by a newer version of this program: "
                + "its schema is 2, this program knows schemas up to 1"
        )
    }
}
