// What can be changed about a bucket, in the form in which it is kept beside the bucket.

import JSON
import Policy

/// Who owns the objects of a bucket, and whether ACLs count [documented: "Controlling ownership of objects and
/// disabling ACLs for your bucket"].
package enum ObjectOwnership: String, Sendable, CaseIterable, JSONReadable {
    /// The bucket's owner; ACLs are disabled.
    case bucketOwnerEnforced = "BucketOwnerEnforced"
    /// The bucket's owner if the writer sends the ACL bucket-owner-full-control, else the writer.
    case bucketOwnerPreferred = "BucketOwnerPreferred"
    /// The writer.
    case objectWriter = "ObjectWriter"
    /// No setting at all, as after DeleteBucketOwnershipControls: the writer.
    case none = "none"
}

/// The default encryption of a bucket.
package struct BucketEncryption: Sendable, Equatable {
    /// The algorithms of server-side encryption, in S3's words.
    package enum Algorithm: String, Sendable, CaseIterable, JSONReadable {
        case aes256 = "AES256"
        case kms = "aws:kms"
        case dsse = "aws:kms:dsse"
    }

    package var algorithm: Algorithm
    /// The key as it was named: an id, ARN or alias; nil for AWS's own `aws/s3`.
    package var kmsKey: String?
    /// Whether S3 asks KMS once for many objects.
    package var usesBucketKey: Bool
    /// Whether uploads with the customer's own key (SSE-C) are refused; so for new buckets since April 2026
    /// [documented: "Blocking or unblocking SSE-C for a general purpose bucket"].
    package var blocksCustomerKeys: Bool

    package init(
        algorithm: Algorithm = .aes256,
        kmsKey: String? = nil,
        usesBucketKey: Bool = false,
        blocksCustomerKeys: Bool = true
    ) {
        self.algorithm = algorithm
        self.kmsKey = kmsKey
        self.usesBucketKey = usesBucketKey
        self.blocksCustomerKeys = blocksCustomerKeys
    }
}

extension BucketEncryption: JSONReadable, JSONWritable {
    package init(json node: JSONNode, path: String) throws(JSONError) {
        var reader = try ObjectReader(node, path: path)
        self.init(
            algorithm: try reader.value("algorithm", default: .aes256),
            kmsKey: try reader.optional("kmsKey"),
            usesBucketKey: try reader.value("bucketKey", default: false),
            blocksCustomerKeys: try reader.value("blockCustomerKeys", default: true)
        )
        if algorithm == .aes256, kmsKey != nil {
            throw reader.error(at: "kmsKey", "`AES256` has no key: write `aws:kms` as algorithm")
        }
        try reader.finish()
    }

    package func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("algorithm", algorithm.rawValue)
            $0.member(ifPresent: "kmsKey", kmsKey)
            if usesBucketKey { $0.member("bucketKey", true) }
            if !blocksCustomerKeys { $0.member("blockCustomerKeys", false) }
        }
    }
}

/// The settings of a bucket.
package struct BucketSettings: Sendable, Equatable {
    /// The bucket's policy; its text is exactly what was put.
    package var policy: PolicyDocument?
    /// The switches of S3 Block Public Access; nil when none are configured, which is as if all were off.
    package var publicAccessBlock: PublicAccessBlock?
    package var ownership: ObjectOwnership
    package var encryption: BucketEncryption
    /// The bucket's tags, in the order in which they were put.
    package var tags: [Tag]

    package init(
        policy: PolicyDocument? = nil,
        publicAccessBlock: PublicAccessBlock? = true,
        ownership: ObjectOwnership = .bucketOwnerEnforced,
        encryption: BucketEncryption = BucketEncryption(),
        tags: [Tag] = []
    ) {
        self.policy = policy
        self.publicAccessBlock = publicAccessBlock
        self.ownership = ownership
        self.encryption = encryption
        self.tags = tags
    }

    package static func == (left: BucketSettings, right: BucketSettings) -> Bool {
        left.policy?.text == right.policy?.text
            && left.publicAccessBlock == right.publicAccessBlock
            && left.ownership == right.ownership && left.encryption == right.encryption
            && left.tags == right.tags
    }

    /// The settings as a JSON text, for the store to keep.
    package var json: String {
        var writer = JSONWriter()
        writer.object {
            $0.member("policy", policy?.text)
            // `false` is "all off", null is "none configured".
            $0.member("publicAccessBlock", publicAccessBlock)
            $0.member("ownership", ownership.rawValue)
            $0.member("encryption", encryption)
            $0.tags(tags)
        }
        return writer.text
    }

    /// Reads what `json` wrote; what earlier versions did not write has AWS's default.
    package init(json: String) throws(JSONError) {
        let node = try JSON.parse(json, file: "bucket settings")
        var reader = try ObjectReader(node)
        self.init()
        if let text: String = try reader.optional("policy") {
            do {
                policy = try PolicyDocument.parse(text, file: "bucket policy", kind: .bucket)
            } catch {
                throw reader.error(at: "policy", error.description)
            }
        }
        if reader.members.contains(where: { $0.key == "publicAccessBlock" }) {
            publicAccessBlock = try reader.optional("publicAccessBlock")
        }
        ownership = try reader.value("ownership", default: .bucketOwnerEnforced)
        encryption = try reader.value("encryption", default: BucketEncryption())
        tags = try reader.dictionary("tags", of: String.self).map {
            Tag(key: $0.key, value: $0.value)
        }
        try reader.finish()
    }
}

extension JSONWriter {
    /// The `tags` of an entity, unless there are none.
    mutating func tags(_ tags: [Tag]) {
        guard !tags.isEmpty else { return }
        key("tags")
        object { writer in
            for tag in tags { writer.member(tag.key, tag.value) }
        }
    }
}

/// What a world says of buckets that don't say it themselves, and of new ones.
package struct BucketDefaults: Sendable, Equatable {
    package var ownership: ObjectOwnership
    package var publicAccessBlock: PublicAccessBlock?

    /// AWS's of today, unless told [documented: since April 2023].
    package init(
        ownership: ObjectOwnership = .bucketOwnerEnforced,
        publicAccessBlock: PublicAccessBlock? = true
    ) {
        self.ownership = ownership
        self.publicAccessBlock = publicAccessBlock
    }

    /// The settings of a new bucket.
    package var settings: BucketSettings {
        BucketSettings(publicAccessBlock: publicAccessBlock, ownership: ownership)
    }
}
