// AWS's words for a refusal (iam.md section 12, s3-wire.md section 1).

extension Decision {
    /// The message AWS sends for this refusal.
    ///
    /// S3 sends the sentence with its reason when the caller belongs to the resource's account or its
    /// organization, and plain `Access Denied` to everyone else [documented: S3 user guide, "Troubleshoot
    /// access denied (403 Forbidden) errors"]. STS sends the sentence without the reason [reported]. KMS
    /// sends it to everyone, and names no key within its account [documented: "Troubleshoot access denied
    /// error messages"].
    package func awsMessage(for request: AccessRequest) -> String {
        switch Service(action: request.action) {
        case .sts: return awsQuestion(of: request)
        case .kms: return awsSentence(for: request)
        case .other:
            return request.isSameAccount || request.isSameOrganization
                ? awsSentence(for: request) : "Access Denied"
        }
    }

    /// AWS's sentence, whoever asks: what the owner's own callers would read.
    package func awsSentence(for request: AccessRequest) -> String {
        let question = awsQuestion(of: request)
        if layer == .key, !request.isSameAccount {
            return question
                + " because the resource does not exist in this Region, no resource-based policies "
                + "allow access, or a resource-based policy explicitly denies access"
        }
        return question + " " + awsReason(for: request.action)
    }

    /// The sentence without its reason: who may not do what to what.
    private func awsQuestion(of request: AccessRequest) -> String {
        let sentence =
            "User: \(request.principal.arn) is not authorized to perform: \(request.action)"
        // Actions on no resource are reported without one [reported: s3:ListAllMyBuckets].
        if request.resource == "arn:aws:s3:::*" || request.resource == "*" { return sentence }
        switch Service(action: request.action) {
        case .kms where request.isSameAccount: return sentence + " on this resource"
        case .kms, .sts: return sentence + " on resource: \(request.resource)"
        case .other:
            let isOfS3 = request.action.hasPrefix("s3:")
            return sentence
                + (isOfS3
                    ? " on resource: \"\(request.resource)\"" : " on resource: \(request.resource)")
        }
    }

    /// The services whose sentences differ.
    private enum Service {
        case sts, kms, other

        init(action: String) {
            self = action.hasPrefix("sts:") ? .sts : action.hasPrefix("kms:") ? .kms : .other
        }
    }

    /// The part of AWS's sentence that tells why: `because no identity-based policy allows …`.
    package func awsReason(for action: String) -> String {
        switch verdict {
        case .allow: "because a policy allows the \(action) action"
        case .implicitDeny: "because no \(layer?.awsName ?? "") allows the \(action) action"
        case .explicitDeny:
            "with an explicit deny in \(layer?.awsArticle ?? "a") \(layer?.awsName ?? "policy")"
        }
    }
}

extension Layer {
    fileprivate var awsArticle: String {
        switch self {
        case .identity: "an"
        case .trust: "the"
        case .rcp, .scp, .vpce, .resource, .key, .boundary, .session: "a"
        }
    }
}
