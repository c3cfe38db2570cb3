// Who is named, and what that means (iam.md section 5).

import Policy
import Spelling

extension Rule {
    static let principals: [Rule] = [
        Rule(
            "INVALID_ROLE_REFERENCE",
            .warning,
            in: .withPrincipals,
            statement: { view, _, report in
                deleted(view, "AROA", "role", &report)
            }
        ),
        Rule(
            "INVALID_USER_REFERENCE",
            .warning,
            in: .withPrincipals,
            statement: { view, _, report in
                deleted(view, "AIDA", "user", &report)
            }
        ),
        Rule(
            "SESSION_PRINCIPAL",
            .warning,
            in: [.bucket, .key],
            statement: { view, _, report in
                guard view.effect == .allow else { return }
                for entry in view.principals {
                    guard case .session = entry.pattern else { continue }
                    let arn = ARNView(entry.token.text)
                    let parts = (arn.name ?? "").split(separator: "/").map(String.init)
                    guard parts.count == 3 else { continue }
                    report.add(
                        entry.token,
                        "this names the one session `\(parts[2])`; the next run may have another name",
                        instead:
                            "the role, `arn:\(arn.parts[1]):iam::\(arn.account ?? ""):role/\(parts[1])`"
                    )
                }
            }
        ),
        // M38 of the catalogue.
        Rule(
            "ACCOUNT_PRINCIPAL_ONLY_DELEGATES",
            .suggestion,
            in: [.bucket],
            statement: { view, _, report in
                guard view.effect == .allow, !view.isPrincipalNegated else { return }
                for entry in view.principals where entry.key == "AWS" {
                    guard case .account(let account) = entry.pattern else { continue }
                    report.add(
                        entry.token,
                        "an account only delegates: each of its roles still needs a policy of its own that allows this",
                        instead: "`arn:aws:iam::\(account):role/NAME`, if one role is meant"
                    )
                }
            }
        ),
        // Block Public Access, on for all new buckets, refuses it (M55 of the catalogue).
        Rule("PUBLIC_ACCESS", .warning, in: [.bucket]) { subject, report in
            guard let number = subject.compiled?.publicStatement?.number,
                let view = subject.statements.first(where: { $0.number == number }),
                view.isAboutEveryone, let principal = view.principal
            else { return }
            report.add(
                principal.node.place,
                principal.path,
                "this allows everyone on the internet; Block Public Access, which is on for new buckets, refuses the policy",
                instead:
                    "`{\"AWS\": \"arn:aws:iam::ACCOUNT:role/NAME\"}`, or a condition on `aws:PrincipalOrgID`"
            )
        },
        // A principal with a permissions boundary is always denied (iam.md section 5, M40).
        Rule(
            "NOT_PRINCIPAL_LOCKS_OUT",
            .warning,
            in: [.bucket, .key, .vpce],
            statement: { view, _, report in
                guard view.effect == .deny, view.isPrincipalNegated, let principal = view.principal
                else { return }
                report.add(
                    principal.node.place,
                    principal.path,
                    "NotPrincipal denies everyone with a permissions boundary, and a role unless account, role and session are listed",
                    instead:
                        "`\"Principal\": \"*\"` with `\"ArnNotEquals\": {\"aws:PrincipalArn\": [...]}`"
                )
            }
        ),
        Rule(
            "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL",
            .securityWarning,
            in: [.bucket, .key],
            statement: { view, _, report in
                guard view.effect == .allow, !view.isPrincipalNegated else { return }
                let keys = [
                    "aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths",
                    "kms:ViaService", "kms:CallerAccount", "kms:EncryptionContext:aws:logs:arn",
                ]
                guard keys.allSatisfy({ view.conditions(on: $0).isEmpty }),
                    !view.conditions.contains(where: {
                        $0.key.folded.hasPrefix("kms:encryptioncontext:")
                    })
                else { return }
                for entry in view.principals where entry.key == "Service" && entry.pattern != nil {
                    guard sendsSource(entry.token.text) else { continue }
                    report.add(
                        entry.token,
                        "`\(entry.token.text)` acts for every account of AWS: anybody can make it come here",
                        instead:
                            "`\"StringEquals\": {\"aws:SourceAccount\": \"ACCOUNT\"}`, or `aws:SourceArn`"
                    )
                }
            }
        ),
        Rule(
            "MISSING_PAIRED_CONDITION_KEYS",
            .securityWarning,
            in: [.bucket, .key],
            condition: { line, view, _, report in
                guard view.effect == .allow, line.key.folded == "aws:sourcearn", !line.isNegated,
                    line.base != .null,
                    view.principals.contains(where: { $0.key == "Service" }),
                    ["aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths"].allSatisfy({
                        view.conditions(on: $0).isEmpty
                    }),
                    let value = line.values.first(where: { ARNView($0.token.text).bucket != nil })
                else { return }
                report.add(
                    value.token,
                    "the ARN of a bucket has no account, so somebody else may own the bucket of that name one day",
                    instead: "`\"StringEquals\": {\"aws:SourceAccount\": \"ACCOUNT\"}` beside it"
                )
            }
        ),
    ]

