// Headers that a bucket asks for and an ordinary upload does not send (M15 to M17, M23, M25 of the
// catalogue), and denials that hit whoever must mend them.

import Policy

extension Rule {
    static let uploads: [Rule] = [
        // s3:x-amz-… keys are filled from the request's headers only, never from the bucket's defaults.
        Rule(
            "UPLOAD_HEADER_REQUIRED",
            .warning,
            in: [.bucket, .identity, .boundary, .session, .scp, .rcp],
            condition: { line, view, _, report in
                guard view.effect == .deny, view.isAbout(action: "s3:PutObject"),
                    let header = header(of: line.key.text)
                else { return }
                let isNull = line.base == .null && line.values.contains { $0.token.text == "true" }
                guard isNull || line.isNegated, line.operator?.quantifier == nil else { return }
                // A Null:false beside it forgives the absent header.
                let isForgiven = view.conditions(on: line.key.text).contains { other in
                    other.base == .null && other.values.contains { $0.token.text == "false" }
                }
                guard !isForgiven else { return }
                let value = isNull ? nil : line.values.first?.token.text
                report.add(
                    line.key,
                    "an upload without the header `\(header)` is denied, whatever the bucket's defaults are; the exporter does not send it",
                    instead:
                        "no such Deny\(header.contains("encryption") ? " (S3 encrypts anyway)" : header == "x-amz-acl" ? " (set BucketOwnerEnforced)" : ""), or a client that sends `\(header)\(value.map { ": \($0)" } ?? "")`"
                )
            }
        )
    ]

    /// The header that fills a key; nil for keys that other things fill.
    private static func header(of key: String) -> String? {
        let folded = key.lowercased()
        if folded.hasPrefix("s3:requestobjecttag") { return "x-amz-tagging" }
        let names = [
            "x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id",
            "x-amz-server-side-encryption-customer-algorithm",
            "x-amz-acl", "x-amz-storage-class", "x-amz-grant-full-control",
        ]
        if let name = names.first(where: { folded == "s3:" + $0 }) { return name }
        return folded.hasPrefix("s3:object-lock-")
            && folded != "s3:object-lock-remaining-retention-days"
            ? "x-amz-" + folded.dropFirst(3) : nil
    }

    static let lockOuts: [Rule] = [
        // A Deny of everything, to everyone, under a condition that says nothing of who asks.
        Rule(
            "DENY_LOCKS_OUT",
            .warning,
            in: [.bucket, .key],
            statement: { view, subject, report in
                guard view.effect == .deny, view.isAboutEveryone, let principal = view.principal
                else { return }
                let mending = subject.kind == .key ? "kms:PutKeyPolicy" : "s3:PutBucketPolicy"
                guard view.isAbout(action: mending), reachesBucket(view, subject.kind) else {
                    return
                }
                let exempting = view.conditions.contains { line in
                    let key = line.key.folded
                    return key.hasPrefix("aws:principal") || key == "aws:userid"
                        || key == "aws:username"
                        || key.hasPrefix("aws:source")
                            && (key.hasSuffix("account") || key.hasSuffix("arn")
                                || key.contains("org"))
                }
                // Conditions that whoever mends it can meet at any time: another scheme, version or signature.
                let harmless = view.conditions.contains { line in
                    [
                        "aws:securetransport", "s3:tlsversion", "s3:signatureversion",
                        "s3:signatureage", "s3:authtype", "aws:multifactorauthpresent",
                        "aws:multifactorauthage", "aws:requestedregion", "aws:viaawsservice",
                        "s3:x-amz-content-sha256", "aws:currenttime",
                    ].contains(line.key.folded)
                        || line.key.folded.hasPrefix("s3:x-amz-")
                }
                guard !exempting, !harmless else { return }
                report.add(
                    principal.node.place,
                    principal.path,
                    view.conditions.isEmpty
                        ? "this denies everyone, also those who would mend it: only the account's root user can still remove the policy"
                        : "this denies also administrators and the exporter who don't meet the condition, and then only the account's root user can remove the policy",
                    instead:
                        "`\"ArnNotEquals\": {\"aws:PrincipalArn\": \"arn:aws:iam::ACCOUNT:role/ADMIN\"}` beside the condition"
                )
            }
        )
    ]

    private static func reachesBucket(_ view: StatementView, _ kind: PolicyDocument.Kind) -> Bool {
        guard kind == .bucket else { return true }
        guard let list = view.resources, !list.isNegated else { return true }
        return list.tokens.contains { ARNView($0.text).key == nil }
    }
}
