// One walk over all documents of a request: what each layer says, before anyone weighs it.

/// What the documents say about a request.
struct PolicyScan {
    /// Whether the statements that say so are wanted, too.
    let collects: Bool

    private(set) var dependence: Dependence = []
    /// The layer that the first Deny stands in, in the order of evaluation.
    private(set) var denyingLayer: Layer?
    /// Whether a Deny stands in another layer than the resource's policy.
    private var isDeniedElsewhere = false
    private(set) var denials: [StatementReference] = []

    private(set) var identityAllow: StatementReference?
    private(set) var resourceAllow: StatementReference?
    private var isAllowedByIdentity = false
    /// What the strongest Allow of the resource's policy is worth; nil when there is none.
    private(set) var weight: PrincipalPattern.Weight?
    private var isAllowedBySCPs = true
    private var isAllowedByEndpoint = true
    private var isAllowedByBoundary = true
    private var isAllowedBySession = true

    init(collects: Bool) { self.collects = collects }

    // MARK: - Reading

    mutating func run(_ request: AccessRequest, _ policies: PolicySet) {
        let hasBoundary = policies.callerLimits?.boundary != nil
        let keyStart = request.keyStart
        let principal = request.principal
        if let levels = policies.resourceLimits?.rcps, principal.isSubjectToRCPs {
            for level in levels {
                for policy in level {
                    _ = read(policy, .rcp, request, keyStart, hasBoundary)
                }
            }
        }
        if let levels = policies.callerLimits?.scps, principal.isSubjectToSCPs {
            for level in levels {
                var allows = false
                for policy in level {
                    allows = read(policy, .scp, request, keyStart, hasBoundary, allows)
                }
                if !allows { isAllowedBySCPs = false }
            }
        }
        if let policy = policies.resourceLimits?.vpce {
            isAllowedByEndpoint = read(policy, .vpce, request, keyStart, hasBoundary)
        }
        if let policy = policies.resource {
            weigh(policy, policies.resourceType.layer, request, keyStart, hasBoundary)
        }
        guard principal.hasOwnPolicies else { return }
        for policy in policies.identity {
            isAllowedByIdentity = read(
                policy,
                .identity,
                request,
                keyStart,
                hasBoundary,
                isAllowedByIdentity
            )
        }
        guard principal.kind != .root, let limits = policies.callerLimits else { return }
        if let policy = limits.boundary {
            isAllowedByBoundary = read(policy, .boundary, request, keyStart, hasBoundary)
        }
        if let session = limits.session {
            isAllowedBySession = false
            for policy in session {
                isAllowedBySession = read(
                    policy,
                    .session,
                    request,
                    keyStart,
                    hasBoundary,
                    isAllowedBySession
                )
            }
        }
    }

    /// Reads one document, its Allows only while none was found; returns whether one is now.
    private mutating func read(
        _ policy: NamedPolicy,
        _ layer: Layer,
        _ request: borrowing AccessRequest,
        _ keyStart: Int,
        _ hasBoundary: Bool,
        _ isAllowed: Bool = false
    ) -> Bool {
        var isAllowed = isAllowed
        let statements = policy.document.statements
        for index in statements.indices {
            let effect = statements[index].effect
            if isAllowed, effect == .allow { continue }
            guard statements[index].names(request.principal, hasBoundary: hasBoundary),
                statements[index].covers(request, keyStart: keyStart, &dependence)
            else { continue }
            switch effect {
            case .allow:
                isAllowed = true
                if collects, layer == .identity {
                    identityAllow = StatementReference(layer: layer, policy: policy, index: index)
                }
            case .deny: note(layer, policy, index)
            }
        }
        return isAllowed
    }

