// An access key: its id, its secret, and the signing keys derived from it.

/// An access key with its secret.
///
/// A class, because it remembers the keys derived from its secret: a signature's key changes once a day,
/// and deriving one takes four HMACs.
package final class SecretKey: Sendable {
    /// `AKIA…`, or whatever the world calls it.
    package let id: String
    let secret: String

    package init(id: String, secret: String) {
        self.id = id
        self.secret = secret
    }
}
