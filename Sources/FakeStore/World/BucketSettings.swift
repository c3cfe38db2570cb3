// What can be changed about a bucket, in the form in which it is kept beside the bucket.

import JSON
import Policy

/// The settings of a bucket.
package struct BucketSettings: Sendable, Equatable {
    /// The bucket's policy; its text is exactly what was put.
    package var policy: PolicyDocument?
    /// Whether all four switches of S3 Block Public Access are on.
    package var publicAccessBlock: Bool

    package init(policy: PolicyDocument? = nil, publicAccessBlock: Bool = true) {
        self.policy = policy
        self.publicAccessBlock = publicAccessBlock
    }

    package static func == (left: BucketSettings, right: BucketSettings) -> Bool {
        left.policy?.text == right.policy?.text && left.publicAccessBlock == right.publicAccessBlock
    }

    /// The settings as a JSON text, for the store to keep.
    package var json: String {
        var writer = JSONWriter()
        writer.object {
            $0.member("policy", policy?.text)
            $0.member("publicAccessBlock", publicAccessBlock)
        }
        return writer.text
    }

    /// Reads what `json` wrote.
    package init(json: String) throws(JSONError) {
        let node = try JSON.parse(json, file: "bucket settings")
        var reader = try ObjectReader(node)
        policy = nil
        if let text: String = try reader.optional("policy") {
            do {
                policy = try PolicyDocument.parse(text, file: "bucket policy", kind: .bucket)
            } catch {
                throw reader.error(at: "policy", error.description)
            }
        }
        publicAccessBlock = try reader.value("publicAccessBlock", default: true)
        try reader.finish()
    }
}
