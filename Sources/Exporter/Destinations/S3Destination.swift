// A bucket of S3, or of something that speaks its language, used with `s3:PutObject` alone.
//
// "Never write over a stranger's file" rests on `If-None-Match: *`, never on looking first. A write whose
// answer was lost is tried once more under the same condition; 412 then means that a file is there which
// may be ours, so the outcome is `doubtful` and not `occupied`.
//
// Every write names the bucket's owner (x-amz-expected-bucket-owner): a bucket that was deleted and
// registered by somebody else must not get the bills. The header needs no permission of its own.
// It also carries the content's SHA-256 as metadata, by which a later look can prove whose file it is
// even where the ETag is no MD5 (SSE-KMS).

import Platform
import Transfer

/// A bucket as a destination.
package struct S3Destination: Destination {
    package let address: S3Address
    package let credentials: AWSCredentials
    /// The account that the bucket must belong to; nil to leave that open.
    package let owner: String?
    package let transport: any Transport
    package let policy: RetryPolicy
    package let environment: RetryEnvironment

    package init(
        address: S3Address,
        credentials: AWSCredentials,
        owner: String?,
        transport: any Transport,
        policy: RetryPolicy = RetryPolicy(),
        environment: RetryEnvironment = .real
    ) {
        self.address = address
        self.credentials = credentials
        self.owner = owner
        self.transport = transport
        self.policy = policy
        self.environment = environment
    }

    /// The metadata in which our files carry their SHA-256.
    private static let digestHeader = "x-amz-meta-sha256"

    package var canReplace: Bool { true }

    package func create(_ upload: Upload, key: String) -> WriteReport {
        write(
            upload,
            key,
            condition: (name: "If-None-Match", value: "*"),
            whenMismatched: .occupied
        )
    }

    /// Needs s3:GetObject as well as s3:PutObject [reported]; `current` is the ETag without quotes.
    package func replace(_ upload: Upload, key: String, current: String) -> WriteReport {
        write(
            upload,
            key,
            condition: (name: "If-Match", value: "\"\(current)\""),
            whenMismatched: .changed
        )
    }

    /// Needs s3:GetObject; without s3:ListBucket a missing object is hidden, too.
    package func look(key: String) -> LookOutcome {
        let request = TransferRequest(
            .head,
            address.url(of: key),
            headers: ownerHeader,
            signing: signing
        )
        let answer = transport.perform(
            request,
            policy: policy,
            safety: .repeatable,
            environment: environment,
            classify: S3Answer.attemptOutcome
        )
        switch answer.result {
        case .failure(let failure): return .hidden(failure.message)
        case .success(let answer) where answer.status == 200:
            return .found(
                tag: S3Answer.tag(of: answer),
                sha256: answer.header(S3Destination.digestHeader)
            )
        case .success(let answer) where answer.status == 404: return .absent
        case .success(let answer): return .hidden("HEAD answered \(answer.status)")
        }
    }

    private var signing: TransferRequest.Signing {
        .init(credentials: credentials, region: address.region, service: "s3")
    }

    private var ownerHeader: [(name: String, value: String)] {
        owner.map { [("x-amz-expected-bucket-owner", $0)] } ?? []
    }

    private func write(
        _ upload: Upload,
        _ key: String,
        condition: (name: String, value: String),
        whenMismatched mismatch: WriteOutcome
    ) -> WriteReport {
        let request = TransferRequest(
            .put,
            address.url(of: key),
            headers: [
                condition, ("Content-Type", upload.contentType),
                (S3Destination.digestHeader, upload.sha256),
            ] + ownerHeader,
            body: upload.body,
            bodySHA256: upload.sha256,
            signing: signing
        )
        let answer = transport.perform(
            request,
            policy: policy,
            safety: .onceMore,
            environment: environment,
            classify: S3Answer.attemptOutcome
        )
        switch answer.result {
        case .failure(let failure):
            let outcome: WriteOutcome =
                answer.doubts > 0
                ? .doubtful("the whole file was sent, but no answer came: \(failure.message)")
                : .unavailable(failure.message)
            return WriteReport(outcome, attempts: answer.attempts)
        case .success(let last):
            return WriteReport(
                outcome(of: last, doubts: answer.doubts, whenMismatched: mismatch),
                attempts: answer.attempts,
                evidence: S3Answer.evidence(of: last)
            )
        }
    }

    /// Reads the last answer.
    ///
    /// Only a 200 ends a doubt: an earlier attempt may have been carried out whatever was answered
    /// afterwards.
    private func outcome(
        of answer: TransferAnswer,
        doubts: Int,
        whenMismatched mismatch: WriteOutcome
    ) -> WriteOutcome {
        if answer.status == 200 { return .stored(tag: S3Answer.tag(of: answer)) }
        let refusal = S3Answer.refusal(of: answer)
        if doubts > 0 {
            return .doubtful(
                answer.status == 412
                    ? "an answer was lost, and then a file was there: it may be ours"
                    : "an answer was lost, and the next one was \(refusal)"
            )
        }
        switch answer.status {
        case 412: return mismatch
        case 404 where refusal.code == "NoSuchKey": return .vanished
        case 409, 429, 500...599: return .unavailable(refusal.description)
        default:
            return S3Answer.isTemporary(refusal.code)
                ? .unavailable(refusal.description) : .refused(refusal)
        }
    }
}
