// The words that faults may use: names of calls, so that a misspelt one is refused instead of never
// striking, and S3's errors with what they say. A test holds both against the dialect's own tables.

/// An error that a fault can answer with.
package struct FaultError: Sendable, Equatable {
    package let code: String
    package let status: Int
    /// What S3 says with it, where that does not depend on the request.
    package let message: String

    fileprivate init(_ status: Int, _ code: String, _ message: String) {
        self.code = code
        self.status = status
        self.message = message
    }

    /// The error of a code; nil when it is not known.
    package init?(code: String) {
        guard let known = FaultVocabulary.errors.first(where: { $0.code == code }) else {
            return nil
        }
        self = known
    }
}

/// What faults can speak of.
package enum FaultVocabulary {
    /// Statuses and sentences as in "Error responses" of S3's API reference, or as recorded (see the dialect's
    /// own errors, with which those that are in both agree).
    package static let errors: [FaultError] = [
        FaultError(400, "AccessControlListNotSupported", "The bucket does not allow ACLs"),
        FaultError(403, "AccessDenied", "Access Denied"),
        FaultError(
            403,
            "AccountProblem",
            "There is a problem with your AWS account that prevents the operation from completing successfully."
        ),
        FaultError(403, "AllAccessDisabled", "All access to this object has been disabled"),
        FaultError(
            400,
            "AuthorizationHeaderMalformed",
            "The authorization header is malformed; the authorization header requires three components: "
                + "Credential, SignedHeaders, and Signature."
        ),
        FaultError(
            400,
            "BadDigest",
            "The Content-MD5 you specified did not match what we received."
        ),
        FaultError(
            409,
            "BucketAlreadyExists",
            "The requested bucket name is not available. The bucket namespace is shared by all users of the system. "
                + "Please select a different name and try again."
        ),
        FaultError(
            409,
            "BucketAlreadyOwnedByYou",
            "Your previous request to create the named bucket succeeded and you already own it."
        ),
        FaultError(409, "BucketNotEmpty", "The bucket you tried to delete is not empty"),
        FaultError(
            409,
            "ConditionalRequestConflict",
            "The conditional request cannot succeed due to a conflicting operation against this resource."
        ),
        FaultError(
            400,
            "EntityTooLarge",
            "Your proposed upload exceeds the maximum allowed size"
        ),
        FaultError(
            400,
            "EntityTooSmall",
            "Your proposed upload is smaller than the minimum allowed size"
        ),
        FaultError(400, "ExpiredToken", "The provided token has expired."),
        FaultError(
            400,
            "IncompleteBody",
            "You did not provide the number of bytes specified by the Content-Length HTTP header"
        ),
        FaultError(
            500,
            "InternalError",
            "We encountered an internal error. Please try again."
        ),
        FaultError(
            403,
            "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records."
        ),
        FaultError(400, "InvalidArgument", "Invalid Argument"),
        FaultError(400, "InvalidBucketName", "The specified bucket is not valid."),
        FaultError(
            409,
            "InvalidBucketState",
            "The request is not valid with the current state of the bucket."
        ),
        FaultError(400, "InvalidDigest", "The Content-MD5 you specified was invalid."),
        FaultError(
            403,
            "InvalidObjectState",
            "The operation is not valid for the object's storage class"
        ),
        FaultError(
            400,
            "InvalidPart",
            "One or more of the specified parts could not be found.  The part may not have been uploaded, "
                + "or the specified entity tag may not match the part's entity tag."
        ),
        FaultError(
            400,
            "InvalidPartOrder",
            "The list of parts was not in ascending order. Parts must be ordered by part number."
        ),
        FaultError(416, "InvalidRange", "The requested range is not satisfiable"),
        FaultError(400, "InvalidRequest", "Invalid Request"),
        FaultError(
            400,
            "InvalidStorageClass",
            "The storage class you specified is not valid"
        ),
        FaultError(
            400,
            "InvalidToken",
            "The provided token is malformed or otherwise invalid."
        ),
        FaultError(400, "InvalidURI", "Couldn't parse the specified URI."),
        FaultError(400, "KeyTooLongError", "Your key is too long"),
        FaultError(
            400,
            "MalformedXML",
            "The XML you provided was not well-formed or did not validate against our published schema"
        ),
        FaultError(
            400,
            "MetadataTooLarge",
            "Your metadata headers exceed the maximum allowed metadata size"
        ),
        FaultError(
            405,
            "MethodNotAllowed",
            "The specified method is not allowed against this resource."
        ),
        FaultError(
            411,
            "MissingContentLength",
            "You must provide the Content-Length HTTP header."
        ),
        FaultError(404, "NoSuchBucket", "The specified bucket does not exist"),
        FaultError(404, "NoSuchKey", "The specified key does not exist."),
        FaultError(
            404,
            "NoSuchUpload",
            "The specified upload does not exist. The upload ID may be invalid, or the upload may have been "
                + "aborted or completed."
        ),
        FaultError(
            501,
            "NotImplemented",
            "A header you provided implies functionality that is not implemented"
        ),
        FaultError(
            409,
            "OperationAborted",
            "A conflicting conditional operation is currently in progress against this resource. "
                + "Please try again."
        ),
        FaultError(
            412,
            "PreconditionFailed",
            "At least one of the pre-conditions you specified did not hold"
        ),
        FaultError(
            403,
            "RequestTimeTooSkewed",
            "The difference between the request time and the current time is too large."
        ),
        FaultError(
            400,
            "RequestTimeout",
            "Your socket connection to the server was not read from or written to within the timeout period. "
                + "Idle connections will be closed."
        ),
        FaultError(503, "ServiceUnavailable", "Service is unable to handle request."),
        FaultError(
            403,
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. "
                + "Check your key and signing method."
        ),
        FaultError(503, "SlowDown", "Please reduce your request rate."),
        FaultError(400, "TokenRefreshRequired", "The provided token must be refreshed."),
        FaultError(
            400,
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed."
        ),
    ]

    /// The calls of S3 and STS, also those that are not modelled.
    package static let operations: [String] = [
        // Objects.
        "PutObject", "GetObject", "HeadObject", "DeleteObject", "DeleteObjects", "CopyObject",
        "GetObjectAttributes", "ListObjects", "ListObjectsV2", "ListObjectVersions",
        "GetObjectTagging", "PutObjectTagging", "DeleteObjectTagging", "GetObjectAcl",
        "PutObjectAcl", "GetObjectLegalHold", "PutObjectLegalHold", "GetObjectRetention",
        "PutObjectRetention", "GetObjectTorrent", "RestoreObject", "RenameObject",
        "SelectObjectContent", "PostObject",
        // Uploads in parts.
        "CreateMultipartUpload", "UploadPart", "UploadPartCopy", "CompleteMultipartUpload",
        "AbortMultipartUpload", "ListParts", "ListMultipartUploads",
        // Buckets.
        "ListBuckets", "CreateBucket", "HeadBucket", "DeleteBucket", "GetBucketLocation",
        "GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy", "GetBucketPolicyStatus",
        "GetPublicAccessBlock", "PutPublicAccessBlock", "DeletePublicAccessBlock",
        "GetBucketOwnershipControls", "PutBucketOwnershipControls",
        "DeleteBucketOwnershipControls", "GetBucketVersioning", "PutBucketVersioning",
        "GetBucketTagging", "PutBucketTagging", "DeleteBucketTagging", "GetBucketAcl",
        "PutBucketAcl", "GetBucketEncryption", "PutBucketEncryption", "DeleteBucketEncryption",
        "GetBucketLifecycleConfiguration", "PutBucketLifecycleConfiguration",
        "DeleteBucketLifecycle", "GetBucketCors", "PutBucketCors", "DeleteBucketCors",
        "GetBucketNotificationConfiguration", "PutBucketNotificationConfiguration",
        "GetBucketLogging", "PutBucketLogging", "GetBucketWebsite", "PutBucketWebsite",
        "DeleteBucketWebsite", "GetBucketAccelerateConfiguration",
        "PutBucketAccelerateConfiguration", "GetBucketRequestPayment", "PutBucketRequestPayment",
        "GetObjectLockConfiguration", "PutObjectLockConfiguration", "CreateSession",
        // STS.
        "AssumeRole", "AssumeRoleWithWebIdentity", "AssumeRoleWithSAML", "AssumeRoot",
        "GetCallerIdentity", "GetSessionToken", "GetFederationToken", "GetAccessKeyInfo",
        "DecodeAuthorizationMessage",
        // IAM.
        "CreateUser", "GetUser", "ListUsers", "UpdateUser", "DeleteUser", "CreateAccessKey",
        "ListAccessKeys", "UpdateAccessKey", "DeleteAccessKey", "CreateRole", "GetRole",
        "ListRoles", "UpdateRole", "UpdateAssumeRolePolicy", "DeleteRole", "CreateGroup",
        "GetGroup", "ListGroups", "DeleteGroup", "AddUserToGroup", "RemoveUserFromGroup",
        "ListGroupsForUser", "CreatePolicy", "GetPolicy", "ListPolicies", "DeletePolicy",
        "ListEntitiesForPolicy", "CreatePolicyVersion", "GetPolicyVersion", "ListPolicyVersions",
        "SetDefaultPolicyVersion", "DeletePolicyVersion", "PutUserPermissionsBoundary",
        "PutRolePermissionsBoundary", "DeleteUserPermissionsBoundary",
        "DeleteRolePermissionsBoundary", "SimulateCustomPolicy", "SimulatePrincipalPolicy",
        "GetContextKeysForCustomPolicy", "GetContextKeysForPrincipalPolicy", "AttachUserPolicy",
        "DetachUserPolicy", "ListAttachedUserPolicies", "PutUserPolicy", "GetUserPolicy",
        "DeleteUserPolicy", "ListUserPolicies", "AttachGroupPolicy", "DetachGroupPolicy",
        "ListAttachedGroupPolicies", "PutGroupPolicy", "GetGroupPolicy", "DeleteGroupPolicy",
        "ListGroupPolicies", "AttachRolePolicy", "DetachRolePolicy", "ListAttachedRolePolicies",
        "PutRolePolicy", "GetRolePolicy", "DeleteRolePolicy", "ListRolePolicies", "TagUser",
        "UntagUser", "ListUserTags", "TagRole", "UntagRole", "ListRoleTags",
    ]
}