    private static func deleted(
        _ view: StatementView,
        _ prefix: String,
        _ what: String,
        _ report: inout Report
    ) {
        for entry in view.principals {
            guard case .deleted(let id) = entry.pattern, id.hasPrefix(prefix) else { continue }
            report.add(
                entry.token,
                "`\(id)` is what AWS shows for a \(what) that was deleted: it matches nobody, not even a new \(what) of the same name, and the policy can't be saved like this",
                instead: "the \(what)'s ARN, `arn:aws:iam::ACCOUNT:\(what)/NAME`"
            )
        }
    }

    /// Whether the service tells for whom it acts.
    ///
    /// The load balancers' log delivery does not, and AWS's own
    /// example for it has no condition.
    private static func sendsSource(_ service: String) -> Bool {
        ![
            "logdelivery.elasticloadbalancing.amazonaws.com", "logdelivery.elb.amazonaws.com",
            "ec2.amazonaws.com", "lambda.amazonaws.com",
        ].contains(service)
    }
}

extension Rule {
    /// Trust policies (iam.md sections 1 and 9).
    static let trusts: [Rule] = [
        Rule(
            "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
            .error,
            in: [.trust],
            statement: { view, _, report in
                guard view.effect == .allow,
                    let entry = view.principals.first(where: {
                        $0.key == nil && $0.token.text == "*"
                    })
                else { return }
                report.add(
                    entry.token,
                    "a trust policy names who may assume the role, not `*`",
                    instead: "`{\"AWS\": \"arn:aws:iam::ACCOUNT:root\"}`"
                )
            }
        ),
        Rule(
            "TRUST_OPEN_TO_ANYONE",
            .securityWarning,
            in: [.trust],
            statement: { view, _, report in
                guard view.effect == .allow,
                    let entry = view.principals.first(where: {
                        $0.key == "AWS" && $0.token.text == "*"
                    })
                else { return }
                let narrowing = [
                    "aws:principalarn", "aws:principalaccount", "aws:principalorgid",
                    "aws:principalorgpaths", "aws:userid", "aws:sourceaccount", "aws:sourcearn",
                ]
                let isNarrowed = view.conditions.contains {
                    !$0.isNegated && $0.base != .null
                        && (narrowing.contains($0.key.folded)
                            || $0.key.folded.hasPrefix("aws:principaltag/"))
                }
                guard !isNarrowed else { return }
                report.add(
                    entry.token,
                    "anybody with an account of AWS can assume this role; an external id is no secret",
                    instead: "`arn:aws:iam::ACCOUNT:root` or the caller's role"
                )
            }
        ),
        Rule(
            "MISMATCHED_ACTION_FOR_PRINCIPAL",
            .error,
            in: [.trust],
            statement: { view, _, report in
                guard view.effect == .allow, view.names(action: "sts:AssumeRole"),
                    !view.principals.isEmpty,
                    view.principals.allSatisfy({ $0.key == "Federated" }),
                    let token = view.actions?.tokens.first(where: { $0.folded == "sts:assumerole" })
                else { return }
                let isSAML = view.principals.allSatisfy {
                    $0.token.text.contains(":saml-provider/")
                }
                report.add(
                    token,
                    "who comes from an identity provider does not call `sts:AssumeRole`",
                    instead: isSAML ? "`sts:AssumeRoleWithSAML`" : "`sts:AssumeRoleWithWebIdentity`"
                )
            }
        ),
    ]
}
