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
        try expect(&reader, "ownership", .string("BucketOwnerEnforced"))
        try expect(&reader, "versioning", .string("Disabled"))
        try reader.optionalObject("encryption") { encryption throws(JSONError) in
            try expect(&encryption, "algorithm", .string("AES256"))
            try notYet(&encryption, ["kmsKey"])
        }
        try notYet(&reader, ["tags"])
        let blocksPublicAccess = try publicAccessBlock(&reader)
        let policy = try bucketPolicy(&reader, bucket: name)
        if blocksPublicAccess, let policy, let statement = policy.publicStatement {
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
            settings: BucketSettings(policy: policy, publicAccessBlock: blocksPublicAccess),
            objects: objects
        )
    }

    func publicAccessBlock(_ reader: inout ObjectReader) throws(JSONError) -> Bool {
        guard let node = reader.presentNode("publicAccessBlock") else { return true }
        guard node.object == nil else {
            throw reader.error(
                at: "publicAccessBlock",
                "the four switches are not supported yet: write true or false"
            )
        }
        return try Bool(json: node, path: reader.path(to: "publicAccessBlock"))
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
