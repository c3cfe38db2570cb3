// What an answer of S3 says, in the exporter's terms. By status, code and header together: a status
// alone says little (403 is a missing permission, a wrong secret or a wrong clock).

import Platform
import Transfer
import XML

/// Reads answers of S3.
package enum S3Answer {
    /// Whether the answer stands, or S3 asks to come back.
    ///
    /// A 500 may have done the work all the same, and so may what a proxy reports in its own words.
    static func attemptOutcome(_ answer: TransferAnswer) -> AttemptOutcome {
        if isSessionOver(answer) { return .sessionOver }
        switch answer.status {
        case 503:
            // S3 sheds load before it does anything; a 503 without its code is not S3's.
            let isOurs = code(of: answer) != nil
            return .toldToRepeat(afterSeconds: nil, effectUnknown: !isOurs)
        case 500, 502, 504: return .toldToRepeat(afterSeconds: nil, effectUnknown: true)
        case 429: return .toldToRepeat(afterSeconds: nil, effectUnknown: false)
        // RequestTimeout: the body did not arrive. ConditionalRequestConflict: somebody else was
        // writing; "you may retry" (PutObject, API reference).
        case 400, 409:
            return isTemporary(code(of: answer) ?? "")
                ? .toldToRepeat(afterSeconds: nil, effectUnknown: false) : .answered
        default: return .answered
        }
    }

    /// Codes of answers that ask for another try and did nothing.
    static func isTemporary(_ code: String) -> Bool {
        ["RequestTimeout", "ConditionalRequestConflict", "OperationAborted", "SlowDown"].contains(
            code
        )
    }

    /// Codes of answers that other credentials of the same role may get past: the token is old, or its key is
    /// not known (any more).
    private static func isSessionOver(_ answer: TransferAnswer) -> Bool {
        guard answer.status == 400 || answer.status == 403, let code = code(of: answer) else {
            return false
        }
        return ["ExpiredToken", "InvalidToken", "TokenRefreshRequired", "InvalidAccessKeyId"]
            .contains(code)
    }

    /// How a write ended, by its last answer.
    ///
    /// Only a 200 ends a doubt: an earlier attempt may have been carried out whatever was answered
    /// afterwards.
    static func outcome(
        of answer: TransferAnswer,
        doubts: Int,
        _ condition: S3Condition
    ) -> WriteOutcome {
        if answer.status == 200 { return .stored(tag: tag(of: answer)) }
        let refusal = refusal(of: answer)
        if doubts > 0 {
            return .doubtful(
                answer.status == 412
                    ? "an answer was lost, and then a file was there: it may be ours"
                    : "an answer was lost, and the next one was \(refusal)"
            )
        }
        switch answer.status {
        case 412: return condition.mismatch
        case 404 where refusal.code == "NoSuchKey": return .vanished
        case 409, 429, 500...599: return .unavailable(refusal.description)
        default:
            return isTemporary(refusal.code)
                ? .unavailable(refusal.description) : .refused(refusal)
        }
    }

    /// The ETag in the head without its quotes.
    static func tag(of answer: TransferAnswer) -> String {
        withoutQuotes(answer.header("ETag") ?? "")
    }

    /// An entity tag as S3 sends it, without the quotes.
    static func withoutQuotes(_ text: String) -> String {
        guard text.hasPrefix("\""), text.hasSuffix("\""), text.utf8.count >= 2 else { return text }
        return String(text.dropFirst().dropLast())
    }

    static func evidence(of answer: TransferAnswer) -> Evidence {
        let document = answer.status < 300 ? nil : S3ErrorDocument(answer.body)
        return Evidence(
            status: answer.status,
            code: document?.code,
            message: document?.message,
            requestID: answer.header("x-amz-request-id"),
            date: answer.date,
            region: answer.header("x-amz-bucket-region") ?? document?["Region"]
        )
    }

    private static func code(of answer: TransferAnswer) -> String? {
        S3ErrorDocument(answer.body)?.code
    }

    /// Which question got a no.
    static func refusal(of answer: TransferAnswer) -> Refusal {
        let document = S3ErrorDocument(answer.body)
        let code = document?.code ?? "HTTP\(answer.status)"
        let region = answer.header("x-amz-bucket-region") ?? document?["Region"]
        return Refusal(
            question(code: code, status: answer.status, region: region),
            status: answer.status,
            code: code,
            message: document?.message ?? "",
            requestID: answer.header("x-amz-request-id")
        )
    }

    private static func question(code: String, status: Int, region: String?) -> Refusal.Question {
        switch code {
        case "AccessDenied", "AllAccessDisabled", "AccountProblem": .permission
        case "NoSuchBucket", "InvalidBucketName": .bucket
        case "AuthorizationHeaderMalformed" where region != nil: .region(expected: region)
        case "PermanentRedirect", "TemporaryRedirect", "Redirect",
            "IllegalLocationConstraintException":
            .region(expected: region)
        case "InvalidAccessKeyId": .accessKey
        case "SignatureDoesNotMatch": .secret
        case "ExpiredToken", "InvalidToken", "TokenRefreshRequired": .session
        case "RequestTimeTooSkewed": .clock
        default:
            switch status {
            case 301, 302, 307, 308: .region(expected: region)
            case 401, 403: .permission
            default: .request
            }
        }
    }
}

/// S3's error document: `<Error><Code/><Message/>…</Error>`.
struct S3ErrorDocument {
    private let root: XMLElement

    /// nil when the body is none.
    init?(_ body: [UInt8]) {
        guard !body.isEmpty, let root = try? XML.parse(body), root.name == "Error" else {
            return nil
        }
        self.root = root
    }

    var code: String? { self["Code"] }
    var message: String? { self["Message"] }

    /// The text of one of its elements.
    subscript(name: String) -> String? { root.text(of: name) }
}
