// Pricebooks, terms and choices of tags in the state: each is one text, in the shape of a rating config.

import JSON
import Rating
import SQLite

extension State {
    func pricebooks() throws -> [String: Pricebook] {
        var books: [String: Pricebook] = [:]
        let rows = try database.rows("SELECT name, book FROM pricebooks") {
            ($0.text(0), $0.text(1))
        }
        for (name, book) in rows { books[name] = try Pricebook(json: JSON.parse(book), path: name) }
        return books
    }

    func insert(_ pricebooks: [String: Pricebook]) throws {
        for (name, book) in pricebooks {
            try database.run(
                "INSERT INTO pricebooks VALUES (?, ?)",
                [.text(name), .text(book.stored)]
            )
        }
    }
}

extension State {
    /// What was left of credits, if it was computed before.
    ///
    /// - Parameter recipe: a fingerprint of everything that decides it.
    /// - Returns: The balances by the credits' ids; nil when nothing was kept.
    /// - Throws: what reading the state throws.
    package func creditBalances(_ recipe: String) throws -> [String: BigDecimal]? {
        let rows = try database.rows(
            "SELECT credit, balance FROM credit_balances WHERE recipe = ?",
            [.text(recipe)]
        ) { ($0.text(0), try BigDecimal($0.text(1))) }
        return rows.isEmpty ? nil : Dictionary(uniqueKeysWithValues: rows)
    }

    /// Keeps what is left of credits.
    package func keepCreditBalances(_ balances: [String: BigDecimal], recipe: String) throws {
        try database.transaction {
            for (credit, balance) in balances {
                try database.run(
                    "INSERT OR REPLACE INTO credit_balances VALUES (?, ?, ?)",
                    [.text(recipe), .text(credit), .text(balance.text())]
                )
            }
        }
    }
}

extension JSONWritable {
    /// As the tables have it.
    var stored: String {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.text
    }
}

extension CustomerTerms {
    init(stored: String, accounts: [String]) throws {
        self = try ObjectReader.read(JSON.parse(stored)) { reader throws(JSONError) in
            try CustomerTerms(reading: &reader, accounts: accounts)
        }
    }
}

extension TagChoice {
    /// The word, or the array of chosen columns.
    package var stored: String {
        switch self {
        case .withData: "with-data"
        case .all: "all"
        case .chosen(let columns): columns.stored
        }
    }

    init(stored: String) throws {
        switch stored {
        case "with-data": self = .withData
        case "all": self = .all
        case _ where stored.hasPrefix("["):
            self = .chosen(try [String](json: JSON.parse(stored), path: "tags"))
        default: throw State.UnknownWord(word: stored, what: "choice of tags")
        }
    }
}
