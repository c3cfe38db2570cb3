// Which actions of S3 know which of its condition keys ("Actions, resources, and condition keys for
// Amazon S3", as of April 2026). Keys that every request has (TlsVersion, authType …) and keys that
// describe the resource are left out.

/// The condition keys of S3 that only some actions have.
enum S3KeyActions {
    /// The actions, without their prefix, that have the key; nil when all have it or nobody knows.
    static func actions(having key: String) -> [String]? {
        table[String(key.lowercased().prefix { $0 != "/" })]
    }

    private static let table: [String: [String]] = [
        "s3:accessgrantscope": words(
            """
            CreateAccessGrant DeleteAccessGrant GetAccessGrant
            """
        ),
        "s3:accessgrantslocationscope": words(
            """
            CreateAccessGrantsLocation DeleteAccessGrantsLocation GetAccessGrantsLocation
            UpdateAccessGrantsLocation
            """
        ),
        "s3:existingjoboperation": words(
            """
            DeleteJobTagging PutJobTagging UpdateJobPriority UpdateJobStatus
            """
        ),
        "s3:existingjobpriority": words(
            """
            DeleteJobTagging PutJobTagging UpdateJobPriority UpdateJobStatus
            """
        ),
        "s3:existingobjecttag": words(
            """
            DeleteObjectTagging DeleteObjectVersionTagging GetObject GetObjectAcl
            GetObjectAttributes GetObjectTagging GetObjectVersion GetObjectVersionAcl
            GetObjectVersionAttributes GetObjectVersionTagging PutObjectAcl PutObjectTagging
            PutObjectVersionAcl PutObjectVersionTagging
            """
        ),
        "s3:inventoryaccessibleoptionalfields": words(
            """
            PutInventoryConfiguration
            """
        ),
        "s3:jobsuspendedcause": words(
            """
            UpdateJobStatus
            """
        ),
        "s3:objectcreationoperation": words(
            """
            PutObject
            """
        ),
        "s3:requestjoboperation": words(
            """
            CreateJob
            """
        ),
        "s3:requestjobpriority": words(
            """
            CreateJob UpdateJobPriority
            """
        ),
        "s3:requestobjecttag": words(
            """
            BypassGovernanceRetention PutObject PutObjectTagging PutObjectVersionTagging
            """
        ),
        "s3:requestobjecttagkeys": words(
            """
            BypassGovernanceRetention PutObject PutObjectTagging PutObjectVersionTagging
            """
        ),
        "s3:delimiter": words(
            """
            ListBucket ListBucketVersions
            """
        ),
        "s3:destinationregion": words(
            """
            PauseReplication
            """
        ),
        "s3:if-match": words(
            """
            DeleteObject PutObject
            """
        ),
        "s3:if-none-match": words(
            """
            PutObject
            """
        ),
        "s3:isreplicationpauserequest": words(
            """
            PutReplicationConfiguration
            """
        ),
        "s3:locationconstraint": words(
            """
            CreateAccessPoint CreateBucket
            """
        ),
        "s3:max-keys": words(
            """
            ListBucket ListBucketVersions
            """
        ),
        "s3:object-lock-legal-hold": words(
            """
            PutObject PutObjectLegalHold
            """
        ),
        "s3:object-lock-mode": words(
            """
            PutObject PutObjectRetention
            """
        ),
        "s3:object-lock-remaining-retention-days": words(
            """
            PutObject PutObjectRetention
            """
        ),
        "s3:object-lock-retain-until-date": words(
            """
            PutObject PutObjectRetention
            """
        ),
        "s3:prefix": words(
            """
            ListBucket ListBucketVersions
            """
        ),
        "s3:versionid": words(
            """
            DeleteObjectVersion DeleteObjectVersionTagging GetObjectVersion GetObjectVersionAcl
            GetObjectVersionAttributes GetObjectVersionTagging GetObjectVersionTorrent
            PutObjectVersionAcl PutObjectVersionTagging
            """
        ),
        "s3:x-amz-acl": words(
            """
            BypassGovernanceRetention CreateAccessPoint CreateBucket PutBucketAcl PutObject
            PutObjectAcl PutObjectVersionAcl
            """
        ),
        "s3:x-amz-bucket-namespace": words(
            """
            CreateBucket
            """
        ),
        "s3:x-amz-copy-source": words(
            """
            BypassGovernanceRetention PutObject
            """
        ),
        "s3:x-amz-grant-full-control": words(
            """
            BypassGovernanceRetention CreateBucket PutBucketAcl PutObject PutObjectAcl
            PutObjectVersionAcl
            """
        ),
        "s3:x-amz-grant-read": words(
            """
            BypassGovernanceRetention CreateBucket PutBucketAcl PutObject PutObjectAcl
            PutObjectVersionAcl
            """
        ),
        "s3:x-amz-grant-read-acp": words(
            """
            BypassGovernanceRetention CreateBucket PutBucketAcl PutObject PutObjectAcl
            PutObjectVersionAcl
            """
        ),
        "s3:x-amz-grant-write": words(
            """
            BypassGovernanceRetention CreateBucket PutBucketAcl PutObject PutObjectAcl
            PutObjectVersionAcl
            """
        ),
        "s3:x-amz-grant-write-acp": words(
            """
            BypassGovernanceRetention CreateBucket PutBucketAcl PutObject PutObjectAcl
            PutObjectVersionAcl
            """
        ),
        "s3:x-amz-metadata-directive": words(
            """
            BypassGovernanceRetention PutObject
            """
        ),
        "s3:x-amz-object-ownership": words(
            """
            CreateBucket
            """
        ),
        "s3:x-amz-server-side-encryption": words(
            """
            BypassGovernanceRetention PutObject ReplicateObject UpdateObjectEncryption
            """
        ),
        "s3:x-amz-server-side-encryption-aws-kms-key-id": words(
            """
            BypassGovernanceRetention PutObject ReplicateObject UpdateObjectEncryption
            """
        ),
        "s3:x-amz-server-side-encryption-customer-algorithm": words(
            """
            BypassGovernanceRetention PutObject ReplicateObject
            """
        ),
        "s3:x-amz-storage-class": words(
            """
            BypassGovernanceRetention PutObject PutObjectAcl PutObjectVersionAcl
            """
        ),
        "s3:x-amz-website-redirect-location": words(
            """
            BypassGovernanceRetention PutObject
            """
        ),
    ]
}
