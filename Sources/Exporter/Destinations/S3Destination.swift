// A bucket of S3, or of something that speaks its language, used with `s3:PutObject` alone. Files up to
// 16 MiB go out in one request, larger ones in parts (`S3PartsWrite`), under the same conditions.
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
    package let credentials: any CredentialSource
    /// The account that the bucket must belong to; nil to leave that open.
    package let owner: String?
    package let transport: any Transport
    package let policy: RetryPolicy
    package let environment: RetryEnvironment

    package init(
        address: S3Address,
        credentials: any CredentialSource,
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
        write(upload, key, .absent)
    }

    /// Needs s3:GetObject as well as s3:PutObject [reported]; `current` is the ETag without quotes.
    package func replace(_ upload: Upload, key: String, current: String) -> WriteReport {
        write(upload, key, .matching(current))
    }

    package func overwrite(_ upload: Upload, key: String) -> WriteReport {
        write(upload, key, .none)
    }

    /// Needs s3:AbortMultipartUpload.
    package func abandon(upload id: String, key: String) -> AbandonReport {
        let request = TransferRequest(
            .delete,
            address.url(of: key, query: [("uploadId", id)]),
            headers: ownerHeader
        )
        let answer = perform(request, .repeatable)
        switch answer.result {
        case .failure(let failure):
            return AbandonReport(.unavailable(failure.message), attempts: answer.attempts)
        case .success(let last):
            let refusal = S3Answer.refusal(of: last)
            let outcome: AbandonReport.Outcome =
                switch last.status {
                case 200..<300: .gone
                case 404: .gone  // NoSuchUpload, NoSuchBucket
                case 429, 500...599: .unavailable(refusal.description)
                default: .refused(refusal)
                }
            return AbandonReport(outcome, attempts: answer.attempts)
        }
    }

    /// Needs s3:GetObject; without s3:ListBucket a missing object is hidden, too.
    package func look(key: String) -> LookOutcome {
        let request = TransferRequest(
            .head,
            address.url(of: key),
            headers: ownerHeader
        )
        // An answer to HEAD has no body, so a session's end is a bare 400.
        let answer = perform(request, .repeatable) {
            $0.status == 400 ? .sessionOver : S3Answer.attemptOutcome($0)
        }
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

    var ownerHeader: [(name: String, value: String)] {
        owner.map { [("x-amz-expected-bucket-owner", $0)] } ?? []
    }

    /// The fields that say what kind of object it is: those of the one request, or of the first of many.
    func descriptiveHeaders(_ upload: Upload) -> [(name: String, value: String)] {
        [("Content-Type", upload.contentType), (S3Destination.digestHeader, upload.sha256)]
    }

    /// Sends a request with its retries, each signed with the credentials of that moment.
    func perform(
        _ request: TransferRequest,
        _ safety: RepeatSafety,
        classify: (TransferAnswer) -> AttemptOutcome = S3Answer.attemptOutcome
    ) -> RetriedAnswer {
        transport.perform(
            request,
            signer: RequestSigner(credentials, region: address.region, service: "s3"),
            policy: policy,
            safety: safety,
            environment: environment,
            classify: classify
        )
    }

    private func write(_ upload: Upload, _ key: String, _ condition: S3Condition) -> WriteReport {
        if upload.count > PartPlan.singleRequestBytes {
            return S3PartsWrite(self, upload, key: key, condition).report()
        }
        let request = TransferRequest(
            .put,
            address.url(of: key),
            headers: condition.headers + descriptiveHeaders(upload) + ownerHeader,
            body: upload.body,
            bodySHA256: upload.sha256,
            progress: upload.progress
        )
        let answer = perform(request, condition.safety)
        switch answer.result {
        case .failure(let failure):
            let outcome: WriteOutcome =
                answer.doubts > 0
                ? .doubtful("the whole file was sent, but no answer came: \(failure.message)")
                : WriteOutcome(notSent: failure)
            return WriteReport(outcome, attempts: answer.attempts)
        case .success(let last):
            return WriteReport(
                S3Answer.outcome(of: last, doubts: answer.doubts, condition),
                attempts: answer.attempts,
                evidence: S3Answer.evidence(of: last)
            )
        }
    }
}
