// An access key: its id, its secret, and the signing keys derived from it.

import Digest
import Platform

/// An access key with its secret.
///
/// A class, because it remembers the keys derived from its secret: a signature's key changes once a day,
/// and deriving one takes four HMACs.
package final class SecretKey: Sendable {
    /// `AKIA…`, or whatever the world calls it.
    package let id: String
    private let secret: String

    /// A signing key with the scope it was derived for: `20130524/us-east-1/s3`.
    private struct Derived {
        let scope: [UInt8]
        let key: HMACSHA256.Key
    }

    private struct Cache {
        var derived: [Derived] = []
        /// The place of the next one to be replaced.
        var next = 0
    }

    /// Days, regions and services at once; beyond it the oldest is derived anew.
    package static let cachedScopes = 8

    private let cache = Locked(Cache())

    package init(id: String, secret: String) {
        self.id = id
        self.secret = secret
    }

    /// The signing key for a scope, derived at its first use.
    ///
    /// The scope is `date/region/service`, without the terminator.
    package func signingKey(scope: ArraySlice<UInt8>) -> HMACSHA256.Key {
        cache.withLock { cache in
            for derived in cache.derived where isEqual(derived.scope.span, scope.span) {
                return derived.key
            }
            let derived = Derived(scope: Array(scope), key: derive(scope))
            if cache.derived.count < SecretKey.cachedScopes {
                cache.derived.append(derived)
            } else {
                cache.derived[cache.next] = derived
                cache.next = (cache.next + 1) % SecretKey.cachedScopes
            }
            return derived.key
        }
    }

    /// HMAC by HMAC: the secret, the date, the region, the service, the terminator.
    private func derive(_ scope: ArraySlice<UInt8>) -> HMACSHA256.Key {
        var key = HMACSHA256.Key(Array("AWS4\(secret)".utf8))
        for part in scope.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            key = HMACSHA256.Key(key.code(for: part))
        }
        return HMACSHA256.Key(key.code(for: "aws4_request"))
    }
}

extension SecretKey: CustomStringConvertible {
    /// The id alone: secrets are never printed.
    package var description: String { id }
}
