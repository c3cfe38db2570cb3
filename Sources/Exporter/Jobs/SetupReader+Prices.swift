// The parts of SETUP.json that make prices: pricebooks, and what was agreed with a customer. Their shapes are those
// of a rating config; what no bill that can be delivered would ever meet is refused, so that nobody sells at a price
// that a rule only seems to make.

import JSON
import Rating
import State

extension SetupReader {
    /// A customer's use of a pricebook.
    struct BookReference {
        let book: String
        let place: Place
        let path: String
    }

    /// The books of a file by their names.
    static func pricebooks(_ reader: inout ObjectReader) throws(JSONError) -> [String: Pricebook] {
        let node = reader.presentNode("pricebooks")
        let path = reader.path(to: "pricebooks")
        guard let node else { return [:] }
        guard let members = node.object else { throw node.mismatch("an object", path: path) }
        var books: [String: Pricebook] = [:]
        for member in members {
            guard isText(member.key, atMost: 64) else {
                throw JSONError(
                    place: member.keyPlace,
                    path: path,
                    message:
                        "the name of a pricebook has 1 to 64 characters and no control characters"
                )
            }
            let path = "\(path).\(member.key)"
            books[member.key] = try Pricebook(json: member.node, path: path)
            try refuseUnreachable(member.node, path: path)
        }
        return books
    }

    /// Refuses what no line of a bill that is delivered has: a list price, an unknown class.
    private static func refuseUnreachable(_ book: JSONNode, path: String) throws(JSONError) {
        func check(_ price: JSONNode?, _ path: String) throws(JSONError) {
            guard let basis = price?["basis"], basis.string == Price.Basis.list.rawValue else {
                return
            }
            throw basis.error(
                "`list` is not supported yet: AWS's detailed billing report has no list prices",
                path: "\(path).basis"
            )
        }
        try check(book["default"], "\(path).default")
        for (index, rule) in (book["rules"]?.array ?? []).enumerated() {
            let path = "\(path).rules[\(index)]"
            try check(rule["price"], "\(path).price")
            guard let node = rule["match"]?["class"], let text = node.string else { continue }
            let glob = Glob(text)
            guard LineClass.allCases.contains(where: { glob.matches($0.rawValue) }) else {
                let known = LineClass.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
                throw node.error(
                    "`\(text)` matches no class of lines: \(known)",
                    path: "\(path).match.class"
                )
            }
        }
    }

    /// A customer's terms, and where they name books.
    static func terms(
        _ reader: inout ObjectReader,
        accounts: [String]
    ) throws(JSONError) -> (CustomerTerms, [BookReference]) {
        let terms = try CustomerTerms(reading: &reader, accounts: accounts, names: .setup)
        if let account = terms.billingAccount, !accounts.contains(account) {
            throw reader.error(
                at: "billingAccount",
                "`\(account)` is none of the customer's accounts"
            )
        }
        for (key, ids) in [
            ("global", terms.globals.compactMap(\.id)), ("charges", terms.charges.map(\.id)),
            ("credits", terms.credits.map(\.id)),
        ] {
            // They become descriptions in the delivered file.
            for id in ids where !isText(id, atMost: 128) {
                throw reader.error(
                    at: key,
                    "an id has 1 to 128 characters and no control characters"
                )
            }
        }
        var references: [BookReference] = []
        if let book = terms.pricebook {
            let node = reader.node("pricebook")
            references.append(reference(to: book, at: node, "pricebook", reader))
        }
        let own = reader.node("accountPricebooks")
        for member in own?.object ?? [] {
            references.append(
                reference(
                    to: terms.accountPricebooks[member.key] ?? "",
                    at: member.node,
                    "accountPricebooks.\(member.key)",
                    reader
                )
            )
        }
        return (terms, references)
    }

    private static func reference(
        to book: String,
        at node: JSONNode?,
        _ key: String,
        _ reader: borrowing ObjectReader
    ) -> BookReference {
        BookReference(
            book: book,
            place: node?.place ?? reader.place,
            path: reader.path(to: key)
        )
    }

    /// A short text that a person can read on one line.
    private static func isText(_ text: String, atMost limit: Int) -> Bool {
        (1...limit).contains(text.unicodeScalars.count)
            && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    }
}

extension TagChoice: JSONReadable {
    /// Reads `with-data`, `all`, or an array of tag columns.
    package init(json node: JSONNode, path: String) throws(JSONError) {
        if node.array != nil {
            let columns = try [String](json: node, path: path)
            for column in columns where !column.hasPrefix("user:") && !column.hasPrefix("aws:") {
                throw node.error(
                    "`\(column)` is no tag column: they begin with `user:` or `aws:`, as in `user:\(column)`",
                    path: path
                )
            }
            guard Set(columns).count == columns.count else {
                throw node.error("a tag column is named twice", path: path)
            }
            self = .chosen(columns)
            return
        }
        switch node.string {
        case "with-data": self = .withData
        case "all": self = .all
        default:
            let met = node.string.map { "`\($0)`" } ?? node.value.kind
            throw node.error(
                "expected `with-data`, `all` or an array of tag columns, met \(met)",
                path: path
            )
        }
    }
}
