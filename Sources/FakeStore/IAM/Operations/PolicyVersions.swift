// The versions of a managed policy: at most five, of which one counts.

import HTTP
import Policy
import QueryProtocol
import World
import XML

enum CreatePolicyVersion {
    private static let versionsPerPolicy = 5

    static let operation = QueryOperation.iam("CreatePolicyVersion") {
        exchange throws(QueryError) in
        let arn = try exchange.required("PolicyArn", IAMRule.arn)
        let becomesDefault = exchange.form["SetAsDefault"] == "true"
        _ = try exchange.required("PolicyDocument", IAMRule.document)
        try exchange.require("iam:CreatePolicyVersion", on: arn)
        try ManagedPolicy.refuseAWS(arn)
        let document = try exchange.identityPolicy()
        try ManagedPolicy.checkSize(document)
        let now = exchange.second
        let version = try await PolicyVersions.edit(exchange, arn) { policy in
            guard policy.versions.count < versionsPerPolicy else {
                throw QueryError.limitExceeded(
                    "A managed policy can have up to 5 versions. Before you create a new version, you must "
                        + "delete an existing version."
                )
            }
            policy.latestVersion += 1
            let version = ManagedPolicyDefinition.Version(
                number: policy.latestVersion,
                document: document,
                created: now
            )
            policy.versions.append(version)
            if becomesDefault { policy.defaultVersion = version.number }
            return version
        }
        return QueryResult { xml in
            xml.element("PolicyVersion") { xml in
                xml.version(version, isDefault: becomesDefault, hasDocument: false)
            }
        }
    }
}

enum GetPolicyVersion {
    static let operation = QueryOperation.iam("GetPolicyVersion") { exchange throws(QueryError) in
        let arn = try exchange.required("PolicyArn", IAMRule.arn)
        let id = try PolicyVersions.id(exchange)
        try exchange.require("iam:GetPolicyVersion", on: arn)
        let policy = try PolicyVersions.policy(arn, exchange)
        guard let version = policy.versions.first(where: { $0.id == id }) else {
            throw PolicyVersions.notFound(arn, id)
        }
        let isDefault = policy.defaultVersion == version.number
        return QueryResult { xml in
            xml.element("PolicyVersion") { xml in
                xml.version(version, isDefault: isDefault, hasDocument: true)
            }
        }
    }
}

enum ListPolicyVersions {
    static let operation = QueryOperation.iam("ListPolicyVersions") {
        exchange throws(QueryError) in
        let arn = try exchange.required("PolicyArn", IAMRule.arn)
        try exchange.require("iam:ListPolicyVersions", on: arn)
        let policy = try PolicyVersions.policy(arn, exchange)
        return QueryResult { xml in
            xml.element("Versions") { xml in
                // The newest first [recorded].
                for version in policy.versions.reversed() {
                    xml.element("member") { xml in
                        xml.version(
                            version,
                            isDefault: policy.defaultVersion == version.number,
                            hasDocument: false
                        )
                    }
                }
            }
            xml.element("IsTruncated", false)
        }
    }
}

enum SetDefaultPolicyVersion {
    static let operation = QueryOperation.iam("SetDefaultPolicyVersion") {
        exchange throws(QueryError) in
        let arn = try exchange.required("PolicyArn", IAMRule.arn)
        let id = try PolicyVersions.id(exchange)
        try exchange.require("iam:SetDefaultPolicyVersion", on: arn)
        try ManagedPolicy.refuseAWS(arn)
        try await PolicyVersions.edit(exchange, arn) { policy in
            guard let version = policy.versions.first(where: { $0.id == id }) else {
                throw PolicyVersions.notFound(arn, id)
            }
            policy.defaultVersion = version.number
        }
        return .done
    }
}

enum DeletePolicyVersion {
    static let operation = QueryOperation.iam("DeletePolicyVersion") {
        exchange throws(QueryError) in
        let arn = try exchange.required("PolicyArn", IAMRule.arn)
        let id = try PolicyVersions.id(exchange)
        try exchange.require("iam:DeletePolicyVersion", on: arn)
        try ManagedPolicy.refuseAWS(arn)
        try await PolicyVersions.edit(exchange, arn) { policy in
            guard let index = policy.versions.firstIndex(where: { $0.id == id }) else {
                throw PolicyVersions.notFound(arn, id)
            }
            guard policy.versions[index].number != policy.defaultVersion else {
                throw QueryError.deleteConflict("Cannot delete the default version of a policy.")
            }
            policy.versions.remove(at: index)
        }
        return .done
    }
}

private enum PolicyVersions {
    /// The version that a call names.
    static func id(_ exchange: QueryExchange) throws(QueryError) -> String {
        let id = try exchange.required("VersionId")
        guard id.first == "v", Int(id.dropFirst()).map({ $0 > 0 }) ?? false else {
            throw .failed(
                id,
                "versionId",
                #"Member must satisfy regular expression pattern: v[1-9][0-9]*(\.[A-Za-z0-9-]*)?"#
            )
        }
        return id
    }

    static func notFound(_ arn: String, _ id: String) -> QueryError {
        .noSuchEntity("Policy \(arn) version \(id) does not exist or is not attachable.")
    }

    /// A policy of the caller's account, or one of AWS's in its only version.
    static func policy(
        _ arn: String,
        _ exchange: QueryExchange
    ) throws(QueryError) -> ManagedPolicyDefinition {
        if let policy = try exchange.ownAccount().policy(arn: arn) { return policy }
        guard let policy = Policy.ManagedPolicies.policy(arn: arn) else {
            throw .policyNotFound(arn)
        }
        return ManagedPolicyDefinition(
            name: policy.name,
            versions: [.init(number: 1, document: Document(policy.document))]
        )
    }

    static func edit<Result>(
        _ exchange: QueryExchange,
        _ arn: String,
        _ change: (inout ManagedPolicyDefinition) throws -> Result
    ) async throws(QueryError) -> Result {
        try await exchange.editAccount { account in
            guard
                let index = account.policies.firstIndex(where: {
                    $0.arn(account: account.id) == arn
                })
            else { throw QueryError.policyNotFound(arn) }
            return try change(&account.policies[index])
        }
    }
}

extension XMLWriter {
    fileprivate mutating func version(
        _ version: ManagedPolicyDefinition.Version,
        isDefault: Bool,
        hasDocument: Bool
    ) {
        if hasDocument { element("Document", PercentEncoding.encode(version.document.text)) }
        element("VersionId", version.id)
        element("IsDefaultVersion", isDefault)
        date("CreateDate", version.created)
    }
}
