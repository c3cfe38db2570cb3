// A bucket as the store knows it. What its settings mean is the dialects' business.

import Platform

/// The dialect a bucket belongs to; names are shared between them.
package enum BucketDialect: String, Sendable, CaseIterable {
    /// Amazon S3.
    case s3
    /// Google Cloud Storage.
    case gcs
}

/// A bucket.
package struct BucketRecord: Sendable, Equatable {
    /// Given by the store, never given twice.
    package let id: Int64
    /// Unique among the buckets of all dialects.
    package let name: String
    /// Who answers for it.
    package let dialect: BucketDialect
    /// The account (S3) or project (Google) that owns it.
    package let account: String
    /// The region or location it was made in.
    package let region: String
    /// When it was made.
    package let created: Timestamp
    /// A JSON text of policy and the like, opaque to the store.
    package var settings: String

    /// A record as the store makes it; for tests of others too.
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
