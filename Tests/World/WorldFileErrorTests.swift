import JSON
import Testing

@testable import World

/// What a world file can have wrong, with the exact place and words.
@Suite struct WorldFileErrorTests {
    private func error(_ text: String) -> String {
        do {
            _ = try WorldDefinition.parse(text, file: "w.json")
            return "accepted"
        } catch {
            return error.description
        }
    }

    private static let top: [(text: String, says: String)] = [
        ("[]", "w.json:1:1: expected an object, met an array"),
        (
            "{\n  \"acounts\": []}",
            "w.json:2:3: unknown key `acounts`; did you mean `accounts`?"
        ),
        ("{\"colour\": 1}", "w.json:1:2: unknown key `colour`"),
        (
            "{\"region\": \"EU West\"}",
            "w.json:1:12: region: `EU West` is no region, for example `eu-west-1`"
        ),
        ("{\"region\": 1}", "w.json:1:12: region: expected a string, met a number"),
        (
            "{\"clock\": \"2026-11-20T09:00:00Z\"}",
            "w.json:1:11: clock: `clock` is not supported yet"
        ),
        (
            "{\"organizations\": [{\"id\": \"o-example1234\"}]}",
            "w.json:1:19: organizations: `organizations` is not supported yet"
        ),
        ("{\"projects\": [{}]}", "w.json:1:14: projects: `projects` is not supported yet"),
        (
            "{\"vpcEndpoints\": [{}]}",
            "w.json:1:18: vpcEndpoints: `vpcEndpoints` is not supported yet"
        ),
        ("{\"faults\": [{}]}", "w.json:1:13: faults[0]: `do` is missing"),
        (
            "{\"faults\": [{\"do\": \"expire-token\", \"mtach\": {}}]}",
            "w.json:1:36: faults[0]: unknown key `mtach`; did you mean `match`?"
        ),
        (
            "{\"faults\": [{\"match\": {\"objekt\": \"a\"}, \"do\": \"expire-token\"}]}",
            "w.json:1:24: faults[0].match: unknown key `objekt`"
        ),
        (
            "{\"faults\": [{\"match\": {\"operation\": \"PutObjekt\"}, \"do\": \"expire-token\"}]}",
            "w.json:1:37: faults[0].match.operation: no call is named `PutObjekt`; did you mean `PutObject`?"
        ),
        (
            "{\"faults\": [{\"do\": \"error SlowDown\"}, {\"do\": \"error SlowDwn\"}]}",
            "w.json:1:46: faults[1].do: S3 has no error `SlowDwn` that is known here; did you mean `SlowDown`?"
        ),
        (
            "{\"secureTransport\": \"actual\"}",
            "w.json:1:21: secureTransport: `secureTransport` can only be \"loopback-counts\": other values are not "
                + "supported yet"
        ),
        (
            "{\"defaults\": {\"ownership\": \"ObjectWritr\"}}",
            "w.json:1:28: defaults.ownership: expected one of `BucketOwnerEnforced`, `BucketOwnerPreferred`, "
                + "`ObjectWriter`, `none`, met `ObjectWritr`; did you mean `ObjectWriter`?"
        ),
        (
            "{\"anonymousAs\": \"arn:aws:iam::111122223333:user/x\"}",
            "w.json:1:17: anonymousAs: `arn:aws:iam::111122223333:user/x` is the ARN of no user and no root of this "
                + "world"
        ),
    ]

    @Test(arguments: top)
    func atTheTop(_ example: (text: String, says: String)) {
        #expect(error(example.text) == example.says)
    }

