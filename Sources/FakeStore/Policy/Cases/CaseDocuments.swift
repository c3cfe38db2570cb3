// The documents of a case: each an object, or a string with its raw text, so that a text that is no JSON
// can be asked about, too.

import JSON

/// The documents of a case as they stand there, not yet read as policies.
struct CaseDocuments {
    /// A document and the name that answers give it: its way in the case.
    private typealias Source = (node: JSONNode, name: String)

    private var identity: [Source] = []
    private var resource: Source?
    private let resourceType: PolicySet.ResourceType
    private var boundary: Source?
    private var session: [Source]?
    private var scps: [[Source]]?
    private var rcps: [[Source]]?
    private var vpce: Source?

    init(_ reader: inout ObjectReader) throws(JSONError) {
        identity = try CaseDocuments.list(&reader, "identityPolicies") ?? []
        resource = try CaseDocuments.one(&reader, "bucketPolicy")
        resourceType = try reader.value("resourcePolicyType", default: .bucket)
        boundary = try CaseDocuments.one(&reader, "boundary")
        session = try CaseDocuments.list(&reader, "sessionPolicy", allowsOne: true)
        scps = try CaseDocuments.levels(&reader, "scps")
        rcps = try CaseDocuments.levels(&reader, "rcps")
        vpce = try CaseDocuments.one(&reader, "vpcEndpointPolicy")
    }

    // MARK: - Reading

    private static func check(_ node: JSONNode, _ path: String) throws(JSONError) {
        guard node.object != nil || node.string != nil else {
            throw node.error(
                "expected a policy document or its text, met \(node.value.kind)",
                path: path
            )
        }
    }

    private static func one(
        _ reader: inout ObjectReader,
        _ key: String
    ) throws(JSONError) -> Source? {
        guard let node = reader.presentNode(key) else { return nil }
        try check(node, reader.path(to: key))
        return (node, key)
    }

    private static func list(
        _ reader: inout ObjectReader,
        _ key: String,
        allowsOne: Bool = false
    ) throws(JSONError) -> [Source]? {
        guard let node = reader.presentNode(key) else { return nil }
        let path = reader.path(to: key)
        if allowsOne, node.array == nil {
            try check(node, path)
            return [(node, key)]
        }
        return try list(node, path, key)
    }

    private static func list(
        _ node: JSONNode,
        _ path: String,
        _ name: String
    ) throws(JSONError) -> [Source] {
        guard let nodes = node.array else {
            throw node.error("expected a list of documents, met \(node.value.kind)", path: path)
        }
        var sources: [Source] = []
        for (index, node) in nodes.enumerated() {
            try check(node, "\(path)[\(index)]")
            sources.append((node, "\(name)[\(index)]"))
        }
        return sources
    }

    /// Levels from the root to the account; each a document or a list of them.
    private static func levels(
        _ reader: inout ObjectReader,
        _ key: String
    ) throws(JSONError) -> [[Source]]? {
        guard let node = reader.presentNode(key) else { return nil }
        let path = reader.path(to: key)
        guard let nodes = node.array else {
            throw node.error("expected a list of levels, met \(node.value.kind)", path: path)
        }
        var levels: [[Source]] = []
        for (index, node) in nodes.enumerated() {
            let (path, name) = ("\(path)[\(index)]", "\(key)[\(index)]")
            if node.array != nil {
                levels.append(try list(node, path, name))
            } else {
                try check(node, path)
                levels.append([(node, name)])
            }
        }
        return levels
    }

    // MARK: - Parsing

    /// The documents as policies.
    func policies(about resourceARN: String) throws(ExplainCase.InvalidDocument) -> PolicySet {
        let bucket = CaseDocuments.bucket(of: resourceARN)
        let kind: PolicyDocument.Kind =
            switch resourceType {
            case .bucket: .bucket
            case .roleTrust: .trust
            case .kmsKey: .key
            }
        return PolicySet(
            identity: try parse(identity, .identity),
            resource: try parse(resource, kind, bucket: kind == .bucket ? bucket : nil),
            resourceType: resourceType,
            callerLimits: CallerLimits(
                boundary: try parse(boundary, .boundary),
                session: try session.map { list throws(ExplainCase.InvalidDocument) in
                    try parse(list, .session)
                },
                scps: try parse(scps, .scp)
            ),
            resourceLimits: ResourceLimits(
                rcps: try parse(rcps, .rcp),
                vpce: try parse(vpce, .vpce)
            )
        )
    }

    /// The bucket that an ARN of S3 names; nil for other resources.
    private static func bucket(of arn: String) -> String? {
        let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[2] == "s3", parts[3].isEmpty, parts[5] != "*" else {
            return nil
        }
        return String(parts[5].prefix { $0 != "/" })
    }

    private func parse(
        _ source: Source?,
        _ kind: PolicyDocument.Kind,
        bucket: String? = nil
    ) throws(ExplainCase.InvalidDocument) -> NamedPolicy? {
        guard let source else { return nil }
        do {
            let document =
                if let text = source.node.string {
                    try PolicyDocument.parse(text, kind: kind, bucket: bucket)
                } else {
                    try PolicyDocument.parse(
                        source.node,
                        text: source.node.text(),
                        kind: kind,
                        bucket: bucket
                    )
                }
            return NamedPolicy(name: source.name, document: document)
        } catch {
            throw ExplainCase.InvalidDocument(document: source.name, error: error)
        }
    }

    private func parse(
        _ sources: [Source],
        _ kind: PolicyDocument.Kind
    ) throws(ExplainCase.InvalidDocument) -> [NamedPolicy] {
        var policies: [NamedPolicy] = []
        for source in sources {
            if let policy = try parse(source, kind) { policies.append(policy) }
        }
        return policies
    }

    private func parse(
        _ levels: [[Source]]?,
        _ kind: PolicyDocument.Kind
    ) throws(ExplainCase.InvalidDocument) -> [[NamedPolicy]]? {
        guard let levels else { return nil }
        var policies: [[NamedPolicy]] = []
        for level in levels { policies.append(try parse(level, kind)) }
        return policies
    }
}

extension PolicySet.ResourceType: JSONReadable {}
