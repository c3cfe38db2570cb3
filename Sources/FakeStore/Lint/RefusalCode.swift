// From the parser's faults to Access Analyzer's issue codes. What AWS refuses is an error; the few that
// Access Analyzer reports as less keep its severity, and are accompanied by `REFUSED_BY_AWS`.

import JSON
import Policy

/// The code of something that AWS refuses.
struct RefusalCode: Hashable {
    let name: String
    let severity: Severity

    private init(_ name: String, _ severity: Severity = .error) {
        self.name = name
        self.severity = severity
    }

    /// What stands beside a code whose severity is less than an error.
    static let refused = RefusalCode("REFUSED_BY_AWS")

    /// All codes, for the list of codes and its tests.
    static let all: [RefusalCode] =
        [
            "JSON_SYNTAX_ERROR", "INVALID_CHARACTER", "INVALID_POLICY_ELEMENT",
            "INVALID_PRINCIPAL_KEY", "DATA_TYPE_MISMATCH", "INVALID_PRINCIPAL_FORMAT",
            "MISSING_STATEMENT", "MISSING_PRINCIPAL", "MISSING_EFFECT", "MISSING_ACTION",
            "MISSING_RESOURCE", "INVALID_VERSION", "INVALID_EFFECT", "UNSUPPORTED_SID",
            "UNIQUE_SIDS_REQUIRED", "UNSUPPORTED_ELEMENT_COMBINATION",
            "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE",
            "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL", "SCP_SYNTAX_ERROR_PRINCIPAL",
            "RCP_SYNTAX_ERROR_PRINCIPAL", "RCP_SYNTAX_ERROR_NOTACTION", "RCP_SYNTAX_ERROR_ALLOW",
            "RCP_SYNTAX_ERROR_ACTION", "UNSUPPORTED_PRINCIPAL", "UNSUPPORTED_ACTION_IN_POLICY",
            "UNSUPPORTED_WILDCARD_IN_PRINCIPAL", "ACCOUNT_LOST_LEADING_ZERO",
            "INVALID_SERVICE_PRINCIPAL_FORMAT", "VARIABLE_UNSUPPORTED_IN_ELEMENT",
            "INVALID_ACTION", "INVALID_SERVICE_IN_ACTION", "INVALID_ARN_PREFIX",
            "INVALID_PARTITION", "INVALID_SERVICE", "MISSING_BRACE_IN_VARIABLE", "EMPTY_VARIABLE",
            "UNSUPPORTED_SPACE_IN_VARIABLE", "UNSUPPORTED_SYMBOL_IN_VARIABLE",
            "MISSING_QUOTE_IN_VARIABLE", "UNSUPPORTED_RESOURCE_ARN_IN_POLICY",
            "OBJECT_ACTION_ON_BUCKET_ARN", "BUCKET_ACTION_ON_OBJECT_ARN", "NULL_WITH_IF_EXISTS",
            "INVALID_CONDITION_OPERATOR", "INVALID_CONDITION_KEY_FORMAT",
            "INVALID_SERVICE_CONDITION_KEY", "MISSING_TAG_KEY_IN_CONDITION",
            "INVALID_VARIABLE_FOR_OPERATOR", "TYPE_MISMATCH_IP_RANGE",
            "UNSUPPORTED_ACTION_FOR_CONDITION_KEY", "POLICY_SIZE_EXCEEDS_SCP_QUOTA",
            "POLICY_SIZE_EXCEEDS_RCP_QUOTA", "REFUSED_BY_AWS",
        ].map { RefusalCode($0) }
        + [
            "TYPE_MISMATCH_NUMBER", "TYPE_MISMATCH_DATE", "TYPE_MISMATCH_BOOLEAN",
            "TYPE_MISMATCH_STRING", "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA",
            "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA",
            "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", "POLICY_SIZE_EXCEEDS_SESSION_POLICY_QUOTA",
        ].map { RefusalCode($0, .warning) }
        + [
            "EMPTY_ARRAY_ACTION", "EMPTY_ARRAY_RESOURCE", "EMPTY_ARRAY_PRINCIPAL",
            "EMPTY_OBJECT_PRINCIPAL",
        ].map { RefusalCode($0, .suggestion) }
        + [RefusalCode("ALLOW_WITH_NOT_PRINCIPAL", .securityWarning)]

