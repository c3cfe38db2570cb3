// The condition keys of S3, because S3 refuses a bucket policy with others ("Actions, resources, and
// condition keys for Amazon S3").

/// The `s3:` keys that exist.
enum S3ConditionKeys {
    /// What a key's actions are about.
    struct Scope {
        let buckets: Bool
        let objects: Bool
    }

    /// What the key can tell about; nil when S3 has no such key.
    ///
    /// Keys of other services are not S3's business.
    static func scope(of key: String) -> Scope? {
        let folded = key.lowercased()
        guard folded.hasPrefix("s3:") else { return Scope(buckets: true, objects: true) }
        // The tag's key in `s3:RequestObjectTag/team` is the customer's.
        let name = String(folded.dropFirst(3).prefix { $0 != "/" })
        if withTag.contains(name) != folded.contains("/") { return nil }
        let isOfObjects = ofObjects.contains(name)
        let isOfBuckets = ofBuckets.contains(name)
        if isOfObjects || isOfBuckets { return Scope(buckets: isOfBuckets, objects: isOfObjects) }
        return ofAll.contains(name) ? Scope(buckets: true, objects: true) : nil
    }

    /// The names of all keys, for suggestions.
    static var names: [String] {
        ofAll.union(ofObjects).union(ofBuckets).sorted().map {
            "s3:" + $0 + (withTag.contains($0) ? "/" : "")
        }
    }

    /// Keys that end with a tag's key.
    private static let withTag: Set<String> = [
        "accesspointtag", "buckettag", "existingobjecttag", "requestobjecttag",
    ]

    private static let ofObjects: Set<String> = [
        "existingobjecttag", "if-match", "if-none-match", "object-lock-legal-hold",
        "object-lock-mode", "object-lock-remaining-retention-days",
        "object-lock-retain-until-date", "objectcreationoperation", "requestobjecttag",
        "requestobjecttagkeys", "versionid", "x-amz-copy-source", "x-amz-metadata-directive",
        "x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id",
        "x-amz-server-side-encryption-customer-algorithm", "x-amz-storage-class",
        "x-amz-website-redirect-location",
    ]

    private static let ofBuckets: Set<String> = [
        "delimiter", "destinationregion", "inventoryaccessibleoptionalfields",
        "isreplicationpauserequest", "locationconstraint", "max-keys", "prefix",
        "x-amz-bucket-namespace", "x-amz-object-ownership",
    ]

    private static let ofAll: Set<String> = [
        "accessgrantsinstancearn", "accesspointnetworkorigin", "accesspointtag", "authtype",
        "buckettag", "dataaccesspointaccount", "dataaccesspointarn", "resourceaccount",
        "signatureage", "signatureversion", "tlsversion", "x-amz-acl", "x-amz-content-sha256",
        "x-amz-grant-full-control", "x-amz-grant-read", "x-amz-grant-read-acp",
        "x-amz-grant-write", "x-amz-grant-write-acp",
    ]
}
