// What can be wrong with a policy document, in our words and in AWS's (iam.md section 13). S3 and
// IAM refuse the same mistake with different sentences.

import JSON

/// A mistake in a policy document.
package enum PolicyFault: Hashable, Sendable {
    case notJSON(String)
    case notAnObject
    case tooLarge(size: Int, PolicySizeLimit)
    /// A character that IAM does not take; in the place of syntax, the text is no JSON either.
    case badCharacter(codePoint: UInt32, isSyntax: Bool)
    case unknownElement(String, suggestion: String?)
    case wrongType(element: String, expected: String, met: String)
    case missing(String)
    case emptyStatements
    case emptyList(element: String)
    case badVersion(String)
    case badEffect(String)
    case badSid(String)
    case duplicateSid(String)
    case both(String, String)
    /// An element that can't stand in a document of this kind.
    case prohibited(String, PolicyDocument.Kind)
    /// A NotPrincipal that grants to everyone but those it lists.
    case notPrincipalInAllow
    case notAssuming(String)
    case rcpPrincipal
    case rcpAllow
    case badPrincipal(key: String, value: String)
    case badAction(String, ActionPattern.Fault)
    case noSuchAction(String, suggestion: String?)
    case foreignAction(String)
    case badResource(String, ResourcePattern.Fault)
    case foreignResource(String, bucket: String)
    case actionWithoutResource(String)
    case unknownOperator(String, suggestion: String?)
    case badConditionKey(String)
    case unknownConditionKey(String, suggestion: String?)
    case badConditionValue(String, operator: String, expected: String)
    case conditionWithoutAction(String)
    case badVariable(String, VariableText.Fault)

    /// What is wrong, for the person who can correct it.
    package var words: String {
        switch self {
        case .notJSON(let message): message
        case .notAnObject: "a policy is an object and begins with `{`"
        case .tooLarge(let size, let limit):
            "\(size) \(limit.unit.words) are more than the \(limit.count) allowed"
        case .badCharacter(let code, _):
            "character U+\(hexadecimal(code)) is not allowed in a policy"
        case .unknownElement(let name, let suggestion):
            "unknown element `\(name)`" + (suggestion.map { "; did you mean `\($0)`?" } ?? "")
        case .wrongType(let element, let expected, let met):
            "`\(element)` must be \(expected), not \(met)"
        case .missing(let name): "`\(name)` is missing"
        case .emptyStatements: "`Statement` is empty"
        case .emptyList(let element): "`\(element)` is an empty list"
        case .badVersion(let text):
            "unknown version `\(text)`: it must be `2012-10-17` or `2008-10-17`"
        case .badEffect(let text): "`Effect` must be `Allow` or `Deny`, not `\(text)`"
        case .badSid(let text): "`\(text)` is no Sid: only letters and digits are allowed"
        case .duplicateSid(let text): "the Sid `\(text)` is used twice"
        case .both(let first, let second): "`\(first)` and `\(second)` can't stand together"
        case .prohibited(let name, let kind):
            "`\(name)` can't stand in \(kind.words)" + kind.reason(against: name)
        case .notPrincipalInAllow:
            "`NotPrincipal` can't stand with `Allow`: it would grant to everyone else"
        case .notAssuming(let action):
            "`\(action)` can't stand in a trust policy: only the `sts:AssumeRole` actions, "
                + "`sts:TagSession` and `sts:SetSourceIdentity` can"
        case .rcpPrincipal: "`Principal` of a resource control policy must be `*`"
        case .rcpAllow: "a resource control policy can only `Deny`"
        case .badPrincipal(let key, let value):
            "`\(value)` is no `\(key)` principal" + PrincipalPattern.slip(in: value)
        case .badAction(let text, let fault): "`\(text)` is no action: \(fault.words)"
        case .noSuchAction(let text, let suggestion):
            "there is no action `\(text)`" + (suggestion.map { "; did you mean `\($0)`?" } ?? "")
        case .foreignAction(let text): "`\(text)` is no action of S3"
        case .badResource(let text, let fault): "`\(text)` is no resource: \(fault.words)"
        case .foreignResource(let text, let bucket): "`\(text)` is not in the bucket `\(bucket)`"
        case .actionWithoutResource(let action):
            "none of the statement's resources is one that `\(action)` is about"
        case .unknownOperator(let text, let suggestion):
            "unknown condition operator `\(text)`"
                + (suggestion.map { "; did you mean `\($0)`?" } ?? "")
        case .badConditionKey(let text):
            "`\(text)` is no condition key: it must be `service:name`"
        case .unknownConditionKey(let text, let suggestion):
            "S3 has no condition key `\(text)`"
                + (suggestion.map { "; did you mean `\($0)`?" } ?? "")
        case .badConditionValue(let text, let name, let expected):
            "`\(text)` is no value of `\(name)`: expected \(expected)"
        case .conditionWithoutAction(let key):
            "none of the statement's actions has the condition key `\(key)`"
        case .badVariable(let text, let fault): "`\(text)`: \(fault.words)"
        }
    }

    /// S3's sentence for PutBucketPolicy.
    var s3Message: String {
        switch self {
        case .notJSON, .badCharacter: "This policy contains invalid Json"
        case .notAnObject: "Policies must be valid JSON and the first byte must be '{'"
        case .tooLarge:
            "Normalized policy document exceeds the maximum allowed size of 20480 bytes."
        case .missing(let name): "Missing required field \(name)"
        case .emptyStatements: "Could not parse the policy: Statement is empty!"
        case .badVersion: "The policy must contain a valid version string"
        case .badEffect(let text): "Invalid effect: \(text)"
        case .badPrincipal: "Invalid principal in policy"
        case .badAction, .noSuchAction, .foreignAction: "Policy has invalid action"
        case .badResource, .foreignResource: "Policy has invalid resource"
        case .actionWithoutResource: "Action does not apply to any resource(s) in statement"
        case .unknownConditionKey, .badConditionKey: "Policy has an invalid condition key"
        case .conditionWithoutAction:
            "Conditions do not apply to combination of actions and resources in statement"
        case .unknownElement, .wrongType, .emptyList, .badSid, .duplicateSid, .both,
            .unknownOperator, .badConditionValue, .badVariable,
            .prohibited, .notPrincipalInAllow, .notAssuming, .rcpPrincipal, .rcpAllow:
            "Invalid policy syntax."
        }
    }

    /// IAM's sentence for the calls that store a policy.
    var iamMessage: String {
        switch self {
        case .badCharacter(_, isSyntax: false):
            "The specified value for policyDocument is invalid. It must contain only printable ASCII characters."
        case .missing("Action"): "Policy statement must contain actions."
        case .missing("Resource"): "Policy statement must contain resources."
        case .badSid:
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*"
        case .duplicateSid: "Statement IDs (SID) in a single policy must be unique."
        case .prohibited("Principal", _), .prohibited("NotPrincipal", _):
            "Policy document should not specify a principal."
        case .prohibited(let name, _): "Has prohibited field \(name)."
        case .notAssuming: "AssumeRole policy may only specify STS AssumeRole actions."
        case .badPrincipal(let key, let value):
            "Invalid principal in policy: \"\(key)\":\"\(value)\""
        case .badConditionKey:
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
        // IAM reads dates by an older parser [recorded: moto's tests].
        case .badConditionValue(_, let name, _) where name.hasPrefix("Date"):
            "The policy failed legacy parsing"
        case .tooLarge(_, let limit): "Cannot exceed quota for PolicySize: \(limit.count)"
        case .badAction(_, .missingService):
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
        case .badAction(_, .severalColons): "Actions/Condition can contain only one colon."
        case .badAction(_, .badService(let service)): "Vendor \(service) is not valid"
        case .badResource(let text, .badPartition(let partition)):
            "Partition \"\(partition)\" is not valid for resource \"\(text)\"."
        case .badResource(let text, _): "Resource \(text) must be in ARN format or \"*\"."
        case .badCharacter, .notJSON, .notAnObject, .unknownElement, .wrongType, .missing,
            .emptyStatements,
            .emptyList, .badVersion, .badEffect, .both, .badAction, .noSuchAction, .foreignAction,
            .foreignResource, .actionWithoutResource, .notPrincipalInAllow, .rcpPrincipal,
            .rcpAllow, .unknownOperator, .unknownConditionKey, .badConditionValue,
            .conditionWithoutAction, .badVariable:
            "Syntax errors in policy."
        }
    }
}

