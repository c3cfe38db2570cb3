// AWS's own explanation of a denial, taken apart:
//
//   User: ARN is not authorized to perform: s3:PutObject on resource: "ARN" because no identity-based
//   policy allows the s3:PutObject action
//   User: ARN is not authorized to perform: … with an explicit deny in a resource-based policy
//   User: ARN is not authorized to perform: kms:GenerateDataKey on this resource because no …
//
// AWS sends it only where caller and bucket are of the same account or organization; everybody else
// gets `Access Denied` for every cause (S3 user guide, "Troubleshoot access denied (403 Forbidden)").

/// What AWS's sentence about a denial says.
package struct AccessSentence: Equatable, Sendable {
    /// The policies that AWS's sentences name.
    package enum Layer: String, CaseIterable, Sendable {
        case identity = "identity-based policy"
        case resource = "resource-based policy"
        case session = "session policy"
        case serviceControl = "service control policy"
        case resourceControl = "resource control policy"
        case endpoint = "VPC endpoint policy"
        case boundary = "permissions boundary"
    }

    /// Who asked, as AWS sees it.
    package let principal: String
    package let action: String
    package let resource: String?
    /// A statement with Effect Deny matched; else nothing allowed it.
    package let isExplicit: Bool
    package let layer: Layer

    /// nil when the message is no such sentence.
    package init?(_ message: String) {
        guard let (_, afterUser) = message.split(at: "User: "),
            let (principal, rest) = afterUser.split(at: " is not authorized to perform: ")
        else { return nil }
        let reason: Substring
        let subject: Substring
        if let (before, after) = rest.split(at: " because no ") {
            (subject, reason, isExplicit) = (before, after, false)
        } else if let (before, after) = rest.split(at: " with an explicit deny in ") {
            (subject, reason, isExplicit) = (before, after, true)
        } else {
            return nil
        }
        guard let layer = Layer.allCases.first(where: { reason.contains($0.rawValue) }) else {
            return nil
        }
        self.layer = layer
        self.principal = String(principal)
        if let (action, resource) = subject.split(at: " on resource: ") {
            self.action = String(action)
            self.resource = String(resource.filter { $0 != "\"" })
        } else {
            action = String(subject.split(at: " on this resource")?.0 ?? subject)
            resource = nil
        }
    }
}

extension StringProtocol {
    /// What stands before and after the first `separator`.
    fileprivate func split(at separator: String) -> (Substring, Substring)? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(separator) {
                let end = index(start, offsetBy: separator.count)
                return (Substring(self[..<start]), Substring(self[end...]))
            }
            start = index(after: start)
        }
        return nil
    }
}
