// Buckets made, changed and deleted by requests.

import Store
import World

extension Cloud {
    /// Makes a bucket, durable when this returns.
    ///
    /// - Parameters:
    ///   - name: The name, which is known to be a valid one.
    ///   - dialect: Whose bucket it is; names are shared.
    ///   - account: The account that will own it; it must be in the world.
    ///   - region: Where it is to be; nil for the world's own region.
    ///   - settings: Policy and switches; nil for the world's defaults.
    /// - Returns: The bucket, visible to everyone.
    /// - Throws: `StoreError.bucketExists` with the one that has the name.
    @discardableResult
    package func createBucket(
        _ name: String,
        dialect: BucketDialect = .s3,
        account: String,
        region: String? = nil,
        settings: BucketSettings? = nil
    ) async throws -> CloudBucket {
        try await changes.pass {
            let bucket = try await self.makeBucket(
                name,
                dialect: dialect,
                account: account,
                region: region ?? self.region,
                settings: settings ?? world.definition.defaults.settings
            )
            publish(state.setting(bucket))
            return bucket
        }
    }

    /// Deletes an empty bucket.
    ///
    /// - Throws: `StoreError.bucketNotEmpty`, or `.noSuchBucket` when it is gone already.
    package func deleteBucket(_ bucket: CloudBucket) async throws {
        try await changes.pass {
            try await store.deleteBucket(bucket.id)
            // A new bucket of the same name can't be there yet: that would be a later change.
            publish(state.removing(bucket: bucket.name))
        }
    }

    /// Changes a bucket's settings, starting from what they are when it is this change's turn.
    ///
    /// - Throws: `StoreError.noSuchBucket` when the bucket is gone.
    @discardableResult
    package func updateBucket(
        _ bucket: CloudBucket,
        _ change: (inout BucketSettings) -> Void
    ) async throws -> CloudBucket {
        try await changes.pass {
            guard let present = state.bucket(bucket.name), present.id == bucket.id else {
                throw StoreError.noSuchBucket
            }
            var settings = present.bucket.settings
            change(&settings)
            return try await setSettings(settings, of: present)
        }
    }

    // MARK: Inside a change

    /// Makes the bucket in the store, without making it visible.
    func makeBucket(
        _ name: String,
        dialect: BucketDialect = .s3,
        account: String,
        region: String,
        settings: BucketSettings
    ) async throws -> CloudBucket {
        let record = try await store.createBucket(
            name: name,
            dialect: dialect,
            account: account,
            region: region,
            settings: settings.json
        )
        return CloudBucket(
            bucket: Bucket(name: name, account: account, region: region, settings: settings),
            id: record.id,
            created: record.created,
            dialect: dialect
        )
    }

    /// Stores the settings and makes them visible.
    @discardableResult
    func setSettings(
        _ settings: BucketSettings,
        of bucket: CloudBucket
    ) async throws -> CloudBucket {
        try await store.updateBucket(bucket.id, settings: settings.json)
        let changed = CloudBucket(
            bucket: Bucket(
                name: bucket.name,
                account: bucket.account,
                region: bucket.region,
                settings: settings
            ),
            id: bucket.id,
            created: bucket.created,
            dialect: bucket.dialect
        )
        publish(state.setting(changed))
        return changed
    }
}
