// The state's schema and its history. Texts are the raw values of `Terms.swift`, times microseconds since 1970,
// amounts exact decimals as text.

import SQLite

extension State {
    /// The steps of the schema; never changed once a version was released, only added to.
    static let migrations = [
        Migration(1, sql: first), Migration(2, sql: partUploads), Migration(3, sql: prices),
        Migration(4, sql: creditBalances),
    ]

    private static let creditBalances = """
        -- What was left of a customer's credits after a month, by a fingerprint of its bill and prices.
        CREATE TABLE credit_balances (
            recipe TEXT NOT NULL,
            credit TEXT NOT NULL,
            balance TEXT NOT NULL,
            PRIMARY KEY (recipe, credit)
        ) WITHOUT ROWID;
        """

    private static let prices = """
        -- Each book, and each customer's terms, as one JSON document in the shape of a rating config.
        CREATE TABLE pricebooks (
            name TEXT PRIMARY KEY,
            book TEXT NOT NULL
        ) WITHOUT ROWID;
        ALTER TABLE customers ADD COLUMN terms TEXT NOT NULL DEFAULT '{}';
        """

    private static let partUploads = """
        -- One row for each upload in parts that may take space in a bucket.
        CREATE TABLE part_uploads (
            id INTEGER PRIMARY KEY,
            delivery INTEGER NOT NULL REFERENCES deliveries,
            -- NULL until an answer names it.
            upload_id TEXT,
            part_bytes INTEGER NOT NULL,
            stage TEXT NOT NULL,
            began INTEGER NOT NULL,
            -- Why it could not be removed, once that was tried.
            left_because TEXT,
            -- Whether a delivery's outcome has told of it.
            told INTEGER NOT NULL DEFAULT FALSE
        );
        CREATE INDEX part_uploads_by_delivery ON part_uploads (delivery, id);

        CREATE TABLE upload_parts (
            upload INTEGER NOT NULL REFERENCES part_uploads ON DELETE CASCADE,
            number INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            etag TEXT NOT NULL,
            checksum TEXT NOT NULL,
            PRIMARY KEY (upload, number)
        ) WITHOUT ROWID;
        """

    private static let first = """
        CREATE TABLE platform (
            name TEXT PRIMARY KEY,
            value TEXT NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE reseller (
            name TEXT NOT NULL
        );

        CREATE TABLE customers (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            position INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE accounts (
            provider TEXT NOT NULL,
            id TEXT NOT NULL,
            customer TEXT NOT NULL REFERENCES customers ON DELETE CASCADE,
            position INTEGER NOT NULL,
            role_arn TEXT,
            external_id TEXT,
            PRIMARY KEY (provider, id)
        ) WITHOUT ROWID;

        -- A destination is never changed: another place is another row, whose mode is unknown.
        CREATE TABLE destinations (
            id INTEGER PRIMARY KEY,
            type TEXT NOT NULL,
            location TEXT NOT NULL,
            region TEXT NOT NULL DEFAULT '',
            account TEXT NOT NULL,
            prefix TEXT NOT NULL DEFAULT '',
            compression TEXT NOT NULL DEFAULT 'none',
            replace_rule TEXT NOT NULL DEFAULT 'conditional',
            mode TEXT NOT NULL DEFAULT 'unknown',
            created INTEGER NOT NULL,
            UNIQUE (type, location, region, account, prefix, compression, replace_rule)
        );

        CREATE TABLE verifications (
            id INTEGER PRIMARY KEY,
            destination INTEGER NOT NULL REFERENCES destinations,
            time INTEGER NOT NULL,
            passed INTEGER NOT NULL,
            mode TEXT NOT NULL,
            stages TEXT NOT NULL
        );
        CREATE INDEX verifications_by_destination ON verifications (destination, id);

        CREATE TABLE exports (
            id TEXT PRIMARY KEY,
            -- NULL for the reseller's.
            customer TEXT REFERENCES customers ON DELETE CASCADE,
            position INTEGER NOT NULL,
            enabled INTEGER NOT NULL,
            view TEXT NOT NULL,
            tags TEXT NOT NULL,
            destination INTEGER NOT NULL REFERENCES destinations
        ) WITHOUT ROWID;

        CREATE TABLE export_formats (
            export TEXT NOT NULL REFERENCES exports ON DELETE CASCADE,
            position INTEGER NOT NULL,
            provider TEXT NOT NULL,
            format TEXT NOT NULL,
            PRIMARY KEY (export, position)
        ) WITHOUT ROWID;

        CREATE TABLE cycles (
            cycle TEXT PRIMARY KEY,
            state TEXT NOT NULL,
            opened INTEGER NOT NULL,
            closed INTEGER
        ) WITHOUT ROWID;

        CREATE TABLE bills (
            id INTEGER PRIMARY KEY,
            provider TEXT NOT NULL,
            cycle TEXT NOT NULL REFERENCES cycles,
            payer TEXT NOT NULL,
            UNIQUE (provider, cycle, payer)
        );

        CREATE TABLE bill_versions (
            id INTEGER PRIMARY KEY,
            bill INTEGER NOT NULL REFERENCES bills,
            version INTEGER NOT NULL,
            imported INTEGER NOT NULL,
            source TEXT NOT NULL,
            file TEXT NOT NULL,
            encoding TEXT NOT NULL,
            bytes INTEGER NOT NULL,
            sha256 TEXT NOT NULL,
            lines INTEGER NOT NULL,
            total TEXT NOT NULL,
            final INTEGER NOT NULL,
            facts TEXT NOT NULL,
            UNIQUE (bill, version)
        );

        -- One row for each content that was decided on; the latest of an export, provider, format and cycle
        -- is the current one. `export` is no reference: what was delivered outlives the export.
        CREATE TABLE deliveries (
            id INTEGER PRIMARY KEY,
            export TEXT NOT NULL,
            view TEXT NOT NULL,
            provider TEXT NOT NULL,
            format TEXT NOT NULL,
            cycle TEXT NOT NULL REFERENCES cycles,
            bill_version INTEGER NOT NULL REFERENCES bill_versions,
            destination INTEGER NOT NULL REFERENCES destinations,
            key TEXT NOT NULL,
            url TEXT NOT NULL,
            recipe TEXT NOT NULL,
            bytes INTEGER NOT NULL,
            sha256 TEXT NOT NULL,
            state TEXT NOT NULL,
            reason TEXT,
            etag TEXT,
            attempts INTEGER NOT NULL DEFAULT 0,
            planned INTEGER NOT NULL,
            started INTEGER,
            finished INTEGER
        );
        CREATE INDEX deliveries_by_export ON deliveries (export, provider, format, cycle, id);
        CREATE INDEX deliveries_by_cycle ON deliveries (cycle, id);

        -- The files that are ours: confirmed by the destination, and not replaced by others' as far as we know.
        CREATE TABLE written_files (
            url TEXT PRIMARY KEY,
            delivery INTEGER NOT NULL REFERENCES deliveries,
            sha256 TEXT NOT NULL,
            bytes INTEGER NOT NULL,
            etag TEXT,
            time INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE history (
            id INTEGER PRIMARY KEY,
            time INTEGER NOT NULL,
            subject TEXT NOT NULL,
            change TEXT NOT NULL
        );
        """
}
