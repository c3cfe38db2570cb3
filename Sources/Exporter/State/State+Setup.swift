// The set-up in the state: read as a whole, stored as a whole.

import Platform
import Rating
import SQLite

extension State {
    /// The set-up as it was last stored; an empty one at first.
    package func setup() throws -> Setup {
        let exports = try exports()
        var customers: [CustomerSetup] = []
        let rows = try database.rows("SELECT id, name, terms FROM customers ORDER BY position") {
            (id: $0.text(0), name: $0.text(1), terms: $0.text(2))
        }
        for row in rows {
            let export = exports.first { $0.owner == .customer(row.id) }
            let accounts = try accounts(of: row.id)
            customers.append(
                CustomerSetup(
                    id: row.id,
                    name: row.name,
                    accounts: accounts,
                    terms: try CustomerTerms(stored: row.terms, accounts: accounts.map(\.id)),
                    export: export?.setup
                )
            )
        }
        let reseller = try database.first("SELECT name FROM reseller") { $0.text(0) }
        return Setup(
            platform: try platform(),
            pricebooks: try pricebooks(),
            reseller: reseller.map { name in
                ResellerSetup(
                    name: name,
                    exports: exports.filter { $0.owner == .reseller }.map(\.setup)
                )
            },
            customers: customers
        )
    }

    /// Makes the set-up this one and writes the changes into the history, all or nothing.
    ///
    /// Destinations that are still used keep their mode and verification; where another principal writes from
    /// now on, what it may is unknown.
    ///
    /// - Parameters:
    ///   - setup: the whole set-up.
    ///   - changes: what differs from the one before, for the history.
    ///   - now: the time of the change.
    /// - Throws: a `SQLiteError`; then nothing was changed.
    package func store(_ setup: Setup, changes: [HistoryEntry], now: Timestamp) throws {
        try database.transaction {
            let rolesBefore = try roles()
            for table in [
                "export_formats", "exports", "accounts", "customers", "reseller", "platform",
                "pricebooks",
            ] {
                try database.run("DELETE FROM \(table)")
            }
            for (name, value) in setup.platform.rows {
                try database.run("INSERT INTO platform VALUES (?, ?)", [.text(name), .text(value)])
            }
            try insert(setup.pricebooks)
            if let reseller = setup.reseller {
                try database.run("INSERT INTO reseller VALUES (?)", [.text(reseller.name)])
                for (position, export) in reseller.exports.enumerated() {
                    let id = ExportRecord.id(owner: .reseller, view: export.view)
                    try insert(export, id: id, customer: nil, position: position, now)
                }
            }
            for (position, customer) in setup.customers.enumerated() {
                try insert(customer, position: position, now)
            }
            let rolesAfter = try roles()
            for account in Set(rolesBefore.keys).union(rolesAfter.keys)
            where rolesBefore[account] != rolesAfter[account] {
                try database.run(
                    "UPDATE destinations SET mode = 'unknown' WHERE type = 's3' AND account = ?",
                    [.text(account)]
                )
            }
            for change in changes { try remember(change) }
        }
    }

    /// The roles by the AWS account that they are set up for.
    private func roles() throws -> [String: String] {
        let rows = try database.rows(
            "SELECT id, role_arn FROM accounts WHERE provider = 'aws' AND role_arn IS NOT NULL"
        ) { ($0.text(0), $0.text(1)) }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    private func insert(_ customer: CustomerSetup, position: Int, _ now: Timestamp) throws {
        try database.run(
            "INSERT INTO customers (id, name, position, terms) VALUES (?, ?, ?, ?)",
            [
                .text(customer.id), .text(customer.name), SQLValue(position),
                .text(customer.terms.stored),
            ]
        )
        for (position, account) in customer.accounts.enumerated() {
            try database.run(
                "INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?)",
                [
                    SQLValue(account.provider), .text(account.id), .text(customer.id),
                    SQLValue(position), SQLValue(account.roleARN), SQLValue(account.externalID),
                ]
            )
        }
        if let export = customer.export {
            let id = ExportRecord.id(owner: .customer(customer.id), view: export.view)
            try insert(export, id: id, customer: customer.id, position: position, now)
        }
    }

    private func insert(
        _ export: ExportSetup,
        id: String,
        customer: String?,
        position: Int,
        _ now: Timestamp
    ) throws {
        try database.run(
            "INSERT INTO exports VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                .text(id), SQLValue(customer), SQLValue(position), SQLValue(export.isEnabled),
                SQLValue(export.view), .text(export.tags.stored),
                .integer(try destination(for: export.destination, now)),
            ]
        )
        var row = 0
        for provider in export.providers {
            for format in export.formats[provider] ?? [] {
                try database.run(
                    "INSERT INTO export_formats VALUES (?, ?, ?, ?)",
                    [.text(id), SQLValue(row), SQLValue(provider), SQLValue(format)]
                )
                row += 1
            }
        }
    }

