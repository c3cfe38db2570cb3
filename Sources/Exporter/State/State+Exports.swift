// Exports and their destinations, with what Verify found out about them.

import Platform
import SQLite

extension ExportRecord {
    /// The id of an owner's export: `customer/acme`, `reseller/cost`.
    package static func id(owner: ExportOwner, view: BillView) -> String {
        switch owner {
        case .customer(let customer): "customer/\(customer)"
        case .reseller: "reseller/\(view.rawValue)"
        }
    }

    /// The same export in another view and one format of each provider, for looking at what it would hold.
    package func showing(_ view: BillView, _ format: ExportFormat) -> ExportRecord {
        ExportRecord(
            id: id,
            owner: owner,
            isEnabled: isEnabled,
            view: view,
            providers: providers,
            formats: formats.mapValues { _ in [format] },
            tags: tags,
            destination: destination,
            accounts: accounts,
            roleAccounts: roleAccounts
        )
    }

    /// As it was set up.
    package var setup: ExportSetup {
        ExportSetup(
            isEnabled: isEnabled,
            view: view,
            providers: providers,
            formats: formats,
            tags: tags,
            destination: destination.setup
        )
    }
}

extension State {
    /// All exports, the reseller's first, then in the order of customers.
    package func exports() throws -> [ExportRecord] {
        struct Raw {
            let id: String, customer: String?, isEnabled: Bool, view: String, tags: String
            let destination: Int64
        }
        let rows = try database.rows(
            """
            SELECT id, customer, enabled, view, tags, destination FROM exports
            ORDER BY customer IS NOT NULL, position
            """
        ) {
            Raw(
                id: $0.text(0),
                customer: $0.optionalText(1),
                isEnabled: $0.flag(2),
                view: $0.text(3),
                tags: $0.text(4),
                destination: $0.integer(5)
            )
        }
        return try rows.map { row in
            let formats: [(Provider, ExportFormat)] = try database.rows(
                "SELECT provider, format FROM export_formats WHERE export = ? ORDER BY position",
                [.text(row.id)]
            ) { (try State.word($0.text(0), "provider"), try State.word($0.text(1), "format")) }
            var providers: [Provider] = []
            for (provider, _) in formats where !providers.contains(provider) {
                providers.append(provider)
            }
            let accounts = try row.customer.map { try self.accounts(of: $0) } ?? []
            return ExportRecord(
                id: row.id,
                owner: row.customer.map { .customer($0) } ?? .reseller,
                isEnabled: row.isEnabled,
                view: try State.word(row.view, "view"),
                providers: providers,
                formats: Dictionary(grouping: formats) { $0.0 }.mapValues { $0.map(\.1) },
                tags: try TagChoice(stored: row.tags),
                destination: try destination(row.destination),
                accounts: accounts,
                roleAccounts: (row.customer == nil ? try self.accounts(of: nil) : accounts).filter {
                    $0.roleARN != nil
                }
            )
        }
    }

    /// A destination by its row.
    package func destination(_ id: Int64) throws -> DestinationRecord {
        let verification = try database.first(
            """
            SELECT time, passed, stages FROM verifications
            WHERE destination = ? ORDER BY id DESC LIMIT 1
            """,
            [.integer(id)]
        ) { Verification(time: $0.time(0), passed: $0.flag(1), stages: $0.text(2)) }
        let record = try database.first(
            """
            SELECT type, location, region, account, prefix, mode, replace_rule
            FROM destinations WHERE id = ?
            """,
            [.integer(id)]
        ) {
            DestinationRecord(
                id: id,
                setup: DestinationSetup(
                    storage: try .init(type: $0.text(0), location: $0.text(1), region: $0.text(2)),
                    account: $0.text(3),
                    prefix: $0.text(4),
                    replaceRule: try State.word($0.text(6), "rule of replacing")
                ),
                mode: try State.word($0.text(5), "mode"),
                verification: verification
            )
        }
        guard let record else { preconditionFailure("no destination \(id)") }
        return record
    }

    /// Keeps the outcome of a Verify; the mode it found is the destination's from now on.
    ///
    /// A Verify that failed says nothing about the mode, so pass `.unknown` then and the known one stays.
    package func record(
        _ verification: Verification,
        mode: DestinationMode,
        for destination: Int64
    ) throws {
        try database.transaction {
            try database.run(
                """
                INSERT INTO verifications (destination, time, passed, mode, stages)
                VALUES (?, ?, ?, ?, ?)
                """,
                [
                    .integer(destination), SQLValue(verification.time),
                    SQLValue(verification.passed),
                    SQLValue(mode), .text(verification.stages),
                ]
            )
            if mode != .unknown {
                try database.run(
                    "UPDATE destinations SET mode = ? WHERE id = ?",
                    [SQLValue(mode), .integer(destination)]
                )
            }
        }
    }
}
