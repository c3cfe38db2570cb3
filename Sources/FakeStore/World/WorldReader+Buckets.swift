// Buckets and the objects they begin with.

import JSON
import Platform
import Policy

extension WorldReader {
    mutating func bucket(
        _ node: JSONNode,
        path: String
    ) throws(JSONError) -> BucketDefinition {
        var reader = try ObjectReader(node, path: path)
        let name: String = try reader.required("name")
        if let fault = BucketName.fault(in: name) {
            throw reader.error(at: "name", "`\(name)` is no bucket name: \(fault)")
        }
        guard bucketNames.insert(name).inserted else {
            throw reader.error(at: "name", "the bucket `\(name)` is there twice")
        }
        let region = try regionName(&reader, "region")
        let ownership: ObjectOwnership = try reader.value("ownership", default: defaults.ownership)
        try expect(&reader, "versioning", .string("Disabled"))
        let encryption = try reader.value("encryption", default: BucketEncryption())
        let tags = try tags(&reader)
        let block = try publicAccessBlock(&reader, default: defaults.publicAccessBlock)
        let policy = try bucketPolicy(&reader, bucket: name)
        if block?.blockPublicPolicy == true, let policy, let statement = policy.publicStatement {
            throw JSONError(
                place: statement.place,
                path: reader.path(to: "policy"),
                message:
                    "statement \(statement.number) allows everyone, and `publicAccessBlock` of "
                    + "`\(name)` is on: S3 would refuse the policy (BlockPublicPolicy)"
            )
        }
        var objects: [ObjectDefinition] = []
        for (node, path) in try reader.elements(
            "objects",
            { node, path throws(JSONError) in (node, path) }
        ) {
            objects.append(try object(node, path: path, others: objects))
        }
        try reader.finish()
        return BucketDefinition(
            name: name,
            region: region,
            settings: BucketSettings(
                policy: policy,
                publicAccessBlock: block,
                ownership: ownership,
                encryption: encryption,
                tags: tags
            ),
            objects: objects
        )
    }

    /// The switches; `false` means that none are configured, as for buckets before April 2023.
    func publicAccessBlock(
        _ reader: inout ObjectReader,
        default fallback: PublicAccessBlock?
    ) throws(JSONError) -> PublicAccessBlock? {
        guard let node = reader.presentNode("publicAccessBlock") else { return fallback }
        if node.bool == false { return nil }
        return try PublicAccessBlock(json: node, path: reader.path(to: "publicAccessBlock"))
    }

    mutating func kmsKey(
        _ node: JSONNode,
        path: String,
        others: [KMSKeyDefinition]
    ) throws(JSONError) -> KMSKeyDefinition {
        var reader = try ObjectReader(node, path: path)
        let id: String = try reader.required("id")
        let isID =
            (1...256).contains(id.utf8.count)
            && id.utf8.allSatisfy {
                ($0 | 0x20) &- UInt8(ascii: "a") < 26 || $0 &- UInt8(ascii: "0") < 10
                    || $0 == UInt8(ascii: "-")
            }
        guard isID else { throw reader.error(at: "id", "`\(id)` is no id of a key") }
        guard kmsKeyIDs.insert(id).inserted else {
            throw reader.error(at: "id", "the key `\(id)` is there twice")
        }
        let region = try regionName(&reader, "region")
        let aliases: [String] = try reader.value("aliases", default: [])
        for alias in aliases {
            guard alias.hasPrefix("alias/"), alias != "alias/" else {
                throw reader.error(at: "aliases", "`\(alias)` must begin with `alias/`")
            }
            guard
                !others.contains(where: { $0.region == region && $0.aliases.contains(alias) })
            else { throw reader.error(at: "aliases", "the alias `\(alias)` is there twice") }
        }
        var policy: Document?
        if let member = reader.presentNode("policy") {
            let way = reader.path(to: "policy")
            policy = Document(try document(member, path: way, kind: .key))
        }
        let key = KMSKeyDefinition(
            id: id,
            region: region,
            aliases: aliases,
            policy: policy,
            state: try reader.value("state", default: .enabled)
        )
        try reader.finish()
        return key
    }

    func object(
        _ node: JSONNode,
        path: String,
        others: [ObjectDefinition]
    ) throws(JSONError) -> ObjectDefinition {
        var reader = try ObjectReader(node, path: path)
        let key: String = try reader.required("key")
        guard (1...1024).contains(key.utf8.count) else {
            throw reader.error(at: "key", "a key must have 1 to 1024 bytes")
        }
        guard !others.contains(where: { $0.key == key }) else {
            throw reader.error(at: "key", "the object `\(key)` is there twice")
        }
        let file: String = try reader.required("file")
        guard let resolved = resolve(file) else {
            throw reader.error(at: "file", "this world comes from no file, so it can't name files")
        }
        // A world without a folder was written by `json`: its objects are long in the store.
        guard folder == nil || fileExists(resolved) else {
            throw reader.error(at: "file", "there is no file `\(resolved)`")
        }
        try reader.finish()
        return ObjectDefinition(key: key, file: absolute(resolved))
    }
}
