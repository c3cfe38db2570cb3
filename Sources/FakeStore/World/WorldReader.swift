// Walks a world's JSON. The parts of a world are read in WorldReader+Accounts.swift, +Buckets.swift and
// +Policies.swift.

import Glibc
import JSON
import Policy

/// Reads a world, and remembers what must be unique in it.
struct WorldReader {
    let folder: String?
    let previous: WorldDefinition?

    var accountIDs = Set<String>()
    var bucketNames = Set<String>()
    var keyIDs = Set<String>()
    var region = WorldDefinition.defaultRegion
    var defaults = BucketDefaults()
    var kmsKeyIDs = Set<String>()
    var userARNs = Set<String>()
    /// Users and roles; policies that name them wait until all are known.
    var principalARNs = Set<String>()
    /// The ARNs of the policies that the account being read manages itself.
    var ownPolicies = Set<String>()

    init(folder: String?, previous: WorldDefinition?) {
        self.folder = folder
        self.previous = previous
    }

    mutating func world(_ node: JSONNode) throws(JSONError) -> WorldDefinition {
        var reader = try ObjectReader(node)
        region = try regionName(&reader, "region") ?? WorldDefinition.defaultRegion
        let anonymousAs: String? = try reader.optional("anonymousAs")
        try expect(&reader, "secureTransport", .string("loopback-counts"))
        try expect(&reader, "multipartInitiator", .string("explicit"))
        try notYet(&reader, ["clock", "organizations", "vpcEndpoints", "projects"])
        let faults: [FaultDefinition] = try reader.value("faults", default: [])
        try reader.optionalObject("defaults") { defaults throws(JSONError) in
            self.defaults = BucketDefaults(
                ownership: try defaults.value("ownership", default: .bucketOwnerEnforced),
                publicAccessBlock: try publicAccessBlock(&defaults, default: true)
            )
        }
        var accounts: [AccountDefinition] = []
        let issued = try reader.value("issued", default: 0)
        guard issued >= 0 else { throw reader.error(at: "issued", "it can't be less than 0") }
        var policies: [(document: PolicyDocument, path: String, service: String)] = []
        for (node, path) in try reader.elements(
            "accounts",
            { node, path throws(JSONError) in (node, path) }
        ) {
            let account = try account(node, path: path)
            for (index, bucket) in account.buckets.enumerated() {
                guard let policy = bucket.settings.policy else { continue }
                policies.append((policy, "\(path).buckets[\(index)].policy", "S3"))
            }
            for (index, key) in account.kmsKeys.enumerated() {
                guard let policy = key.policy else { continue }
                policies.append((policy.compiled, "\(path).kmsKeys[\(index)].policy", "KMS"))
            }
            for (index, role) in account.roles.enumerated() {
                let way = "\(path).roles[\(index)].trustPolicy"
                policies.append((role.trustPolicy.compiled, way, "IAM"))
            }
            accounts.append(account)
        }
        for (document, path, service) in policies {
            try checkPrincipals(of: document, path: path, service: service)
        }
        if let anonymousAs {
            let roots = accountIDs.map { "arn:aws:iam::\($0):root" }
            guard userARNs.contains(anonymousAs) || roots.contains(anonymousAs) else {
                throw reader.error(
                    at: "anonymousAs",
                    "`\(anonymousAs)` is the ARN of no user and no root of this world"
                )
            }
        }
        try reader.finish()
        return WorldDefinition(
            region: region,
            anonymousAs: anonymousAs,
            faults: faults,
            defaults: defaults,
            accounts: accounts,
            issued: issued
        )
    }

    func regionName(
        _ reader: inout ObjectReader,
        _ key: String
    ) throws(JSONError) -> String? {
        guard let name: String = try reader.optional(key) else { return nil }
        let isName =
            (1...32).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                byte &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
                    || byte == UInt8(ascii: "-")
            }
        guard isName else {
            throw reader.error(at: key, "`\(name)` is no region, for example `eu-west-1`")
        }
        return name
    }

    func resolve(_ path: String) -> String? {
        if path.hasPrefix("/") { return path }
        return folder.map { $0 + path }
    }

    /// The path from the root of the file system, so that it stays right in another working folder.
    func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Refuses members that worlds have and this version can't keep.
    func notYet(_ reader: inout ObjectReader, _ keys: [String]) throws(JSONError) {
        for key in keys { try reader.refuse(key, because: "`\(key)` is not supported yet") }
    }

    /// Takes a member of which only the usual value is supported.
    func expect(
        _ reader: inout ObjectReader,
        _ key: String,
        _ value: JSONValue
    ) throws(JSONError) {
        guard let node = reader.presentNode(key), node != JSONNode(value) else { return }
        throw reader.error(
            at: key,
            "`\(key)` can only be \(JSONNode(value).text()): other values are not supported yet"
        )
    }
}
