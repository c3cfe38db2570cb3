// What a failing element was probably meant to be. A hint is only given when it is true of the pattern
// and the request: changing the pattern as the hint says would make the element match, or the
// pattern could never match anything of the kind.

import Spelling

/// Finds the slip in an element that did not match.
enum Hint {
    // MARK: - Resource

    static func resource(
        _ element: Statement.Element<ResourcePattern>,
        _ request: AccessRequest
    ) -> String? {
        let resource = request.resource
        guard !element.isNegated else {
            let covering = element.patterns.first { $0.matches(resource.utf8.span, request) }
            return covering.map { "excepts `\($0.text)`" }
        }
        for pattern in element.patterns {
            if let text = variable(pattern, request) { return text }
        }
        // The hints from the surest to the weakest, each over all patterns.
        for hint in [
            noResource, lacksObjects, coversOnlyObjects, otherCase, otherSpace, otherPartition,
            otherName, otherKey,
        ] {
            for pattern in element.patterns {
                if let text = hint(pattern.text, resource) { return text }
            }
        }
        return nil
    }

    /// The bucket where its objects were meant.
    private static func lacksObjects(_ pattern: String, _ resource: String) -> String? {
        for (addition, text) in [("/*", "lacks /*"), ("*", "lacks * at its end")]
        where covers(pattern + addition, resource) {
            return text
        }
        return nil
    }

    /// The objects where the bucket was meant.
    private static func coversOnlyObjects(_ pattern: String, _ resource: String) -> String? {
        guard pattern.hasSuffix("/*"), covers(String(pattern.dropLast(2)), resource) else {
            return nil
        }
        return "covers the bucket's objects, not the bucket itself"
    }

    /// A variable without a value, or `${` where there are no variables.
    private static func variable(_ pattern: ResourcePattern, _ request: AccessRequest) -> String? {
        for name in pattern.variableNames where request.value(of: ConditionKey(name)) == .absent {
            return "matches nothing: the variable `\(name)` has no value for this caller"
        }
        guard !pattern.hasVariables, pattern.text.contains("${"), !pattern.text.contains("${*}"),
            !pattern.text.contains("${?}"), !pattern.text.contains("${$}")
        else { return nil }
        return "has `${` as plain text: variables need \"Version\": \"2012-10-17\""
    }

    /// A space or an invisible character too many.
    private static func otherSpace(_ pattern: String, _ resource: String) -> String? {
        let isStray = { (scalar: Unicode.Scalar) in
            scalar.properties.isWhitespace || scalar.properties.generalCategory == .format
        }
        func cleaned(_ text: String) -> String {
            String(String.UnicodeScalarView(text.unicodeScalars.filter { !isStray($0) }))
        }
        guard covers(cleaned(pattern), cleaned(resource)) else { return nil }
        guard let stray = pattern.unicodeScalars.first(where: isStray) else {
            return "lacks a space that `\(resource)` has"
        }
        let code = String(stray.value, radix: 16, uppercase: true)
        let padding = String(repeating: "0", count: max(0, 4 - code.utf8.count))
        return "`\(pattern)` has a stray space or invisible character, U+\(padding)\(code)"
    }

    private static func otherCase(_ pattern: String, _ resource: String) -> String? {
        guard covers(pattern.lowercased(), resource.lowercased()) else { return nil }
        return "`\(pattern)` differs in case"
    }

    /// Region or account in the ARN, or another partition.
    private static func otherPartition(_ pattern: String, _ resource: String) -> String? {
        let wanted = parts(pattern)
        let actual = parts(resource)
        guard wanted.count == 6, actual.count == 6,
            covers(replacingHead(wanted, with: actual), resource)
        else { return nil }
        if wanted[1] != actual[1] { return "`\(pattern)` is of another partition" }
        return "`\(pattern)` names a region or account, which ARNs of S3 don't have"
    }

    /// A bucket where the action is about none, such as s3:ListAllMyBuckets.
    private static func noResource(_ pattern: String, _ resource: String) -> String? {
        guard resource == "arn:aws:s3:::*" else { return nil }
        return "must be `*`: the action is about no single bucket"
    }

    /// Another bucket, perhaps by a letter.
    private static func otherName(_ pattern: String, _ resource: String) -> String? {
        let wanted = parts(pattern)
        let actual = parts(resource)
        guard wanted.count == 6, actual.count == 6 else { return nil }
        let wantedBucket = String(wanted[5].prefix { $0 != "/" })
        let actualBucket = String(actual[5].prefix { $0 != "/" })
        guard wantedBucket != actualBucket, !Glob(wantedBucket).matches(actualBucket) else {
            return nil
        }
        let distance = Spelling.distance(from: wantedBucket, to: actualBucket)
        switch distance {
        case 1: return "names bucket `\(wantedBucket)`, one letter from `\(actualBucket)`"
        case 2: return "names bucket `\(wantedBucket)`, two letters from `\(actualBucket)`"
        default: return "names bucket `\(wantedBucket)`, not `\(actualBucket)`"
        }
    }

