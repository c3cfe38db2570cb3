// The form of the ARNs in Resource and NotResource (iam.md section 2; Access Analyzer, "policy check
// reference").

import Policy
import Spelling

extension Rule {
    static let arns: [Rule] = [
        // Undocumented: what is missing behaves as `*` [P: cloud-copilot/iam-simulate].
        Rule(
            "MISSING_ARN_FIELD",
            .error,
            resource: { arn, token, _, _, report in
                guard arn.parts.count < 6 else { return }
                report.add(
                    token,
                    "an ARN has six parts, this one \(arn.parts.count): "
                        + "`arn:partition:service:region:account:resource`",
                    instead: arn.service == "s3" ? "`arn:aws:s3:::BUCKET/*`" : nil
                )
            }
        ),
        Rule(
            "INVALID_ARN_ACCOUNT",
            .error,
            resource: { arn, token, _, _, report in
                guard let account = arn.account, !isAccount(account),
                    account.utf8.count != 11 || !isDigits(account)
                else { return }
                report.add(
                    token,
                    "`\(account)` is no account: it has twelve digits",
                    instead: "the twelve digits, without `-`"
                )
            }
        ),
        Rule(
            "ARN_ACCOUNT_NOT_ALLOWED",
            .error,
            resource: { arn, token, _, _, report in
                guard arn.service == "s3", let account = arn.account, !account.isEmpty,
                    let name = arn.name, !isOfAccount(name), arn.region == ""
                else { return }
                report.add(
                    token,
                    "the ARN of a bucket has no account",
                    instead: "`arn:\(arn.parts[1]):s3:::\(name)`"
                )
            }
        ),
        Rule(
            "ARN_REGION_NOT_ALLOWED",
            .error,
            resource: { arn, token, _, _, report in
                guard let region = arn.region, !region.isEmpty, region != "*", let name = arn.name
                else { return }
                let isGlobal = arn.service == "iam" || arn.service == "sts"
                let isBucket = arn.service == "s3" && !isOfAccount(name)
                guard isGlobal || isBucket else { return }
                report.add(
                    token,
                    "the ARN of \(isBucket ? "a bucket" : "an entity of \(arn.service ?? "")") has no region",
                    instead:
                        "`arn:\(arn.parts[1]):\(arn.service ?? "")::\(isBucket ? "" : arn.account ?? ""):\(name)`"
                )
            }
        ),
        Rule(
            "INVALID_ARN_REGION",
            .error,
            resource: { arn, token, _, _, report in
                guard let region = arn.region, !region.isEmpty, !hasWildcard(region),
                    !region.contains("$"), !KnownNamesOfAWS.regions.contains(region)
                else { return }
                let nearest = Spelling.nearest(to: region, among: KnownNamesOfAWS.regions)
                // New regions come every year: only what has no region's form, or is one letter from one.
                let isNear =
                    nearest.map {
                        Spelling.distance(from: region, to: $0) == 1 && $0.last == region.last
                    } ?? false
                guard isNear || !hasRegionForm(region) else { return }
                report.add(
                    token,
                    "there is no region `\(region)`",
                    instead: nearest.map { "`\($0)`" }
                )
            }
        ),
        Rule(
            "MISSING_ARN_REGION",
            .error,
            resource: { arn, token, _, _, report in
                guard arn.region == "", let name = arn.name else { return }
                let isRegional =
                    arn.service == "kms" || arn.service == "s3" && name.hasPrefix("accesspoint/")
                guard isRegional else { return }
                report.add(
                    token,
                    "the ARN of \(arn.service == "kms" ? "a key" : "an access point") has a region, and this one matches none",
                    instead:
                        "`arn:\(arn.parts[1]):\(arn.service ?? ""):REGION:\(arn.account ?? ""):\(name)`"
                )
            }
        ),
        Rule(
            "INVALID_ARN_RESOURCE",
            .error,
            resource: { arn, token, _, _, report in
                guard let name = arn.name, let service = arn.service else { return }
                let fault: (String, String)? =
                    switch service {
                    case "s3" where name.isEmpty: ("names no bucket", "`arn:aws:s3:::BUCKET/*`")
                    case "s3" where name.hasPrefix("/"):
                        (
                            "begins with `/`, where the bucket's name belongs",
                            "`arn:aws:s3:::BUCKET/*`"
                        )
                    case "s3" where name.hasPrefix("s3://") || name.hasPrefix("arn:"):
                        (
                            "holds another address",
                            "the bucket's name alone, `arn:aws:s3:::BUCKET/*`"
                        )
                    case "kms" where !begins(name, ["key/", "alias/", "*", "$"]):
                        ("is neither `key/ID` nor `alias/NAME`", "`key/ID`")
                    case "iam" where !begins(name, iamTypes):
                        ("is no entity of IAM", "`role/NAME`, `user/NAME` or `policy/NAME`")
                    case "sts"
                    where !begins(
                        name,
                        [
                            "assumed-role/", "federated-user/", "*", "$", "self",
                            "context-provider/", "request-context/",
                        ]
                    ):
                        ("is no session", "`assumed-role/ROLE/SESSION`")
                    default: nil
                    }
                guard let (what, instead) = fault else { return }
                report.add(token, "`\(name)` of `\(token.text)` \(what)", instead: instead)
            }
        ),
        Rule(
            "INVALID_ARN_SERVICE_CASE",
            .error,
            resource: { arn, token, _, _, report in
                guard let service = arn.service, service != service.lowercased() else { return }
                report.add(
                    token,
                    "`\(service)` matches nothing: the service of an ARN is in small letters",
                    instead: "`\(service.lowercased())`"
                )
            }
        ),
        Rule(
            "INVALID_SERVICE",
            .error,
            resource: { arn, token, _, _, report in
                guard let service = arn.service, service == service.lowercased(),
                    let right = misspelt(service)
                else { return }
                report.add(token, "there is no service `\(service)`", instead: "`\(right)`")
            }
        ),
        Rule("UNSUPPORTED_RESOURCE_ARN_IN_POLICY", .error, in: [.bucket, .key]) { subject, report in
            guard subject.attachment.bucket == nil else { return }
            let service = subject.kind == .bucket ? "s3" : "kms"
            for token in subject.statements.flatMap({ $0.resources?.tokens ?? [] }) {
                guard token.text.hasPrefix("arn:"), let met = ARNView(token.text).service,
                    met.lowercased() != service, !met.hasPrefix("s3")
                else { continue }
                report.add(
                    token,
                    "`\(token.text)` can't stand in \(subject.kind.words), which speaks of its own \(service == "s3" ? "bucket" : "key")",
                    instead: service == "s3"
                        ? "`arn:aws:s3:::BUCKET/*`" : "`*`, which means this key"
                )
            }
        },
    ]

