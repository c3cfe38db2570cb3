// What a request says to one context key: told by the context, or following from caller and resource.

/// The values of a context key.
package enum ContextValue: Sendable, Hashable {
    case absent
    case one(String)
    /// Two or more.
    case several([String])

    /// A key that is there and has no value counts as absent.
    init(_ values: [String]) {
        switch values.count {
        case 0: self = .absent
        case 1: self = .one(values[0])
        default: self = .several(values)
        }
    }

    /// The values as a list.
    package var values: [String] {
        switch self {
        case .absent: []
        case .one(let value): [value]
        case .several(let values): values
        }
    }
}

extension AccessRequest {
    /// The values of a key; what the context says goes before what follows from caller and resource.
    func value(of key: ConditionKey) -> ContextValue {
        if let index = context.index(of: key) { return ContextValue(context.entries[index].values) }
        guard let derivation = key.derivation else { return .absent }
        return value(derivation)
    }

    /// Where the values of a key came from; nil when it has none.
    func source(of key: ConditionKey) -> ContextValues.Source? {
        if let index = context.index(of: key) { return context.entries[index].source }
        guard let derivation = key.derivation, value(derivation) != .absent else { return nil }
        return .world
    }

    /// What is derived is what AWS documents in "AWS global condition context keys".
    private func value(_ derivation: ConditionKey.Derivation) -> ContextValue {
        func optional(_ value: String?) -> ContextValue {
            value.map(ContextValue.one) ?? .absent
        }
        switch derivation {
        case .principalARN:
            // Of a session the role's ARN, never its own.
            switch principal.kind {
            case .anonymous, .service: return .absent
            case .assumedRole: return optional(principal.roleARN)
            case .root, .user, .federatedUser: return .one(principal.arn)
            }
        case .principalAccount:
            switch principal.kind {
            case .anonymous: return .one("anonymous")
            case .service: return .absent
            case .root, .user, .assumedRole, .federatedUser: return .one(principal.account)
            }
        case .principalType:
            switch principal.kind {
            case .anonymous: return .one("Anonymous")
            case .root: return .one("Account")
            case .user: return .one("User")
            case .assumedRole: return .one("AssumedRole")
            case .federatedUser: return .one("FederatedUser")
            case .service: return .absent
            }
        case .userID:
            return principal.kind == .anonymous ? .one("anonymous") : optional(principal.userID)
        case .userName: return optional(principal.userName)
        case .principalOrganization: return optional(principal.organization)
        case .principalOrganizationPaths: return ContextValue(principal.organizationPaths)
        case .isService: return .one(principal.kind == .service ? "true" : "false")
        case .serviceName: return optional(principal.service)
        case .resourceAccount: return .one(resourceAccount)
        case .resourceOrganization: return optional(resourceOrganization)
        case .principalTag(let key):
            return optional(principal.tags.first { $0.key.lowercased() == key }?.value)
        }
    }
}
