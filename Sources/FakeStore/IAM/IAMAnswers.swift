// Users, roles, groups and policies as IAM's answers have them.

import HTTP
import Platform
import Policy
import QueryProtocol
import World
import XML

/// A page of a list.
struct Page<Element> {
    let elements: [Element]
    /// Where the next page begins; nil on the last.
    let marker: String?

    /// The page that a call asks for, of elements in the order of their names.
    init(
        _ exchange: QueryExchange,
        of elements: [Element],
        by name: (Element) -> String
    ) throws(QueryError) {
        let limit = try exchange.optionalInteger("MaxItems", 1...1_000) ?? 100
        let marker = exchange.form["Marker"]
        let rest = elements.sorted { name($0) < name($1) }
            .filter { element in marker.map { name(element) > $0 } ?? true }
        self.elements = Array(rest.prefix(limit))
        self.marker = rest.count > limit ? self.elements.last.map(name) : nil
    }
}

extension XMLWriter {
    /// A list under its name, with how it goes on.
    mutating func page<Element>(
        _ page: Page<Element>,
        _ name: String,
        _ member: (inout XMLWriter, Element) -> Void
    ) {
        element(name) { xml in
            for element in page.elements { xml.element("member") { member(&$0, element) } }
        }
        element("IsTruncated", page.marker != nil)
        element(ifPresent: "Marker", page.marker)
    }

    mutating func date(_ name: String, _ time: Timestamp?) {
        element(name, (time ?? IAMAnswer.unknownDate).iso8601())
    }

    mutating func tags(_ tags: [Tag]) {
        guard !tags.isEmpty else { return }
        element("Tags") { xml in
            for tag in tags {
                xml.element("member") { xml in
                    xml.element("Key", tag.key)
                    xml.element("Value", tag.value)
                }
            }
        }
    }

    mutating func boundary(_ boundary: PolicyDefinition?, account: String) {
        guard let boundary else { return }
        let arn: String
        switch boundary {
        case .managed(let text): arn = text
        // Only a world's file can write a boundary in place; the answer needs some ARN.
        case .inline(let name, _): arn = "arn:aws:iam::\(account):policy/\(name)"
        }
        element("PermissionsBoundary") { xml in
            xml.element("PermissionsBoundaryType", "Policy")
            xml.element("PermissionsBoundaryArn", arn)
        }
    }

    mutating func user(_ user: UserDefinition, _ account: String) {
        element("Path", user.path)
        element("UserName", user.name)
        element("UserId", user.uniqueID(account: account))
        element("Arn", user.arn(account: account))
        date("CreateDate", user.created)
    }

    /// A user with what lists leave out.
    mutating func wholeUser(_ user: UserDefinition, _ account: String) {
        self.user(user, account)
        boundary(user.permissionsBoundary, account: account)
        tags(user.tags)
    }

    mutating func group(_ group: GroupDefinition, _ account: String) {
        element("Path", group.path)
        element("GroupName", group.name)
        element("GroupId", group.uniqueID(account: account))
        element("Arn", group.arn(account: account))
        date("CreateDate", group.created)
    }

    mutating func role(_ role: RoleDefinition, _ account: String) {
        element("Path", role.path)
        element("RoleName", role.name)
        element("RoleId", role.uniqueID(account: account))
        element("Arn", role.arn(account: account))
        date("CreateDate", role.created)
        element("AssumeRolePolicyDocument", PercentEncoding.encode(role.trustPolicy.text))
        element(ifPresent: "Description", role.text)
        element("MaxSessionDuration", role.maxSessionSeconds)
    }

    /// A role with what lists leave out.
    mutating func wholeRole(_ role: RoleDefinition, _ account: String) {
        self.role(role, account)
        boundary(role.permissionsBoundary, account: account)
        tags(role.tags)
        emptyElement("RoleLastUsed")
    }

    mutating func policy(_ policy: PolicySummary) {
        element("PolicyName", policy.name)
        element("PolicyId", policy.id)
        element("Arn", policy.arn)
        element("Path", policy.path)
        element("DefaultVersionId", policy.defaultVersion)
        element("AttachmentCount", policy.attachments)
        element("PermissionsBoundaryUsageCount", policy.boundaries)
        element("IsAttachable", true)
        date("CreateDate", policy.created)
        date("UpdateDate", policy.updated)
    }
}

enum IAMAnswer {
    /// What is told of entities that the world's file has without a date.
    static let unknownDate = Timestamp(iso8601: "2020-01-01T00:00:00Z") ?? Timestamp(seconds: 0)
}

/// A managed policy, AWS's or an account's own, as lists show it.
struct PolicySummary {
    let name: String
    let id: String
    let arn: String
    let path: String
    let text: String?
    let defaultVersion: String
    let created: Timestamp?
    let updated: Timestamp?
    let attachments: Int
    let boundaries: Int
    let tags: [Tag]

    /// A policy that the account manages.
    init(_ policy: ManagedPolicyDefinition, _ account: AccountDefinition) {
        name = policy.name
        id = policy.uniqueID(account: account.id)
        arn = policy.arn(account: account.id)
        path = policy.path
        text = policy.text
        defaultVersion = policy.current.id
        created = policy.created
        updated = policy.versions.last?.created ?? policy.created
        attachments = account.attachments(of: arn)
        boundaries = account.boundaries(of: arn)
        tags = policy.tags
    }

    /// One of AWS's.
    init(_ policy: NamedPolicy, _ account: AccountDefinition) {
        name = policy.name
        arn = policy.arn ?? ""
        id = UniqueID.of(.policy, account: "aws", path: "/", name: policy.name)
        path = "/"
        text = nil
        defaultVersion = "v1"
        created = nil
        updated = nil
        attachments = account.attachments(of: arn)
        boundaries = account.boundaries(of: arn)
        tags = []
    }
}

extension AccountDefinition {
    /// How many users, groups and roles a managed policy is attached to.
    func attachments(of arn: String) -> Int {
        let lists = users.map(\.policies) + groups.map(\.policies) + roles.map(\.policies)
        return lists.count { $0.contains { $0.managedARN == arn } }
    }

    /// How many users and roles it bounds.
    func boundaries(of arn: String) -> Int {
        let boundaries = users.map(\.permissionsBoundary) + roles.map(\.permissionsBoundary)
        return boundaries.count { $0?.managedARN == arn }
    }
}