    private static let iamTypes = [
        "role/", "user/", "group/", "policy/", "instance-profile/", "mfa/", "sms-mfa/", "u2f/",
        "oidc-provider/", "saml-provider/", "server-certificate/", "access-report/", "root", "*",
        "$",
        "assumed-role/", "federated-user/", "delegation-request/", "template/",
    ]

    /// Whether the name can begin as one of them does: a wildcard in it may become anything.
    private static func begins(_ name: String, _ prefixes: [String]) -> Bool {
        let fixed = name.prefix { $0 != "*" && $0 != "?" && $0 != "$" }
        return prefixes.contains {
            fixed.hasPrefix($0) || fixed.count < name.count && $0.hasPrefix(fixed)
        }
    }

    /// Whether an account stands there, or what can become one.
    static func isAccount(_ text: String) -> Bool {
        text.isEmpty || text == "aws" || text == "cloudfront" || text == "amazon"
            || hasWildcard(text) || text.contains("$")
            || text.utf8.count == 12 && isDigits(text)
            || text == "third-party" || text == "aws-managed"
    }

    /// Whether a name of S3 belongs to an account and region, unlike buckets.
    private static func isOfAccount(_ name: String) -> Bool {
        name == "*"
            || ["accesspoint", "job/", "storage-lens", "async-request", "access-grants"].contains {
                name.hasPrefix($0)
            }
    }

    /// Whether the text has the form of `eu-west-1`.
    static func hasRegionForm(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 3, let last = parts.last, isDigits(last) else { return false }
        return parts.dropLast().allSatisfy { part in
            part.utf8.count >= 2 && part.utf8.allSatisfy { $0 &- UInt8(ascii: "a") < 26 }
        }
    }
}