    /// The row of a destination, made when there is none.
    private func destination(for setup: DestinationSetup, _ now: Timestamp) throws -> Int64 {
        let (type, location, region) = setup.storage.columns
        let values: [SQLValue] = [
            .text(type), .text(location), .text(region), .text(setup.account), .text(setup.prefix),
            SQLValue(setup.replaceRule),
        ]
        let known = try database.first(
            """
            SELECT id FROM destinations
            WHERE type = ? AND location = ? AND region = ? AND account = ? AND prefix = ?
                AND replace_rule = ?
            """,
            values
        ) { $0.integer(0) }
        if let known { return known }
        try database.run(
            """
            INSERT INTO destinations (type, location, region, account, prefix, replace_rule, created)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            values + [SQLValue(now)]
        )
        return database.lastInsertedRow
    }

    /// A customer's accounts in the set-up's order; of all customers for nil.
    func accounts(of customer: String?) throws -> [AccountSetup] {
        try database.rows(
            """
            SELECT provider, id, role_arn, external_id FROM accounts
            WHERE customer = ?1 OR ?1 IS NULL ORDER BY customer, position
            """,
            [SQLValue(customer)]
        ) {
            AccountSetup(
                provider: try State.word($0.text(0), "provider"),
                id: $0.text(1),
                roleARN: $0.optionalText(2),
                externalID: $0.optionalText(3)
            )
        }
    }

    private func platform() throws -> PlatformSetup {
        var platform = PlatformSetup()
        let rows = try database.rows("SELECT name, value FROM platform") {
            ($0.text(0), $0.text(1))
        }
        for (name, value) in rows { try platform.set(name, value) }
        return platform
    }
}

extension DestinationSetup.Storage {
    /// As the table of destinations has it: type, location, region.
    var columns: (String, String, String) {
        switch self {
        case .s3(let bucket, let region): ("s3", bucket, region)
        case .folder(let path): ("folder", path, "")
        }
    }

    init(type: String, location: String, region: String) throws {
        switch type {
        case "s3": self = .s3(bucket: location, region: region)
        case "folder": self = .folder(path: location)
        default: throw State.UnknownWord(word: type, what: "destination type")
        }
    }
}

extension PlatformSetup {
    /// As the table has it; references are `env:NAME`, `file:PATH`, `profile:NAME`.
    fileprivate var rows: [(String, String)] {
        var rows: [(String, String)] = []
        func add(_ name: String, _ value: String?) {
            if let value { rows.append((name, value)) }
        }
        add("accessKeyId", accessKeyID?.stored)
        add("secretAccessKey", secretAccessKey?.stored)
        add("sessionToken", sessionToken?.stored)
        add("principal", principal)
        add("region", region)
        add("roleSessionSeconds", roleSessionSeconds.map { "\($0)" })
        add("endpoint.s3", s3Endpoint)
        add("endpoint.sts", stsEndpoint)
        add("endpoint.iam", iamEndpoint)
        add("endpoint.gcs", gcsEndpoint)
        return rows
    }

    fileprivate mutating func set(_ name: String, _ value: String) throws {
        switch name {
        case "accessKeyId": accessKeyID = try SecretReference(stored: value)
        case "secretAccessKey": secretAccessKey = try SecretReference(stored: value)
        case "sessionToken": sessionToken = try SecretReference(stored: value)
        case "principal": principal = value
        case "region": region = value
        case "roleSessionSeconds": roleSessionSeconds = Int(value)
        case "endpoint.s3": s3Endpoint = value
        case "endpoint.sts": stsEndpoint = value
        case "endpoint.iam": iamEndpoint = value
        case "endpoint.gcs": gcsEndpoint = value
        default: throw State.UnknownWord(word: name, what: "platform setting")
        }
    }
}

extension SecretReference {
    fileprivate var stored: String {
        switch self {
        case .environment(let name): "env:\(name)"
        case .file(let path): "file:\(path)"
        case .profile(let name): "profile:\(name)"
        }
    }

    fileprivate init(stored: String) throws {
        let parts = stored.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        switch (parts.first, parts.last.map(String.init)) {
        case ("env", let name?): self = .environment(name)
        case ("file", let path?): self = .file(path)
        case ("profile", let name?): self = .profile(name)
        default: throw State.UnknownWord(word: stored, what: "secret reference")
        }
    }
}