    /// Errors inside the account of `{"accounts": [{"id": "111122223333", …}]}`, on the second line.
    private static let members: [(members: String, says: String)] = [
        ("\"idd\": 1", "w.json:2:1: accounts[0]: unknown key `idd`"),
        ("\"user\": []", "w.json:2:1: accounts[0]: unknown key `user`; did you mean `users`?"),
        ("\"roles\": [{}]", "w.json:2:11: accounts[0].roles[0]: `name` is missing"),
        ("\"kmsKeys\": [{}]", "w.json:2:13: accounts[0].kmsKeys[0]: `id` is missing"),
        (
            "\"kmsKeys\": [{\"id\": \"k\", \"aliases\": [\"bills\"]}]",
            "w.json:2:36: accounts[0].kmsKeys[0].aliases: `bills` must begin with `alias/`"
        ),
        (
            "\"kmsKeys\": [{\"id\": \"k\", \"state\": \"Off\"}]",
            "w.json:2:34: accounts[0].kmsKeys[0].state: expected one of `Enabled`, `Disabled`, `PendingDeletion`, "
                + "`PendingImport`, `Unavailable`, met `Off`"
        ),
        (
            "\"policies\": [\"p.json\"]",
            "w.json:2:14: accounts[0].policies[0]: this world comes from no file, so it can't name files"
        ),
        (
            "\"canonicalId\": \"abc\"",
            "w.json:2:16: accounts[0].canonicalId: `abc` must be 64 hexadecimal digits"
        ),
        ("\"users\": [{}]", "w.json:2:11: accounts[0].users[0]: `name` is missing"),
        (
            "\"users\": [{\"name\": \"a b\"}]",
            "w.json:2:20: accounts[0].users[0].name: `a b` is no name of a user: it must be 1 to 64 letters, digits "
                + "or `+=,.@-_`"
        ),
        (
            "\"users\": [{\"name\": \"u\"}, {\"name\": \"U\"}]",
            "w.json:2:35: accounts[0].users[1].name: the user `U` is there twice"
        ),
        (
            "\"users\": [{\"name\": \"u\", \"path\": \"team\"}]",
            "w.json:2:33: accounts[0].users[0].path: `team` must begin and end with `/`"
        ),
        (
            "\"users\": [{\"name\": \"u\", \"groups\": [\"g\"]}]",
            "w.json:2:36: accounts[0].users[0].groups[0]: there is no group `g` in the account"
        ),
        (
            "\"users\": [{\"name\": \"u\", \"permissionsBoundary\": \"b.json\"}]",
            "w.json:2:48: accounts[0].users[0].permissionsBoundary: this world comes from no file, so it can't name "
                + "files"
        ),
        (
            "\"users\": [{\"name\": \"u\", \"accessKeys\": [{\"id\": \"AKIA\", \"secret\": \"x\"}]}]",
            "w.json:2:47: accounts[0].users[0].accessKeys[0].id: an access key id must be 16 to 128 printable "
                + "characters without space and `/`"
        ),
        (
            "\"users\": [{\"name\": \"u\", \"accessKeys\": [{\"id\": \"AKIA000000000000\", \"secret\": \"short\"}]}]",
            "w.json:2:77: accounts[0].users[0].accessKeys[0].secret: a secret must be 16 to 128 printable characters "
                + "without space"
        ),
        (
            "\"users\": [{\"name\": \"u\", \"accessKeys\": [{\"id\": \"AKIA000000000000\", \"secret\": \"***\"}]}]",
            "w.json:2:77: accounts[0].users[0].accessKeys[0].secret: `***` keeps a secret, but there is no key "
                + "`AKIA000000000000` whose it could be"
        ),
        (
            "\"users\": [{\"name\": \"u\", \"accessKeys\": [{\"id\": \"AKIA000000000000\", \"secret\": "
                + "\"0123456789abcdef\", \"status\": \"active\"}]}]",
            "w.json:2:107: accounts[0].users[0].accessKeys[0].status: expected one of `Active`, `Inactive`, met "
                + "`active`; did you mean `Active`?"
        ),
        (
            "\"users\": [{\"name\": \"u\", \"policies\": [\"arn:aws:iam::aws:policy/PowerUserAccess\"]}]",
            "w.json:2:38: accounts[0].users[0].policies[0]: the managed policy "
                + "`arn:aws:iam::aws:policy/PowerUserAccess` is not known: known are "
                + "`arn:aws:iam::aws:policy/AdministratorAccess`, `arn:aws:iam::aws:policy/AmazonS3FullAccess`, "
                + "`arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess`"
        ),
        (
            "\"users\": [{\"name\": \"u\", \"policies\": [\"p.json\"]}]",
            "w.json:2:38: accounts[0].users[0].policies[0]: this world comes from no file, so it can't name files"
        ),
        (
            "\"users\": [{\"name\": \"u\", \"policies\": [{\"name\": \"P\", \"document\": {\"Version\": \"2012-10-17\",\n"
                + "\"Statement\": {\"Effect\": \"Alow\", \"Action\": \"s3:*\", \"Resource\": \"*\"}}}]}]",
            "w.json:3:25: accounts[0].users[0].policies[0].document.Statement.Effect: `Effect` must be `Allow` or "
                + "`Deny`, not `Alow`"
        ),
        (
            "\"users\": [{\"name\": \"u\", \"policies\": [{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": "
                + "\"Allow\", \"Action\": \"s3:*\", \"Resource\": \"*\",\n"
                + "\"Condition\": {\"StringEqual\": {\"aws:username\": \"u\"}}}}]}]",
            "w.json:3:15: accounts[0].users[0].policies[0].Statement.Condition.StringEqual: unknown condition "
                + "operator `StringEqual`; did you mean `StringEquals`?"
        ),
        (
            "\"buckets\": [{\"name\": \"Acme\"}]",
            "w.json:2:22: accounts[0].buckets[0].name: `Acme` is no bucket name: it may hold only lower-case letters, "
                + "digits, `-` and `.`"
        ),
        (
            "\"buckets\": [{\"name\": \"acme\"}, {\"name\": \"acme\"}]",
            "w.json:2:40: accounts[0].buckets[1].name: the bucket `acme` is there twice"
        ),
        (
            "\"buckets\": [{\"name\": \"acme\", \"versioning\": \"Enabled\"}]",
            "w.json:2:44: accounts[0].buckets[0].versioning: `versioning` can only be \"Disabled\": other values are "
                + "not supported yet"
        ),
        (
            "\"buckets\": [{\"name\": \"acme\", \"publicAccessBlock\": {\"blockPublicAcl\": true}}]",
            "w.json:2:52: accounts[0].buckets[0].publicAccessBlock: unknown key `blockPublicAcl`; did you mean "
                + "`blockPublicAcls`?"
        ),
        (
            "\"buckets\": [{\"name\": \"acme\", \"encryption\": {\"kmsKey\": \"alias/bills\"}}]",
            "w.json:2:55: accounts[0].buckets[0].encryption.kmsKey: `AES256` has no key: write `aws:kms` as algorithm"
        ),
        (
            "\"buckets\": [{\"name\": \"acme\", \"policy\": {\"Version\": \"2012-10-17\", \"Statement\":\n"
                + "{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"s3:GetObject\", \"Resource\": "
                + "\"arn:aws:s3:::acme/*\"}}}]",
            "w.json:3:1: accounts[0].buckets[0].policy: statement 1 allows everyone, and `publicAccessBlock` of `acme` "
                + "is on: S3 would refuse the policy (BlockPublicPolicy)"
        ),
        (
            "\"buckets\": [{\"name\": \"acme\", \"policy\": {\"Version\": \"2012-10-17\", \"Statement\": [\n"
                + "{\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"arn:aws:iam::111122223333:user/gone\"}, "
                + "\"Action\": \"s3:GetObject\", \"Resource\": \"arn:aws:s3:::acme/*\"}]}}]",
            "w.json:3:34: accounts[0].buckets[0].policy.Statement[0].Principal: there is no user "
                + "`arn:aws:iam::111122223333:user/gone`: S3 would refuse the policy (Invalid principal in policy)"
        ),
        (
            "\"buckets\": [{\"name\": \"acme\", \"policy\": {\"Version\": \"2012-10-17\", \"Statement\": [\n"
                + "{\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"999988887777\"}, \"Action\": \"s3:GetObject\",\n"
                + "\"Resource\": \"arn:aws:s3:::acme-2/*\"}]}}]",
            "w.json:4:13: accounts[0].buckets[0].policy.Statement[0].Resource: `arn:aws:s3:::acme-2/*` is not in the "
                + "bucket `acme`"
        ),
        (
            "\"buckets\": [{\"name\": \"acme\", \"objects\": [{\"key\": \"a\", \"file\": \"a\"}]}]",
            "w.json:2:63: accounts[0].buckets[0].objects[0].file: this world comes from no file, so it can't name files"
        ),
    ]

