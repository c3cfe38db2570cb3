import JSON
import Platform
import Testing

@testable import World

/// Roles, sessions, managed policies, boundaries and tags in a world's file.
@Suite struct RoleFileTests {
    static let document =
        #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#

    static let trust =
        #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"999988887777"},"#
        + #""Action":"sts:AssumeRole"}}"#

    static let full = """
        {"accounts": [
          {"id": "111122223333",
           "policies": [
             {"name": "ExportWrite", "path": "/team/", "description": "writes", "document": \(document)},
             {"name": "Old", "id": "ANPAEXAMPLE0000000001", "defaultVersion": "v2", "latestVersion": "v4",
              "versions": [{"id": "v2", "document": \(document)},
                {"id": "v3", "created": "2026-11-20T09:00:00Z", "document": \(document)}]}],
           "groups": [{"name": "g", "path": "/team/", "policies": ["arn:aws:iam::111122223333:policy/Old"]}],
           "users": [{"name": "u", "groups": ["g"], "tags": {"team": "bills"},
             "permissionsBoundary": "arn:aws:iam::111122223333:policy/team/ExportWrite"}],
           "roles": [{"name": "PlatformReadOnly", "path": "/service/", "trustPolicy": \(trust),
             "policies": ["arn:aws:iam::111122223333:policy/team/ExportWrite", \(document)],
             "permissionsBoundary": {"name": "Most", "document": \(document)},
             "maxSessionSeconds": 43200, "tags": {"cycle": "2026-11"},
             "sessions": [{"name": "s1", "id": "ASIAEXAMPLE000000001", "secret": "session-secret-0001",
               "token": "the-token", "expires": "2026-11-20T10:00:00Z", "policy": \(document)}]}]}]}
        """

    @Test func whatIsWrittenReadsAsTheSameWorld() throws {
        let world = try WorldDefinition.parse(RoleFileTests.full)
        let text = world.json(secrets: true)
        #expect(try WorldDefinition.parse(text) == world)
        #expect(try WorldDefinition.parse(text).json(secrets: true) == text)
    }

    @Test func secretsAndTokensAreHiddenAndKept() throws {
        let world = try WorldDefinition.parse(RoleFileTests.full)
        let hidden = world.json(secrets: false)
        #expect(!hidden.contains("session-secret"))
        #expect(!hidden.contains("the-token"))
        #expect(try WorldDefinition.parse(hidden, keepingSecretsOf: world) == world)
        #expect(throws: JSONError.self) { try WorldDefinition.parse(hidden) }
    }

