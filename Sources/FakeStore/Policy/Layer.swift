// The kinds of policy that have a say, in the order in which they are asked (iam.md section 6).

/// A kind of policy that can decide a request, under the name that answers and traces have for it.
package enum Layer: String, Sendable, CaseIterable {
    /// Resource control policies: what the resource's organization forbids.
    case rcp
    /// Service control policies: what the caller's organization permits.
    case scp
    /// The policy of the VPC endpoint that the request came through.
    case vpce
    /// The bucket's policy.
    case resource
    /// A role's trust policy, when the resource is the role.
    case trust
    /// A KMS key's policy.
    case key
    /// The caller's own policies and those of the caller's groups.
    case identity
    /// The caller's permissions boundary.
    case boundary
    /// The policies passed when the session was made.
    case session

    /// AWS's name for the kind of policy.
    package var awsName: String {
        switch self {
        case .rcp: "resource control policy"
        case .scp: "service control policy"
        case .vpce: "VPC endpoint policy"
        case .resource, .key: "resource-based policy"
        case .trust: "role trust policy"
        case .identity: "identity-based policy"
        case .boundary: "permissions boundary"
        case .session: "session policy"
        }
    }
}
