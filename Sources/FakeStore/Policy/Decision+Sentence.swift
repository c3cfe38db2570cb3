// AWS's words for a refusal (iam.md section 12, s3-wire.md section 1).

extension Decision {
    /// The message AWS sends for this refusal: the sentence with its reason when the caller belongs
    /// to the resource's account or its organization, plain `Access Denied` to everyone else
    /// [documented: S3 user guide, "Troubleshoot access denied (403 Forbidden) errors"].
    package func awsMessage(for request: AccessRequest) -> String {
        request.isSameAccount || request.isSameOrganization
            ? awsSentence(for: request) : "Access Denied"
    }

    /// AWS's sentence, whoever asks: what the owner's own callers would read.
    package func awsSentence(for request: AccessRequest) -> String {
        var sentence =
            "User: \(request.principal.arn) is not authorized to perform: \(request.action)"
        // Actions on no resource are reported without one [reported: s3:ListAllMyBuckets].
        if request.resource != "arn:aws:s3:::*" {
            sentence += " on resource: \"\(request.resource)\""
        }
        return sentence + " " + awsReason(for: request.action)
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
