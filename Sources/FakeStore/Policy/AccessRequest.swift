// The question that policies answer: may this caller do this to that?

/// One action on one resource by one caller.
///
/// A request on the wire may ask several of these.
package struct AccessRequest: Sendable, Equatable {
    /// The action, `s3:PutObject`.
    package var action: String
    /// The full ARN, with the object's key decoded: `arn:aws:s3:::bucket/key`.
    ///
    /// Actions on no particular resource, such as s3:ListAllMyBuckets, ask about `arn:aws:s3:::*`.
    package var resource: String
    package var principal: PrincipalFacts
    /// The account that owns the resource.
    package var resourceAccount: String
    /// The id of the organization that the owner is in, `o-…`; nil when it is in none.
    package var resourceOrganization: String?
    package var context: ContextValues

    package init(
        action: String,
        resource: String,
        principal: PrincipalFacts,
        resourceAccount: String,
        resourceOrganization: String? = nil,
        context: ContextValues = ContextValues()
    ) {
        self.action = action
        self.resource = resource
        self.principal = principal
        self.resourceAccount = resourceAccount
        self.resourceOrganization = resourceOrganization
        self.context = context
    }

    /// Whether the caller belongs to the account that owns the resource.
    package var isSameAccount: Bool {
        principal.kind != .anonymous && principal.account == resourceAccount
    }

    /// Whether the caller's account and the owner's are in the same organization.
    package var isSameOrganization: Bool {
        resourceOrganization != nil && principal.organization == resourceOrganization
    }
}
