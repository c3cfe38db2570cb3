// S3 Block Public Access: the four switches, of a bucket or of a whole account.

import JSON

/// The four switches [documented: "Blocking public access to your Amazon S3 storage"].
package struct PublicAccessBlock: Sendable, Equatable, ExpressibleByBooleanLiteral {
    /// Refuses requests that would make a bucket's or object's ACL public.
    package var blockPublicACLs: Bool
    /// Lets public ACLs grant nothing.
    package var ignorePublicACLs: Bool
    /// Refuses to put a policy that is public.
    package var blockPublicPolicy: Bool
    /// Keeps a bucket with a public policy for the owner's account and AWS's services.
    package var restrictPublicBuckets: Bool

    package init(
        blockPublicACLs: Bool = false,
        ignorePublicACLs: Bool = false,
        blockPublicPolicy: Bool = false,
        restrictPublicBuckets: Bool = false
    ) {
        self.blockPublicACLs = blockPublicACLs
        self.ignorePublicACLs = ignorePublicACLs
        self.blockPublicPolicy = blockPublicPolicy
        self.restrictPublicBuckets = restrictPublicBuckets
    }

    /// All switches on, or all off.
    package init(booleanLiteral value: Bool) {
        self.init(
            blockPublicACLs: value,
            ignorePublicACLs: value,
            blockPublicPolicy: value,
            restrictPublicBuckets: value
        )
    }

    /// What holds when both the account and the bucket have switches: the stricter of each.
    package func union(_ other: PublicAccessBlock) -> PublicAccessBlock {
        PublicAccessBlock(
            blockPublicACLs: blockPublicACLs || other.blockPublicACLs,
            ignorePublicACLs: ignorePublicACLs || other.ignorePublicACLs,
            blockPublicPolicy: blockPublicPolicy || other.blockPublicPolicy,
            restrictPublicBuckets: restrictPublicBuckets || other.restrictPublicBuckets
        )
    }
}

extension PublicAccessBlock: JSONReadable, JSONWritable {
    /// Reads true, false, or an object of the four switches, of which those left out are off.
    package init(json node: JSONNode, path: String) throws(JSONError) {
        guard node.object != nil else {
            guard let all = node.bool else {
                throw node.mismatch("true, false or the four switches", path: path)
            }
            self.init(booleanLiteral: all)
            return
        }
        var reader = try ObjectReader(node, path: path)
        self.init(
            blockPublicACLs: try reader.value("blockPublicAcls", default: false),
            ignorePublicACLs: try reader.value("ignorePublicAcls", default: false),
            blockPublicPolicy: try reader.value("blockPublicPolicy", default: false),
            restrictPublicBuckets: try reader.value("restrictPublicBuckets", default: false)
        )
        try reader.finish()
    }

    /// Writes what `init(json:path:)` reads, as short as it can be.
    package func write(to writer: inout JSONWriter) {
        if self == true || self == false {
            writer.bool(blockPublicACLs)
            return
        }
        writeSwitches(to: &writer, isConfigured: true)
    }

    /// Writes a bucket's switches, where `false` says that none are configured.
    func writeSwitches(to writer: inout JSONWriter, isConfigured: Bool) {
        guard isConfigured, self != true else { return writer.bool(isConfigured) }
        writer.object {
            $0.member("blockPublicAcls", blockPublicACLs)
            $0.member("ignorePublicAcls", ignorePublicACLs)
            $0.member("blockPublicPolicy", blockPublicPolicy)
            $0.member("restrictPublicBuckets", restrictPublicBuckets)
        }
    }
}
