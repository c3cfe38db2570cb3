import JSON
import Platform
import Testing
import Transfer

@testable import Destinations

/// Sessions in a customer's role: how many are started, when another one is, and what a no says.
@Suite struct AssumedRoleTests {
    static let role = Role(
        arn: "arn:aws:iam::111122223333:role/BillingExport",
        externalID: "cust-7f3a",
        owner: "acme"
    )
    static let own = AWSCredentials(accessKeyID: "AK", secretAccessKey: "SK")

    static func session(_ key: String) -> Result<TransferAnswer, TransferFailure> {
        let body = """
            <AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>\(key)</AccessKeyId>
            <SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
            <Expiration>2026-11-24T13:00:00Z</Expiration></Credentials><AssumedRoleUser>
            <Arn>arn:aws:sts::111122223333:assumed-role/BillingExport/exporter-acme</Arn>
            </AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>
            """
        return .success(
            TransferAnswer(
                status: 200,
                headers: [("Date", "Tue, 24 Nov 2026 12:00:00 GMT")],
                body: Array(body.utf8)
            )
        )
    }

    static func no(_ code: String) -> Result<TransferAnswer, TransferFailure> {
        let body =
            "<ErrorResponse><Error><Code>\(code)</Code><Message>words</Message></Error></ErrorResponse>"
        return .success(TransferAnswer(status: 403, body: Array(body.utf8)))
    }

    static func assumed(
        _ transport: ScriptedTransport,
        clock: Locked<UInt64> = Locked(0)
    ) -> AssumedRole {
        let sts = QueryService(
            .sts,
            endpoint: "http://127.0.0.1:9",
            region: "us-east-1",
            transport: transport,
            environment: RetryEnvironment(pause: { _ in }, random: { 0 })
        )
        return AssumedRole(role, sts: sts, monotonicClock: { clock.withLock { $0 } }) { own }
    }

    @Test func asksAsTheSetUpSays() throws {
        let transport = ScriptedTransport([Self.session("ASIA1")])
        _ = try Self.assumed(transport).credentials()
        let request = try #require(transport.seen.first)
        #expect(request.signing?.service == "sts")
        #expect(request.signing?.credentials == Self.own)
        guard case .bytes(let form) = request.body else { return }
        #expect(
            String(decoding: form, as: UTF8.self)
                == "Action=AssumeRole&Version=2011-06-15"
                + "&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2FBillingExport"
                + "&RoleSessionName=exporter-acme&DurationSeconds=3600&ExternalId=cust-7f3a"
        )
    }

    @Test func everybodySharesOneSession() throws {
        let transport = ScriptedTransport([Self.session("ASIA1")])
        let role = Self.assumed(transport)
        let keys = Locked([String]())
        Workers.run(Array(0..<16), count: 8) { _ in
            let key = (try? role.credentials())?.accessKeyID ?? "none"
            keys.withLock { $0.append(key) }
        }
        #expect(keys.withLock { $0 } == Array(repeating: "ASIA1", count: 16))
        #expect(transport.seen.count == 1)
    }

    @Test func aSessionIsReplacedFiveMinutesBeforeItsEnd() throws {
        let transport = ScriptedTransport([Self.session("ASIA1"), Self.session("ASIA2")])
        let clock = Locked<UInt64>(7)
        let role = Self.assumed(transport, clock: clock)
        #expect(try role.credentials().accessKeyID == "ASIA1")
        clock.withLock { $0 = 7 + 3_300 * 1_000_000_000 - 1 }
        #expect(try role.credentials().accessKeyID == "ASIA1")
        clock.withLock { $0 += 1 }
        #expect(try role.credentials().accessKeyID == "ASIA2")
        #expect(AssumedRole.marginSeconds(of: 900) == 225)
    }

    @Test func whatWasCalledOldIsReplacedOnce() throws {
        let transport = ScriptedTransport([Self.session("ASIA1"), Self.session("ASIA2")])
        let role = Self.assumed(transport)
        let first = try role.credentials()
        for _ in 1...3 {
            #expect(try role.credentials(insteadOf: first)?.accessKeyID == "ASIA2")
        }
        #expect(transport.seen.count == 2)
    }

    @Test func throttlingIsWaitedOutAndANoIsTold() {
        let slow = Result<TransferAnswer, TransferFailure>.success(
            TransferAnswer(
                status: 400,
                body: Array(
                    "<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>".utf8
                )
            )
        )
        let transport = ScriptedTransport([slow, slow, Self.no("AccessDenied")])
        let role = Self.assumed(transport)
        #expect(
            throws: CredentialsFailure.refused(
                status: 403,
                code: "AccessDenied",
                message: "words"
            )
        ) { try role.credentials() }
        #expect(transport.seen.count == 3)
    }

    @Test func aWriteGoesOnWithANewSessionUnderTheSameCondition() {
        let transport = ScriptedTransport([
            Self.session("ASIA1"), .status(400, "ExpiredToken"), Self.session("ASIA2"),
            .stored("e1"),
        ])
        let report = Self.bucket(transport).create(S3DestinationTests.upload, key: "x")
        #expect(report.outcome == .stored(tag: "e1"))
        #expect(report.attempts == 2)
        let puts = transport.seen.filter { $0.method == .put }
        #expect(puts.map { $0.signing?.credentials.accessKeyID } == ["ASIA1", "ASIA2"])
        #expect(puts.allSatisfy { $0.headers.contains { $0 == ("If-None-Match", "*") } })
    }

    @Test func aDoubtOutlivesANewSession() {
        let transport = ScriptedTransport([
            Self.session("ASIA1"), .lost(.sent), .status(400, "ExpiredToken"),
            Self.session("ASIA2"), .status(412, "PreconditionFailed"),
        ])
        let report = Self.bucket(transport).create(S3DestinationTests.upload, key: "x")
        guard case .doubtful = report.outcome else {
            Issue.record("\(report.outcome)")
            return
        }
    }

    @Test func aRefusedRoleIsARefusedWrite() {
        let transport = ScriptedTransport([Self.no("AccessDenied")])
        let report = Self.bucket(transport).create(S3DestinationTests.upload, key: "x")
        guard case .refused(let refusal) = report.outcome else {
            Issue.record("\(report.outcome)")
            return
        }
        #expect(refusal.question == .role)
        #expect(transport.seen.count == 1)
    }

    static func bucket(_ transport: ScriptedTransport) -> S3Destination {
        S3Destination(
            address: S3Address(bucket: "acme", region: "eu-west-1", endpoint: "http://127.0.0.1:9"),
            credentials: assumed(transport),
            owner: nil,
            transport: transport,
            environment: RetryEnvironment(pause: { _ in }, random: { 0 })
        )
    }
}

