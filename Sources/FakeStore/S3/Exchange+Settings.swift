// What the settings of a bucket mean for a request, and how calls change them.

import Cloud
import HTTP
import Store
import World

extension Exchange {
    /// The switches of S3 Block Public Access that hold for the bucket.
    var publicAccessBlock: PublicAccessBlock {
        state.world.publicAccessBlock(of: bucket.bucket)
    }

    /// Whether RestrictPublicBuckets keeps the caller out of a bucket with a public policy: all but the owner's
    /// account and AWS's services, also those whom the policy names [documented: "Blocking public access to your
    /// Amazon S3 storage"].
    func isKeptOut(of bucket: CloudBucket) -> Bool {
        caller.facts.kind != .service && caller.facts.account != bucket.account
            && state.world.publicAccessBlock(of: bucket.bucket).restrictPublicBuckets
    }

    /// Changes the bucket's settings; durable and visible when this returns.
    func changeSettings(_ change: (inout BucketSettings) -> Void) async throws(S3Error) {
        do { try await cloud.updateBucket(bucket, change) } catch {
            throw refusal(of: error, .none)
        }
    }
}

// MARK: - Who owns an object

extension Exchange {
    /// The account that will own what the request writes [documented: "Controlling ownership of objects and
    /// disabling ACLs for your bucket"].
    var ownerOfUpload: String {
        switch bucket.bucket.settings.ownership {
        case .bucketOwnerEnforced: return bucket.account
        case .bucketOwnerPreferred where givesToBucketOwner: return bucket.account
        case .bucketOwnerPreferred, .objectWriter, .none:
            // Nobody owns nothing: what came unsigned is the bucket owner's [inferred].
            return isAnonymous ? bucket.account : principal.account
        }
    }

    private var isAnonymous: Bool { caller.facts.kind == .anonymous }

    private var givesToBucketOwner: Bool {
        asks.contains(.acl) && headers.first("x-amz-acl") == "bucket-owner-full-control"
    }

    /// What is kept beside an object of what its upload said: the tags, and an ACL that lets the bucket's owner in.
    func uploadProperties() throws(S3Error) -> [(name: String, value: String)] {
        if asks.isDisjoint(with: [.acl, .tagging]) { return [] }
        var properties: [(name: String, value: String)] = []
        if asks.contains(.tagging), let field = headers.first("x-amz-tagging"), !field.isEmpty {
            _ = try ObjectTags.read(field)
            properties.append(("tagging", field))
        }
        if asks.contains(.acl), let acl = headers.first("x-amz-acl"),
            acl == "bucket-owner-full-control" || acl == "bucket-owner-read"
        {
            properties.append(("acl", acl))
        }
        return properties
    }

    /// Refuses to read an object of another account to whom its owner did not let in: the bucket's own policy
    /// does not apply to it [documented: "Bucket owner granting permissions to objects it does not own"].
    func checkOwner(of object: ObjectRecord, in bucket: CloudBucket) throws(S3Error) {
        if bucket.bucket.settings.ownership == .bucketOwnerEnforced { return }
        let owner = object.attributes.owner
        if owner == bucket.account || owner == principal.account { return }
        guard principal.account == bucket.account, object.attributes.property("acl") != nil else {
            throw .accessDenied
        }
    }
}