    @Test func aRoleIsReadyToBeAssumed() throws {
        let world = WorldSnapshot(try WorldDefinition.parse(RoleFileTests.full))
        let role = try #require(
            world.role(arn: "arn:aws:iam::111122223333:role/service/PlatformReadOnly")
        )
        #expect(role.uniqueID.hasPrefix("AROA"))
        #expect(role.uniqueID.utf8.count == 21)
        #expect(world.role(id: role.uniqueID) === role)
        #expect(
            role.policies.map(\.id) == [
                "111122223333/policy/ExportWrite", "111122223333/role/PlatformReadOnly/policy-1",
            ]
        )
        #expect(role.policies.first?.arn == "arn:aws:iam::111122223333:policy/team/ExportWrite")
        #expect(role.boundary?.name == "Most")
        #expect(role.trust.id == "111122223333/trust/PlatformReadOnly")
    }

    @Test func aUserHasBoundaryTagsAndTheGroupsPolicies() throws {
        let world = WorldSnapshot(try WorldDefinition.parse(RoleFileTests.full))
        let user = try #require(world.caller(arn: "arn:aws:iam::111122223333:user/u"))
        #expect(user.facts.tags == ["team": "bills"])
        #expect(user.limits?.boundary?.name == "ExportWrite")
        #expect(user.limits?.session == nil)
        #expect(user.policies.map(\.id) == ["111122223333/policy/Old"])
    }

    private func error(_ members: String) -> String {
        do {
            _ = try WorldDefinition.parse(
                "{\"accounts\": [{\"id\": \"111122223333\",\n\(members)}]}",
                file: "w.json"
            )
            return "accepted"
        } catch {
            return error.description
        }
    }

    private static func role(_ members: String) -> String {
        "\"roles\": [{\"name\": \"R\", \"trustPolicy\": \(trust),\n\(members)}]"
    }

    private static let mistakes: [(members: String, says: String)] = [
        (
            "\"roles\": [{\"name\": \"R\"}]",
            "w.json:2:11: accounts[0].roles[0]: `trustPolicy` is missing"
        ),
        (
            role("\"maxSessionSeconds\": 3599"),
            "w.json:3:22: accounts[0].roles[0].maxSessionSeconds: a session may last 3600 to 43200 seconds, not 3599"
        ),
        (
            role("\"id\": \"AIDAEXAMPLE0000000001\""),
            "w.json:3:7: accounts[0].roles[0].id: `AIDAEXAMPLE0000000001` is no id of a role: it must begin with `AROA`"
        ),
        (
            role("\"policies\": [\"arn:aws:iam::111122223333:policy/None\"]"),
            "w.json:3:14: accounts[0].roles[0].policies[0]: the managed policy "
                + "`arn:aws:iam::111122223333:policy/None` is not known: known are "
                + "`arn:aws:iam::aws:policy/AdministratorAccess`, `arn:aws:iam::aws:policy/AmazonS3FullAccess`, "
                + "`arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess`"
        ),
        (
            role("\"sessions\": [{\"name\": \"s\"}]"),
            "w.json:3:23: accounts[0].roles[0].sessions[0].name: `s` is no name of a session: it must be 2 to 64 "
                + "letters, digits or `+=,.@-_`"
        ),
        (
            role(
                "\"sessions\": [{\"name\": \"ss\", \"id\": \"ASIAEXAMPLE000000001\", \"secret\": "
                    + "\"session-secret-0001\"}]"
            ),
            "w.json:3:14: accounts[0].roles[0].sessions[0]: `token` is missing"
        ),
        (
            role("\"tags\": {\"a\": \"1\", \"A\": \"2\"}"),
            "w.json:3:9: accounts[0].roles[0].tags: the tag `A` is there twice"
        ),
        (
            "\"roles\": [{\"name\": \"R\", \"trustPolicy\": {\"Version\": \"2012-10-17\", \"Statement\": [\n"
                + "{\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"arn:aws:iam::111122223333:role/None\"}, "
                + "\"Action\": \"sts:AssumeRole\"}]}}]",
            "w.json:3:34: accounts[0].roles[0].trustPolicy.Statement[0].Principal: there is no role "
                + "`arn:aws:iam::111122223333:role/None`: IAM would refuse the policy (Invalid principal in policy)"
        ),
        (
            "\"policies\": [{\"name\": \"P\"}]",
            "w.json:2:14: accounts[0].policies[0]: a policy has a `document`, or one to five `versions`"
        ),
        (
            "\"policies\": [{\"name\": \"P\", \"document\": \(document), \"defaultVersion\": \"v2\"}]",
            "w.json:2:146: accounts[0].policies[0].defaultVersion: there is no such version"
        ),
        (
            "\"policies\": [{\"name\": \"P\", \"document\": \(document)}, {\"name\": \"p\", \"document\": \(document)}]",
            "w.json:2:129: accounts[0].policies[1]: the policy `p` is there twice"
        ),
    ]

    @Test(arguments: mistakes)
    func mistakesAreNamedWithTheirPlace(_ example: (members: String, says: String)) {
        #expect(error(example.members) == example.says)
    }

    @Test func aRoleMayTrustAnotherOfTheWorldWhereverThatStands() {
        let text = """
            "roles": [
              {"name": "A", "trustPolicy": {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
                "Principal": {"AWS": "arn:aws:iam::111122223333:role/B"}}}},
              {"name": "B", "trustPolicy": {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
                "Principal": {"AWS": "arn:aws:iam::111122223333:role/A"}}}}]
            """
        #expect(error(text) == "accepted")
    }
}
