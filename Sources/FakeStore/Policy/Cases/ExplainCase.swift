// A case for `fakestore explain --cases`: caller, documents and request in one JSON object, without a
// world. What can't be read as a case is an error of the file; a policy that AWS would refuse is an
// answer.

import JSON

/// One case, read.
struct ExplainCase: Sendable {
    let id: String
    let request: AccessRequest
    /// The documents, or the first that AWS would refuse.
    let policies: Result<PolicySet, InvalidDocument>

    /// A document that AWS would refuse, and where it stands in the case.
    struct InvalidDocument: Error, Sendable {
        /// The way to it in the case, `identityPolicies[0]`.
        let document: String
        let error: PolicyError
    }
}

extension ExplainCase: JSONReadable {
    init(json node: JSONNode, path: String) throws(JSONError) {
        var reader = try ObjectReader(node, path: path)
        id = try reader.required("id")
        let principal = try PrincipalFacts(
            json: reader.requiredNode("principal"),
            path: reader.path(to: "principal")
        )
        let documents = try CaseDocuments(&reader)
        request = try AccessRequest(
            case: reader.requiredNode("request"),
            path: reader.path(to: "request"),
            principal: principal
        )
        try reader.finish()
        do {
            policies = .success(try documents.policies(about: request.resource))
        } catch {
            policies = .failure(error)
        }
    }
}

extension PrincipalFacts {
    /// Reads the `principal` of a case.
    fileprivate convenience init(json node: JSONNode, path: String) throws(JSONError) {
        var reader = try ObjectReader(node, path: path)
        let kind = try reader.required("type", as: CaseCaller.self).kind
        let service: String? = try reader.optional("service")
        let userName: String? = try reader.optional("username")
        let userID: String? = try reader.optional("userId")
        let roleARN: String? = try reader.optional("roleArn")
        let userARN: String? = try reader.optional("userArn")
        let given: String? = try reader.optional("arn")
        let account: String? = try reader.optional("account")
        let tags = try reader.dictionary("tags", of: String.self)
        let organization: String? = try reader.optional("orgId")
        let arnAccount = given.flatMap { PrincipalFacts.parts($0).dropFirst(4).first }

        guard kind == .anonymous || kind == .service || (account ?? arnAccount) != nil else {
            throw reader.error("the principal needs an `account` or an `arn`")
        }
        let ownAccount = account ?? arnAccount ?? ""
        if let arnAccount, let account, arnAccount != account {
            throw reader.error(
                at: "account",
                "the account is not the one of the `arn`, `\(arnAccount)`"
            )
        }
        var arn = given ?? ""
        switch kind {
        case .root: arn = given ?? "arn:aws:iam::\(ownAccount):root"
        case .service:
            guard let service else { throw reader.error("a service needs its name as `service`") }
            arn = given ?? service
        case .anonymous: break
        case .user, .assumedRole, .federatedUser:
            guard given != nil else { throw reader.error("the principal needs an `arn`") }
        }
        try reader.finish()
        self.init(
            kind: kind,
            account: kind == .anonymous || kind == .service ? "" : ownAccount,
            arn: arn,
            roleARN: kind == .assumedRole ? roleARN ?? PrincipalFacts.role(ofSession: arn) : nil,
            userARN: kind == .federatedUser ? userARN : nil,
            userID: userID ?? (kind == .root ? ownAccount : nil),
            userName: kind == .user
                ? userName ?? arn.split(separator: "/").last.map(String.init) : userName,
            service: service,
            tags: Dictionary(tags.map { ($0.key, $0.value) }) { _, last in last },
            organization: organization
        )
    }

    private static func parts(_ arn: String) -> [String] {
        arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
    }

    /// The role of a session whose role has no path; a path never shows in the session's ARN.
    private static func role(ofSession arn: String) -> String? {
        let parts = parts(arn)
        let names = (parts.last ?? "").split(separator: "/")
        guard parts.count == 6, names.count == 3, names[0] == "assumed-role" else { return nil }
        return "arn:\(parts[1]):iam::\(parts[4]):role/\(names[1])"
    }
}

/// The kinds of caller, in the words of cases.
private enum CaseCaller: String, CaseIterable, JSONReadable {
    case assumedRole = "AssumedRole"
    case user = "User"
    case root = "Root"
    case federatedUser = "FederatedUser"
    case anonymous = "Anonymous"
    case service = "Service"

    var kind: PrincipalFacts.Kind {
        switch self {
        case .assumedRole: .assumedRole
        case .user: .user
        case .root: .root
        case .federatedUser: .federatedUser
        case .anonymous: .anonymous
        case .service: .service
        }
    }
}

extension AccessRequest {
    /// Reads the `request` of a case.
    fileprivate init(
        case node: JSONNode,
        path: String,
        principal: PrincipalFacts
    ) throws(JSONError) {
        var reader = try ObjectReader(node, path: path)
        let action: String = try reader.required("action")
        let resource: String = try reader.required("resource")
        let account: String = try reader.required("resourceAccount")
        let context = try reader.value("context", default: ContextValues())
        try reader.finish()
        self.init(
            action: action,
            resource: resource,
            principal: principal,
            resourceAccount: account,
            resourceOrganization: context["aws:ResourceOrgID"]?.values.first,
            context: context
        )
    }
}

extension ContextValues: JSONReadable {
    /// Reads `{KEY: value or [values]}`; all is marked as assumed.
    package init(json node: JSONNode, path: String) throws(JSONError) {
        guard let members = node.object else { throw node.mismatch("an object", path: path) }
        self.init()
        for member in members {
            let path = "\(path).\(member.key)"
            if self[member.key] != nil {
                throw JSONError(
                    place: member.keyPlace,
                    path: path,
                    message: "the key is there twice, in another case"
                )
            }
            let values = try CaseValues(json: member.node, path: path)
            set(member.key, to: values.values, source: .assumed)
        }
    }
}

/// The values of a context key: one, or a list.
private struct CaseValues: JSONReadable {
    let values: [String]

    init(json node: JSONNode, path: String) throws(JSONError) {
        if let nodes = node.array {
            var values: [String] = []
            for (index, node) in nodes.enumerated() {
                values.append(try CaseValues.scalar(node, "\(path)[\(index)]"))
            }
            self.values = values
        } else {
            values = [try CaseValues.scalar(node, path)]
        }
    }

    private static func scalar(_ node: JSONNode, _ path: String) throws(JSONError) -> String {
        switch node.value {
        case .string(let text), .number(let text): return text
        case .bool(let value): return value ? "true" : "false"
        case .null, .array, .object:
            throw node.error(
                "expected a string, number or boolean, or a list of them, met \(node.value.kind)",
                path: path
            )
        }
    }
}
