// The decision: which of the documents allow, which forbid, and what that means together
// (iam.md section 6). A pure function: no clock, no lookups, the same answer for the same input.

/// Decides a request.
///
/// 1. A Deny that matches, in any document, wins.
///    Only the owner's root user can always look after the resource's policy itself.
/// 2. The root user of the owning account needs no Allow.
/// 3. Same account: an identity policy, or a resource policy that names the caller and not merely
///    the account, must allow.
/// 4. Another account's caller needs both; its root user needs no identity policy.
/// 5. Anonymous callers and services have only the resource policy.
package func evaluate(_ request: AccessRequest, _ policies: PolicySet) -> Decision {
    let action = request.action.utf8.span
    let resource = request.resource.utf8.span

    var identityAllow: StatementReference?
    var resourceAllow: StatementReference?
    var weight: PrincipalPattern.Weight?
    var denials: [StatementReference] = []

    for policy in policies.identity {
        let statements = policy.document.statements
        for index in statements.indices {
            if identityAllow != nil, statements[index].effect == .allow { continue }
            guard statements[index].covers(action: action, resource: resource) else { continue }
            let reference = StatementReference(layer: .identity, policy: policy, index: index)
            switch statements[index].effect {
            case .allow: identityAllow = reference
            case .deny: denials.append(reference)
            }
        }
    }
    if let policy = policies.resource {
        let statements = policy.document.statements
        for index in statements.indices {
            if weight == .full, statements[index].effect == .allow { continue }
            guard let found = statements[index].weight(for: request.principal),
                statements[index].covers(action: action, resource: resource)
            else { continue }
            let reference = StatementReference(layer: .resource, policy: policy, index: index)
            switch statements[index].effect {
            case .allow where weight.map({ $0 < found }) ?? true:
                weight = found
                resourceAllow = reference
            case .allow: break
            case .deny: denials.append(reference)
            }
        }
    }

    // 1.
    if let first = denials.first, !isPolicyRescue(request, denials) {
        return Decision(.explicitDeny, layer: first.layer, others: denials)
    }
    switch request.principal.kind {
    case .anonymous, .service:
        // 5.
        guard let resourceAllow else { return Decision(.implicitDeny, layer: .resource) }
        return Decision(.allow, first: resourceAllow)
    case .root where request.isSameAccount:
        // 2.
        return Decision(.allow, first: identityAllow, second: resourceAllow)
    case .root, .user, .assumedRole, .federatedUser:
        break
    }
    if request.isSameAccount {
        // 3.
        if let identityAllow { return Decision(.allow, first: identityAllow) }
        if let weight, weight > .delegation { return Decision(.allow, first: resourceAllow) }
        return Decision(.implicitDeny, layer: .identity)
    }
    // 4. The resource's side first: of several layers that don't allow, one is reported, and AWS
    // does not say which; this is the order of evaluation (iam.md section 12).
    guard resourceAllow != nil else { return Decision(.implicitDeny, layer: .resource) }
    guard identityAllow != nil || request.principal.kind == .root else {
        return Decision(.implicitDeny, layer: .identity)
    }
    return Decision(.allow, first: identityAllow, second: resourceAllow)
}

/// Whether the bucket owner's root user asks to read, replace or delete the bucket's policy and only
/// that policy forbids it: the way out of a policy that locks everyone out [documented: GetBucketPolicy,
/// PutBucketPolicy, DeleteBucketPolicy].
private func isPolicyRescue(_ request: AccessRequest, _ denials: [StatementReference]) -> Bool {
    guard request.principal.kind == .root, request.isSameAccount else { return false }
    guard
        ["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"].contains(
            request.action
        )
    else { return false }
    return denials.allSatisfy { $0.layer == .resource }
}
