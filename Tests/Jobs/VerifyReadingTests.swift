import Destinations
import Platform
import Testing

@testable import Jobs

/// What Verify's two writes prove, as a table: r reach, c clock, i identity, a assume, g region, b bucket,
/// w write, p replace; `+` ok, `!` failed, `-` skipped.
@Suite struct VerifyReadingTests {
    static let now = Timestamp(seconds: 1_000_000)

    static func reading(
        _ create: WriteOutcome,
        replace: WriteOutcome? = nil,
        status: Int? = 200,
        skew: Int64? = 0,
        identity: CallerIdentity = .unknown("not asked")
    ) -> VerifyReading {
        let evidence = status.map {
            Evidence(status: $0, date: skew.map { now.adding(seconds: $0) })
        }
        return VerifyReading(
            identity: identity,
            create: WriteReport(create, evidence: evidence),
            replace: replace.map { WriteReport($0) },
            diagnosis: S3Diagnosis(
                address: S3Address(bucket: "acme", region: "eu-west-1", endpoint: nil),
                prefix: "",
                owner: "111122223333",
                caller: nil
            ),
            now: now
        )
    }

    static func refusal(_ question: Refusal.Question, _ status: Int, _ code: String) -> WriteOutcome
    {
        .refused(Refusal(question, status: status, code: code, message: "words"))
    }

    static func picture(_ stages: [VerifyStage]) -> String {
        zip("rciagbwp", stages).map { letter, stage in
            switch stage.outcome {
            case .ok: "\(letter)+"
            case .failed: "\(letter)!"
            case .skipped: "\(letter)-"
            }
        }.joined()
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let reading: VerifyReading
        let picture: String

        init(_ name: String, _ reading: VerifyReading, _ picture: String) {
            (testDescription, self.reading, self.picture) = (name, reading, picture)
        }
    }

    static let denied = refusal(.permission, 403, "AccessDenied")

    static let cases = [
        Case(
            "may replace",
            reading(.stored(tag: "t"), replace: .stored(tag: "t")),
            "r+c+i+a-g+b+w+p+"
        ),
        Case(
            "the marker was there",
            reading(.occupied, replace: .stored(tag: "t")),
            "r+c+i+a-g+b+w+p+"
        ),
        Case(
            "412 on If-Match comes after the permission",
            reading(.occupied, replace: .changed),
            "r+c+i+a-g+b+w+p+"
        ),
        Case("may create only", reading(.stored(tag: "t"), replace: denied), "r+c+i+a-g+b+w+p!"),
        Case(
            "replacing could not be found out",
            reading(.occupied, replace: .unavailable("x")),
            "r+c+i+a-g+b+w+p-"
        ),
        Case("may not write", reading(denied, status: 403), "r+c+i+a-g+b+w!p-"),
        Case(
            "no bucket: the signature was good",
            reading(refusal(.bucket, 404, "NoSuchBucket"), status: 404),
            "r+c+i+a-g-b!w-p-"
        ),
        Case(
            "another region: the signature was not looked at yet",
            reading(
                refusal(.region(expected: "eu-central-1"), 400, "AuthorizationHeaderMalformed"),
                status: 400
            ),
            "r+c+i-a-g!b-w-p-"
        ),
        Case(
            "an unknown key",
            reading(refusal(.accessKey, 403, "InvalidAccessKeyId"), status: 403),
            "r+c+i!a-g-b-w-p-"
        ),
        Case(
            "an unknown key, and no clock to compare",
            reading(refusal(.accessKey, 403, "InvalidAccessKeyId"), status: 403, skew: nil),
            "r+c-i!a-g-b-w-p-"
        ),
        Case(
            "a wrong secret",
            reading(refusal(.secret, 403, "SignatureDoesNotMatch"), status: 403),
            "r+c+i!a-g-b-w-p-"
        ),
        Case(
            "a wrong clock",
            reading(refusal(.clock, 403, "RequestTimeTooSkewed"), status: 403, skew: 5_000),
            "r+c!i-a-g-b-w-p-"
        ),
        Case("nobody there", reading(.unavailable("refused"), status: nil), "r!c-i-a-g-b-w-p-"),
        Case(
            "not now",
            reading(.unavailable("503 SlowDown: slow"), status: 503),
            "r+c+i-a-g-b-w!p-"
        ),
    ]

    @Test(arguments: cases) func reads(_ example: Case) {
        #expect(Self.picture(example.reading.stages) == example.picture)
        #expect(example.reading.stages.map(\.name) == VerifyStage.Name.allCases)
    }

    @Test func aDenialCarriesTheRefusersWordsAndTheCauses() throws {
        let stages = Self.reading(Self.denied, status: 403).stages
        let write = try #require(stages.first { $0.name == .write })
        #expect(write.status == 403)
        #expect(write.code == "AccessDenied")
        #expect(write.message == "words")
        #expect(write.diagnosis.causes.count == 5)
        #expect(write.diagnosis.question != nil)
    }

    @Test func createOnlyComesWithTheJSONThatWouldAllowReplacing() throws {
        let stages = Self.reading(.stored(tag: "t"), replace: Self.denied).stages
        let replace = try #require(stages.first { $0.name == .replace })
        #expect(replace.diagnosis.causes.map(\.who) == [.customer])
    }

    @Test func saysWhatItDidNotProve() {
        #expect(
            Self.reading(Self.denied, status: 403).notProved == [
                "that the bucket belongs to account 111122223333",
                "whether more than one thing is in the way: AWS reports one at a time",
                "who the credentials are (not asked)",
            ]
        )
        #expect(
            Self.reading(.stored(tag: "t"), identity: .known(arn: "arn:aws:iam::1:user/u"))
                .notProved == [
                    "that the names of the bills are free: the first delivery finds out"
                ]
        )
    }
}
