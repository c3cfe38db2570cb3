// The entities of IAM as they are written down: users, groups, roles, sessions, keys, and policies that
// customers manage. What they mean together is `WorldSnapshot`'s business.

import JSON
import Platform
import Policy

/// A tag of a user, role or session.
package struct Tag: Sendable, Hashable {
    package var key: String
    package var value: String

    package init(key: String, value: String) {
        self.key = key
        self.value = value
    }
}

/// A document that equals another one when their texts do.
package struct Document: Sendable, Equatable {
    package let compiled: PolicyDocument

    package init(_ compiled: PolicyDocument) { self.compiled = compiled }

    package var text: String { compiled.text }

    package static func == (left: Document, right: Document) -> Bool {
        left.compiled === right.compiled || left.text == right.text
    }
}

/// A policy attached to a user, group, role or session.
package enum PolicyDefinition: Sendable, Equatable {
    /// An inline document under a name.
    case inline(name: String, document: Document)
    /// A managed policy, AWS's or one of the account's own, by its ARN.
    case managed(arn: String)

    /// The name of an inline policy.
    package var inlineName: String? {
        if case .inline(let name, _) = self { name } else { nil }
    }

    /// The ARN of a managed policy.
    package var managedARN: String? {
        if case .managed(let arn) = self { arn } else { nil }
    }
}

/// A policy that an account manages: a name with up to five versions of a document.
package struct ManagedPolicyDefinition: Sendable, Equatable {
    /// One version.
    package struct Version: Sendable, Equatable {
        /// The number in `v1`; a number is never used again.
        package var number: Int
        package var document: Document
        /// Nil when the world's file does not tell.
        package var created: Timestamp?

        package init(number: Int, document: Document, created: Timestamp? = nil) {
            self.number = number
            self.document = document
            self.created = created
        }

        package var id: String { "v\(number)" }
    }

    package var name: String
    /// Begins and ends with a slash.
    package var path: String
    /// `ANPA…`; made from account and name when nil.
    package var id: String?
    package var text: String?
    package var created: Timestamp?
    package var tags: [Tag]
    // Invariant: never empty, in the order in which they were made.
    package var versions: [Version]
    /// The number of the version that counts.
    package var defaultVersion: Int
    /// The number of the latest version ever made.
    package var latestVersion: Int

    package init(
        name: String,
        path: String = "/",
        id: String? = nil,
        text: String? = nil,
        created: Timestamp? = nil,
        tags: [Tag] = [],
        versions: [Version],
        defaultVersion: Int? = nil,
        latestVersion: Int? = nil
    ) {
        precondition(!versions.isEmpty, "the policy \(name) has no version")
        self.name = name
        self.path = path
        self.id = id
        self.text = text
        self.created = created
        self.tags = tags
        self.versions = versions
        let newest = versions.map(\.number).max() ?? 1
        self.defaultVersion = defaultVersion ?? newest
        self.latestVersion = latestVersion ?? newest
    }

    /// The version that counts.
    package var current: Version {
        guard let version = versions.first(where: { $0.number == defaultVersion }) else {
            preconditionFailure("the policy \(name) has no version v\(defaultVersion)")
        }
        return version
    }

    /// Its ARN, `arn:aws:iam::A:policy/PATH/NAME`.
    package func arn(account: String) -> String { "arn:aws:iam::\(account):policy\(path)\(name)" }
}

/// A group of users: policies under one name.
package struct GroupDefinition: Sendable, Equatable {
    package var name: String
    /// Begins and ends with a slash.
    package var path: String
    /// `AGPA…`; made from account and name when nil.
    package var id: String?
    package var created: Timestamp?
    package var policies: [PolicyDefinition]

    package init(
        name: String,
        path: String = "/",
        id: String? = nil,
        created: Timestamp? = nil,
        policies: [PolicyDefinition] = []
    ) {
        self.name = name
        self.path = path
        self.id = id
        self.created = created
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
    package var created: Timestamp?
    /// Names of groups of the same account.
    package var groups: [String]
    package var accessKeys: [AccessKeyDefinition]
    package var policies: [PolicyDefinition]
    package var permissionsBoundary: PolicyDefinition?
    package var tags: [Tag]

    package init(
        name: String,
        path: String = "/",
        id: String? = nil,
        created: Timestamp? = nil,
        groups: [String] = [],
        accessKeys: [AccessKeyDefinition] = [],
        policies: [PolicyDefinition] = [],
        permissionsBoundary: PolicyDefinition? = nil,
        tags: [Tag] = []
    ) {
        self.name = name
        self.path = path
        self.id = id
        self.created = created
        self.groups = groups
        self.accessKeys = accessKeys
        self.policies = policies
        self.permissionsBoundary = permissionsBoundary
        self.tags = tags
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
    package var created: Timestamp?

    package init(
        id: String,
        secret: String,
        status: Status = .active,
        created: Timestamp? = nil
    ) {
        self.id = id
        self.secret = secret
        self.status = status
        self.created = created
    }
}

/// An IAM role.
package struct RoleDefinition: Sendable, Equatable {
    package var name: String
    /// Begins and ends with a slash.
    package var path: String
    /// `AROA…`; made from account and name when nil.
    package var id: String?
    package var created: Timestamp?
    package var text: String?
    /// Who may assume the role.
    package var trustPolicy: Document
    package var policies: [PolicyDefinition]
    package var permissionsBoundary: PolicyDefinition?
    /// The longest session, 3,600 to 43,200 seconds.
    package var maxSessionSeconds: Int
    package var tags: [Tag]
    /// Sessions whose credentials the world's file hands out.
    package var sessions: [SessionDefinition]

    package init(
        name: String,
        path: String = "/",
        id: String? = nil,
        created: Timestamp? = nil,
        text: String? = nil,
        trustPolicy: Document,
        policies: [PolicyDefinition] = [],
        permissionsBoundary: PolicyDefinition? = nil,
        maxSessionSeconds: Int = 3_600,
        tags: [Tag] = [],
        sessions: [SessionDefinition] = []
    ) {
        self.name = name
        self.path = path
        self.id = id
        self.created = created
        self.text = text
        self.trustPolicy = trustPolicy
        self.policies = policies
        self.permissionsBoundary = permissionsBoundary
        self.maxSessionSeconds = maxSessionSeconds
        self.tags = tags
        self.sessions = sessions
    }
}

/// A session of a role that is there from the start.
package struct SessionDefinition: Sendable, Equatable {
    package var name: String
    /// The access key's id, `ASIA…`.
    package var id: String
    package var secret: String
    /// What requests must send as `x-amz-security-token`.
    package var token: String
    /// Nil: never.
    package var expires: Timestamp?
    /// The session policy.
    package var policy: PolicyDefinition?

    package init(
        name: String,
        id: String,
        secret: String,
        token: String,
        expires: Timestamp? = nil,
        policy: PolicyDefinition? = nil
    ) {
        self.name = name
        self.id = id
        self.secret = secret
        self.token = token
        self.expires = expires
        self.policy = policy
    }
}
