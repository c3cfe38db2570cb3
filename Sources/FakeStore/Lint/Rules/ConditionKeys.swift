// Keys of conditions: those that do not exist, that fit neither operator nor action, or that say less
// than was meant (iam.md sections 3, 5 and 8).

import JSON
import Policy
import Spelling

extension Rule {
    static let conditionKeys: [Rule] = [
        Rule(
            "INVALID_GLOBAL_CONDITION_KEY",
            .error,
            condition: { line, _, _, report in
                let key = line.key.folded
                guard key.hasPrefix("aws:"), KnownKey.named(key) == nil, !KnownKey.lacksTagKey(key),
                    key != "aws:arn"
                else { return }
                report.unknown(line.key, of: "aws", what: "AWS has no condition key")
            }
        ),
        Rule(
            "DEPRECATED_GLOBAL_CONDITION_KEY",
            .warning,
            condition: { line, _, _, report in
                guard line.key.folded == "aws:arn" else { return }
                report.add(
                    line.key,
                    "`\(line.key.text)` is no longer supported",
                    instead:
                        "`aws:PrincipalArn` for the caller, `aws:SourceArn` for the resource a service acts for"
                )
            }
        ),
        Rule(
            "INVALID_SERVICE_CONDITION_KEY",
            .error,
            condition: { line, _, subject, report in
                let service = String(line.key.folded.prefix { $0 != ":" })
                guard ["s3", "sts", "kms", "iam"].contains(service), line.key.text.contains(":"),
                    KnownKey.named(line.key.text) == nil, !KnownKey.lacksTagKey(line.key.text)
                else { return }
                // S3 itself refuses those of a bucket policy.
                guard subject.kind != .bucket || service != "s3" else { return }
                report.unknown(line.key, of: service, what: "\(service) has no condition key")
            }
        ),
        Rule(
            "MISSING_TAG_KEY_IN_CONDITION",
            .error,
            condition: { line, _, subject, report in
                guard KnownKey.lacksTagKey(line.key.text) else { return }
                guard subject.kind != .bucket || !line.key.folded.hasPrefix("s3:") else { return }
                let name =
                    line.key.text.last == "/" ? String(line.key.text.dropLast()) : line.key.text
                report.add(line.key, "`\(name)` needs a tag's key", instead: "`\(name)/TAG`")
            }
        ),
        Rule(
            "TYPE_MISMATCH",
            .warning,
            condition: { line, _, _, report in
                guard let known = KnownKey.named(line.key.text), let base = line.base,
                    let right = known.kind.operatorsInstead(of: base, key: line.key.folded)
                else { return }
                report.add(
                    line.name,
                    "`\(line.key.text)` is \(known.kind.words), and `\(line.name.text)` compares something else",
                    instead: right
                )
            }
        ),
        Rule(
            "MISSING_QUALIFIER",
            .error,
            condition: { line, _, _, report in
                guard let known = KnownKey.named(line.key.text), known.isMultivalued,
                    let name = line.operator, name.quantifier == nil, name.base != .null
                else { return }
                report.add(
                    line.name,
                    "`\(known.name)` can have several values in a request, and `\(name.text)` compares one",
                    instead:
                        "`ForAnyValue:\(name.text)` if one must fit, `ForAllValues:\(name.text)` if all must"
                )
            }
        ),
        Rule(
            "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
            .securityWarning,
            condition: { line, view, _, report in
                guard line.operator?.quantifier == .all, let known = KnownKey.named(line.key.text),
                    !known.isMultivalued, let base = line.base
                else { return }
                report.add(
                    line.name,
                    "`ForAllValues` also holds when `\(known.name)` is absent"
                        + (view.effect == .allow ? ", so the Allow is wider than it looks" : ""),
                    instead: "`\(base.rawValue)`"
                )
            }
        ),
        // AWS's own examples lack the guard, so it is no more than a warning.
        Rule(
            "FORALLVALUES_WITHOUT_NULL_CHECK",
            .warning,
            condition: { line, view, _, report in
                guard line.operator?.quantifier == .all, view.effect == .allow,
                    KnownKey.named(line.key.text)?.isMultivalued != false
                else { return }
                let isGuarded = view.conditions(on: line.key.text).contains { other in
                    other.base == .null && other.values.contains { $0.token.text == "false" }
                }
                guard !isGuarded else { return }
                report.add(
                    line.name,
                    "`\(line.name.text)` also holds when `\(line.key.text)` is absent",
                    instead: "`\"Null\": {\"\(line.key.text)\": \"false\"}` beside it"
                )
            }
        ),
        Rule(
            "UNSUPPORTED_ACTION_FOR_CONDITION_KEY",
            .error,
            condition: { line, view, subject, report in
                guard let having = S3KeyActions.actions(having: line.key.text),
                    view.actions?.isNegated == false, line.base != .null,
                    // Negated, or with IfExists, the condition holds without the key.
                    !line.isNegated, line.operator?.ifExists == false,
                    line.operator?.quantifier != .all
                else { return }
                let isPut =
                    line.key.folded.hasPrefix("s3:existingobjecttag/")
                    && view.names(action: "s3:PutObject")
                guard !isPut, !having.contains(where: { view.isAbout(action: "s3:\($0)") }),
                    view.actionPatterns.allSatisfy({ $0.token.folded.hasPrefix("s3:") }),
                    !view.actionPatterns.isEmpty
                else { return }
                // The parser has said it of the plain cases of bucket policies.
                let scopes = view.actionPatterns.map { S3Actions.scope(of: $0.pattern) }
                let isRefused =
                    subject.kind == .bucket
                    && subject.compiled.map { document in
                        document.statements.first { $0.number == view.number }?.conditions.count
                            != view.conditions.count
                    } ?? false
                guard !isRefused, scopes.allSatisfy({ !$0.isUnknown }) else { return }
                report.add(
                    line.key,
                    "none of the statement's actions has `\(line.key.text)`, so the condition never holds",
                    instead:
                        "the key with \(having.prefix(3).map { "`s3:\($0)`" }.joined(separator: ", ")) only"
                )
            }
        ),
        Rule(
            "EXISTING_OBJECT_TAG_ON_PUT",
            .error,
            condition: { line, view, _, report in
                guard line.key.folded.hasPrefix("s3:existingobjecttag/"),
                    view.names(action: "s3:PutObject"),
                    !line.isNegated, line.base != .null, line.operator?.ifExists == false
                else { return }
                report.add(
                    line.key,
                    "an upload has no `\(line.key.text)`: the key tells of objects that are there already",
                    instead:
                        "`s3:RequestObjectTag/\(line.key.text.drop { $0 != "/" }.dropFirst())`, the tags sent with the upload"
                )
            }
        ),
        Rule(
            "MISSING_PAIRED_CONDITION_KEYS",
            .securityWarning,
            condition: { line, view, _, report in
                guard line.base == .ipAddress, line.key.folded == "aws:vpcsourceip",
                    view.effect == .allow,
                    ["aws:SourceVpc", "aws:SourceVpce", "aws:SourceVpcArn"].allSatisfy({
                        view.conditions(on: $0).isEmpty
                    })
                else { return }
                report.add(
                    line.key,
                    "private addresses are the same in every VPC: `\(line.key.text)` alone lets in any of them",
                    instead: "`\"StringEquals\": {\"aws:SourceVpc\": \"vpc-...\"}` beside it"
                )
            }
        ),
        // aws:PrincipalArn of a session is its role (iam.md section 5).
        Rule(
            "SESSION_ARN_IN_PRINCIPAL_ARN",
            .error,
            condition: { line, view, _, report in
                guard line.key.folded == "aws:principalarn" else { return }
                for value in line.values {
                    let arn = ARNView(value.token.text)
                    guard arn.service == "sts", let name = arn.name, name.hasPrefix("assumed-role/")
                    else { continue }
                    let role = name.split(separator: "/").dropFirst().first ?? "NAME"
                    let effect =
                        line.isNegated && view.effect == .deny
                        ? "everyone is denied" : "it never matches"
                    report.add(
                        value.token,
                        "`aws:PrincipalArn` of a session is the ARN of its role, so \(effect)",
                        instead: "`arn:\(arn.parts[1]):iam::\(arn.account ?? ""):role/\(role)`"
                    )
                }
            }
        ),
        Rule(
            "UNIQUE_ID_IN_CONDITION",
            .suggestion,
            condition: { line, _, _, report in
                guard line.key.folded == "aws:userid" else { return }
                for value in line.values {
                    let text = value.token.text
                    guard text.hasPrefix("AROA") || text.hasPrefix("AIDA") else { continue }
                    report.add(
                        value.token,
                        "`\(text)` is the id of one \(text.hasPrefix("AROA") ? "role" : "user"): it changes when that is deleted and made again",
                        instead: "a condition on `aws:PrincipalArn`"
                    )
                }
            }
        ),
    ]
}

