// The decision: which of the documents allow, which forbid, and what that means together
// (iam.md section 6). A pure function: no clock, no lookups, the same answer for the same input.

/// Decides a request, and names the statements that did it.
///
/// 1. A Deny that matches, in any document, wins.
///    Only the owner's root user can always look after the bucket's policy itself.
/// 2. Of each level of service control policies one must allow, if the caller is a user, role or root
///    user, and so must the policy of the VPC endpoint.
/// 3. Anonymous callers and services have otherwise only the resource's policy.
/// 4. A resource of another account: its policy must allow.
///    So must a role's trust policy and a key's policy within the account.
/// 5. The root user needs no more within the account, and no policy of its own outside it.
/// 6. Otherwise the caller's own policies must allow, then the boundary, then a session policy.
///    Within the account, a resource policy that names the caller, and not merely the account, makes up
///    for the first; one that names everyone or the very user or session makes up for all three.
package func evaluate(_ request: AccessRequest, _ policies: PolicySet) -> Decision {
    var scan = PolicyScan(collects: true)
    scan.run(request, policies)
    return scan.decision(request, policies)
}

/// Decides a request without saying by which statements: the same verdict, layer and dependence as
/// `evaluate`, with no array and no reference made.
package func rule(_ request: AccessRequest, _ policies: PolicySet) -> Ruling {
    var scan = PolicyScan(collects: false)
    scan.run(request, policies)
    return scan.ruling(request, policies)
}
