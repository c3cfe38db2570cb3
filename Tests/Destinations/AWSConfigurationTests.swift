import Testing
import Transfer

@testable import Destinations

/// Profiles of the AWS command line's files.
@Suite struct AWSConfigurationTests {
    static let configuration = {
        var configuration = AWSConfiguration()
        configuration.addCredentialsFile(
            """
            # a comment
            [default]
            aws_access_key_id = AKDEFAULT
            aws_secret_access_key=with=equals/and+signs

            [ work ]
            AWS_ACCESS_KEY_ID = AKWORK
            aws_secret_access_key = sk
            aws_session_token = tok
            """
        )
        configuration.addConfigFile(
            """
            [default]
            region = eu-west-1
            aws_access_key_id = SHADOWED
            s3 =
              addressing_style = path
            [profile work]
            region = us-west-2
            [profile single]
            sso_session = x
            [profile program]
            credential_process = /bin/true
            [sso-session x]
            sso_start_url = https://example.com
            """
        )
        return configuration
    }()

    @Test func readsKeysAndRegions() {
        let configuration = Self.configuration
        #expect(
            configuration.credentials(of: "default")
                == AWSCredentials(
                    accessKeyID: "AKDEFAULT",
                    secretAccessKey: "with=equals/and+signs"
                )
        )
        #expect(
            configuration.credentials(of: "work")
                == AWSCredentials(accessKeyID: "AKWORK", secretAccessKey: "sk", sessionToken: "tok")
        )
        #expect(configuration.profiles["default"]?["region"] == "eu-west-1")
        #expect(configuration.profiles["default"]?["addressing_style"] == nil)
        #expect(configuration.profiles["work"]?["region"] == "us-west-2")
        #expect(configuration.credentials(of: "none") == nil)
    }

    @Test func namesTheMeansThatAreNotFollowed() {
        #expect(Self.configuration.unsupportedSource(of: "single") == "sso_session")
        #expect(Self.configuration.unsupportedSource(of: "program") == "credential_process")
        #expect(Self.configuration.unsupportedSource(of: "default") == nil)
    }
}
