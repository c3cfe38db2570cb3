// The schema's history. `user_version` in the file says how far it has come; each step runs once, in
// a transaction of its own together with the new number.

/// One step of a schema, from the version before to this one.
package struct Migration: Sendable {
    /// The schema's version after this step; the first is 1.
    package let version: Int
    let apply: @Sendable (Database) throws -> Void

    /// A step that runs statements.
    package init(_ version: Int, sql: String) {
        self.version = version
        apply = { try $0.execute(sql) }
    }

    /// A step that needs more than statements.
    package init(_ version: Int, _ apply: @escaping @Sendable (Database) throws -> Void) {
        self.version = version
        self.apply = apply
    }
}

extension Database {
    /// The version of the schema in the file; 0 for a new one.
    package func schemaVersion() throws -> Int {
        try first("PRAGMA user_version") { Int($0.integer(0)) } ?? 0
    }

    /// Brings the schema up to the last of `migrations`, which count from 1 without a gap.
    ///
    /// - Throws: `SchemaTooNew` when the file has a version that is not in the list; then nothing is
    ///   touched. A step that fails leaves the version before it.
    package func migrate(_ migrations: [Migration]) throws {
        for (index, migration) in migrations.enumerated() {
            precondition(
                migration.version == index + 1,
                "migration \(migration.version) at \(index)"
            )
        }
        let found = try schemaVersion()
        guard found <= migrations.count else {
            throw SchemaTooNew(path: path, found: found, known: migrations.count)
        }
        for migration in migrations[found...] {
            try transaction {
                // Another process may have done this step since we looked.
                guard try schemaVersion() < migration.version else { return }
                try migration.apply(self)
                try execute("PRAGMA user_version = \(migration.version)")
            }
        }
    }
}
