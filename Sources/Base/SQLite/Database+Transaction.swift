// Transactions and savepoints that can't be left open: an error thrown inside undoes them.

extension Database {
    /// When a transaction takes its locks.
    package enum TransactionMode: String, Sendable {
        /// At the first read or write.
        case deferred = "BEGIN DEFERRED"
        /// The write lock at once: a transaction that reads before it writes can't lose a race.
        case immediate = "BEGIN IMMEDIATE"
    }

    /// Runs `body` in a transaction: committed when it returns, undone when it throws.
    package func transaction<Result>(
        _ mode: TransactionMode = .immediate,
        _ body: () throws -> Result
    ) throws -> Result {
        try prepare(mode.rawValue).run()
        do {
            let result = try body()
            try prepare("COMMIT").run()
            return result
        } catch {
            rollback()
            throw error
        }
    }

    /// Runs `body` in a savepoint inside a transaction: only what `body` did is undone when it throws.
    ///
    /// Some errors (a full disk) make SQLite undo the whole transaction: ask `isInTransaction` after.
    package func savepoint<Result>(_ body: () throws -> Result) throws -> Result {
        try prepare("SAVEPOINT step").run()
        do {
            let result = try body()
            try prepare("RELEASE step").run()
            return result
        } catch {
            if isInTransaction {
                try prepare("ROLLBACK TO step").run()
                try prepare("RELEASE step").run()
            }
            throw error
        }
    }

    /// Undoes the open transaction, if there is one; what SQLite has undone by itself is fine.
    package func rollback() {
        // A failing ROLLBACK can only mean that there is nothing left to undo.
        if isInTransaction { try? prepare("ROLLBACK").run() }
    }
}