extension Report {
    fileprivate mutating func unknown(_ key: Token, of service: String, what: String) {
        let nearest = Spelling.nearest(to: key.text, among: KnownKey.names(of: service))
        add(
            key,
            "\(what) `\(key.text)`, so it is never present in a request",
            instead: nearest.map { "`\($0)`" }
        )
    }
}

extension KnownKey.Kind {
    /// What a value is, with its article.
    var words: String {
        switch self {
        case .string: "a text"
        case .arn: "an ARN"
        case .bool: "true or false"
        case .date: "a date"
        case .numeric: "a number"
        case .address: "an IP address"
        }
    }

    /// The operators to use in place of one that does not fit; nil when it fits.
    func operatorsInstead(of base: ConditionOperator.Base, key: String) -> String? {
        guard base != .null else { return nil }
        let name = base.rawValue
        let isNegated = base.isNegated
        switch self {
        case .string:
            // AWS's guides compare ARNs in these with Arn operators.
            let mayBeARN =
                name.hasPrefix("Arn")
                && (key.hasPrefix("kms:encryptioncontext") || key.hasPrefix("aws:principaltag/"))
            return name.hasPrefix("String") || mayBeARN || base == .binaryEquals
                ? nil : isNegated ? "`StringNotEquals`" : "`StringEquals`"
        case .arn:
            return name.hasPrefix("Arn") || name.hasPrefix("String")
                ? nil : isNegated ? "`ArnNotLike`" : "`ArnLike`"
        case .bool: return base == .bool ? nil : "`Bool`"
        case .date:
            return name.hasPrefix("Date") || name.hasPrefix("Numeric") && key == "aws:epochtime"
                ? nil : "an operator of dates, `DateLessThan`"
        case .numeric:
            return name.hasPrefix("Numeric") ? nil : "an operator of numbers, `NumericLessThan`"
        case .address:
            return name.hasSuffix("IpAddress") ? nil : isNegated ? "`NotIpAddress`" : "`IpAddress`"
        }
    }
}