    private static let named = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    init(of error: PolicyError) {
        let name = RefusalCode.name(of: error)
        guard let code = RefusalCode.named[name] else { preconditionFailure("no code `\(name)`") }
        self = code
    }

    private static func name(of error: PolicyError) -> String {
        switch error.fault {
        case .notJSON, .notAnObject, .badCharacter(_, isSyntax: true): "JSON_SYNTAX_ERROR"
        case .badCharacter(_, isSyntax: false): "INVALID_CHARACTER"
        case .tooLarge:
            switch error.kind {
            case .bucket, .key, .vpce: "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA"
            case .trust: "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA"
            case .identity, .boundary: "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA"
            case .session: "POLICY_SIZE_EXCEEDS_SESSION_POLICY_QUOTA"
            case .scp: "POLICY_SIZE_EXCEEDS_SCP_QUOTA"
            case .rcp: "POLICY_SIZE_EXCEEDS_RCP_QUOTA"
            }
        case .unknownElement:
            error.path.contains("Principal.") ? "INVALID_PRINCIPAL_KEY" : "INVALID_POLICY_ELEMENT"
        case .wrongType(let element, _, _):
            element.hasSuffix("Principal") ? "INVALID_PRINCIPAL_FORMAT" : "DATA_TYPE_MISMATCH"
        case .missing(let element): "MISSING_" + element.uppercased()
        case .emptyStatements: "MISSING_STATEMENT"
        case .emptyList(let element):
            switch element {
            case "Action", "NotAction": "EMPTY_ARRAY_ACTION"
            case "Resource", "NotResource": "EMPTY_ARRAY_RESOURCE"
            default:
                error.path.hasSuffix("Principal")
                    ? "EMPTY_OBJECT_PRINCIPAL" : "EMPTY_ARRAY_PRINCIPAL"
            }
        case .badVersion: "INVALID_VERSION"
        case .badEffect: "INVALID_EFFECT"
        case .badSid: "UNSUPPORTED_SID"
        case .duplicateSid: "UNIQUE_SIDS_REQUIRED"
        case .both: "UNSUPPORTED_ELEMENT_COMBINATION"
        case .prohibited(let element, let kind):
            switch (kind, element) {
            case (.trust, "NotPrincipal"): "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL"
            case (.trust, _): "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE"
            case (.scp, _): "SCP_SYNTAX_ERROR_PRINCIPAL"
            case (.rcp, "NotAction"): "RCP_SYNTAX_ERROR_NOTACTION"
            case (.rcp, _): "RCP_SYNTAX_ERROR_PRINCIPAL"
            default: "UNSUPPORTED_PRINCIPAL"
            }
        case .notPrincipalInAllow: "ALLOW_WITH_NOT_PRINCIPAL"
        case .notAssuming, .foreignAction: "UNSUPPORTED_ACTION_IN_POLICY"
        case .rcpPrincipal: "RCP_SYNTAX_ERROR_PRINCIPAL"
        case .rcpAllow: "RCP_SYNTAX_ERROR_ALLOW"
        case .badPrincipal(let key, let value): principal(key, value, path: error.path)
        case .badAction(let text, let fault): action(text, fault, error.kind)
        case .noSuchAction: "INVALID_ACTION"
        case .badResource(_, let fault): resource(fault)
        case .foreignResource: "UNSUPPORTED_RESOURCE_ARN_IN_POLICY"
        case .actionWithoutResource(let text):
            (try? ActionPattern(text)).map(S3Actions.scope)?.objects == true
                ? "OBJECT_ACTION_ON_BUCKET_ARN" : "BUCKET_ACTION_ON_OBJECT_ARN"
        case .unknownOperator(let text, _):
            text.hasSuffix("NullIfExists") ? "NULL_WITH_IF_EXISTS" : "INVALID_CONDITION_OPERATOR"
        case .badConditionKey: "INVALID_CONDITION_KEY_FORMAT"
        case .unknownConditionKey(let key, _):
            KnownKey.lacksTagKey(key)
                ? "MISSING_TAG_KEY_IN_CONDITION" : "INVALID_SERVICE_CONDITION_KEY"
        case .badConditionValue(let text, let name, _): value(text, name)
        case .conditionWithoutAction: "UNSUPPORTED_ACTION_FOR_CONDITION_KEY"
        case .badVariable(_, let fault): variable(fault)
        }
    }