extension PolicySizeLimit.Unit {
    fileprivate var words: String {
        switch self {
        case .bytes: "bytes"
        case .characters: "characters"
        case .charactersWithoutSpace: "characters without white space"
        }
    }
}

extension PolicyDocument.Kind {
    fileprivate func reason(against element: String) -> String {
        switch (self, element) {
        case (.trust, "Resource"), (.trust, "NotResource"):
            ": it speaks of the role it is attached to"
        case (.scp, _): ": it speaks of all principals of the accounts it is attached to"
        case (.identity, _), (.boundary, _): ": it speaks of whoever it is attached to"
        case (.session, _): ": it speaks of the session it is passed for"
        case (.bucket, _), (.trust, _), (.key, _), (.rcp, _), (.vpce, _): ""
        }
    }
}

extension ActionPattern.Fault {
    fileprivate var words: String {
        switch self {
        case .missingService: "it must be `service:Name` or `*`"
        case .severalColons: "it has more than one colon"
        case .badService(let text): "`\(text)` can't be a service"
        case .badName(let text): "`\(text)` can't be the name of an action"
        }
    }
}

extension ResourcePattern.Fault {
    fileprivate var words: String {
        switch self {
        case .notARN: "it must begin with `arn:`, or be `*`"
        case .badPartition(let text): "there is no partition `\(text)`"
        case .badService(let text): "`\(text)` can't be a service"
        case .misplacedVariable: "a variable can stand only after the fifth colon"
        case .badVariable(let fault): fault.words
        }
    }
}

