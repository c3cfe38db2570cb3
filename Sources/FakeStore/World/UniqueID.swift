// The ids AWS draws at random, here made from names, so that the same world gives the same answers.
//
// An entity that the IAM calls make gets its id from its place in the order of everything they made
// (`WorldDefinition.issued`), because a role made again under its old name must not have the old id: a
// policy that named the old one does not mean the new one [documented: AWS JSON policy elements:
// Principal].

import Digest

/// Deterministic stand-ins for AWS's generated ids.
package enum UniqueID {
    /// What an id stands for, with the prefix AWS gives it [documented: IAM identifiers].
    package enum Kind: String, Sendable {
        case user = "AIDA"
        case role = "AROA"
        case group = "AGPA"
        case policy = "ANPA"
        case accessKey = "AKIA"
        case sessionKey = "ASIA"
    }

    /// The id of an entity that the world's file names without one: the prefix and 17 characters.
    package static func of(_ kind: Kind, account: String, path: String, name: String) -> String {
        kind.rawValue + characters(of: "\(kind.word):\(account):\(path):\(name)", count: 17)
    }

    /// The id of the entity that was made as number `serial`.
    package static func made(_ kind: Kind, account: String, serial: Int) -> String {
        let count = kind == .accessKey || kind == .sessionKey ? 16 : 17
        return kind.rawValue + characters(of: "\(kind.word):\(account):#\(serial)", count: count)
    }

    /// `ASIA` and 16 characters for a session's key, from bytes that differ from session to session.
    package static func sessionKey(_ bytes: some Sequence<UInt8>) -> String {
        Kind.sessionKey.rawValue + spelled(bytes.prefix(16))
    }

    /// 64 hex digits for an account.
    static func canonical(account: String) -> String {
        SHA256.hash("canonical:\(account)").hex
    }

    private static func characters(of text: String, count: Int) -> String {
        spelled(SHA256.hash(text).bytes.prefix(count))
    }

    private static func spelled(_ bytes: some Sequence<UInt8>) -> String {
        // The 32 characters that AWS's ids are made of.
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
        return String(decoding: bytes.map { alphabet[Int($0 & 31)] }, as: UTF8.self)
    }
}

extension UniqueID.Kind {
    fileprivate var word: String {
        switch self {
        case .user: "user"
        case .role: "role"
        case .group: "group"
        case .policy: "policy"
        case .accessKey: "key"
        case .sessionKey: "session"
        }
    }
}
