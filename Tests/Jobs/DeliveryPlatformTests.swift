import Destinations
import Platform
import State
import Testing
import Transfer

@testable import Jobs

/// Where credentials and endpoints come from.
@Suite struct DeliveryPlatformTests {
    let home: String

    init() throws {
        home = try Folder.temporary(prefix: "delivery-platform-")
        try Folder.create("\(home)/.aws")
        try write(
            """
            [default]
            aws_access_key_id = DEFAULT
            aws_secret_access_key = default-secret
            [work]
            aws_access_key_id = WORK
            aws_secret_access_key = work-secret
            aws_session_token = work-token
            """,
            to: ".aws/credentials"
        )
        try write(
            """
            [profile single]
            sso_session = x
            [profile work]
            endpoint_url = http://127.0.0.1:7
            """,
            to: ".aws/config"
        )
        try write("file-secret\n", to: "secret")
    }

    func write(_ text: String, to name: String) throws {
        let file = try OpenFile("\(home)/\(name)", .replace)
        try Array(text.utf8).withUnsafeBytes { try file.write($0, at: 0) }
    }

    func platform(
        _ setup: PlatformSetup = PlatformSetup(),
        _ more: [String: String] = [:]
    ) -> DeliveryPlatform {
        let environment = ["HOME": home].merging(more) { $1 }
        return DeliveryPlatform(setup: setup, environment: environment, transport: MemoryBucket())
    }

    @Test func theSetUpComesFirst() throws {
        defer { try? Folder.remove(home) }
        let setup = PlatformSetup(
            accessKeyID: .environment("AK"),
            secretAccessKey: .file("\(home)/secret"),
            s3Endpoint: "http://127.0.0.1:9"
        )
        let platform = platform(
            setup,
            [
                "AK": "KEY", "AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s",
                "AWS_ENDPOINT_URL": "http://x",
            ]
        )
        #expect(
            try platform.credentials()
                == AWSCredentials(accessKeyID: "KEY", secretAccessKey: "file-secret")
        )
        #expect(platform.s3Endpoint == "http://127.0.0.1:9")
    }

    @Test func thenTheEnvironmentThenTheProfile() throws {
        defer { try? Folder.remove(home) }
        let named = platform(
            PlatformSetup(),
            [
                "AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t",
                "AWS_ENDPOINT_URL": "http://x", "AWS_ENDPOINT_URL_S3": "http://s3",
            ]
        )
        #expect(
            try named.credentials()
                == AWSCredentials(accessKeyID: "ENV", secretAccessKey: "s", sessionToken: "t")
        )
        #expect(named.s3Endpoint == "http://s3")
        #expect(try platform().credentials().accessKeyID == "DEFAULT")
        #expect(platform().s3Endpoint == nil)
        let work = platform(PlatformSetup(), ["AWS_PROFILE": "work"])
        #expect(
            try work.credentials()
                == AWSCredentials(
                    accessKeyID: "WORK",
                    secretAccessKey: "work-secret",
                    sessionToken: "work-token"
                )
        )
        #expect(work.s3Endpoint == "http://127.0.0.1:7")
    }

    @Test func aProfileOfTheSetUpBringsItsToken() throws {
        defer { try? Folder.remove(home) }
        let setup = PlatformSetup(accessKeyID: .profile("work"), secretAccessKey: .profile("work"))
        #expect(
            try platform(setup).credentials()
                == AWSCredentials(
                    accessKeyID: "WORK",
                    secretAccessKey: "work-secret",
                    sessionToken: "work-token"
                )
        )
    }

    @Test func saysWhatIsMissing() {
        defer { try? Folder.remove(home) }
        let cases: [(PlatformSetup, [String: String], String)] = [
            (
                PlatformSetup(accessKeyID: .environment("AK"), secretAccessKey: .environment("SK")),
                ["AK": "k"],
                "`platform.aws.secretAccessKey` in the set-up: the environment variable `SK` is not set"
            ),
            (
                PlatformSetup(
                    accessKeyID: .file("\(home)/none"),
                    secretAccessKey: .file("\(home)/secret")
                ), [:],
                "`platform.aws.accessKeyId` in the set-up: `\(home)/none`: open: No such file or directory"
            ),
            (
                PlatformSetup(accessKeyID: .profile("other"), secretAccessKey: .profile("other")),
                [:],
                "`platform.aws.accessKeyId` in the set-up: profile `other` has no `aws_access_key_id`"
            ),
            (
                PlatformSetup(), ["AWS_PROFILE": "single"],
                "profile `single` gets its keys by `sso_session`, which is not supported yet"
            ),
            (
                PlatformSetup(), ["AWS_PROFILE": "nobody"],
                "no AWS credentials: set `platform.aws` in the set-up, AWS_ACCESS_KEY_ID and"
                    + " AWS_SECRET_ACCESS_KEY, or a profile"
            ),
        ]
        for (setup, environment, message) in cases {
            let error = #expect(throws: DeliveryPlatform.Unusable.self) {
                try platform(setup, environment).credentials()
            }
            #expect(error?.description == message)
        }
    }
}
