import Glibc
import JSON
import Platform
import Policy
import Testing

@testable import World

@Suite struct WorldFileTests {
    private static func write(_ text: String, to path: String) throws {
        let file = try OpenFile(path, .create)
        try Array(text.utf8).withUnsafeBytes { try file.write($0, at: 0) }
    }

    /// Runs `body` with a folder that is removed afterwards; its path ends with a slash.
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = try Folder.temporary(prefix: "world-test-")
        defer { try? Folder.remove(folder) }
        try body(folder + "/")
    }

    @Test func pathsBeginAtTheWorldFile() throws {
        try withFolder { folder in
            try WorldFileTests.write(
                #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}}"#,
                to: folder + "write.json"
            )
            try WorldFileTests.write("a,b\n", to: folder + "a.csv")
            try WorldFileTests.write(
                """
                {"accounts": [{"id": "111122223333",
                  "users": [{"name": "u", "policies": ["write.json", {"name": "Named", "document": "write.json"},
                    "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]}],
                  "buckets": [{"name": "acme", "objects": [{"key": "in/a.csv", "file": "a.csv"}]}]}]}
                """,
                to: folder + "w.json"
            )
            let world = try WorldDefinition.load(path: folder + "w.json")
            let caller = try #require(
                WorldSnapshot(world).caller(arn: "arn:aws:iam::111122223333:user/u")
            )
            #expect(
                caller.policies.map(\.id) == [
                    "111122223333/user/u/policy-1", "111122223333/user/u/Named",
                    "aws/AmazonS3ReadOnlyAccess",
                ]
            )
            #expect(
                world.accounts[0].buckets[0].objects == [
                    ObjectDefinition(key: "in/a.csv", file: folder + "a.csv")
                ]
            )
        }
    }

    @Test func mistakesInAPolicyFileNameThatFile() throws {
        try withFolder { folder in
            try WorldFileTests.write("{\n  \"Statement\": []\n}", to: folder + "p.json")
            try WorldFileTests.write(
                #"{"accounts": [{"id": "111122223333", "users": [{"name": "u", "policies": ["p.json"]}]}]}"#,
                to: folder + "w.json"
            )
            let error = #expect(throws: JSONError.self) {
                try WorldDefinition.load(path: folder + "w.json")
            }
            #expect(error?.description == "\(folder)p.json:2:16: Statement: `Statement` is empty")
        }
    }

    @Test func missingFilesAreNamedWhereTheyAreMentioned() throws {
        try withFolder { folder in
            try WorldFileTests.write(
                #"{"accounts": [{"id": "111122223333", "users": [{"name": "u", "policies": ["p.json"]}]}]}"#,
                to: folder + "w.json"
            )
            let error = #expect(throws: JSONError.self) {
                try WorldDefinition.load(path: folder + "w.json")
            }
            #expect(
                error?.description
                    == "\(folder)w.json:1:75: accounts[0].users[0].policies[0]: can't read `p.json`: "
                    + "`\(folder)p.json`: open: No such file or directory"
            )
            let missing = #expect(throws: JSONError.self) {
                try WorldDefinition.load(path: folder + "none.json")
            }
            #expect(
                missing?.description
                    == "\(folder)none.json: `\(folder)none.json`: open: No such file or directory"
            )
        }
    }

    private static let full = """
        {"region": "eu-west-1", "anonymousAs": "arn:aws:iam::111122223333:user/team/u", "accounts": [
          {"id": "111122223333", "name": "acme",
           "rootAccessKeys": [{"id": "AKIAROOT0000000000", "secret": "root-secret-000000"}],
           "groups": [{"name": "g", "policies": ["arn:aws:iam::aws:policy/AmazonS3FullAccess"]}],
           "users": [{"name": "u", "path": "/team/", "groups": ["g"],
             "accessKeys": [{"id": "AKIAUSER0000000000", "secret": "user-secret-000000", "status": "Inactive"}],
             "policies": [{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}]}],
           "buckets": [{"name": "acme", "region": "us-west-2", "publicAccessBlock": false, "policy":
             {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
              "Resource": "arn:aws:s3:::acme/*"}}}]}]}
        """

    @Test func whatIsWrittenReadsAsTheSameWorld() throws {
        let world = try WorldDefinition.parse(WorldFileTests.full)
        let text = world.json(secrets: true)
        #expect(try WorldDefinition.parse(text) == world)
        #expect(try WorldDefinition.parse(text).json(secrets: true) == text)
    }

    @Test(arguments: [
        #""publicAccessBlock": false"#, #""ownership": "ObjectWriter""#, #""ownership": "none""#,
        #""publicAccessBlock": {"blockPublicAcls": true}"#,
        #""publicAccessBlock": {"blockPublicAcls": false}"#, #""tags": {"b": "1", "a": "2"}"#,
        #""encryption": {"algorithm": "aws:kms", "kmsKey": "alias/bills", "bucketKey": true}"#,
        #""encryption": {"blockCustomerKeys": false}"#,
    ])
    func settingsOfABucketAreWrittenAndKept(_ member: String) throws {
        for defaults in [
            "{}", #"{"ownership": "BucketOwnerPreferred", "publicAccessBlock": false}"#,
        ] {
            let world = try WorldDefinition.parse(
                """
                {"defaults": \(defaults), "accounts": [{"id": "111122223333", "publicAccessBlock": true,
                 "kmsKeys": [{"id": "k-1", "region": "eu-west-1", "aliases": ["alias/bills"], "state": "Disabled",
                   "policy": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*",
                     "Action": "kms:*", "Resource": "*"}}}],
                 "buckets": [{"name": "acme", \(member)}, {"name": "plain"}]}]}
                """
            )
            #expect(try WorldDefinition.parse(world.json(secrets: true)) == world)
            for bucket in world.accounts[0].buckets {
                #expect(try BucketSettings(json: bucket.settings.json) == bucket.settings)
            }
            #expect(
                world.accounts[0].buckets[0].settings != world.defaults.settings || defaults != "{}"
            )
            #expect(world.accounts[0].buckets[1].settings == world.defaults.settings)
        }
    }

    @Test func secretsAreHiddenAndKept() throws {
        let world = try WorldDefinition.parse(WorldFileTests.full)
        let hidden = world.json(secrets: false)
        #expect(!hidden.contains("secret-000000"))
        #expect(try WorldDefinition.parse(hidden, keepingSecretsOf: world) == world)
        #expect(throws: JSONError.self) { try WorldDefinition.parse(hidden) }
    }

    @Test func theStandardWorldReadsBack() throws {
        let world = WorldDefinition.standard(region: "eu-central-1", buckets: ["one"])
        #expect(try WorldDefinition.parse(world.json(secrets: true)) == world)
    }

    @Test func theSameNamesGiveTheSameIDs() throws {
        let first = WorldSnapshot(try WorldDefinition.parse(WorldFileTests.full))
        let second = WorldSnapshot(try WorldDefinition.parse(WorldFileTests.full))
        let arn = "arn:aws:iam::111122223333:user/team/u"
        let id = try #require(first.caller(arn: arn)).principal.uniqueID
        #expect(id == second.caller(arn: arn)?.principal.uniqueID)
        #expect(id.hasPrefix("AIDA"))
        #expect(id.utf8.count == 21)
        let canonical = try #require(first.accounts["111122223333"]).canonicalID
        #expect(canonical.utf8.count == 64)
        #expect(first.unsigned.principal.arn == arn)
        #expect(first.credential(accessKeyID: "AKIAUSER0000000000")?.isActive == false)
        #expect(
            first.credential(accessKeyID: "AKIAROOT0000000000")?.caller.principal.arn
                == "arn:aws:iam::111122223333:root"
        )
    }

    @Test func bucketSettingsKeepThePolicysText() throws {
        let text = """
            { "Version": "2012-10-17", "Statement": [ {"Effect": "Deny", "Principal": "*", "Action": "s3:*",
              "Resource": "arn:aws:s3:::acme/*"} ] }
            """
        let settings = BucketSettings(
            policy: try PolicyDocument.parse(text, kind: .bucket, bucket: "acme"),
            publicAccessBlock: false
        )
        let read = try BucketSettings(json: settings.json)
        #expect(read == settings)
        #expect(read.policy?.text == text)
    }

    @Test func bucketsComeAndGo() throws {
        let world = WorldSnapshot(.standard(buckets: ["one"]))
        let two = world.setting(
            Bucket(
                name: "two",
                account: "000000000000",
                region: "eu-west-1",
                settings: BucketSettings()
            )
        )
        #expect(two.buckets.keys.sorted() == ["one", "two"])
        #expect(two.definition.owner(ofBucket: "two") == "000000000000")
        #expect(world.bucket("two") == nil)
        let one = two.removing(bucket: "one")
        #expect(one.buckets.keys.sorted() == ["two"])
        #expect(try WorldDefinition.parse(one.definition.json(secrets: true)) == one.definition)
    }

    @Test func aPolicyThatNamesAMissingUserIsFound() throws {
        let world = WorldSnapshot(.standard(buckets: ["one"]))
        func policy(_ arn: String) throws -> PolicyDocument {
            try PolicyDocument.parse(
                """
                {"Statement":{"Effect":"Allow","Principal":{"AWS":"\(arn)"},"Action":"s3:GetObject",\
                "Resource":"arn:aws:s3:::one/*"}}
                """,
                kind: .bucket,
                bucket: "one"
            )
        }
        let gone = try #require(
            world.missingPrincipal(in: try policy("arn:aws:iam::000000000000:user/gone"))
        )
        #expect(gone.arn == "arn:aws:iam::000000000000:user/gone")
        #expect(
            world.missingPrincipal(in: try policy("arn:aws:iam::000000000000:user/admin")) == nil
        )
        #expect(
            world.missingPrincipal(in: try policy("arn:aws:iam::999988887777:user/gone")) == nil
        )
    }

    @Test(arguments: [
        ("abc", true), ("ab", false), (String(repeating: "a", count: 63), true),
        (String(repeating: "a", count: 64), false), ("a.b-c", true), ("a..b", false),
        ("-ab", false),
        ("ab-", false), ("a_b", false), ("aBc", false), ("192.168.1.1", false),
        ("192.168.1.1.1", true),
        ("xn--abc", false), ("abc-s3alias", false), ("sthree-x", false), ("abc--x-s3", false),
    ])
    func bucketNames(_ example: (name: String, isName: Bool)) {
        #expect((BucketName.fault(in: example.name) == nil) == example.isName, "\(example.name)")
    }
}
