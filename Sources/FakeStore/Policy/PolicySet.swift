// The documents that have a say in one request. The many of one caller or one resource are put together
// once and shared, because a request must not pay for copying them.

/// A document under the name by which people and traces call it.
package final class NamedPolicy: Sendable {
    /// `ExportWrite`; for a bucket's policy the bucket's name.
    package let name: String
    /// What the document is attached to: `111122223333/user/exporter`, `111122223333/bucket`.
    package let owner: String
    /// The ARN of a managed policy; nil for inline and resource policies.
    package let arn: String?
    package let document: PolicyDocument

    package init(name: String, owner: String = "", arn: String? = nil, document: PolicyDocument) {
        self.name = name
        self.owner = owner
        self.arn = arn
        self.document = document
    }

    /// `111122223333/user/exporter/ExportWrite`: names the attachment in the whole world.
    package var id: String { owner.isEmpty ? name : "\(owner)/\(name)" }
}

/// What limits a caller, whatever the resource: made once for each caller that has any of it.
package final class CallerLimits: Sendable {
    /// The permissions boundary of the user, or of the session's role; nil when there is none.
    package let boundary: NamedPolicy?
    /// The policies passed when the session was made; one that allows is enough.
    ///
    /// Nil when none was passed, which limits nothing.
    package let session: [NamedPolicy]?
    /// The service control policies of the caller's account, a list for each level from the root down.
    ///
    /// One of each level must allow. Nil when the caller's account is in no organization, or manages it.
    package let scps: [[NamedPolicy]]?
    let asksContext: Bool

    package init(
        boundary: NamedPolicy? = nil,
        session: [NamedPolicy]? = nil,
        scps: [[NamedPolicy]]? = nil
    ) {
        self.boundary = boundary
        self.session = session
        self.scps = scps
        let policies = [boundary].compactMap { $0 } + (session ?? []) + (scps ?? []).flatMap { $0 }
        asksContext = policies.contains(where: \.document.asksContext)
    }
}

/// What limits the access to a resource, whoever asks: made once for each way to the resource.
package final class ResourceLimits: Sendable {
    /// The resource control policies of the owner's account, a list for each level from the root down.
    ///
    /// Only their Deny matters, because RCPFullAWSAccess is attached everywhere and stays so. Nil when the
    /// owner's account is in no organization, or manages it.
    package let rcps: [[NamedPolicy]]?
    /// The policy of the VPC endpoint that the request came through; nil when it came through none, or
    /// through one without a policy of its own.
    package let vpce: NamedPolicy?
    let asksContext: Bool

    package init(rcps: [[NamedPolicy]]? = nil, vpce: NamedPolicy? = nil) {
        self.rcps = rcps
        self.vpce = vpce
        let policies = (rcps ?? []).flatMap { $0 } + [vpce].compactMap { $0 }
        asksContext = policies.contains(where: \.document.asksContext)
    }
}

/// All the documents that have a say in one request.
package struct PolicySet: Sendable {
    /// What kind of policy a resource has, which decides what the lack of an Allow means.
    package enum ResourceType: String, Sendable, CaseIterable {
        /// An identity policy of the same account is enough.
        case bucket
        /// A role's trust policy: it must allow, also within the account.
        case roleTrust
        /// A KMS key's policy: it must allow, also within the account.
        case kmsKey

        /// The layer that the policy is.
        package var layer: Layer {
            switch self {
            case .bucket: .resource
            case .roleTrust: .trust
            case .kmsKey: .key
            }
        }
    }

    /// The caller's own policies and those of the caller's groups.
    package var identity: [NamedPolicy]
    /// The policy of the resource: of the bucket, the role or the key.
    package var resource: NamedPolicy?
    package var resourceType: ResourceType
    /// Boundary, session policies and service control policies; nil when the caller has none of them.
    package var callerLimits: CallerLimits?
    /// Resource control policies and VPC endpoint policy; nil when there are none.
    package var resourceLimits: ResourceLimits?

    package init(
        identity: [NamedPolicy] = [],
        resource: NamedPolicy? = nil,
        resourceType: ResourceType = .bucket,
        callerLimits: CallerLimits? = nil,
        resourceLimits: ResourceLimits? = nil
    ) {
        self.identity = identity
        self.resource = resource
        self.resourceType = resourceType
        self.callerLimits = callerLimits
        self.resourceLimits = resourceLimits
    }

    /// Whether any document asks for the context of a request, so that it is worth making.
    package var asksContext: Bool {
        if callerLimits?.asksContext == true || resourceLimits?.asksContext == true { return true }
        if resource?.document.asksContext == true { return true }
        for policy in identity where policy.document.asksContext { return true }
        return false
    }

    /// Whether these are the very same objects; a cheap question.
    package func isSame(as other: borrowing PolicySet) -> Bool {
        guard resource === other.resource, resourceType == other.resourceType,
            callerLimits === other.callerLimits, resourceLimits === other.resourceLimits,
            identity.count == other.identity.count
        else { return false }
        for index in identity.indices where identity[index] !== other.identity[index] {
            return false
        }
        return true
    }
}
