import Identity
import Platform
import Testing

@testable import World

/// Sessions: their tokens, what they say, and whom they make the caller.
@Suite struct SessionTests {
    private static let now = Timestamp(seconds: 1_795_165_200)
    private static let sealer = SessionSealer()

    private static func grant(of world: WorldSnapshot) throws -> SessionGrant {
        let role = try #require(
            world.role(arn: "arn:aws:iam::111122223333:role/service/PlatformReadOnly")
        )
        return SessionGrant(
            accessKeyID: sealer.accessKeyID(serial: 1),
            account: "111122223333",
            subject: .role(id: role.uniqueID),
            name: "exporter-1",
            issued: now,
            expires: now.adding(seconds: 3_600),
            policy: RoleFileTests.document,
            managedPolicies: ["arn:aws:iam::aws:policy/AmazonS3FullAccess"],
            tags: [Tag(key: "cycle", value: "2026-12"), Tag(key: "ü", value: "\"<&")],
            transitiveTagKeys: ["cycle"],
            sourceIdentity: "someone"
        )
    }

    private static func world(sealer: SessionSealer? = sealer) throws -> WorldSnapshot {
        WorldSnapshot(try WorldDefinition.parse(RoleFileTests.full), sealer: sealer)
    }

    private func credential(
        _ world: WorldSnapshot,
        _ id: String,
        _ token: String?,
        at time: Timestamp = now
    ) throws(SignatureError) -> Credential? {
        try world.credential(
            accessKeyID: id.utf8.span,
            token: token.map { Array($0.utf8)[...] },
            now: time
        )
    }

    @Test func aTokenSaysWhatWasSealed() throws {
        let grant = try SessionTests.grant(of: SessionTests.world())
        let token = SessionTests.sealer.token(of: grant)
        #expect(SessionTests.sealer.grant(token: Array(token.utf8)[...]) == grant)
        #expect(grant.accessKeyID.hasPrefix("ASIA"))
        #expect(grant.accessKeyID.utf8.count == 20)
        #expect(SessionTests.sealer.secret(accessKeyID: grant.accessKeyID).utf8.count == 40)
    }

    @Test func aTokenOfAnotherSealerOrWithAByteChangedIsRefused() throws {
        let world = try SessionTests.world()
        let grant = try SessionTests.grant(of: world)
        let token = SessionTests.sealer.token(of: grant)
        var bytes = Array(token.utf8)
        bytes[60] = bytes[60] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        for wrong in [
            SessionSealer().token(of: grant), String(decoding: bytes, as: UTF8.self), "x", "",
        ] {
            let error = #expect(throws: SignatureError.self) {
                try credential(world, grant.accessKeyID, wrong)
            }
            #expect(error == .badToken(wrong))
        }
        // The right token with another session's key.
        #expect(throws: SignatureError.self) {
            try credential(world, SessionTests.sealer.accessKeyID(serial: 2), token)
        }
    }

    @Test func aSessionsKeyWithoutItsTokenIsUnknown() throws {
        let world = try SessionTests.world()
        #expect(try credential(world, SessionTests.grant(of: world).accessKeyID, nil) == nil)
        #expect(try credential(world, "ASIAEXAMPLE000000001", nil) == nil)
    }

    @Test func theCallerIsTheSessionWithTheRolesPoliciesAndAllLimits() throws {
        let world = try SessionTests.world()
        let grant = try SessionTests.grant(of: world)
        let token = SessionTests.sealer.token(of: grant)
        let found = try #require(try credential(world, grant.accessKeyID, token))
        let caller = found.caller
        #expect(
            caller.facts.arn
                == "arn:aws:sts::111122223333:assumed-role/PlatformReadOnly/exporter-1"
        )
        #expect(
            caller.facts.roleARN == "arn:aws:iam::111122223333:role/service/PlatformReadOnly"
        )
        #expect(caller.facts.userID?.hasSuffix(":exporter-1") == true)
        // The session's tag goes before the role's of the same key.
        #expect(caller.facts.tags == ["cycle": "2026-12", "ü": "\"<&"])
        #expect(caller.policies.count == 2)
        #expect(caller.limits?.boundary?.name == "Most")
        #expect(caller.limits?.session?.map(\.name) == ["session-policy", "AmazonS3FullAccess"])
        #expect(caller.session?.issued == SessionTests.now)
        #expect(caller.session?.transitiveTags == [Tag(key: "cycle", value: "2026-12")])
        // Opened once: the second request finds the same.
        #expect(try credential(world, grant.accessKeyID, token) === found)
    }

    @Test func aSessionEndsByTheClock() throws {
        let world = try SessionTests.world()
        let grant = try SessionTests.grant(of: world)
        let token = SessionTests.sealer.token(of: grant)
        let last = Timestamp(microseconds: grant.expires.microseconds - 1)
        #expect(try credential(world, grant.accessKeyID, token, at: last) != nil)
        let error = #expect(throws: SignatureError.self) {
            try credential(world, grant.accessKeyID, token, at: grant.expires)
        }
        #expect(error == .expiredToken(token))
        // And so does one from the world's file.
        #expect(throws: SignatureError.expiredToken("the-token")) {
            try credential(
                world,
                "ASIAEXAMPLE000000001",
                "the-token",
                at: SessionTests.now.adding(seconds: 3_600)
            )
        }
        #expect(throws: SignatureError.badToken("another")) {
            try credential(world, "ASIAEXAMPLE000000001", "another")
        }
    }

    @Test func aRoleMadeAgainIsAnotherRole() throws {
        var definition = try WorldDefinition.parse(RoleFileTests.full)
        let grant = try SessionTests.grant(of: WorldSnapshot(definition))
        let token = SessionTests.sealer.token(of: grant)
        definition.accounts[0].roles[0].id = definition.drawID(.role, account: "111122223333")
        let world = WorldSnapshot(definition, sealer: SessionTests.sealer)
        #expect(throws: SignatureError.badToken(token)) {
            try credential(world, grant.accessKeyID, token)
        }
        let second = definition.drawID(.role, account: "111122223333")
        #expect(second != definition.accounts[0].roles[0].id)
    }

    @Test func aSealerComesBackFromItsText() throws {
        let grant = try SessionTests.grant(of: SessionTests.world())
        let again = try #require(SessionSealer(text: SessionTests.sealer.text))
        #expect(again.token(of: grant) == SessionTests.sealer.token(of: grant))
        #expect(SessionSealer(text: "00") == nil)
    }

    @Test func deletedPrincipalsBecomeTheirIDs() throws {
        var world = try WorldDefinition.parse(
            """
            {"accounts": [{"id": "111122223333", "users": [{"name": "u"}, {"name": "other"}],
              "roles": [{"name": "R", "trustPolicy": {"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS":
                  ["arn:aws:iam::111122223333:user/u", "arn:aws:iam::111122223333:user/other"]}}]}}],
              "buckets": [{"name": "acme", "policy": {"Version": "2012-10-17", "Statement":
                {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme/*",
                 "Principal": {"AWS": "arn:aws:iam::111122223333:user/u"}}}}]}]}
            """
        )
        let arn = "arn:aws:iam::111122223333:user/u"
        let id = world.accounts[0].users[0].uniqueID(account: "111122223333")
        world.accounts[0].users.removeFirst()
        world.replace(principal: arn, by: id)
        let trust = world.accounts[0].roles[0].trustPolicy.text
        #expect(trust.contains("[\"\(id)\",\"arn:aws:iam::111122223333:user/other\"]"))
        #expect(world.accounts[0].buckets[0].settings.policy?.text.contains(id) == true)
        #expect(try WorldDefinition.parse(world.json(secrets: true)) == world)
    }
}
