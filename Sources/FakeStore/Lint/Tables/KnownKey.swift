// The condition keys that are known with their types: the global ones ("AWS global condition context keys")
// and those of S3, STS, KMS and IAM (Service Authorization Reference, as of April 2026).

/// A known condition key.
struct KnownKey {
    /// What a key's values are.
    enum Kind: String { case string, arn, bool, date, numeric, address }

    /// The key as the reference writes it; one that takes a tag's key ends with `/`, one that takes any
    /// name with `:`.
    let name: String
    let kind: Kind
    /// Whether a request can have several values of it.
    let isMultivalued: Bool
}

extension KnownKey {
    /// What is known of a key, whatever its case; nil when there is no such key.
    static func named(_ key: String) -> KnownKey? {
        let folded = key.lowercased()
        if let known = table[folded] { return known.name.hasSuffix("/") ? nil : known }
        if let slash = folded.firstIndex(of: "/"), let known = table[String(folded[...slash])] {
            return folded.index(after: slash) == folded.endIndex ? nil : known
        }
        return families.first { folded.hasPrefix($0.name.lowercased()) }
    }

    /// Whether the key lacks the tag's key that must follow it, as in `aws:PrincipalTag/team`.
    static func lacksTagKey(_ key: String) -> Bool {
        let folded = key.lowercased()
        return folded.hasSuffix("/") ? table[folded] != nil : table[folded + "/"] != nil
    }

    /// The names of all keys with the prefix, as the reference writes them.
    static func names(of service: String) -> [String] {
        all.map(\.name).filter { $0.hasPrefix(service.lowercased() + ":") }
    }

    private static let table = Dictionary(
        all.map { ($0.name.lowercased(), $0) },
        uniquingKeysWith: { first, _ in first }
    )
    private static let families = all.filter { $0.name.hasSuffix(":") }

