// STS and IAM speak the same language: a form in, an XML document out, and errors wrapped in `ErrorResponse`.
// Every call made here only asks, or starts a session, so each may be repeated.

import Digest
import HTTP
import Platform
import Transfer
import XML

/// A service of AWS's query protocol, and the way to it.
package struct QueryService: Sendable {
    /// The services that the exporter talks to.
    package enum Name: String, Sendable {
        case sts, iam

        /// The version of the API that every call names.
        var version: String {
            switch self {
            case .sts: "2011-06-15"
            case .iam: "2010-05-08"
            }
        }
    }

    package let name: Name
    /// Scheme, host and port, without a slash at the end.
    package let origin: String
    private let region: String
    private let transport: any Transport
    private let policy: RetryPolicy
    private let environment: RetryEnvironment

    /// - Parameters:
    ///   - name: the service.
    ///   - endpoint: where it is; nil for AWS itself, in the region.
    ///   - region: what signatures are made for; IAM's is always `us-east-1`.
    ///   - transport: the way there.
    ///   - policy: how often and how patiently to ask again.
    ///   - environment: pauses and dice.
    package init(
        _ name: Name,
        endpoint: String?,
        region: String,
        transport: any Transport,
        policy: RetryPolicy = RetryPolicy(),
        environment: RetryEnvironment = .real
    ) {
        self.name = name
        self.region = name == .iam ? "us-east-1" : region
        var origin = endpoint ?? QueryService.awsEndpoint(name, region: region)
        while origin.hasSuffix("/") { origin.removeLast() }
        self.origin = origin
        self.transport = transport
        self.policy = policy
        self.environment = environment
    }

    /// STS has an endpoint in each region, IAM one for all of them.
    private static func awsEndpoint(_ name: Name, region: String) -> String {
        switch name {
        case .sts: AWSEndpoint.url(of: "sts", region: region)
        case .iam: "https://iam.amazonaws.com"
        }
    }

    /// What a call answered.
    package struct Answer: Sendable {
        /// `ACTIONResult`, or the whole document of a call that has none.
        package let result: XMLElement
        /// The service's clock.
        package let date: Timestamp?
    }

    /// Makes a call.
    ///
    /// - Throws: `refused` with the service's own words, `unavailable` when nobody answered in its language.
    package func call(
        _ action: String,
        _ parameters: [(name: String, value: String)] = [],
        with credentials: AWSCredentials
    ) throws(CredentialsFailure) -> Answer {
        let form = ([("Action", action), ("Version", name.version)] + parameters)
            .map { "\(TransferURL.encode($0.0))=\(TransferURL.encode($0.1))" }
            .joined(separator: "&")
        let body = Array(form.utf8)
        let request = TransferRequest(
            .post,
            TransferURL(origin: origin, path: "/"),
            headers: [("Content-Type", "application/x-www-form-urlencoded")],
            body: .bytes(body),
            bodySHA256: SHA256.hash(body).hex
        )
        let answer = transport.perform(
            request,
            signer: RequestSigner(credentials, region: region, service: name.rawValue),
            policy: policy,
            safety: .repeatable,
            environment: environment,
            classify: QueryService.attemptOutcome
        )
        switch answer.result {
        case .failure(let failure): throw .unavailable(failure.message)
        case .success(let answer): return try read(answer, action)
        }
    }

    private func read(
        _ answer: TransferAnswer,
        _ action: String
    ) throws(CredentialsFailure) -> Answer {
        let root = try? XML.parse(answer.body)
        if answer.status == 200, let root, root.name == "\(action)Response" {
            return Answer(result: root.child("\(action)Result") ?? root, date: answer.date)
        }
        // What has no error document of this form is no STS and no IAM.
        guard let error = QueryService.error(root), answer.status < 500 else {
            let service = name.rawValue.uppercased()
            throw .unavailable(
                "\(origin): \(service) was expected, and the answer is \(answer.status)"
            )
        }
        throw .refused(status: answer.status, code: error.code, message: error.message)
    }

    private static func error(_ root: XMLElement?) -> (code: String, message: String)? {
        guard root?.name == "ErrorResponse", let error = root?.child("Error"),
            let code = error.child("Code")?.trimmedText, !code.isEmpty
        else { return nil }
        return (code, error.child("Message")?.trimmedText ?? "")
    }

    /// Whether the answer stands.
    ///
    /// Throttling is a 400 here [documented: "Common errors" of both services].
    private static func attemptOutcome(_ answer: TransferAnswer) -> AttemptOutcome {
        switch answer.status {
        case 429, 500...599: return .toldToRepeat(afterSeconds: nil, effectUnknown: false)
        case 400:
            let code = error(try? XML.parse(answer.body))?.code ?? ""
            let isThrottled = code.hasPrefix("Throttling") || code.hasPrefix("RequestThrottled")
            return isThrottled || code == "RequestLimitExceeded"
                ? .toldToRepeat(afterSeconds: nil, effectUnknown: false) : .answered
        default: return .answered
        }
    }
}

/// AWS's own endpoints.
enum AWSEndpoint {
    /// The endpoint of a service in a region; China has a domain of its own.
    static func url(of service: String, region: String) -> String {
        let suffix = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        return "https://\(service).\(region).\(suffix)"
    }
}

extension TransferAnswer {
    /// The server's clock.
    var date: Timestamp? {
        // The second date is for years of two digits, which AWS never sends.
        header("Date").flatMap { HTTPDate.parse($0, now: Timestamp(seconds: 1_767_225_600)) }
    }
}

extension Refusal {
    /// A no of STS or IAM; `permission` is the question that its `AccessDenied` answers.
    package init(
        status: Int,
        code: String,
        message: String,
        permission: Question
    ) {
        let isOld =
            message.hasPrefix("Signature expired") || message.hasPrefix("Signature not yet current")
        let question: Question =
            switch code {
            case "InvalidClientTokenId", "UnrecognizedClientException": .accessKey
            // STS says with one code that the secret is wrong and that the clock is [reported].
            case "SignatureDoesNotMatch": isOld ? .clock : .secret
            case "RequestExpired": .clock
            case "ExpiredToken", "ExpiredTokenException": .session
            default: permission
            }
        self.init(question, status: status, code: code, message: message)
    }
}
