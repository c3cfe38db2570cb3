// Actions that do not exist, and actions and resources that never meet (iam.md sections 2 and 7).

import Policy
import Spelling

extension Rule {
    static let actions: [Rule] = [
        // IAM takes any name; a misspelt one just grants nothing.
        Rule(
            "INVALID_ACTION",
            .error,
            statement: { view, subject, report in
                for (token, pattern) in view.actionPatterns {
                    let parts = token.text.split(separator: ":", maxSplits: 1).map(String.init)
                    guard parts.count == 2, let names = ServiceActions.names(of: parts[0]) else {
                        continue
                    }
                    let service = parts[0].lowercased()
                    // Of a bucket policy the parser has said this one.
                    let right = S3Actions.mistaken[token.folded]
                    if right != nil, subject.kind == .bucket { continue }
                    guard !names.contains(where: { pattern.matches("\(service):\($0)".utf8.span) })
                    else { continue }
                    let nearest =
                        right
                        ?? Spelling.nearest(to: parts[1], among: names).map {
                            "\(service):\($0)"
                        }
                    report.add(
                        token,
                        hasWildcard(parts[1])
                            ? "no action of \(service) fits `\(token.text)`"
                            : right == nil
                                ? "there is no action `\(token.text)`; a policy with it grants nothing by it"
                                : "`\(token.text)` is the name of a call, not of an action",
                        instead: nearest.map { "`\($0)`" }
                    )
                }
            }
        ),
        Rule(
            "INVALID_SERVICE_IN_ACTION",
            .error,
            statement: { view, _, report in
                for (token, _) in view.actionPatterns {
                    let service = String(token.folded.prefix { $0 != ":" })
                    guard token.text.contains(":"), let right = misspelt(service) else { continue }
                    report.add(
                        token,
                        "there is no service `\(service)`",
                        instead: "`\(right)\(token.text.dropFirst(service.count))`"
                    )
                }
            }
        ),
        // In a bucket policy S3 refuses it; IAM takes it, and nothing is granted.
        Rule(
            "OBJECT_ACTION_ON_BUCKET_ARN",
            .error,
            in: [.identity, .boundary, .session, .scp, .vpce, .bucket]
        ) {
            subject,
            report in
            unreached(subject, &report) { scope, reach in
                scope.objects && !scope.buckets && reach.buckets && !reach.objects
            } words: { token, bucket in
                (
                    "`\(token.text)` is about objects, but `arn:aws:s3:::\(bucket)` is the bucket only",
                    "`arn:aws:s3:::\(bucket)/*`"
                )
            }
        },
        Rule(
            "BUCKET_ACTION_ON_OBJECT_ARN",
            .error,
            in: [.identity, .boundary, .session, .scp, .vpce, .bucket]
        ) {
            subject,
            report in
            unreached(subject, &report) { scope, reach in
                scope.buckets && !scope.objects && reach.objects && !reach.buckets
            } words: { token, bucket in
                (
                    "`\(token.text)` is about the bucket, but the statement's resources are objects only",
                    "the bucket itself, `arn:aws:s3:::\(bucket)`, in a statement with this action"
                )
            }
        },
        // `bucket/*` does not cover the bucket itself (iam.md section 2).
        Rule(
            "BUCKET_ITSELF_NOT_COVERED",
            .suggestion,
            in: .ofIdentities.union([.bucket]),
            statement: {
                view,
                _,
                report in
                guard
                    let token = view.actionPatterns.first(where: { token, pattern in
                        let scope = S3Actions.scope(of: pattern)
                        return hasWildcard(token.text) && token.text != "*" && scope.buckets
                            && scope.objects
                    })?.token, let resources = view.resources, !resources.isNegated
                else { return }
                let reach = Reach(resources.tokens)
                guard reach.objects, !reach.buckets, let bucket = reach.bucket else { return }
                report.add(
                    resources.tokens[0],
                    "`\(token.text)` also means actions on the bucket, as ListBucket, and these resources are objects only",
                    instead: "both `arn:aws:s3:::\(bucket)` and `\(resources.tokens[0].text)`"
                )
            }
        ),
        Rule(
            "ALLOW_WITH_NOT_ACTION",
            .warning,
            in: .ofIdentities.union([.bucket, .key]),
            statement: {
                view,
                _,
                report in
                guard view.effect == .allow, let list = view.actions, list.isNegated else { return }
                report.add(
                    list.place,
                    list.path,
                    "`NotAction` with Allow grants every other action of every service, and none of these",
                    instead: "`Action` with what is needed"
                )
            }
        ),
        Rule(
            "ALLOW_WITH_NOT_RESOURCE",
            .warning,
            in: .ofIdentities.union([.bucket, .key]),
            statement: {
                view,
                _,
                report in
                guard view.effect == .allow, let list = view.resources, list.isNegated else {
                    return
                }
                report.add(
                    list.place,
                    list.path,
                    "`NotResource` with Allow grants everything else, also what does not exist yet",
                    instead: "`Resource` with what is needed"
                )
            }
        ),
        Rule(
            "UNSUPPORTED_ACTION_IN_POLICY",
            .error,
            in: [.key],
            statement: { view, _, report in
                for (token, _) in view.actionPatterns where token.text != "*" {
                    guard !token.folded.hasPrefix("kms:") else { continue }
                    report.add(
                        token,
                        "`\(token.text)` is no action of KMS, and a key policy speaks of its key only",
                        instead: "an action of KMS, `kms:GenerateDataKey`"
                    )
                }
            }
        ),
    ]

    /// The service that a name one letter from it was meant to be; nil when the name is one, or near none.
    static func misspelt(_ service: String) -> String? {
        guard service != "*", !hasWildcard(service), !service.isEmpty,
            !KnownNamesOfAWS.services.contains(service)
        else { return nil }
        return Spelling.nearest(to: service, among: KnownNamesOfAWS.services).flatMap {
            Spelling.distance(from: service, to: $0) == 1 ? $0 : nil
        }
    }

    /// What the resources of a statement can be.
    private struct Reach {
        var buckets = false
        var objects = false
        /// The first bucket named.
        var bucket: String?

        init(_ tokens: [Token]) {
            for token in tokens {
                let arn = ARNView(token.text)
                guard let name = arn.bucket else {
                    // Anything else, as `*` or an access point, may be both.
                    (buckets, objects) = (true, true)
                    continue
                }
                bucket = bucket ?? name
                if arn.key != nil {
                    objects = true
                } else {
                    buckets = true
                    // `bucket*` and `${...}` can go on into objects.
                    if hasWildcard(name) || name.contains("$") { objects = true }
                }
            }
        }
    }

    /// Reports the actions of S3 that meet none of their statement's resources.
    private static func unreached(
        _ subject: Subject,
        _ report: inout Report,
        _ isMissed: (S3Actions.Scope, Reach) -> Bool,
        words: (Token, String) -> (message: String, instead: String)
    ) {
        // With its bucket known, the parser has said so.
        if subject.kind == .bucket, subject.attachment.bucket != nil { return }
        for view in subject.statements {
            guard let resources = view.resources, !resources.isNegated, !resources.tokens.isEmpty,
                view.actions?.isNegated == false
            else { continue }
            let reach = Reach(resources.tokens)
            guard let bucket = reach.bucket else { continue }
            for (token, pattern) in view.actionPatterns where token.folded.hasPrefix("s3:") {
                guard isMissed(S3Actions.scope(of: pattern), reach) else { continue }
                let (message, instead) = words(token, bucket)
                report.add(token, message, instead: instead)
            }
        }
    }
}
