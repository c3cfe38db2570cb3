// The ids AWS draws at random, here made from names, so that the same world gives the same answers.

import Digest

/// Deterministic stand-ins for AWS's generated ids.
enum UniqueID {
    /// `AIDA` and 17 characters for a user.
    static func user(account: String, path: String, name: String) -> String {
        "AIDA" + characters(of: "user:\(account):\(path):\(name)", count: 17)
    }

    /// 64 hex digits for an account.
    static func canonical(account: String) -> String {
        SHA256.hash("canonical:\(account)").hex
    }

    private static func characters(of text: String, count: Int) -> String {
        // The 32 characters that AWS's ids are made of.
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
        let bytes = SHA256.hash(text).bytes
        return String(decoding: (0..<count).map { alphabet[Int(bytes[$0] & 31)] }, as: UTF8.self)
    }
}
