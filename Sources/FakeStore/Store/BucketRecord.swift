// A bucket as the store knows it. What its settings mean is the dialects' business.

import Platform

/// The dialect a bucket belongs to; names are shared between them.
package enum BucketDialect: String, Sendable, CaseIterable {
    case s3
    case gcs
}

/// A bucket.
package struct BucketRecord: Sendable, Equatable {
    /// Given by the store, never given twice.
    package let id: Int64
    package let name: String
    package let dialect: BucketDialect
    /// The account (S3) or project (Google) that owns it.
    package let account: String
    package let region: String
    package let created: Timestamp
    /// A JSON text of policy and the like, opaque to the store.
    package var settings: String

    package init(
        id: Int64,
        name: String,
        dialect: BucketDialect,
        account: String,
        region: String,
        created: Timestamp,
        settings: String
    ) {
        self.id = id
        self.name = name
        self.dialect = dialect
        self.account = account
        self.region = region
        self.created = created
        self.settings = settings
    }
}