    private static let all: [KnownKey] =
        keys(
            .string,
            """
            aws:AssumedRoot aws:CalledViaFirst aws:CalledViaLast aws:Ec2InstanceSourceVpc
            aws:FederatedProvider aws:PrincipalAccount aws:PrincipalOrgID aws:PrincipalServiceName
            aws:PrincipalTag/ aws:PrincipalType aws:referer aws:RequestedRegion aws:RequestTag/
            aws:ResourceAccount aws:ResourceOrgID aws:ResourceTag/ aws:SourceAccount
            aws:SourceIdentity aws:SourceOrgID aws:SourceOwner aws:SourceVpc aws:SourceVpce
            aws:UserAgent aws:userid aws:username aws:VpceAccount aws:VpceOrgID iam:AWSServiceName
            iam:DelegationDuration iam:FIDO-certification iam:FIDO-FIPS-140-2-certification
            iam:FIDO-FIPS-140-3-certification iam:NotificationChannel iam:OrganizationsPolicyId
            iam:PassedToService iam:RegisterSecurityKey iam:ResourceTag/
            iam:ServiceSpecificCredentialServiceName kms:CallerAccount kms:CustomerMasterKeySpec
            kms:CustomerMasterKeyUsage kms:DataKeyPairSpec kms:EncryptionAlgorithm
            kms:EncryptionContext: kms:ExpirationModel kms:GrantConstraintType
            kms:GranteePrincipal kms:KeyAgreementAlgorithm kms:KeyOrigin kms:KeySpec kms:KeyUsage
            kms:MacAlgorithm kms:MessageType kms:MultiRegionKeyType kms:PrimaryRegion
            kms:RecipientAttestation: kms:ReplicaRegion kms:RequestAlias kms:RetiringPrincipal
            kms:SigningAlgorithm kms:ViaService kms:WrappingAlgorithm kms:WrappingKeySpec
            s3:AccessGrantScope s3:AccessGrantsLocationScope s3:AccessPointNetworkOrigin
            s3:AccessPointTag/ s3:authType s3:BucketTag/ s3:DataAccessPointAccount s3:delimiter
            s3:destinationRegion s3:ExistingJobOperation s3:ExistingObjectTag/ s3:if-match
            s3:if-none-match s3:JobSuspendedCause s3:locationconstraint s3:object-lock-legal-hold
            s3:object-lock-mode s3:prefix s3:RequestJobOperation s3:RequestObjectTag/
            s3:ResourceAccount s3:signatureversion s3:versionid s3:x-amz-acl
            s3:x-amz-bucket-namespace s3:x-amz-content-sha256 s3:x-amz-copy-source
            s3:x-amz-grant-full-control s3:x-amz-grant-read s3:x-amz-grant-read-acp
            s3:x-amz-grant-write s3:x-amz-grant-write-acp s3:x-amz-metadata-directive
            s3:x-amz-object-ownership s3:x-amz-server-side-encryption
            s3:x-amz-server-side-encryption-customer-algorithm s3:x-amz-storage-class
            s3:x-amz-website-redirect-location sts:AWSServiceName sts:ExternalId
            sts:RequestContext/ sts:RoleSessionName sts:SigningAlgorithm sts:SourceIdentity
            sts:TaskPolicyArn
            """
        )
        + keys(
            .arn,
            """
            aws:ChatbotSourceArn aws:PrincipalArn aws:SignInSessionArn aws:SourceArn
            aws:SourceVpcArn iam:AssociatedResourceArn iam:DelegationRequestOwner
            iam:PermissionsBoundary iam:PolicyARN iam:TemplateArn s3:AccessGrantsInstanceArn
            s3:DataAccessPointArn s3:x-amz-server-side-encryption-aws-kms-key-id
            """
        )
        + keys(
            .bool,
            """
            aws:IsMcpServiceAction aws:MultiFactorAuthPresent aws:PrincipalIsAWSService
            aws:SecureTransport aws:ViaAWSMCPService aws:ViaAWSService
            kms:BypassPolicyLockoutSafetyCheck kms:GrantIsForAWSResource kms:MultiRegion
            kms:ReEncryptOnSameKey s3:isReplicationPauseRequest s3:ObjectCreationOperation
            """
        )
        + keys(
            .date,
            """
            aws:CurrentTime aws:EpochTime aws:TokenIssueTime kms:ValidTo
            s3:object-lock-retain-until-date
            """
        )
        + keys(
            .numeric,
            """
            aws:MultiFactorAuthAge iam:ServiceSpecificCredentialAgeDays kms:RotationPeriodInDays
            kms:ScheduleKeyDeletionPendingWindowInDays s3:ExistingJobPriority s3:max-keys
            s3:object-lock-remaining-retention-days s3:RequestJobPriority s3:signatureAge
            s3:TlsVersion sts:DurationSeconds
            """
        )
        + keys(
            .address,
            """
            aws:Ec2InstanceSourcePrivateIPv4 aws:SourceIp aws:VpcSourceIp
            """
        )
        + keys(
            .string,
            isMultivalued: true,
            """
            aws:CalledVia aws:CalledViaAWSMCP aws:PrincipalOrgPaths aws:PrincipalServiceNamesList
            aws:ResourceOrgPaths aws:SourceOrgPaths aws:TagKeys aws:VpceOrgPaths
            kms:EncryptionContextKeys kms:GrantOperations kms:ResourceAliases
            s3:InventoryAccessibleOptionalFields s3:RequestObjectTagKeys sts:IdentityTokenAudience
            sts:TransitiveTagKeys
            """
        )
        + keys(
            .arn,
            isMultivalued: true,
            """
            sts:RequestContextProviders
            """
        )

    private static func keys(
        _ kind: Kind,
        isMultivalued: Bool = false,
        _ names: String
    ) -> [KnownKey] {
        words(names).map { KnownKey(name: $0, kind: kind, isMultivalued: isMultivalued) }
    }
}