    private static func principal(_ key: String, _ value: String, path: String) -> String {
        if value.contains("${") { return "VARIABLE_UNSUPPORTED_IN_ELEMENT" }
        if isDigits(value), value.utf8.count == 11 { return "ACCOUNT_LOST_LEADING_ZERO" }
        if value.contains(where: { $0 == "*" || $0 == "?" }) {
            return "UNSUPPORTED_WILDCARD_IN_PRINCIPAL"
        }
        return key == "Service" ? "INVALID_SERVICE_PRINCIPAL_FORMAT" : "INVALID_PRINCIPAL_FORMAT"
    }

    private static func action(
        _ text: String,
        _ fault: ActionPattern.Fault,
        _ kind: PolicyDocument.Kind
    ) -> String {
        if text.contains("${") { return "VARIABLE_UNSUPPORTED_IN_ELEMENT" }
        if kind == .rcp, text == "*" { return "RCP_SYNTAX_ERROR_ACTION" }
        if case .badService = fault { return "INVALID_SERVICE_IN_ACTION" }
        return "INVALID_ACTION"
    }

    private static func resource(_ fault: ResourcePattern.Fault) -> String {
        switch fault {
        case .notARN: "INVALID_ARN_PREFIX"
        case .badPartition: "INVALID_PARTITION"
        case .badService: "INVALID_SERVICE"
        case .misplacedVariable: "VARIABLE_UNSUPPORTED_IN_ELEMENT"
        case .badVariable(let fault): variable(fault)
        }
    }

    private static func variable(_ fault: VariableText.Fault) -> String {
        switch fault {
        case .open: "MISSING_BRACE_IN_VARIABLE"
        case .empty: "EMPTY_VARIABLE"
        case .space: "UNSUPPORTED_SPACE_IN_VARIABLE"
        case .badName: "UNSUPPORTED_SYMBOL_IN_VARIABLE"
        case .badDefault: "MISSING_QUOTE_IN_VARIABLE"
        }
    }

    private static func value(_ text: String, _ name: String) -> String {
        if text.contains("${") { return "INVALID_VARIABLE_FOR_OPERATOR" }
        if name.hasPrefix("Numeric") { return "TYPE_MISMATCH_NUMBER" }
        if name.hasPrefix("Date") { return "TYPE_MISMATCH_DATE" }
        if name.hasSuffix("IpAddress") { return "TYPE_MISMATCH_IP_RANGE" }
        return name == "BinaryEquals" ? "TYPE_MISMATCH_STRING" : "TYPE_MISMATCH_BOOLEAN"
    }

    // MARK: - Place and remedy

    /// The token that is wrong; the parser points at the element where it means one action of it.
    func place(of error: PolicyError, in root: JSONNode) -> Place {
        guard case .actionWithoutResource(let action) = error.fault else { return error.place }
        return root.node(at: error.place)?.array?.first { $0.string == action }?.place
            ?? error.place
    }

