// What the platform brings to every delivery: credentials, region, endpoints and the way to the network.
// References to secrets are followed here and nowhere else, when they are needed and not before.
//
//     credentials                                    endpoint of S3
//  1  `platform.aws` in the set-up                   `platform.endpoints.s3`
//  2  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY       AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL
//  3  the profile AWS_PROFILE, or `default`          `endpoint_url` of that profile
//  4  refused                                        AWS itself
//
// STS and IAM have their own endpoints in the same places (`platform.endpoints.sts`, AWS_ENDPOINT_URL_STS …).
// Where only S3 has one, nobody else is asked: AWS is not who knows.

import Destinations
import Platform
import State
import Transfer

/// The platform's side of deliveries and verifications.
package struct DeliveryPlatform: Sendable {
    /// Something about the platform's set-up or its surroundings has to be put right first.
    package struct Unusable: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    package let setup: PlatformSetup
    package let environment: [String: String]
    package let transport: any Transport
    package let policy: RetryPolicy
    package let retries: RetryEnvironment
    /// Shared by all copies: a role is assumed once, however many files go through it.
    private let roles = AssumedRoles()

    package init(
        setup: PlatformSetup,
        environment: [String: String],
        transport: any Transport,
        policy: RetryPolicy = RetryPolicy(),
        retries: RetryEnvironment = .real
    ) {
        self.setup = setup
        self.environment = environment
        self.transport = transport
        self.policy = policy
        self.retries = retries
    }

    /// The destination of an export, ready to be written to.
    ///
    /// `setup` is an earlier destination of the same export, where something is left to tidy up.
    package func destination(
        of export: ExportRecord,
        at setup: DestinationSetup? = nil
    ) throws(Unusable) -> any Destination {
        let setup = setup ?? export.destination.setup
        switch setup.storage {
        case .folder(let path): return FolderDestination(path: path)
        case .s3(let bucket, let region):
            let own = try credentials()
            let role = try role(of: export, at: setup)
            return S3Destination(
                address: S3Address(bucket: bucket, region: region, endpoint: s3Endpoint),
                credentials: role ?? own,
                owner: setup.account,
                transport: transport,
                policy: policy,
                environment: retries
            )
        }
    }

    /// The role that an export is written with; nil when the platform writes as itself.
    package func role(
        of export: ExportRecord,
        at setup: DestinationSetup? = nil
    ) throws(Unusable) -> AssumedRole? {
        let setup = setup ?? export.destination.setup
        guard case .s3 = setup.storage,
            let account = export.roleAccounts.first(where: { $0.id == setup.account }),
            let arn = account.roleARN
        else { return nil }
        guard let sts = service(.sts) else {
            throw Unusable(
                description:
                    "`platform.endpoints.sts` is missing: \(arn) has to be assumed, and S3 has an endpoint of"
                    + " its own"
            )
        }
        // What is missing on our side is told at once.
        _ = try credentials()
        let role = Role(
            arn: arn,
            externalID: account.externalID,
            owner: export.owner.customer ?? "reseller",
            sessionSeconds: self.setup.roleSessionSeconds ?? Role.usualSessionSeconds
        )
        return roles.role(role) {
            AssumedRole(role, sts: sts) { () throws(CredentialsFailure) in
                do {
                    return try credentials()
                } catch {
                    throw .unavailable("\(error)")
                }
            }
        }
    }

    /// Who the credentials are, asked of the token service.
    package func identity() throws(Unusable) -> CallerIdentity {
        guard let sts = service(.sts) else {
            return .unknown("no endpoint of a token service is set up")
        }
        return CallerIdentity.ask(try credentials(), of: sts)
    }

    /// What our own policies say about assuming a role, where we may ask (`iam:SimulatePrincipalPolicy`).
    package func ownSide(
        of role: Role,
        caller: String
    ) throws(Unusable) -> RoleDiagnosis.OwnSide {
        guard let iam = service(.iam) else { return .unknown }
        let parameters = [
            ("PolicySourceArn", PolicyText.principal(of: caller)),
            ("ActionNames.member.1", "sts:AssumeRole"), ("ResourceArns.member.1", role.arn),
        ]
        let answer = try? iam.call("SimulatePrincipalPolicy", parameters, with: try credentials())
        let result = answer?.result.child("EvaluationResults")?.child("member")
        // Across accounts the decision may be about both sides, and the details tell ours [documented:
        // EvaluationResult, EvalDecisionDetails].
        let details = result?.child("EvalDecisionDetails")?.children(named: "entry") ?? []
        let own = details.first { $0.child("key")?.trimmedText == "IAM Policy" }?.child("value")
        if !details.isEmpty, own == nil { return .unknown }
        switch (own ?? result?.child("EvalDecision"))?.trimmedText {
        case "allowed"?: return .allows
        case "implicitDeny"?, "explicitDeny"?: return .denies
        default: return .unknown
        }
    }

    /// The platform's own credentials.
    package func credentials() throws(Unusable) -> AWSCredentials {
        // 1
        if let id = setup.accessKeyID, let secret = setup.secretAccessKey {
            let token: String?
            if let reference = setup.sessionToken {
                token = try value(of: reference, "sessionToken")
            } else if case .profile(let name) = id {
                token = configuration.profiles[name]?["aws_session_token"]
            } else {
                token = nil
            }
            return AWSCredentials(
                accessKeyID: try value(of: id, "accessKeyId"),
                secretAccessKey: try value(of: secret, "secretAccessKey"),
                sessionToken: token
            )
        }
        // 2
        if let id = present("AWS_ACCESS_KEY_ID"), let secret = present("AWS_SECRET_ACCESS_KEY") {
            return AWSCredentials(
                accessKeyID: id,
                secretAccessKey: secret,
                sessionToken: present("AWS_SESSION_TOKEN")
            )
        }
        let configuration = configuration
        if let credentials = configuration.credentials(of: profileName) { return credentials }  // 3
        if let source = configuration.unsupportedSource(of: profileName) {
            throw Unusable(
                description:
                    "profile `\(profileName)` gets its keys by `\(source)`, which is not supported yet"
            )
        }
        throw Unusable(  // 4
            description:
                "no AWS credentials: set `platform.aws` in the set-up, AWS_ACCESS_KEY_ID and"
                + " AWS_SECRET_ACCESS_KEY, or a profile"
        )
    }

    /// The endpoint of S3; nil for AWS itself.
    package var s3Endpoint: String? {
        setup.s3Endpoint ?? present("AWS_ENDPOINT_URL_S3") ?? present("AWS_ENDPOINT_URL")
            ?? configuration.profiles[profileName]?["endpoint_url"]
    }

    /// A service beside S3; nil where S3 has an endpoint of its own and the service has none.
    private func service(_ name: QueryService.Name) -> QueryService? {
        let own = name == .sts ? setup.stsEndpoint : setup.iamEndpoint ?? setup.stsEndpoint
        let endpoint =
            own ?? present("AWS_ENDPOINT_URL_\(name.rawValue.uppercased())")
            ?? present("AWS_ENDPOINT_URL")
        if endpoint == nil, s3Endpoint != nil { return nil }
        return QueryService(
            name,
            endpoint: endpoint,
            region: region,
            transport: transport,
            policy: policy,
            environment: retries
        )
    }

    private var region: String {
        setup.region ?? present("AWS_REGION") ?? present("AWS_DEFAULT_REGION")
            ?? configuration.profiles[profileName]?["region"] ?? "us-east-1"
    }

    private var profileName: String { present("AWS_PROFILE") ?? "default" }

    /// A variable that is set and not empty.
    private func present(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    private func value(of reference: SecretReference, _ name: String) throws(Unusable) -> String {
        let place = "`platform.aws.\(name)` in the set-up"
        switch reference {
        case .environment(let variable):
            guard let value = present(variable) else {
                throw Unusable(
                    description: "\(place): the environment variable `\(variable)` is not set"
                )
            }
            return value
        case .file(let path):
            do {
                let content = try OpenFile.contents(of: path, limitBytes: 64 << 10)
                return String(
                    decoding: content.reversed().drop { $0 == 0x0A || $0 == 0x0D }.reversed(),
                    as: UTF8.self
                )
            } catch {
                throw Unusable(description: "\(place): \(error)")
            }
        case .profile(let profile):
            let configuration = configuration
            if let source = configuration.unsupportedSource(of: profile) {
                throw Unusable(
                    description:
                        "\(place): profile `\(profile)` gets its keys by `\(source)`, which is not"
                        + " supported yet"
                )
            }
            let setting =
                switch name {
                case "accessKeyId": "aws_access_key_id"
                case "secretAccessKey": "aws_secret_access_key"
                default: "aws_session_token"
                }
            guard let value = configuration.profiles[profile]?[setting] else {
                throw Unusable(description: "\(place): profile `\(profile)` has no `\(setting)`")
            }
            return value
        }
    }

    /// The AWS files as they are now; those that are not there are empty.
    private var configuration: AWSConfiguration {
        let home = environment["HOME"] ?? "/nonexistent"
        func text(_ variable: String, _ name: String) -> String {
            let path = present(variable) ?? "\(home)/.aws/\(name)"
            let content = (try? OpenFile.contents(of: path, limitBytes: 1 << 20)) ?? []
            return String(decoding: content, as: UTF8.self)
        }
        var configuration = AWSConfiguration()
        configuration.addCredentialsFile(text("AWS_SHARED_CREDENTIALS_FILE", "credentials"))
        configuration.addConfigFile(text("AWS_CONFIG_FILE", "config"))
        return configuration
    }
}
