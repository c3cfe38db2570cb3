// AWS Identity and Access Management: the calls that set up users, roles and policies.

import Cloud
import QueryProtocol

/// The calls of IAM.
package enum IAM {
    /// Every call that is modelled.
    static let modelled: [QueryOperation] =
        [
            CreateUser.operation,
            GetUser.operation,
            ListUsers.operation,
            UpdateUser.operation,
            DeleteUser.operation,
            CreateAccessKey.operation,
            ListAccessKeys.operation,
            UpdateAccessKey.operation,
            DeleteAccessKey.operation,
            CreateRole.operation,
            GetRole.operation,
            ListRoles.operation,
            UpdateRole.operation,
            UpdateAssumeRolePolicy.operation,
            DeleteRole.operation,
            CreateGroup.operation,
            GetGroup.operation,
            ListGroups.operation,
            DeleteGroup.operation,
            AddUserToGroup.operation,
            RemoveUserFromGroup.operation,
            ListGroupsForUser.operation,
            CreatePolicy.operation,
            GetPolicy.operation,
            ListPolicies.operation,
            DeletePolicy.operation,
            ListEntitiesForPolicy.operation,
            CreatePolicyVersion.operation,
            GetPolicyVersion.operation,
            ListPolicyVersions.operation,
            SetDefaultPolicyVersion.operation,
            DeletePolicyVersion.operation,
            PutPermissionsBoundary.operation(of: .user),
            PutPermissionsBoundary.operation(of: .role),
            DeletePermissionsBoundary.operation(of: .user),
            DeletePermissionsBoundary.operation(of: .role),
            SimulateCustomPolicy.operation,
            SimulatePrincipalPolicy.operation,
            GetContextKeysForCustomPolicy.operation,
            GetContextKeysForPrincipalPolicy.operation,
        ]
        + Holder.Kind.allCases.flatMap { kind in
            [
                AttachPolicy.operation(of: kind),
                DetachPolicy.operation(of: kind),
                ListAttachedPolicies.operation(of: kind),
                PutInlinePolicy.operation(of: kind),
                GetInlinePolicy.operation(of: kind),
                DeleteInlinePolicy.operation(of: kind),
                ListInlinePolicies.operation(of: kind),
            ]
        }
        + Holder.Kind.tagged.flatMap { kind in
            [
                TagEntity.operation(of: kind),
                UntagEntity.operation(of: kind),
                ListEntityTags.operation(of: kind),
            ]
        }

    /// The calls that IAM has and this server does not model: each answers 501.
    static let unmodelled: Set<String> = [
        "AddClientIDToOpenIDConnectProvider", "AddRoleToInstanceProfile", "ChangePassword",
        "CreateAccountAlias", "CreateInstanceProfile", "CreateLoginProfile",
        "CreateOpenIDConnectProvider", "CreateSAMLProvider", "CreateServiceLinkedRole",
        "CreateServiceSpecificCredential", "CreateVirtualMFADevice", "DeactivateMFADevice",
        "DeleteAccountAlias", "DeleteAccountPasswordPolicy", "DeleteInstanceProfile",
        "DeleteLoginProfile", "DeleteOpenIDConnectProvider", "DeleteSAMLProvider",
        "DeleteServerCertificate", "DeleteServiceLinkedRole", "DeleteServiceSpecificCredential",
        "DeleteSigningCertificate", "DeleteSSHPublicKey", "DeleteVirtualMFADevice",
        "EnableMFADevice", "GenerateCredentialReport", "GenerateOrganizationsAccessReport",
        "GenerateServiceLastAccessedDetails", "GetAccessKeyLastUsed",
        "GetAccountAuthorizationDetails", "GetAccountPasswordPolicy", "GetAccountSummary",
        "GetCredentialReport", "GetInstanceProfile", "GetLoginProfile", "GetMFADevice",
        "GetOpenIDConnectProvider", "GetOrganizationsAccessReport", "GetSAMLProvider",
        "GetServerCertificate", "GetServiceLastAccessedDetails",
        "GetServiceLastAccessedDetailsWithEntities", "GetServiceLinkedRoleDeletionStatus",
        "GetSSHPublicKey", "ListAccountAliases", "ListInstanceProfileTags",
        "ListInstanceProfiles", "ListInstanceProfilesForRole", "ListMFADevices",
        "ListMFADeviceTags", "ListOpenIDConnectProviders", "ListOpenIDConnectProviderTags",
        "ListPoliciesGrantingServiceAccess", "ListPolicyTags", "ListSAMLProviders",
        "ListSAMLProviderTags", "ListServerCertificates", "ListServerCertificateTags",
        "ListServiceSpecificCredentials", "ListSigningCertificates", "ListSSHPublicKeys",
        "ListVirtualMFADevices", "RemoveClientIDFromOpenIDConnectProvider",
        "RemoveRoleFromInstanceProfile", "ResetServiceSpecificCredential", "ResyncMFADevice",
        "SetSecurityTokenServicePreferences", "TagInstanceProfile", "TagMFADevice",
        "TagOpenIDConnectProvider", "TagPolicy", "TagSAMLProvider", "TagServerCertificate",
        "UntagInstanceProfile", "UntagMFADevice", "UntagOpenIDConnectProvider", "UntagPolicy",
        "UntagSAMLProvider", "UntagServerCertificate", "UpdateAccountPasswordPolicy",
        "UpdateGroup", "UpdateLoginProfile", "UpdateOpenIDConnectProviderThumbprint",
        "UpdateRoleDescription", "UpdateSAMLProvider", "UpdateServerCertificate",
        "UpdateServiceSpecificCredential", "UpdateSigningCertificate", "UpdateSSHPublicKey",
        "UploadServerCertificate", "UploadSigningCertificate", "UploadSSHPublicKey",
    ]

    /// IAM for a cloud.
    package static func dialect(_ cloud: Cloud) -> QueryDialect {
        QueryDialect(
            cloud,
            .iam,
            version: "2010-05-08",
            operations: modelled,
            unmodelled: unmodelled
        )
    }
}

extension QueryOperation {
    /// A call of IAM, which sessions of GetSessionToken may not make without a second factor [documented:
    /// GetSessionToken].
    static func iam(
        _ name: String,
        perform: @escaping @Sendable (QueryExchange) async throws(QueryError) -> QueryResult
    ) -> QueryOperation {
        QueryOperation(name) { exchange throws(QueryError) in
            if exchange.caller.session != nil, exchange.principal.session == nil {
                throw .invalidClientToken
            }
            return try await perform(exchange)
        }
    }
}