    /// What to write instead, where it can be told from the fault alone.
    func instead(of error: PolicyError) -> String? {
        switch error.fault {
        case .notJSON, .notAnObject, .unknownElement(_, nil), .wrongType, .both, .badCharacter,
            .unknownOperator(_, nil), .unknownConditionKey(_, nil), .conditionWithoutAction,
            .noSuchAction(_, nil), .badConditionValue, .badVariable:
            nil
        case .tooLarge: "several smaller documents, or wildcards in place of long lists"
        case .unknownElement(_, let name?), .unknownOperator(_, let name?),
            .unknownConditionKey(_, let name?), .noSuchAction(_, let name?):
            "`\(name)`"
        case .missing(let element): example(of: element, error.kind)
        case .emptyStatements: "at least one statement"
        case .emptyList(let element): example(of: element, error.kind)
        case .badVersion: "`\"2012-10-17\"`: it is the version of the language, not of your policy"
        case .badEffect: "`Allow` or `Deny`"
        case .badSid: "letters and digits only, or no Sid"
        case .duplicateSid: "another Sid, or none"
        case .prohibited(let element, let kind):
            element == "NotPrincipal" && kind == .trust
                ? "`Principal` with those who may assume the role" : "remove `\(element)`"
        case .notPrincipalInAllow: "`Principal` with those who may"
        case .notAssuming: "`sts:AssumeRole`; what the role may do belongs into its own policies"
        case .rcpPrincipal: "`\"Principal\": \"*\"`, and conditions on who is meant"
        case .rcpAllow: "`Deny`: what is not denied stays allowed"
        case .badPrincipal(let key, let value): principal(key, value)
        case .badAction(let text, .missingService):
            error.kind == .rcp && text == "*"
                ? "an action with its service, `s3:*`" : "`s3:\(text)`"
        case .badAction: "`service:Name`, for example `s3:PutObject`"
        case .foreignAction: "an action of S3, or another policy for this one"
        case .badResource(let text, let fault): resource(text, fault)
        case .foreignResource(_, let bucket):
            "`arn:aws:s3:::\(bucket)` for the bucket, `arn:aws:s3:::\(bucket)/*` for its objects"
        case .actionWithoutResource:
            name == "OBJECT_ACTION_ON_BUCKET_ARN"
                ? "a resource that ends with `/*`, `arn:aws:s3:::BUCKET/*`"
                : "the bucket itself, `arn:aws:s3:::BUCKET`"
        case .badConditionKey: "`service:name`, for example `aws:SourceIp`"
        }
    }

    private func example(of element: String, _ kind: PolicyDocument.Kind) -> String? {
        switch element {
        case "Statement": "`\"Statement\": [...]`"
        case "Principal":
            "`\"Principal\": {\"AWS\": \"arn:aws:iam::ACCOUNT:role/NAME\"}` with who is meant"
        case "Effect": "`\"Effect\": \"Allow\"` or `\"Deny\"`"
        case "Action":
            kind == .trust ? "`\"Action\": \"sts:AssumeRole\"`" : "`\"Action\": \"s3:PutObject\"`"
        case "Resource": "`\"Resource\": \"arn:aws:s3:::BUCKET/*\"`"
        default: nil
        }
    }

    private func principal(_ key: String, _ value: String) -> String? {
        switch name {
        case "ACCOUNT_LOST_LEADING_ZERO": "`0\(value)`"
        case "UNSUPPORTED_WILDCARD_IN_PRINCIPAL":
            "`\"Principal\": \"*\"` with `\"ArnLike\": {\"aws:PrincipalArn\": \"\(value)\"}`"
        case "INVALID_SERVICE_PRINCIPAL_FORMAT": "`NAME.amazonaws.com`"
        case "VARIABLE_UNSUPPORTED_IN_ELEMENT":
            "a condition on `aws:PrincipalArn` or `aws:PrincipalTag/NAME`"
        default:
            key == "AWS"
                ? "`arn:aws:iam::ACCOUNT:role/NAME`, `arn:aws:iam::ACCOUNT:user/NAME`, or twelve digits"
                : nil
        }
    }

    private func resource(_ text: String, _ fault: ResourcePattern.Fault) -> String? {
        switch fault {
        case .notARN:
            let path =
                text.hasPrefix("s3://")
                ? String(text.dropFirst(5))
                : text.hasPrefix("https://") ? nil : text
            return path.map { "`arn:aws:s3:::\($0)`" } ?? "`arn:aws:s3:::BUCKET/*`"
        case .badPartition: return "`aws`, `aws-cn` or `aws-us-gov`"
        case .badService: return "the service, `arn:aws:s3:::BUCKET/*`"
        case .misplacedVariable: return "the variable after the fifth colon only"
        case .badVariable: return nil
        }
    }
}

/// Whether a text is digits only.
func isDigits(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
}

extension JSONNode {
    /// The value that begins at a place.
    func node(at place: Place) -> JSONNode? {
        if self.place == place { return self }
        switch value {
        case .array(let nodes): return nodes.lazy.compactMap { $0.node(at: place) }.first
        case .object(let members): return members.lazy.compactMap { $0.node.node(at: place) }.first
        case .null, .bool, .number, .string: return nil
        }
    }
}
