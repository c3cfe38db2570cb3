// A bucket as requests meet it: what the world says of it, and what the store knows it by.

import Platform
import Store
import World

/// A bucket that exists.
package final class CloudBucket: Sendable {
    /// Name, owner, region, settings, and the compiled policy.
    package let bucket: Bucket
    /// The store's number for it, the `bucket` of its calls.
    package let id: Int64
    package let created: Timestamp
    package let dialect: BucketDialect

    init(bucket: Bucket, id: Int64, created: Timestamp, dialect: BucketDialect) {
        self.bucket = bucket
        self.id = id
        self.created = created
        self.dialect = dialect
    }

    /// Compiles what the store has kept.
    ///
    /// - Throws: when the settings are not what this program writes.
    convenience init(_ record: BucketRecord) throws {
        self.init(
            bucket: Bucket(
                name: record.name,
                account: record.account,
                region: record.region,
                settings: try BucketSettings(json: record.settings)
            ),
            id: record.id,
            created: record.created,
            dialect: record.dialect
        )
    }

    package var name: String { bucket.name }
    /// The account that owns it.
    package var account: String { bucket.account }
    package var region: String { bucket.region }
}

/// The cloud at one moment: immutable, so a request that holds it sees no half of a change.
package final class CloudState: Sendable {
    package let world: WorldSnapshot
    /// The buckets of `world` by their names.
    package let buckets: [String: CloudBucket]

    init(world: WorldSnapshot, buckets: [String: CloudBucket]) {
        self.world = world
        self.buckets = buckets
    }

    package func bucket(_ name: String) -> CloudBucket? { buckets[name] }

    /// The state with one bucket more, or changed.
    func setting(_ bucket: CloudBucket) -> CloudState {
        var buckets = buckets
        buckets[bucket.name] = bucket
        return CloudState(world: world.setting(bucket.bucket), buckets: buckets)
    }

    func removing(bucket name: String) -> CloudState {
        var buckets = buckets
        buckets[name] = nil
        return CloudState(world: world.removing(bucket: name), buckets: buckets)
    }
}
