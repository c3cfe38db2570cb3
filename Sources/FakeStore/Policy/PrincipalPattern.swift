// An entry of Principal, and how much its Allow is worth (iam.md sections 5 and 6). There are no
// wildcards inside a principal's ARN; names compare with case.

/// One entry of Principal.
package enum PrincipalPattern: Sendable, Hashable {
    /// `"*"` or `{"AWS": "*"}`: everyone, also those who did not sign.
    case everyone
    /// An account's twelve digits or its root ARN.
    case account(String)
    /// `arn:aws:iam::A:user/PATH/NAME`
    case user(String)
    /// `arn:aws:iam::A:role/PATH/NAME`: every session of the role.
    case role(String)
    /// `arn:aws:sts::A:assumed-role/ROLE/SESSION`: that one session.
    case session(String)
    /// `arn:aws:sts::A:federated-user/NAME`
    case federatedUser(String)
    /// `AIDA…` or `AROA…`: what AWS shows in place of a user or role that was deleted. It matches
    /// nobody, also not a new one of the same name.
    case deleted(String)
    /// `{"Service": "x.amazonaws.com"}`
    case service(String)
    /// `{"CanonicalUser": "64 hex digits"}`: an account, named as S3 used to.
    case canonicalUser(String)

    /// What an Allow for this entry is worth to a caller of the bucket's own account.
    package enum Weight: UInt8, Comparable, Sendable {
        /// The account may decide: its identity policies must allow too.
        case delegation
        /// No identity policy needed, but boundary and session policy still count.
        case identityBypass
        /// Nothing else needed.
        case full

        package static func < (left: Weight, right: Weight) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// The weight of an Allow for the caller, or nil when the entry does not name the caller.
    package func weight(for principal: PrincipalFacts) -> Weight? {
        switch self {
        case .everyone:
            .full
        case .account(let account):
            principal.account == account && principal.kind != .service ? .delegation : nil
        case .canonicalUser(let id):
            principal.canonicalID == id ? .delegation : nil
        case .user(let arn):
            if principal.kind == .user, principal.arn == arn {
                .full
            } else if principal.kind == .federatedUser, principal.userARN == arn {
                .identityBypass
            } else {
                nil
            }
        case .role(let arn):
            principal.roleARN == arn ? .identityBypass : nil
        case .session(let arn):
            principal.kind == .assumedRole && principal.arn == arn ? .full : nil
        case .federatedUser(let arn):
            principal.kind == .federatedUser && principal.arn == arn ? .full : nil
        case .service(let name):
            principal.service == name ? .full : nil
        case .deleted:
            nil
        }
    }

    /// The entry as a policy has it.
    package var text: String {
        switch self {
        case .everyone: "*"
        case .account(let text), .user(let text), .role(let text), .session(let text),
            .federatedUser(let text), .deleted(let text), .service(let text),
            .canonicalUser(let text):
            text
        }
    }

    /// Reads an entry of `{"AWS": …}`, or nil when it has none of the forms that AWS takes.
    package init?(aws text: String) {
        if text == "*" {
            self = .everyone
            return
        }
        if text.utf8.count == 12, text.utf8.allSatisfy(isDigit) {
            self = .account(text)
            return
        }
        if text.hasPrefix("AIDA") || text.hasPrefix("AROA") {
            guard text.utf8.count >= 16, text.utf8.allSatisfy({ isDigit($0) || isUppercase($0) })
            else {
                return nil
            }
            self = .deleted(text)
            return
        }
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            .map { String($0) ?? "" }
        guard parts.count == 6, parts[0] == "arn", ResourcePattern.partitions.contains(parts[1]),
            parts[3].isEmpty, parts[4].utf8.count == 12, parts[4].utf8.allSatisfy(isDigit),
            !parts[5].utf8.contains(UInt8(ascii: "*")), !parts[5].utf8.contains(UInt8(ascii: "?"))
        else { return nil }
        let name = parts[5]
        func isNamed(_ prefix: String, pieces: ClosedRange<Int>) -> Bool {
            guard name.hasPrefix(prefix) else { return false }
            let pieces_ = name.utf8.dropFirst(prefix.utf8.count)
                .split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            return pieces.contains(pieces_.count) && pieces_.allSatisfy { !$0.isEmpty }
        }
        switch (parts[2], name) {
        case ("iam", "root"): self = .account(parts[4])
        case ("iam", _) where isNamed("user/", pieces: 1...64): self = .user(text)
        case ("iam", _) where isNamed("role/", pieces: 1...64): self = .role(text)
        case ("sts", _) where isNamed("assumed-role/", pieces: 2...2): self = .session(text)
        case ("sts", _) where isNamed("federated-user/", pieces: 1...1): self = .federatedUser(text)
        default: return nil
        }
    }
}

private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
private func isUppercase(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "A") < 26 }
