// The catalog's schema. Everything that later operations need (versions, multipart and resumable
// uploads) has its place from the first migration on, so that folders of today stay usable.

import SQLite

/// The history of the catalog's schema.
enum Schema {
    static let migrations: [Migration] = [
        Migration(1, sql: first)
    ]

    private static let first = """
        -- `world`: the world's document; `sequence`: a bound above every sequence given out;
        -- `content`: the highest id of contents when a snapshot was made last.
        CREATE TABLE facts (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;

        -- AUTOINCREMENT: the id of a deleted bucket is never given to another one.
        CREATE TABLE buckets (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            dialect TEXT NOT NULL,
            account TEXT NOT NULL,
            region TEXT NOT NULL,
            created INTEGER NOT NULL,
            settings TEXT NOT NULL
        ) STRICT;

        -- One row a version, newest first. `age` is 0 for the current version of a key, and for older
        -- ones a number that falls as the sequence grows; so that overwriting the one version of a key
        -- (a bucket without versioning) leaves its row where it is. `details` is an AttributeList: MD5, checksums, headers, user
        -- metadata, storage class, encryption, owner account, writer principal. `content` or `file`
        -- says where the bytes are; both are NULL for none.
        CREATE TABLE objects (
            bucket INTEGER NOT NULL,
            key BLOB NOT NULL,
            age INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            metageneration INTEGER NOT NULL,
            is_null INTEGER NOT NULL,
            is_delete_marker INTEGER NOT NULL,
            size INTEGER NOT NULL,
            etag TEXT NOT NULL,
            modified INTEGER NOT NULL,
            content INTEGER,
            file INTEGER,
            details BLOB NOT NULL,
            PRIMARY KEY (bucket, key, age)
        ) STRICT, WITHOUT ROWID;

        -- Small contents, apart from the catalog so that a listing does not drag them along, and
        -- larger ones, whose bytes are in a file named by the id. `users` counts the rows that refer
        -- to one (versions, copies, parts).
        CREATE TABLE contents (
            id INTEGER PRIMARY KEY,
            users INTEGER NOT NULL,
            bytes BLOB NOT NULL
        ) STRICT;
        CREATE TABLE files (
            id INTEGER PRIMARY KEY,
            users INTEGER NOT NULL,
            size INTEGER NOT NULL
        ) STRICT;

        -- Multipart (S3) and resumable (Google) uploads. `details` as in objects, `condition` as the
        -- dialect wrote it; `received` and `total` are bytes.
        CREATE TABLE uploads (
            id INTEGER PRIMARY KEY,
            bucket INTEGER NOT NULL,
            key BLOB NOT NULL,
            dialect TEXT NOT NULL,
            initiator TEXT NOT NULL,
            created INTEGER NOT NULL,
            condition TEXT NOT NULL,
            received INTEGER NOT NULL,
            total INTEGER,
            file INTEGER,
            details BLOB NOT NULL
        ) STRICT;
        CREATE INDEX uploads_by_key ON uploads (bucket, key, id);
        CREATE TABLE parts (
            upload INTEGER NOT NULL,
            number INTEGER NOT NULL,
            size INTEGER NOT NULL,
            etag TEXT NOT NULL,
            modified INTEGER NOT NULL,
            content INTEGER,
            file INTEGER,
            details BLOB NOT NULL,
            PRIMARY KEY (upload, number)
        ) STRICT, WITHOUT ROWID;
        """
}
