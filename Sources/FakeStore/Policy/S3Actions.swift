// The actions of S3 as far as policies must know them: which are about objects, which about the
// bucket, and which names are no actions although calls are called so (iam.md section 7; "Actions,
// resources, and condition keys for Amazon S3").

/// The actions of S3.
package enum S3Actions {
    /// What an action, or a pattern of actions, can be about.
    package struct Scope {
        package var buckets: Bool
        package var objects: Bool
        /// It is no action of the lists below.
        package var isUnknown: Bool { !buckets && !objects }
    }

    /// What a pattern of actions can be about.
    package static func scope(of pattern: ActionPattern) -> Scope {
        Scope(
            buckets: aboutBuckets.contains { pattern.matches($0.utf8.span) },
            objects: aboutObjects.contains { pattern.matches($0.utf8.span) }
        )
    }

    /// Whether the action is asked about objects, not about their bucket.
    package static func isAboutObjects(_ action: String) -> Bool { aboutObjects.contains(action) }

    /// From a name that is no action, in lower case, to the action that the call asks for.
    package static let mistaken: [String: String] = [
        "s3:headobject": "s3:GetObject",
        "s3:headbucket": "s3:ListBucket",
        "s3:copyobject": "s3:PutObject",
        "s3:uploadpart": "s3:PutObject",
        "s3:createmultipartupload": "s3:PutObject",
        "s3:completemultipartupload": "s3:PutObject",
        "s3:listobjects": "s3:ListBucket",
        "s3:listobjectsv2": "s3:ListBucket",
        "s3:listbuckets": "s3:ListAllMyBuckets",
        "s3:putobjects": "s3:PutObject",
        "s3:deleteobjects": "s3:DeleteObject",
    ]

    private static let aboutObjects: Set<String> = Set(
        [
            "AbortMultipartUpload", "BypassGovernanceRetention", "DeleteObject",
            "DeleteObjectTagging",
            "DeleteObjectVersion", "DeleteObjectVersionTagging", "GetObject", "GetObjectAcl",
            "GetObjectAttributes", "GetObjectLegalHold", "GetObjectRetention", "GetObjectTagging",
            "GetObjectTorrent", "GetObjectVersion", "GetObjectVersionAcl",
            "GetObjectVersionAttributes",
            "GetObjectVersionForReplication", "GetObjectVersionTagging", "GetObjectVersionTorrent",
            "InitiateReplication", "ListMultipartUploadParts", "ObjectOwnerOverrideToBucketOwner",
            "PutObject", "PutObjectAcl", "PutObjectLegalHold", "PutObjectRetention",
            "PutObjectTagging",
            "PutObjectVersionAcl", "PutObjectVersionTagging", "ReplicateDelete", "ReplicateObject",
            "ReplicateTags", "RestoreObject",
        ].map { "s3:" + $0 }
    )

    private static let aboutBuckets: Set<String> = Set(
        [
            "CreateBucket", "DeleteBucket", "DeleteBucketPolicy", "DeleteBucketWebsite",
            "GetAccelerateConfiguration", "GetAnalyticsConfiguration", "GetBucketAcl",
            "GetBucketCORS",
            "GetBucketLocation", "GetBucketLogging", "GetBucketNotification",
            "GetBucketObjectLockConfiguration", "GetBucketOwnershipControls", "GetBucketPolicy",
            "GetBucketPolicyStatus", "GetBucketPublicAccessBlock", "GetBucketRequestPayment",
            "GetBucketTagging", "GetBucketVersioning", "GetBucketWebsite",
            "GetEncryptionConfiguration",
            "GetIntelligentTieringConfiguration", "GetInventoryConfiguration",
            "GetLifecycleConfiguration",
            "GetMetricsConfiguration", "GetReplicationConfiguration", "ListBucket",
            "ListBucketMultipartUploads", "ListBucketVersions", "PutAccelerateConfiguration",
            "PutAnalyticsConfiguration", "PutBucketAcl", "PutBucketCORS", "PutBucketLogging",
            "PutBucketNotification", "PutBucketObjectLockConfiguration",
            "PutBucketOwnershipControls",
            "PutBucketPolicy", "PutBucketPublicAccessBlock", "PutBucketRequestPayment",
            "PutBucketTagging",
            "PutBucketVersioning", "PutBucketWebsite", "PutEncryptionConfiguration",
            "PutIntelligentTieringConfiguration", "PutInventoryConfiguration",
            "PutLifecycleConfiguration",
            "PutMetricsConfiguration", "PutReplicationConfiguration",
        ].map { "s3:" + $0 }
    )
}
