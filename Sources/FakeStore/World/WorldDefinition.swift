// The world as it is written down: plain values that can be edited, read from a file and written to
// one. `WorldSnapshot` is the same world ready to be asked.

import JSON
import Policy

/// The accounts, users, keys, policies and buckets that exist.
package struct WorldDefinition: Sendable, Equatable {
    /// The region of requests that name no bucket, and of buckets that name no region.
    package var region: String
    /// The ARN of the user or root that unsigned requests are taken for; nil leaves them anonymous.
    package var anonymousAs: String?
    /// The faults that are in force from the start.
    package var faults: [FaultDefinition]
    /// What buckets have that don't say it themselves.
    package var defaults: BucketDefaults
    package var accounts: [AccountDefinition]
    /// How many ids the IAM calls have drawn, so that none comes twice.
    package var issued: Int

    package init(
        region: String = WorldDefinition.defaultRegion,
        anonymousAs: String? = nil,
        faults: [FaultDefinition] = [],
        defaults: BucketDefaults = BucketDefaults(),
        accounts: [AccountDefinition] = [],
        issued: Int = 0
    ) {
        self.region = region
        self.anonymousAs = anonymousAs
        self.faults = faults
        self.defaults = defaults
        self.accounts = accounts
        self.issued = issued
    }

    package static let defaultRegion = "us-east-1"
}

/// An account with everything in it.
package struct AccountDefinition: Sendable, Equatable {
    /// Twelve digits.
    package var id: String
    package var name: String?
    /// 64 hex digits; made from the account's id when nil.
    package var canonicalID: String?
    /// The switches for all buckets of the account; nil when none are set.
    package var publicAccessBlock: PublicAccessBlock?
    package var rootAccessKeys: [AccessKeyDefinition]
    /// The policies that the account manages itself.
    package var policies: [ManagedPolicyDefinition]
    package var groups: [GroupDefinition]
    package var users: [UserDefinition]
    package var roles: [RoleDefinition]
    package var kmsKeys: [KMSKeyDefinition]
    package var buckets: [BucketDefinition]

    package init(
        id: String,
        name: String? = nil,
        canonicalID: String? = nil,
        publicAccessBlock: PublicAccessBlock? = nil,
        rootAccessKeys: [AccessKeyDefinition] = [],
        policies: [ManagedPolicyDefinition] = [],
        groups: [GroupDefinition] = [],
        users: [UserDefinition] = [],
        roles: [RoleDefinition] = [],
        kmsKeys: [KMSKeyDefinition] = [],
        buckets: [BucketDefinition] = []
    ) {
        self.id = id
        self.name = name
        self.canonicalID = canonicalID
        self.publicAccessBlock = publicAccessBlock
        self.rootAccessKeys = rootAccessKeys
        self.policies = policies
        self.groups = groups
        self.users = users
        self.roles = roles
        self.kmsKeys = kmsKeys
        self.buckets = buckets
    }
}

/// A bucket with the objects it begins with.
package struct BucketDefinition: Sendable, Equatable {
    package var name: String
    /// Nil: the world's region.
    package var region: String?
    package var settings: BucketSettings
    package var objects: [ObjectDefinition]

    package init(
        name: String,
        region: String? = nil,
        settings: BucketSettings = BucketSettings(),
        objects: [ObjectDefinition] = []
    ) {
        self.name = name
        self.region = region
        self.settings = settings
        self.objects = objects
    }
}

/// An object that a bucket begins with; its content is read from a file when the store starts.
package struct ObjectDefinition: Sendable, Equatable {
    package var key: String
    /// The absolute path of its content.
    package var file: String

    package init(key: String, file: String) {
        self.key = key
        self.file = file
    }
}