    @Test(arguments: members)
    func inAnAccount(_ example: (members: String, says: String)) {
        let text = "{\"accounts\": [{\"id\": \"111122223333\",\n\(example.members)}]}"
        #expect(error(text) == example.says)
    }

    @Test(arguments: [
        ("[{}]", "w.json:1:15: accounts[0]: `id` is missing"),
        (
            "[{\"id\": \"11112222333\"}]",
            "w.json:1:22: accounts[0].id: `11112222333` is no account id: it must be twelve digits"
        ),
        (
            "[{\"id\": 111122223333}]",
            "w.json:1:22: accounts[0].id: expected a string, met a number"
        ),
        (
            "[{\"id\": \"111122223333\"}, {\"id\": \"111122223333\"}]",
            "w.json:1:46: accounts[1].id: the account `111122223333` is there twice"
        ),
    ])
    func accounts(_ example: (accounts: String, says: String)) {
        #expect(error("{\"accounts\": \(example.accounts)}") == example.says)
    }

    @Test func everyValueThatMeansTheDefaultIsTaken() throws {
        let text = """
            {"region": "us-east-1", "anonymousAs": null, "secureTransport": "loopback-counts", "clock": null,
             "multipartInitiator": "explicit", "faults": [], "organizations": [], "vpcEndpoints": [], "projects": [],
             "defaults": {"ownership": "BucketOwnerEnforced", "publicAccessBlock": true},
             "accounts": [{"id": "111122223333", "name": "acme", "canonicalId": null, "rootAccessKeys": [],
               "publicAccessBlock": null, "policies": [], "groups": [{"name": "g", "policies": []}],
               "users": [{"name": "u", "path": "/", "id": null, "groups": ["g"], "accessKeys": [], "policies": [],
                 "permissionsBoundary": null, "tags": {}}], "roles": [], "kmsKeys": [],
               "buckets": [{"name": "acme-billing", "region": "eu-west-1", "policy": null,
                 "ownership": "BucketOwnerEnforced", "publicAccessBlock": true, "versioning": "Disabled",
                 "encryption": {"algorithm": "AES256", "kmsKey": null}, "tags": {}, "objects": []}]}]}
            """
        let world = try WorldDefinition.parse(text)
        #expect(world.accounts.map(\.id) == ["111122223333"])
    }
}
