// Sessions that STS hands out. A token says everything about its session and is sealed with the cloud's
// own key, so nothing has to be kept: sessions survive a restart, never pile up, and a session of a role
// that was changed meets the role as it is now.

import Digest
import JSON
import Platform

/// What a session is: whose, until when, and limited by what.
package struct SessionGrant: Sendable, Equatable {
    /// Whose permissions the session has.
    package enum Subject: Sendable, Equatable {
        /// The role of this unique id: one made again under the old name is another.
        case role(id: String)
        /// The user of this unique id, by GetSessionToken.
        case user(id: String)
        /// The account's root user, by GetSessionToken.
        case root
    }

    package var accessKeyID: String
    package var account: String
    package var subject: Subject
    /// The name that the session's starter chose; empty for a user's own.
    package var name: String
    package var issued: Timestamp
    package var expires: Timestamp
    /// The session policy's text.
    package var policy: String?
    /// The ARNs of managed policies that limit the session like the session policy.
    package var managedPolicies: [String]
    package var tags: [Tag]
    /// The keys of the tags that sessions started from this one keep.
    package var transitiveTagKeys: [String]
    /// Who is behind the session, as its starter said; it never changes along a chain.
    package var sourceIdentity: String?

    package init(
        accessKeyID: String,
        account: String,
        subject: Subject,
        name: String = "",
        issued: Timestamp,
        expires: Timestamp,
        policy: String? = nil,
        managedPolicies: [String] = [],
        tags: [Tag] = [],
        transitiveTagKeys: [String] = [],
        sourceIdentity: String? = nil
    ) {
        self.accessKeyID = accessKeyID
        self.account = account
        self.subject = subject
        self.name = name
        self.issued = issued
        self.expires = expires
        self.policy = policy
        self.managedPolicies = managedPolicies
        self.tags = tags
        self.transitiveTagKeys = transitiveTagKeys
        self.sourceIdentity = sourceIdentity
    }
}

/// Makes tokens of grants and grants of tokens.
package struct SessionSealer: Sendable {
    private let key: HMACSHA256.Key
    /// The secret that the key is made of, in hexadecimal, for the data folder.
    package let text: String

    /// A sealer with a secret of its own.
    package init() {
        var generator = SystemRandomNumberGenerator()
        self.init(secret: (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }

    /// The sealer whose `text` this is.
    package init?(text: String) {
        guard let secret = Hex.decode(text), secret.count == 32 else { return nil }
        self.init(secret: secret)
    }

    private init(secret: [UInt8]) {
        key = HMACSHA256.Key(secret)
        text = Hex.encode(secret)
    }

    /// A new key id for a session that began with this request.
    package func accessKeyID(serial: UInt64) -> String {
        UniqueID.sessionKey(key.code(for: "key:\(serial)").bytes)
    }

    /// The secret of an access key that this cloud hands out: 40 characters, from the key's id.
    package func secret(accessKeyID: String) -> String {
        Base64.encode(key.code(for: "secret:\(accessKeyID)").bytes.prefix(30))
    }

    /// The session's token: Base64 of 32 bytes of authentication and a JSON text.
    package func token(of grant: SessionGrant) -> String {
        let payload = grant.json
        return Base64.encode(code(for: payload).bytes + payload)
    }

    /// What a token says, or nil when it is none of ours.
    package func grant(token: ArraySlice<UInt8>) -> SessionGrant? {
        guard let bytes = Base64.decode(token), bytes.count > 32,
            let code = HMACSHA256.Value(bytes[..<32]), code == self.code(for: bytes[32...])
        else { return nil }
        return SessionGrant(json: String(decoding: bytes[32...], as: UTF8.self))
    }

    private func code(for payload: some Collection<UInt8>) -> HMACSHA256.Value {
        key.code(for: Array("token:".utf8) + payload)
    }
}

extension SessionGrant {
    /// Short keys, because the token travels with every request.
    fileprivate var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("k", accessKeyID)
            writer.member("a", account)
            switch subject {
            case .role(let id): writer.member("r", id)
            case .user(let id): writer.member("u", id)
            case .root: break
            }
            if !name.isEmpty { writer.member("n", name) }
            writer.member("i", issued.microseconds)
            writer.member("e", expires.microseconds)
            writer.member(ifPresent: "p", policy)
            if !managedPolicies.isEmpty { writer.member("m", managedPolicies) }
            if !tags.isEmpty {
                writer.key("t")
                writer.object { writer in
                    for tag in tags { writer.member(tag.key, tag.value) }
                }
            }
            if !transitiveTagKeys.isEmpty { writer.member("x", transitiveTagKeys) }
            writer.member(ifPresent: "s", sourceIdentity)
        }
        return writer.bytes
    }

    fileprivate init?(json: String) {
        do {
            var reader = try ObjectReader(try JSON.parse(json))
            accessKeyID = try reader.required("k")
            account = try reader.required("a")
            if let id: String = try reader.optional("r") {
                subject = .role(id: id)
            } else if let id: String = try reader.optional("u") {
                subject = .user(id: id)
            } else {
                subject = .root
            }
            name = try reader.value("n", default: "")
            issued = Timestamp(microseconds: try reader.required("i"))
            expires = Timestamp(microseconds: try reader.required("e"))
            policy = try reader.optional("p")
            managedPolicies = try reader.elements("m") { node, path throws(JSONError) in
                try String(json: node, path: path)
            }
            tags = try reader.dictionary("t", of: String.self).map {
                Tag(key: $0.key, value: $0.value)
            }
            transitiveTagKeys = try reader.elements("x") { node, path throws(JSONError) in
                try String(json: node, path: path)
            }
            sourceIdentity = try reader.optional("s")
        } catch {
            return nil
        }
    }
}
