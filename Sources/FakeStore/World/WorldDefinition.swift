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
    package var accounts: [AccountDefinition]

    package init(
        region: String = WorldDefinition.defaultRegion,
        anonymousAs: String? = nil,
        faults: [FaultDefinition] = [],
        accounts: [AccountDefinition] = []
    ) {
        self.region = region
        self.anonymousAs = anonymousAs
        self.faults = faults
        self.accounts = accounts
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
    package var rootAccessKeys: [AccessKeyDefinition]
    package var groups: [GroupDefinition]
    package var users: [UserDefinition]
    package var buckets: [BucketDefinition]

    package init(
        id: String,
        name: String? = nil,
        canonicalID: String? = nil,
        rootAccessKeys: [AccessKeyDefinition] = [],
        groups: [GroupDefinition] = [],
        users: [UserDefinition] = [],
        buckets: [BucketDefinition] = []
    ) {
        self.id = id
        self.name = name
        self.canonicalID = canonicalID
        self.rootAccessKeys = rootAccessKeys
        self.groups = groups
        self.users = users
        self.buckets = buckets
    }
}

/// A group of users: policies under one name.
package struct GroupDefinition: Sendable, Equatable {
    package var name: String
    package var policies: [PolicyDefinition]

    package init(name: String, policies: [PolicyDefinition] = []) {
        self.name = name
        self.policies = policies
    }
}

/// An IAM user.
package struct UserDefinition: Sendable, Equatable {
    package var name: String
    /// Begins and ends with a slash.
    package var path: String
    /// `AIDA…`; made from account and name when nil.
    package var id: String?
    /// Names of groups of the same account.
    package var groups: [String]
    package var accessKeys: [AccessKeyDefinition]
    package var policies: [PolicyDefinition]

    package init(
        name: String,
        path: String = "/",
        id: String? = nil,
        groups: [String] = [],
        accessKeys: [AccessKeyDefinition] = [],
        policies: [PolicyDefinition] = []
    ) {
        self.name = name
        self.path = path
        self.id = id
        self.groups = groups
        self.accessKeys = accessKeys
        self.policies = policies
    }
}

/// An access key.
package struct AccessKeyDefinition: Sendable, Equatable {
    /// Whether requests signed with the key are taken.
    package enum Status: String, Sendable, CaseIterable, JSONReadable {
        case active = "Active"
        case inactive = "Inactive"
    }

    package var id: String
    package var secret: String
    package var status: Status

    package init(id: String, secret: String, status: Status = .active) {
        self.id = id
        self.secret = secret
        self.status = status
    }
}

/// A policy attached to a user or group.
package enum PolicyDefinition: Sendable, Equatable {
    /// An inline document under a name.
    case inline(name: String, document: PolicyDocument)
    /// One of AWS's managed policies, by its ARN.
    case managed(arn: String)

    package static func == (left: PolicyDefinition, right: PolicyDefinition) -> Bool {
        switch (left, right) {
        case (.inline(let leftName, let left), .inline(let rightName, let right)):
            leftName == rightName && left.text == right.text
        case (.managed(let left), .managed(let right)): left == right
        case (.inline, .managed), (.managed, .inline): false
        }
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
