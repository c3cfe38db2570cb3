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
