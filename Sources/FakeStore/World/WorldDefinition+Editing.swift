// Changes to a world, as the bucket operations make them, and the world without a file.

import Policy

extension WorldDefinition {
    /// The world of `fakestore serve` without `--world`: one account, one administrator, and buckets
    /// under the names given.
    package static func standard(
        region: String = WorldDefinition.defaultRegion,
        buckets: [String] = []
    ) -> WorldDefinition {
        WorldDefinition(
            region: region,
            accounts: [
                AccountDefinition(
                    id: "000000000000",
                    users: [
                        UserDefinition(
                            name: "admin",
                            accessKeys: [
                                AccessKeyDefinition(
                                    id: "AKIAFAKESTORE0000000",
                                    secret: "fakestore-secret-key-not-for-production"
                                )
                            ],
                            policies: [.managed(arn: "arn:aws:iam::aws:policy/AdministratorAccess")]
                        )
                    ],
                    buckets: buckets.map { BucketDefinition(name: $0) }
                )
            ]
        )
    }

    /// The owner of a bucket's name.
    package func owner(ofBucket name: String) -> String? {
        accounts.first { $0.buckets.contains { $0.name == name } }?.id
    }

    /// Puts a bucket into its account, in place of the one of its name, whose objects it keeps.
    package mutating func set(_ bucket: Bucket) {
        var definition = BucketDefinition(
            name: bucket.name,
            region: bucket.region,
            settings: bucket.settings
        )
        for account in accounts.indices {
            guard
                let index = accounts[account].buckets.firstIndex(where: { $0.name == bucket.name })
            else { continue }
            definition.objects = accounts[account].buckets[index].objects
            if accounts[account].id == bucket.account {
                accounts[account].buckets[index] = definition
                return
            }
            accounts[account].buckets.remove(at: index)
        }
        guard let account = accounts.firstIndex(where: { $0.id == bucket.account }) else {
            preconditionFailure(
                "bucket \(bucket.name) in an account that is not there: \(bucket.account)"
            )
        }
        accounts[account].buckets.append(definition)
    }

    /// Takes a bucket out of its account.
    package mutating func remove(bucket name: String) {
        for account in accounts.indices {
            accounts[account].buckets.removeAll { $0.name == name }
        }
    }
}
