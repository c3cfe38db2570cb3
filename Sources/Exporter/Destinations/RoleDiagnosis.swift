// From a refused AssumeRole to its possible causes. STS says one sentence for most of them (the role is not
// there, its trust policy names somebody else or asks for another external id, the caller may not assume):
// they are listed, the likeliest first (as often as they were found in public reports), unless the sentence
// names the policy or IAM has told what our own side allows.

import JSON

/// What is known about a role that could not be taken.
package struct RoleDiagnosis: Sendable {
    /// What IAM says of our own side, where we may ask (`iam:SimulatePrincipalPolicy`).
    package enum OwnSide: Equatable, Sendable {
        /// Our policies allow `sts:AssumeRole` on the role.
        case allows
        /// They don't.
        case denies
        /// Nobody could say.
        case unknown
    }

    package let role: Role
    /// Who asks, as far as that is known.
    package let caller: String?
    package let ownSide: OwnSide

    package init(role: Role, caller: String?, ownSide: OwnSide = .unknown) {
        self.role = role
        self.caller = caller.map(PolicyText.principal(of:))
        self.ownSide = ownSide
    }

    private static let accountPlace = "`accounts` of the customer in the set-up"

    /// The causes of a refused AssumeRole, the likeliest first.
    package func causes(of refusal: Refusal) -> Diagnosis {
        switch refusal.question {
        case .role: break
        case .accessKey:
            return Diagnosis([
                Cause(
                    "STS does not know the platform's access key: it was deleted or made inactive, or it"
                        + " belongs to another endpoint or partition",
                    who: .platform,
                    place: "`platform.aws` in the set-up"
                )
            ])
        case .secret:
            return Diagnosis([
                Cause("the secret is not the platform's access key's", who: .platform),
                Cause("something between here and there changes requests", who: .network),
            ])
        case .session:
            return Diagnosis([
                Cause(
                    "the platform's own temporary credentials have expired: get new ones; the role itself was"
                        + " not asked for",
                    who: .platform,
                    place: "`platform.aws` in the set-up"
                )
            ])
        case .clock:
            return Diagnosis([
                Cause("this machine's clock is off by more than 15 minutes", who: .platform)
            ])
        case .permission, .bucket, .region, .space, .request: return Diagnosis([])
        }
        switch refusal.code {
        case "AccessDenied", "AccessDeniedException": return denied(refusal.message)
        case "ValidationError": return invalid(refusal.message)
        case "RegionDisabledException":
            return Diagnosis([
                Cause(
                    "STS is not active in this region for account \(role.account ?? "of the role"): activate"
                        + " it there, or set another `platform.aws.region`, us-east-1 for example",
                    who: .customer
                )
            ])
        default: return Diagnosis([])
        }
    }

    // MARK: AccessDenied

    private func denied(_ message: String) -> Diagnosis {
        if message.hasPrefix("Roles may not be assumed by root accounts") {
            return Diagnosis([
                Cause(
                    "the platform's key is its account's root key, which can't assume roles: use a user's or a"
                        + " role's key",
                    who: .platform,
                    place: "`platform.aws` in the set-up"
                )
            ])
        }
        if let sentence = AccessSentence(message) { return Diagnosis([explained(sentence)]) }
        if ownSide == .denies { return Diagnosis([ownCause]) }
        var causes = [trustCause]
        if role.externalID == nil { causes.insert(missingIDCause, at: 0) }
        causes.append(missingRoleCause)
        if ownSide == .unknown { causes.append(ownCause) }
        causes.append(
            Cause(
                "a service control policy above the platform's account or a resource control policy above"
                    + " account \(role.account ?? "") denies it",
                who: .organization
            )
        )
        return Diagnosis(causes, question: question)
    }

    private var who: String {
        caller ?? "the platform's principal (`aws sts get-caller-identity` shows it)"
    }

    private var trustPlace: String { "trust policy of the role `\(role.name)`" }

    private var trustCause: Cause {
        let id = role.externalID
        return Cause(
            "the trust policy of \(role.arn) does not let \(who) in"
                + (id.map { " with the external id `\($0)`" } ?? "")
                + ": its Principal names another account, user or role"
                + (id == nil
                    ? ""
                    : ", or its sts:ExternalId is another one (capital letters and spaces count)"),
            who: .customer,
            place: trustPlace,
            fix: caller.map { PolicyText.trust(principal: $0, externalID: id) }
        )
    }

    private var missingIDCause: Cause {
        Cause(
            "the trust policy asks for an external id, and the set-up has none: put the customer's there",
            who: .platform,
            place: RoleDiagnosis.accountPlace,
            fix: .members([
                ("roleArn", .text(role.arn)), ("externalId", .text("the customer's external id")),
            ])
        )
    }

    private var missingRoleCause: Cause {
        Cause(
            "there is no such role: it was not created yet or was deleted, or its ARN in the set-up is wrong"
                + " (the account, the path, capital letters)",
            who: .platform,
            place: RoleDiagnosis.accountPlace
        )
    }

    /// What our own policies lack; from another account both sides have to allow.
    private var ownCause: Cause {
        Cause(
            "the policies of \(who) do not allow sts:AssumeRole on \(role.arn)",
            who: .platform,
            place: "policy of \(who)",
            fix: PolicyText.assume(role: role.arn)
        )
    }

    private var question: String {
        "what does `aws iam get-role --role-name \(role.name)` show in account \(role.account ?? "")? No such"
            + " role, or another ARN; a trust policy that differs from the one above; or the same one, and"
            + " then the cause is on the platform's side"
    }

    /// Newer answers, and those within one account, name the policy.
    private func explained(_ sentence: AccessSentence) -> Cause {
        let who = caller ?? PolicyText.principal(of: sentence.principal)
        let party: Cause.Party
        let what: String
        switch sentence.layer {
        case .resource where !sentence.isExplicit: return trustCause
        case .identity where !sentence.isExplicit: return ownCause
        case .resource: (party, what) = (.customer, "the role's trust policy")
        case .identity, .session: (party, what) = (.platform, "a policy of \(who)")
        case .boundary: (party, what) = (.platform, "the permissions boundary of \(who)")
        case .serviceControl, .resourceControl:
            (party, what) = (.organization, "a \(sentence.layer.rawValue)")
        case .endpoint: (party, what) = (.network, "the policy of the VPC endpoint on the way")
        }
        return Cause(
            "\(what) \(sentence.isExplicit ? "denies" : "does not allow") \(sentence.action) on \(role.arn)",
            who: party,
            place: sentence.layer == .resource ? trustPlace : nil
        )
    }

    // MARK: ValidationError

    private func invalid(_ message: String) -> Diagnosis {
        guard message.contains("DurationSeconds") else { return Diagnosis([]) }
        let isChained = message.contains("chaining")
        let why =
            isChained
            ? "the platform's own credentials are a role's session, and such a session may ask for one hour"
                + " at most"
            : "a session of \(role.sessionSeconds) seconds is longer than the role allows"
                + " (MaxSessionDuration): ask for less, or let the customer raise it"
        return Diagnosis([
            Cause(
                why,
                who: .platform,
                place: "`platform.aws` in the set-up",
                fix: .members([
                    (
                        "roleSessionSeconds",
                        JSONNode(.number("\(Role.usualSessionSeconds)"))
                    )
                ])
            )
        ])
    }
}
