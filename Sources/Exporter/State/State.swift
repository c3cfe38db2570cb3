// What the exporter remembers: one folder with a SQLite file, the originals of the imported bills and, while a
// file is under way, its rendered bytes. One process at a time. The time is passed in, never asked for.

import Platform
import Rating
import SQLite

/// The state folder of an exporter.
///
/// One thread at a time, as its database; whoever runs deliveries in parallel keeps it in one place.
package final class State {
    /// The row has a word that this version does not know: the folder was changed by something else.
    package struct UnknownWord: Error, CustomStringConvertible {
        package let word: String
        package let what: String

        package var description: String { "the state has an unknown \(what): `\(word)`" }
    }

    /// The state folder.
    package let folder: String
    let database: Database
    private let lock: FolderLock

    /// Opens the state in a folder, and makes it when there is none.
    ///
    /// What a killed process left half done on the disk is removed: rendered files, originals of bills whose
    /// import was not completed.
    ///
    /// - Throws: `FolderLock.Held` when another process has the folder, `SchemaTooNew`, `SystemError`,
    ///   `SQLiteError`.
    package init(folder: String) throws {
        self.folder = folder
        try Folder.create(folder)
        lock = try FolderLock(folder: folder)
        try Folder.create("\(folder)/bills")
        try Folder.create("\(folder)/spool")
        database = try Database("\(folder)/state.sqlite")
        try database.migrate(State.migrations)
        try sweep()
    }

    /// A path for a file that lives while something is under way; swept at the next start.
    ///
    /// - Parameter name: a name that no other file under way has.
    /// - Returns: The path inside the state folder.
    package func spoolPath(_ name: String) -> String { "\(folder)/spool/\(name)" }

    private func sweep() throws {
        for name in try Folder.names(in: "\(folder)/spool") {
            try Folder.remove("\(folder)/spool/\(name)")
        }
        let kept = Set(try database.rows("SELECT file FROM bill_versions") { $0.text(0) })
        for name in try Folder.names(in: "\(folder)/bills") where !kept.contains("bills/\(name)") {
            try Folder.remove("\(folder)/bills/\(name)")
        }
    }

    /// Reads a column that holds one of an enum's raw values.
    static func word<Term: RawRepresentable<String>>(_ text: String, _ what: String) throws -> Term
    {
        guard let term = Term(rawValue: text) else { throw UnknownWord(word: text, what: what) }
        return term
    }

    static func cycle(_ text: String) throws -> BillingCycle {
        guard let cycle = BillingCycle(text) else { throw UnknownWord(word: text, what: "cycle") }
        return cycle
    }
}

extension SQLValue {
    init(_ time: Timestamp) { self = .integer(time.microseconds) }
    init(_ term: some RawRepresentable<String>) { self = .text(term.rawValue) }
    init(_ cycle: BillingCycle) { self = .text(cycle.description) }
}

extension Row {
    func time(_ column: Int32) -> Timestamp { Timestamp(microseconds: integer(column)) }

    func optionalTime(_ column: Int32) -> Timestamp? {
        optionalInteger(column).map { Timestamp(microseconds: $0) }
    }
}
