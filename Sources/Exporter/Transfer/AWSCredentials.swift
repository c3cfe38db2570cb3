// An access key with its secret. The secret never leaves through a description, a dump or a mirror.

/// An AWS access key, its secret and, for a temporary one, its session token.
package struct AWSCredentials: Equatable, Sendable, CustomStringConvertible, CustomReflectable {
    package let accessKeyID: String
    package let secretAccessKey: String
    /// The token of a temporary key; nil for a user's key.
    package let sessionToken: String?

    package init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }

    /// The key id alone: it is what logs and error messages may show.
    package var description: String { "access key \(accessKeyID)" }

    package var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }
}