extension VariableText.Fault {
    fileprivate var words: String {
        switch self {
        case .open: "the variable lacks its `}`; for the text `${` write `${$}{`"
        case .empty: "the variable `${}` has no name"
        case .space(let name): "the variable `\(name)` has a space in its name"
        case .badName(let name): "the variable `\(name)` must be `service:name`"
        case .badDefault(let text):
            "the variable `\(text)` has no proper default: write `${name, 'default'}`"
        }
    }
}

/// A refused policy document: the mistake, its place, and AWS's answer to it.
package struct PolicyError: Error, Hashable, Sendable, CustomStringConvertible {
    package let fault: PolicyFault
    package let kind: PolicyDocument.Kind
    package let place: Place
    /// The way to the element, `Statement[0].Effect`; empty for the whole document.
    package let path: String

    package init(fault: PolicyFault, kind: PolicyDocument.Kind, place: Place, path: String) {
        self.fault = fault
        self.kind = kind
        self.place = place
        self.path = path
    }

    /// The mistake with its place: `policy.json:4:17: Statement[0].Effect: …`.
    package var description: String {
        (place == .none ? "" : "\(place): ") + words
    }

    /// The mistake with its way in the document: `Statement[0].Effect: …`.
    package var words: String { (path.isEmpty ? "" : "\(path): ") + fault.words }

    /// The error code AWS answers with: of S3, IAM, Organizations, KMS or EC2, after the kind of document.
    package var awsCode: String {
        switch (kind, fault) {
        case (.bucket, .tooLarge): "PolicyTooLarge"
        case (.bucket, _): "MalformedPolicy"
        case (.session, .tooLarge): "PackedPolicyTooLarge"
        case (.identity, .tooLarge), (.boundary, .tooLarge), (.trust, .tooLarge): "LimitExceeded"
        case (.identity, .badCharacter(_, isSyntax: false)),
            (.boundary, .badCharacter(_, isSyntax: false)),
            (.session, .badCharacter(_, isSyntax: false)),
            (.trust, .badCharacter(_, isSyntax: false)):
            "ValidationError"
        case (.identity, _), (.boundary, _), (.session, _), (.trust, _): "MalformedPolicyDocument"
        case (.scp, .tooLarge), (.rcp, .tooLarge): "ConstraintViolationException"
        case (.key, .tooLarge): "LimitExceededException"
        case (.scp, _), (.rcp, _), (.key, _): "MalformedPolicyDocumentException"
        case (.vpce, _): "InvalidPolicyDocument"
        }
    }

    /// The error message AWS answers with.
    package var awsMessage: String {
        switch (kind, fault) {
        case (.bucket, _): fault.s3Message
        // What CreateRole says of a text that is no JSON [recorded: localstack's snapshots].
        case (.trust, .notJSON), (.trust, .notAnObject): "This policy contains invalid Json"
        // The quota of trust policies has an old name [reported].
        case (.trust, .tooLarge(_, let limit)):
            "Cannot exceed quota for ACLSizePerRole: \(limit.count)"
        case (.identity, _), (.boundary, _), (.session, _), (.trust, _): fault.iamMessage
        // [documented: Organizations and KMS, "Errors" of the calls that store a policy; inferred: which
        // mistake has which]
        case (.scp, _), (.rcp, _):
            "The provided policy document does not meet the requirements of the specified policy type."
        case (.key, .badPrincipal):
            "Policy contains a statement with one or more invalid principals."
        case (.key, _): "The new key policy is not syntactically or semantically correct."
        case (.vpce, _): "The specified policy document is not valid."
        }
    }

    /// The content of S3's `Detail` element, where it sends one.
    package var awsDetail: String? {
        guard kind == .bucket, case .badPrincipal(let key, let value) = fault else { return nil }
        return "\"\(key)\" : \"\(value)\""
    }
}

private func hexadecimal(_ code: UInt32) -> String {
    let digits = String(code, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
}
