// What Block Public Access calls public (iam.md section 11, "The meaning of 'public'"): everything that
// is not proven to speak to somebody in particular.

extension PolicyDocument {
    /// The first Allow that speaks to the public, which makes the whole policy public.
    package var publicStatement: Statement? { statements.first(where: \.isPublic) }
}

extension Statement {
    /// Whether the statement grants to everyone, and no condition narrows that to fixed values.
    var isPublic: Bool {
        guard effect == .allow, principals?.patterns.contains(.everyone) == true else {
            return false
        }
        return !conditions.contains(where: \.isFixing)
    }
}

extension Condition {
    /// Whether the condition names somebody: a key that tells who asks, and values without wildcards and
    /// variables.
    fileprivate var isFixing: Bool {
        guard !`operator`.ifExists, `operator`.quantifier != .all, !values.isEmpty else {
            return false
        }
        let key = key.text.lowercased()
        switch (test, `operator`.base.isNegated) {
        case (.address(let ranges), false):
            return key == "aws:sourceip" && ranges.allSatisfy(\.isFixed)
        case (.equals, false), (.equalsIgnoringCase, false), (.like, false), (.arn, false):
            return values.allSatisfy { isFixed($0, key) }
        default: return false
        }
    }

    private func isFixed(_ value: String, _ key: String) -> Bool {
        guard !value.contains("${") else { return false }
        let hasWildcard = value.contains { $0 == "*" || $0 == "?" }
        switch key {
        case "aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner",
            "aws:sourceaccount", "aws:principalorgid", "s3:dataaccesspointaccount",
            "s3:x-amz-server-side-encryption-aws-kms-key-id":
            return !hasWildcard
        // `AROLEID:*`, a role with any session, does not count.
        case "aws:userid": return !hasWildcard
        case "s3:dataaccesspointarn":
            // The name may be a wildcard, the account may not.
            let parts = value.split(
                separator: ":",
                maxSplits: 5,
                omittingEmptySubsequences: false
            )
            return parts.count == 6 && parts[..<5].allSatisfy { !$0.contains { "*?".contains($0) } }
        default: return false
        }
    }
}