/// What lies behind a refused AssumeRole, as a table: the first cause's party, and how many there are.
@Suite struct RoleDiagnosisTests {
    static let sentence =
        "User: arn:aws:iam::444455556666:user/exporter is not authorized to perform: sts:AssumeRole on"
        + " resource: arn:aws:iam::111122223333:role/BillingExport"

    static func diagnosis(
        _ code: String,
        _ message: String = sentence,
        id: String? = "cust-7f3a",
        _ ownSide: RoleDiagnosis.OwnSide = .unknown
    ) -> Diagnosis {
        let role = Role(arn: AssumedRoleTests.role.arn, externalID: id, owner: "acme")
        let caller = "arn:aws:iam::444455556666:user/exporter"
        return RoleDiagnosis(role: role, caller: caller, ownSide: ownSide).causes(
            of: Refusal(status: 403, code: code, message: message, permission: .role)
        )
    }

    @Test func listsWhatFitsTheOneSentence() {
        let all = Self.diagnosis("AccessDenied")
        #expect(all.causes.map(\.who) == [.customer, .platform, .platform, .organization])
        #expect(all.question != nil)
        #expect(
            all.causes[0].fix?.text()
                == #"{"Version":"2012-10-17","Statement":[{"Sid":"PlatformAssume","Effect":"Allow","#
                + #""Principal":{"AWS":"arn:aws:iam::444455556666:user/exporter"},"Action":"sts:AssumeRole","#
                + #""Condition":{"StringEquals":{"sts:ExternalId":"cust-7f3a"}}}]}"#
        )
        #expect(Self.diagnosis("AccessDenied", id: nil).causes.first?.who == .platform)
    }

    @Test func saysNoMoreWhereOneCauseIsProved() {
        #expect(
            Self.diagnosis("AccessDenied", Self.sentence, .denies).causes.map(\.who) == [.platform]
        )
        #expect(Self.diagnosis("AccessDenied", Self.sentence, .allows).causes.count == 3)
        let named =
            Self.sentence + " because no resource-based policy allows the sts:AssumeRole action"
        #expect(Self.diagnosis("AccessDenied", named).causes.map(\.who) == [.customer])
        for code in ["ExpiredToken", "InvalidClientTokenId"] {
            #expect(Self.diagnosis(code, "words").causes.map(\.who) == [.platform])
        }
        let long = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        #expect(
            Self.diagnosis("ValidationError", long).causes.first?.fix?.text()
                == #"{"roleSessionSeconds":3600}"#
        )
    }
}

/// The guide's documents are those that Verify prints.
@Suite struct GuideDocumentTests {
    @Test func theTrustPolicyIsTheGuides() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let text = try OpenFile.contents(of: "/\(root)/policies/platform-trust.json")
        let printed = PolicyText.trust(
            principal: "arn:aws:iam::123456789012:user/exporter",
            externalID: "customer-4711"
        )
        #expect(try JSON.parse(text).text() == printed.text())
    }
}
