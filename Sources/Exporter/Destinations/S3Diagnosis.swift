// From a refusal to its possible causes. Says no more than the answer proves: AWS's sentence names the
// policy, so there is one cause; a plain `Access Denied` fits many, so they are listed, the likeliest
// first (as often as they were found in public reports), with the question that tells them apart.

import JSON

/// What is known about a write that was refused.
package struct S3Diagnosis: Sendable {
    package let address: S3Address
    package let prefix: String
    /// The account that the set-up says owns the bucket.
    package let owner: String?
    /// Who asks, as far as that is known; a role by its own ARN.
    package let caller: String?
    /// Whether the caller is the customer's: then so are its policies.
    package let isCustomersRole: Bool

    package init(
        address: S3Address,
        prefix: String,
        owner: String?,
        caller: String?,
        isCustomersRole: Bool = false
    ) {
        self.address = address
        self.prefix = prefix
        self.owner = owner
        self.caller = caller
        self.isCustomersRole = isCustomersRole
    }

    /// Whoever can change the caller's own policies.
    private var callersParty: Cause.Party { isCustomersRole ? .customer : .platform }

    /// Within one account either side suffices, and the principal's own is the usual one.
    private var isSameAccount: Bool {
        owner != nil && caller.flatMap(PolicyText.account(of:)) == owner
    }

    /// The ARN to put into policies for the principal that a sentence names: a role's path, which its
    /// sessions' ARNs lack, is known from the set-up.
    private func principal(of sentence: AccessSentence) -> String {
        let said = PolicyText.principal(of: sentence.principal)
        guard isCustomersRole, let caller,
            PolicyText.account(of: said) == PolicyText.account(of: caller),
            said.split(separator: "/").last == caller.split(separator: "/").last
        else { return said }
        return caller
    }

    private var bucket: String { address.bucket }
    private var policies: PolicyText { PolicyText(bucket: bucket, prefix: prefix) }

    /// The causes of a refused write, the likeliest first.
    package func causes(of refusal: Refusal) -> Diagnosis {
        switch refusal.question {
        case .permission:
            if let sentence = AccessSentence(refusal.message) { return explained(sentence) }
            return unexplained(refusal)
        case .bucket:
            return Diagnosis([
                Cause(
                    "there is no bucket `\(bucket)`: the name in the set-up is misspelt, or the bucket was"
                        + " not created yet or was deleted",
                    who: .customer
                )
            ])
        case .region(let expected?):
            return Diagnosis([
                Cause(
                    "the bucket is in `\(expected)`, and the set-up says `\(address.region)`",
                    who: .platform,
                    place: "`destination` in the set-up",
                    fix: .members([("region", .text(expected))])
                )
            ])
        case .region(nil):
            return Diagnosis([
                Cause(
                    "the bucket is not in `\(address.region)`; the answer does not say where it is",
                    who: .platform,
                    place: "`destination.region` in the set-up"
                )
            ])
        case .accessKey:
            return Diagnosis([
                Cause(
                    "the access key is unknown here: it was deleted, or it belongs to another endpoint",
                    who: .platform
                )
            ])
        case .secret:
            return Diagnosis([
                Cause("the secret is not this access key's", who: .platform),
                Cause(
                    "something between here and there changes the request's headers or path",
                    who: .network
                ),
            ])
        case .session:
            return Diagnosis([
                Cause(
                    "the temporary credentials have expired or are incomplete: get new ones",
                    who: .platform
                )
            ])
        case .clock:
            return Diagnosis([
                Cause("this machine's clock is off by more than 15 minutes", who: .platform)
            ])
        // What a role asks is read by `RoleDiagnosis`.
        case .space, .request, .role:
            return Diagnosis([])
        }
    }

    /// What would let our own files be replaced, where only creating is allowed.
    package func replaceFix() -> Cause {
        let fix = policies.replacing(by: caller, owner: owner)
        return Cause(
            "replacing a file asks for s3:GetObject as well; with it, corrected bills can be delivered",
            who: .customer,
            place: fix.place,
            fix: fix.json
        )
    }

    private var bucketPolicyPlace: String { "bucket policy of `\(bucket)`" }

    // MARK: A sentence

    private func explained(_ sentence: AccessSentence) -> Diagnosis {
        let who = principal(of: sentence)
        let action = sentence.action
        if action.hasPrefix("kms:") { return Diagnosis([keyCause(sentence, who)]) }
        let isReading = action == "s3:GetObject"
        if sentence.isExplicit { return Diagnosis([denyCause(sentence, who)]) }
        switch sentence.layer {
        case .identity:
            return Diagnosis([
                Cause(
                    "no policy of \(who) allows \(action) on \(policies.resource): the statement is missing,"
                        + " its Resource lacks `/*`, or it names another bucket or prefix",
                    who: callersParty,
                    place: "policy of \(who)",
                    fix: policies.identityPolicy(replacing: isReading)
                )
            ])
        case .resource:
            return Diagnosis([
                Cause(
                    "the bucket policy does not allow \(action) on \(policies.resource) to \(who): it is"
                        + " missing, names another principal, or its Resource lacks `/*`",
                    who: .customer,
                    place: bucketPolicyPlace,
                    fix: policies.bucketPolicy(principal: who, replacing: isReading)
                )
            ])
        case .session:
            return Diagnosis([
                Cause(
                    "the session policy of these temporary credentials does not allow \(action)",
                    who: .platform,
                    place: "session policy",
                    fix: policies.identityPolicy()
                )
            ])
        case .boundary:
            return Diagnosis([
                Cause(
                    "the permissions boundary of \(who) does not contain \(action); no other policy can"
                        + " make up for that",
                    who: callersParty,
                    place: "permissions boundary of \(who)"
                )
            ])
        case .serviceControl:
            return Diagnosis([
                Cause(
                    "the service control policies above account \(PolicyText.account(of: who) ?? "of \(who)")"
                        + " do not allow \(action) at every level",
                    who: .organization
                )
            ])
        case .resourceControl:
            return Diagnosis([
                Cause(
                    "the resource control policies above the bucket's account do not allow \(action)",
                    who: .organization
                )
            ])
        case .endpoint:
            return Diagnosis([
                Cause(
                    "the policy of the VPC endpoint on the way does not allow \(action)",
                    who: .network,
                    place: "VPC endpoint policy",
                    fix: policies.identityPolicy()
                )
            ])
        }
    }

    private func denyCause(_ sentence: AccessSentence, _ who: String) -> Cause {
        let party: Cause.Party =
            switch sentence.layer {
            case .resource: .customer
            case .identity, .boundary: callersParty
            case .session: .platform
            case .serviceControl, .resourceControl: .organization
            case .endpoint: .network
            }
        let exemption: JSONNode = .members([
            (
                "Condition",
                .members([("ArnNotEquals", .members([("aws:PrincipalArn", .text(who))]))])
            )
        ])
        return Cause(
            "a statement with Effect Deny in a \(sentence.layer.rawValue) fits this write; such statements"
                + " usually ask for an encryption header, an ACL, TLS, an IP address or a VPC endpoint."
                + " Exempt \(who) from it, or drop it",
            who: party,
            place: "the Deny statement in the \(sentence.layer.rawValue)",
            fix: exemption
        )
    }

    private func keyCause(_ sentence: AccessSentence, _ who: String) -> Cause {
        let statement: JSONNode = .members([
            ("Sid", .text("BillingExportEncrypt")), ("Effect", .text("Allow")),
            ("Principal", .members([("AWS", .text(who))])),
            ("Action", .list([.text("kms:GenerateDataKey"), .text("kms:Decrypt")])),
            ("Resource", .text("*")),
        ])
        return Cause(
            "the bucket encrypts with a KMS key that \(who) may not use (\(sentence.action))",
            who: sentence.layer == .identity ? callersParty : .customer,
            place: "policy of the bucket's KMS key",
            fix: statement
        )
    }

    // MARK: No sentence

    /// `Access Denied` and nothing else: what every caller from outside the organization gets.
    private func unexplained(_ refusal: Refusal) -> Diagnosis {
        let principal = caller.map(PolicyText.principal(of:))
        let who = principal ?? "the exporter's principal (`aws sts get-caller-identity` shows it)"
        let bucketCause = Cause(
            "the bucket policy does not allow s3:PutObject on \(policies.resource) to \(who): it is missing,"
                + " names another principal, or its Resource lacks `/*`",
            who: .customer,
            place: bucketPolicyPlace,
            fix: principal.map { policies.bucketPolicy(principal: $0) }
        )
        let identityCause = Cause(
            "the policies of \(who) do not allow s3:PutObject on \(policies.resource)",
            who: callersParty,
            place: "policy of \(who)",
            fix: policies.identityPolicy()
        )
        var causes = isSameAccount ? [identityCause, bucketCause] : [bucketCause, identityCause]
        if let owner {
            causes.append(
                Cause(
                    "the bucket does not belong to account \(owner), as the set-up says",
                    who: .platform,
                    place: "`destination.account` in the set-up"
                )
            )
        }
        causes.append(
            Cause(
                "a statement with Effect Deny fits this write: such statements usually ask for an encryption"
                    + " header, an ACL, TLS, an IP address, a VPC endpoint or an organization",
                who: .customer,
                place: bucketPolicyPlace
            )
        )
        causes.append(
            Cause(
                "a service or resource control policy of an organization stands in the way",
                who: .organization
            )
        )
        if address.isPlain, !address.isPathStyle {
            causes.insert(
                Cause(
                    "the request travelled without TLS, which many bucket policies deny",
                    who: .platform
                ),
                at: 2
            )
        }
        return Diagnosis(
            causes,
            question: "what does the bucket policy of `\(bucket)` say about \(who)? An Allow for"
                + " s3:PutObject on `\(policies.resource)` there leaves the other causes; a Deny is the cause"
        )
    }
}
