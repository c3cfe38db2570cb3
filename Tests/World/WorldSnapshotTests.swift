import Identity
import Policy
import Testing

@testable import World

@Suite struct WorldSnapshotTests {
    /// Two accounts: the platform writes into the customer's bucket when the bucket's policy says so.
    static let text = """
        {"region": "eu-west-1", "accounts": [
          {"id": "111122223333", "name": "acme", "buckets": [{"name": "acme-billing"}]},
          {"id": "999988887777", "users": [
            {"name": "exporter",
             "accessKeys": [{"id": "AKIAEXAMPLE000000001", "secret": "exporter-secret-0001"}],
             "policies": [{"name": "ExportWrite", "document": {
               "Version": "2012-10-17",
               "Statement": [{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::*"}]}}]}]}
        ]}
        """

    static let attached = """
        {"Version": "2012-10-17", "Statement": [{"Sid": "ExportWrite", "Effect": "Allow",
          "Principal": {"AWS": "arn:aws:iam::999988887777:user/exporter"},
          "Action": "s3:PutObject", "Resource": "arn:aws:s3:::acme-billing/*"}]}
        """

    static func snapshot() throws -> WorldSnapshot {
        WorldSnapshot(try WorldDefinition.parse(text))
    }

    @Test func findsTheOwnerOfAKey() throws {
        let world = try WorldSnapshotTests.snapshot()
        let credential = try #require(world.credential(accessKeyID: "AKIAEXAMPLE000000001"))
        #expect(credential.isActive)
        #expect(credential.caller.principal.arn == "arn:aws:iam::999988887777:user/exporter")
        #expect(credential.caller.policies.map(\.id) == ["999988887777/user/exporter/ExportWrite"])
        #expect(world.credential(accessKeyID: "AKIAEXAMPLE000000002") == nil)
        #expect(world.credential(accessKeyID: "") == nil)
    }

    @Test func anAttachedBucketPolicyTurnsTheAnswer() throws {
        let world = try WorldSnapshotTests.snapshot()
        let bucket = try #require(world.bucket("acme-billing"))
        let caller = try #require(world.caller(arn: "arn:aws:iam::999988887777:user/exporter"))
        let request = AccessRequest(
            action: "s3:PutObject",
            resource: "\(bucket.arn)/2026-11.csv",
            principal: caller.facts,
            resourceAccount: bucket.account
        )
        let before = evaluate(
            request,
            PolicySet(identity: caller.policies, resource: bucket.policy)
        )
        #expect(before.verdict == .implicitDeny)
        #expect(before.layer == .resource)
        #expect(before.awsMessage(for: request) == "Access Denied")

        let policy = try PolicyDocument.parse(
            WorldSnapshotTests.attached,
            kind: .bucket,
            bucket: "acme-billing"
        )
        let after = world.setting(
            Bucket(
                name: bucket.name,
                account: bucket.account,
                region: bucket.region,
                settings: BucketSettings(policy: policy)
            )
        )
        let changed = try #require(after.bucket("acme-billing"))
        let decision = evaluate(
            request,
            PolicySet(identity: caller.policies, resource: changed.policy)
        )
        #expect(decision.isAllowed)
        #expect(
            decision.determining.map(\.policy.id) == [
                "999988887777/user/exporter/ExportWrite", "111122223333/bucket/acme-billing",
            ]
        )
    }

    @Test func theStandardWorldHasAnAdministratorAndTheBucketsAsked() throws {
        let world = WorldSnapshot(.standard(buckets: ["first", "second"]))
        let admin = try #require(world.credential(accessKeyID: "AKIAFAKESTORE0000000")).caller
        #expect(admin.principal.arn == "arn:aws:iam::000000000000:user/admin")
        #expect(admin.policies.map(\.id) == ["aws/AdministratorAccess"])
        #expect(world.buckets.keys.sorted() == ["first", "second"])
        #expect(world.bucket("first")?.region == "us-east-1")
        #expect(world.unsigned.principal.isAnonymous)
    }
}
