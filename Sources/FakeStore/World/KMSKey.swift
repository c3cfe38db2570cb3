// The keys of KMS, as far as S3 meets them. No data is encrypted anywhere in this program: a key is its name,
// its state and the policy that says who may use it.

import Digest
import JSON
import Policy

/// A customer's key as a world has it.
package struct KMSKeyDefinition: Sendable, Equatable {
    /// The states in which S3 can meet a key [documented: "Key states of AWS KMS keys"].
    package enum State: String, Sendable, CaseIterable, JSONReadable {
        case enabled = "Enabled"
        case disabled = "Disabled"
        case pendingDeletion = "PendingDeletion"
        case pendingImport = "PendingImport"
        case unavailable = "Unavailable"
    }

    package var id: String
    /// Nil: the world's region.
    package var region: String?
    /// `alias/bills`.
    package var aliases: [String]
    /// Nil: the policy that a key gets by itself, which leaves everything to the account's own policies.
    package var policy: Document?
    package var state: State

    package init(
        id: String,
        region: String? = nil,
        aliases: [String] = [],
        policy: Document? = nil,
        state: State = .enabled
    ) {
        self.id = id
        self.region = region
        self.aliases = aliases
        self.policy = policy
        self.state = state
    }
}

/// A key with its compiled policy.
package final class KMSKey: Sendable {
    package let account: String
    package let arn: String
    package let region: String
    package let state: KMSKeyDefinition.State
    package let aliases: [String]
    package let policy: NamedPolicy

    init(_ definition: KMSKeyDefinition, account: String, worldRegion: String) {
        self.account = account
        region = definition.region ?? worldRegion
        arn = "arn:aws:kms:\(region):\(account):key/\(definition.id)"
        state = definition.state
        aliases = definition.aliases
        policy = NamedPolicy(
            name: definition.id,
            owner: "\(account)/key",
            document: definition.policy?.compiled
                ?? KMSKey.compiled(KMSKey.delegating.replacing("ACCOUNT", by: account))
        )
    }

    /// AWS's own key `aws/s3` of an account, which is there as soon as it is needed.
    package init(managedIn account: String, region: String) {
        self.account = account
        self.region = region
        let hex = SHA256.hash("aws/s3:\(account):\(region)").hex
        let parts = [(0, 8), (8, 4), (12, 4), (16, 4), (20, 12)].map { start, count in
            String(hex.dropFirst(start).prefix(count))
        }
        arn = "arn:aws:kms:\(region):\(account):key/\(parts.joined(separator: "-"))"
        state = .enabled
        aliases = ["alias/aws/s3"]
        policy = NamedPolicy(name: "aws/s3", owner: "\(account)/key", document: KMSKey.managed)
    }

    private static func compiled(_ text: String) -> PolicyDocument {
        do { return try PolicyDocument.parse(text, kind: .key) } catch {
            preconditionFailure("a key policy of our own is none: \(error)")
        }
    }

    /// The policy of a key that was made without one [documented: "Default key policy"].
    private static let delegating = """
        {"Version": "2012-10-17", "Statement": [{"Sid": "Enable IAM User Permissions", "Effect": "Allow",
          "Principal": {"AWS": "arn:aws:iam::ACCOUNT:root"}, "Action": "kms:*", "Resource": "*"}]}
        """

    /// The policy of `aws/s3`: all principals of the account that are authorised to use S3 [documented: "Key
    /// policies in AWS KMS", AWS managed keys].
    private static let managed = compiled(
        """
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"},
          "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
          "Resource": "*", "Condition": {"StringEquals": {"kms:CallerAccount": "${aws:ResourceAccount}"}}}]}
        """
    )
}

extension String {
    fileprivate func replacing(_ word: String, by other: String) -> String {
        var result = ""
        var rest = self[...]
        while !rest.isEmpty {
            if rest.hasPrefix(word) {
                result += other
                rest = rest.dropFirst(word.count)
            } else {
                result.append(rest.removeFirst())
            }
        }
        return result
    }
}