    /// Reads the resource's policy, where it counts which principal an Allow names.
    private mutating func weigh(
        _ policy: NamedPolicy,
        _ layer: Layer,
        _ request: borrowing AccessRequest,
        _ keyStart: Int,
        _ hasBoundary: Bool
    ) {
        let statements = policy.document.statements
        for index in statements.indices {
            let effect = statements[index].effect
            if weight == .full, effect == .allow { continue }
            guard
                let found = statements[index].weight(
                    for: request.principal,
                    hasBoundary: hasBoundary,
                    in: layer
                ), statements[index].covers(request, keyStart: keyStart, &dependence)
            else { continue }
            switch effect {
            case .allow where weight.map({ $0 < found }) ?? true:
                weight = found
                guard collects else { continue }
                resourceAllow = StatementReference(layer: layer, policy: policy, index: index)
            case .allow: break
            case .deny: note(layer, policy, index)
            }
        }
    }

    private mutating func note(_ layer: Layer, _ policy: NamedPolicy, _ index: Int) {
        if denyingLayer == nil { denyingLayer = layer }
        if layer != .resource { isDeniedElsewhere = true }
        if collects {
            denials.append(StatementReference(layer: layer, policy: policy, index: index))
        }
    }

    // MARK: - Weighing

    /// The numbers are those of `evaluate`.
    func ruling(_ request: AccessRequest, _ policies: PolicySet) -> Ruling {
        // 1.
        if let denyingLayer, !isPolicyRescue(request) {
            return Ruling(.explicitDeny, denyingLayer, dependence)
        }
        if let layer = missingAllow(request, policies) {
            return Ruling(.implicitDeny, layer, dependence)
        }
        return Ruling(.allow, nil, dependence)
    }

    /// The first layer that must allow and does not.
    ///
    /// Of several, AWS reports one and does not say which; this is the order of evaluation
    /// (iam.md section 12).
    private func missingAllow(_ request: AccessRequest, _ policies: PolicySet) -> Layer? {
        let principal = request.principal
        // 2.
        if !isAllowedBySCPs { return .scp }
        if !isAllowedByEndpoint { return .vpce }
        let layer = policies.resourceType.layer
        // 3.
        if !principal.hasOwnPolicies { return weight == nil ? layer : nil }
        // 4.
        let isInside = request.isSameAccount
        if weight == nil, !isInside || layer != .resource { return layer }
        // 5.
        if principal.kind == .root { return nil }
        // 6.
        let bypass = isInside ? weight ?? .delegation : .delegation
        if bypass == .full { return nil }
        if bypass == .delegation, !isAllowedByIdentity { return .identity }
        if !isAllowedByBoundary { return .boundary }
        if !isAllowedBySession { return .session }
        return nil
    }

    func decision(_ request: AccessRequest, _ policies: PolicySet) -> Decision {
        let ruling = ruling(request, policies)
        switch ruling.verdict {
        case .explicitDeny: return Decision(ruling, others: denials)
        case .implicitDeny: return Decision(ruling)
        case .allow:
            // Within the account an identity policy is enough; a resource policy only counts without it.
            let isEnough =
                request.isSameAccount && policies.resourceType == .bucket && identityAllow != nil
                && request.principal.kind != .root
            return Decision(
                ruling,
                first: identityAllow,
                second: isEnough ? nil : resourceAllow
            )
        }
    }

    /// Whether the bucket owner's root user asks to read, replace or delete the bucket's policy and only
    /// that policy forbids it: the way out of a policy that locks everyone out [documented:
    /// GetBucketPolicy, PutBucketPolicy, DeleteBucketPolicy].
    private func isPolicyRescue(_ request: AccessRequest) -> Bool {
        guard request.principal.kind == .root, request.isSameAccount, !isDeniedElsewhere else {
            return false
        }
        return ["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"].contains(
            request.action
        )
    }
}

extension PrincipalFacts {
    /// Whether identity policies, boundary and session policies can be attached to the caller.
    var hasOwnPolicies: Bool {
        switch kind {
        case .anonymous, .service: false
        case .root, .user, .assumedRole, .federatedUser: true
        }
    }

    /// Whether service control policies bind the caller: users, roles and root users of member accounts.
    var isSubjectToSCPs: Bool { hasOwnPolicies && !isServiceLinkedRole }

    /// Whether resource control policies bind the caller: everyone but service-linked roles.
    var isSubjectToRCPs: Bool { !isServiceLinkedRole }
}