    /// The right bucket and another key.
    private static func otherKey(_ pattern: String, _ resource: String) -> String? {
        guard let slash = pattern.firstIndex(of: "/"),
            let actualSlash = resource.firstIndex(of: "/"),
            covers(String(pattern[..<slash]) + "/*", resource)
        else { return nil }
        let wanted = pattern[pattern.index(after: slash)...]
        let actual = resource[resource.index(after: actualSlash)...]
        if wanted.hasPrefix("/") { return "begins its key with a second `/`" }
        if actual.hasPrefix("/") { return "does not begin its key with `/`, as the request's does" }
        return "covers the keys `\(wanted)`, not `\(actual)`"
    }

    private static func covers(_ pattern: String, _ resource: String) -> Bool {
        (try? ResourcePattern(pattern))?.matches(resource.utf8.span) ?? false
    }

    private static func parts(_ arn: String) -> [Substring] {
        arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    }

    private static func replacingHead(_ wanted: [Substring], with actual: [Substring]) -> String {
        (actual[..<5] + wanted[5...]).joined(separator: ":")
    }

    // MARK: - Action

    static func action(_ element: Statement.Element<ActionPattern>, _ action: String) -> String? {
        guard !element.isNegated else {
            let covering = element.patterns.first { $0.matches(action.utf8.span) }
            return covering.map { "excepts `\($0.text)`" }
        }
        for pattern in element.patterns
        where S3Actions.mistaken[pattern.text.lowercased()]?.lowercased() == action.lowercased() {
            return "names `\(pattern.text)`, which is no action: the call asks for `\(action)`"
        }
        for pattern in element.patterns {
            let distance = Spelling.distance(
                from: pattern.text.lowercased(),
                to: action.lowercased()
            )
            if distance == 1 { return "has `\(pattern.text)`, one letter from `\(action)`" }
        }
        return nil
    }

    // MARK: - Principal

    static func principal(
        _ element: Statement.Element<PrincipalPattern>,
        _ principal: PrincipalFacts,
        hasBoundary: Bool
    ) -> String? {
        guard !element.isNegated else { return exception(element.patterns, principal, hasBoundary) }
        for pattern in element.patterns {
            switch pattern {
            case .deleted(let id):
                if principal.userID?.hasPrefix(id) != true {
                    return
                        "has `\(id)`, a user or role that was deleted: one of the same name is another"
                }
                return "has `\(id)`, which AWS shows for a deleted user or role"
            case .session(let arn):
                guard let role = principal.roleARN, principal.arn != arn else { continue }
                if arn.hasPrefix(principal.arn.prefix { $0 != "/" }) {
                    return "names one session, `\(arn)`, not all of `\(role)`"
                }
            case .user(let text), .role(let text), .federatedUser(let text):
                let actual = principal.roleARN ?? principal.arn
                if text.lowercased() == actual.lowercased() { return "`\(text)` differs in case" }
                if text.split(separator: "/").last == actual.split(separator: "/").last,
                    text.split(separator: ":").dropFirst(3).first
                        == actual.split(separator: ":").dropFirst(3).first
                {
                    return "`\(text)` differs in its path"
                }
                switch Spelling.distance(from: text, to: actual) {
                case 1: return "has `\(text)`, one letter from `\(actual)`"
                case 2: return "has `\(text)`, two letters from `\(actual)`"
                default: break
                }
                if text.split(separator: ":").last == actual.split(separator: ":").last {
                    return "has `\(text)` of another account than `\(actual)`"
                }
            case .account(let account):
                if Spelling.distance(from: account, to: principal.account) == 1 {
                    return "names account \(account), one digit from \(principal.account)"
                }
            case .everyone, .service, .canonicalUser, .federated: continue
            }
        }
        return nil
    }

    /// Why a NotPrincipal excepts the caller, or does not.
    private static func exception(
        _ patterns: [PrincipalPattern],
        _ principal: PrincipalFacts,
        _ hasBoundary: Bool
    ) -> String {
        if hasBoundary { return "excepts nobody who has a permissions boundary" }
        if PrincipalPattern.excepts(principal, by: patterns) { return "excepts the caller" }
        switch principal.kind {
        case .assumedRole:
            return "excepts a session only when account, role and session are all listed"
        case .user, .federatedUser:
            return "excepts a user only when account and user are both listed"
        case .root, .service, .anonymous: return "does not list the caller"
        }
    }
}
