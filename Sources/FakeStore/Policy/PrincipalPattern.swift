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
    /// `{"Federated": …}`: an identity provider. Only AssumeRoleWithSAML and AssumeRoleWithWebIdentity
    /// have such a caller, so it matches none of those that `PrincipalFacts` knows.
    case federated(String)

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

    /// The weight of an Allow in a policy of the layer for the caller, or nil when the entry does not name
    /// the caller.
    package func weight(for principal: PrincipalFacts, in layer: Layer = .resource) -> Weight? {
        switch self {
        case .everyone:
            // By a trust policy's `*` any principal may assume the role "whose own account allows it"
            // (iam.md section 1).
            layer == .trust ? .delegation : .full
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
        case .deleted, .federated:
            nil
        }
    }

    /// Whether the entries of a NotPrincipal except the caller.
    ///
    /// All that the caller is has to be listed: the account beside the user, the account and the role beside
    /// the session [documented: NotPrincipal].
    static func excepts(_ principal: PrincipalFacts, by patterns: [PrincipalPattern]) -> Bool {
        if patterns.contains(.everyone) { return true }
        func lists(_ isWanted: (PrincipalPattern) -> Bool) -> Bool {
            patterns.contains(where: isWanted)
        }
        func listsAccount() -> Bool {
            lists {
                $0 == .account(principal.account)
                    || principal.canonicalID.map(PrincipalPattern.canonicalUser) == $0
            }
        }
        switch principal.kind {
        case .anonymous: return false
        case .service: return lists { $0 == .service(principal.service ?? "") }
        case .root: return listsAccount()
        case .user: return listsAccount() && lists { $0 == .user(principal.arn) }
        case .assumedRole:
            return listsAccount() && lists { $0 == .role(principal.roleARN ?? "") }
                && lists { $0 == .session(principal.arn) }
        case .federatedUser:
            return listsAccount() && lists { $0 == .federatedUser(principal.arn) }
        }
    }

    /// The entry as a policy has it.
    package var text: String {
        switch self {
        case .everyone: "*"
        case .account(let text), .user(let text), .role(let text), .session(let text),
            .federatedUser(let text), .deleted(let text), .service(let text),
            .canonicalUser(let text), .federated(let text):
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

extension PrincipalPattern {
    /// What was probably meant by a text that is no principal, ready to follow a message.
    static func slip(in text: String) -> String {
        if text.utf8.allSatisfy(isDigit), text.utf8.count == 11 {
            return ": an account has twelve digits; is a leading zero lost?"
        }
        if text.utf8.allSatisfy(isDigit), !text.isEmpty {
            return ": an account has twelve digits"
        }
        if text.hasPrefix("arn:"), text.contains(where: { $0 == "*" || $0 == "?" }) {
            return ": it can hold no wildcard; use `*` with ArnLike on `aws:PrincipalArn`"
        }
        if text.contains(":group/") { return ": a group is no principal" }
        let placeholders = ["<", "YOUR", "ACCOUNT", "REPLACE", "XXX"]
        if placeholders.contains(where: { text.uppercased().contains($0) }) {
            return ": is it a placeholder that was never filled in?"
        }
        return ""
    }

    /// Reads an entry of `{"Service": …}`.
    package init?(service text: String) {
        let isName =
            (text.hasSuffix(".amazonaws.com") || text.hasSuffix(".amazonaws.com.cn"))
            && text.utf8.allSatisfy {
                isDigit($0) || isUppercase($0 & 0xDF) || $0 == UInt8(ascii: ".")
                    || $0 == UInt8(ascii: "-")
            }
        guard isName else { return nil }
        self = .service(text)
    }

    /// Reads an entry of `{"CanonicalUser": …}`.
    package init?(canonicalUser text: String) {
        let isHexDigit = { (byte: UInt8) in
            (byte | 0x20) &- UInt8(ascii: "a") < 6 || isDigit(byte)
        }
        guard text.utf8.count == 64, text.utf8.allSatisfy(isHexDigit) else { return nil }
        self = .canonicalUser(text)
    }

    /// Reads an entry of `{"Federated": …}`: one of the four web identity providers, or the ARN of a SAML or
    /// OpenID Connect provider.
    package init?(federated text: String) {
        let providers = [
            "cognito-identity.amazonaws.com", "www.amazon.com", "graph.facebook.com",
            "accounts.google.com",
        ]
        if !providers.contains(text) {
            let parts = text.utf8.split(
                separator: UInt8(ascii: ":"),
                omittingEmptySubsequences: false
            ).map { String($0) ?? "" }
            guard parts.count >= 6, parts[0] == "arn",
                ResourcePattern.partitions.contains(parts[1]), parts[2] == "iam",
                parts[3].isEmpty, parts[4].utf8.count == 12, parts[4].utf8.allSatisfy(isDigit),
                parts[5].hasPrefix("saml-provider/") || parts[5].hasPrefix("oidc-provider/"),
                !text.utf8.contains(UInt8(ascii: "*")), !text.utf8.contains(UInt8(ascii: "?"))
            else { return nil }
        }
        self = .federated(text)
    }
}

private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
private func isUppercase(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "A") < 26 }
