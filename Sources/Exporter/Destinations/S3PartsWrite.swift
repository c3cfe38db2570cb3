// One write of a large file: begin an upload (or go on with the one that the notes have), send the parts that
// are missing, complete it under the write's condition. `s3:PutObject` is enough for all three.
//
// What the answers mean, beyond what they mean to a single PUT:
//  1  A part may be sent again at will: the later one of a number counts. Completing is tried once more after a
//     lost answer, under the same condition; S3 answers the same to the same list of parts while that object
//     is there [reported], so a second 200 proves the first.
//  2  An upload that is not there any more although it was never completed (a lifecycle rule, somebody else)
//     is begun anew, once. If it may have been completed, the file may be there: `doubtful`.
//  3  409 on completing: the key has changed under the upload. It "can't be retried, begin a new one" (S3
//     user guide, conditional writes), so it is given up and begun anew, once.
//  4  A write that ends for good (another's file, no permission, a bad request) gives the upload up, so that
//     its parts take no space; where that is not permitted, the notes know what was left. A write that could
//     not be done now, or not with these credentials, keeps it: the next run goes on.
//
// Checksums: CRC-64/NVME of each part and of the whole (FULL_OBJECT), and SHA-256 of each request's body in its
// signature. S3 compares all of them: a part that was altered on its way is refused, and so is a whole that
// is not exactly our file, whatever our record of parts says. The composite SHA-256 that S3 offers instead
// would be a hash of the parts' hashes: it depends on how the file was cut, so neither the exporter nor the
// customer could compare it with the file's own.

import Digest
import Platform
import Transfer

/// One large write to a bucket.
final class S3PartsWrite: Sendable {
    private let destination: S3Destination
    private let upload: Upload
    private let key: String
    private let condition: S3Condition
    private let requests = Locked(0)
    /// Bytes on their way or stored, by part.
    private let sentBytes = Locked([Int: Int64]())

    init(_ destination: S3Destination, _ upload: Upload, key: String, _ condition: S3Condition) {
        self.destination = destination
        self.upload = upload
        self.key = key
        self.condition = condition
    }

    /// Carries it out.
    ///
    /// When the notes can't be written, nothing goes on: the outcome is `unavailable`.
    func report() -> WriteReport {
        do {
            return try write(mayBeginAnew: true)
        } catch let end as End {
            return WriteReport(
                end.outcome,
                attempts: requests.withLock { $0 },
                evidence: end.evidence
            )
        } catch {
            return WriteReport(.unavailable("\(error)"), attempts: requests.withLock { $0 })
        }
    }

    /// How the write ended before it was done, or that it has to begin anew.
    private struct End: Error {
        let outcome: WriteOutcome
        var evidence: Evidence?
        /// The upload is no good any more, and nothing was written: a new one may be.
        var isForAnew = false
    }

    private func write(mayBeginAnew: Bool) throws -> WriteReport {
        let begun = try upload.notes.unfinished() ?? begin()
        do {
            return try complete(begun, with: sendParts(of: begun))
        } catch let end as End where end.isForAnew && mayBeginAnew {
            return try write(mayBeginAnew: false)
        }
    }

    // MARK: Begin

    private func begin() throws -> UnfinishedUpload {
        let plan = PartPlan(fileBytes: upload.count)
        try upload.notes.willBegin(partBytes: plan.partBytes)
        let request = TransferRequest(
            .post,
            destination.address.url(of: key, query: [("uploads", "")]),
            headers: destination.descriptiveHeaders(upload) + [
                ("x-amz-checksum-algorithm", "CRC64NVME"), ("x-amz-checksum-type", "FULL_OBJECT"),
            ] + destination.ownerHeader
        )
        // Each lost answer may have begun an upload that nobody can name, so there is one more try at most.
        let answer = perform(request, .onceMore)
        if case .success(let last) = answer.result, let id = S3PartsDocuments.uploadID(in: last) {
            let begun = UnfinishedUpload(id: id, partBytes: plan.partBytes)
            try upload.notes.began(begun, lost: answer.doubts)
            return begun
        }
        var lost = answer.doubts
        let end: End
        switch answer.result {
        case .failure(let failure): end = End(outcome: WriteOutcome(notSent: failure))
        case .success(let last) where last.status == 200:
            lost += 1
            end = End(
                outcome: .unavailable("an upload was begun, and the answer does not name it"),
                evidence: S3Answer.evidence(of: last)
            )
        case .success(let last):
            // Nothing of the file has left yet, so there is no doubt about it.
            end = End(
                outcome: S3Answer.outcome(of: last, doubts: 0, condition).advised(
                    "a large file goes in parts, which s3:PutObject allows as well; a policy that asks"
                        + " for `s3:if-none-match` has to exempt them (`s3:ObjectCreationOperation`)"
                ),
                evidence: S3Answer.evidence(of: last)
            )
        }
        try upload.notes.didNotBegin(lost: lost)
        throw end
    }

    // MARK: Parts

    /// Sends the parts that are missing and returns all, in ascending order.
    private func sendParts(of begun: UnfinishedUpload) throws -> [UnfinishedUpload.Part] {
        let plan = PartPlan(fileBytes: upload.count, partBytes: begun.partBytes)
        let stored = Locked(
            Dictionary(begun.parts.map { ($0.number, $0) }, uniquingKeysWith: { $1 })
        )
        for part in begun.parts { showProgress(of: part.number, part.count) }
        let missing = plan.parts.filter { part in stored.withLock { $0[part.number] == nil } }
        let failure = Locked<(any Error)?>(nil)
        Workers.run(missing, count: PartPlan.partsAtATime) { part in
            if failure.withLock({ $0 != nil }) { return }
            do {
                let sent = try self.send(part, of: begun)
                try self.upload.notes.stored(sent)
                stored.withLock { $0[sent.number] = sent }
            } catch {
                failure.withLock { if $0 == nil { $0 = error } }
            }
        }
        if let error = failure.withLock({ $0 }) {
            guard let end = error as? End else { throw error }
            throw try settled(end, begun)
        }
        return stored.withLock { $0.values.sorted { $0.number < $1.number } }
    }

    private func send(
        _ part: PartPlan.Part,
        of begun: UnfinishedUpload
    ) throws -> UnfinishedUpload.Part {
        let body = upload.body.slice(from: part.offset, count: part.count)
        let digests = try PartDigests(body)
        let request = TransferRequest(
            .put,
            destination.address.url(
                of: key,
                query: [("partNumber", "\(part.number)"), ("uploadId", begun.id)]
            ),
            headers: [("x-amz-checksum-crc64nvme", digests.crc64.base64)] + destination.ownerHeader,
            body: body,
            bodySHA256: digests.sha256.hex,
            progress: { self.showProgress(of: part.number, $0) }
        )
        let answer = perform(request, .repeatable)
        switch answer.result {
        case .failure(let failure): throw End(outcome: WriteOutcome(notSent: failure))
        case .success(let last):
            let tag = S3Answer.tag(of: last)
            guard last.status == 200, !tag.isEmpty else {
                // A part is no file: whatever became of it, nothing is doubtful.
                let outcome = S3Answer.outcome(of: last, doubts: 0, condition)
                    .advised(S3PartsWrite.afterBeginning)
                var end = End(outcome: outcome, evidence: S3Answer.evidence(of: last))
                if case .stored = outcome {
                    end = End(
                        outcome: .unavailable("the answer to part \(part.number) has no ETag")
                    )
                }
                throw end
            }
            return UnfinishedUpload.Part(
                number: part.number,
                count: part.count,
                etag: tag,
                checksum: digests.crc64.base64
            )
        }
    }

    // MARK: Complete

    private func complete(
        _ begun: UnfinishedUpload,
        with parts: [UnfinishedUpload.Part]
    ) throws -> WriteReport {
        guard let checksum = PartPlan.wholeChecksum(of: parts) else {
            let outcome = WriteOutcome.unavailable("the record of upload \(begun.id) is damaged")
            throw try giveUp(
                begun,
                End(outcome: outcome),
                isAttempted: begun.isCompleting,
                isVoid: true
            )
        }
        try upload.notes.willComplete()
        let document = S3PartsDocuments.completion(of: parts)
        let request = TransferRequest(
            .post,
            destination.address.url(of: key, query: [("uploadId", begun.id)]),
            headers: condition.headers + [
                ("Content-Type", "application/xml"), ("x-amz-checksum-crc64nvme", checksum),
                ("x-amz-checksum-type", "FULL_OBJECT"),
                ("x-amz-mp-object-size", "\(upload.count)"),
            ] + destination.ownerHeader,
            body: .bytes(document),
            bodySHA256: SHA256.hash(document).hex
        )
        let answer = perform(request, condition.safety) { S3PartsWrite.completionOutcome(of: $0) }
        let isAttempted = answer.doubts > 0 || begun.isCompleting
        switch answer.result {
        case .failure(let failure):
            if !isAttempted { try upload.notes.wasNotCompleted() }
            throw End(
                outcome: answer.doubts > 0
                    ? .doubtful("all parts were sent, but no answer came: \(failure.message)")
                    : WriteOutcome(notSent: failure)
            )
        case .success(let raw):
            let last = S3PartsDocuments.completed(raw)
            let outcome = S3Answer.outcome(of: last, doubts: answer.doubts, condition)
                .advised(S3PartsWrite.afterBeginning)
            let evidence = S3Answer.evidence(of: last)
            if case .stored = outcome {
                return WriteReport(
                    outcome,
                    attempts: requests.withLock { $0 },
                    evidence: evidence
                )
            }
            if !isAttempted { try upload.notes.wasNotCompleted() }
            throw try settled(
                End(outcome: outcome, evidence: evidence),
                begun,
                isAttempted: isAttempted
            )
        }
    }

    /// Whether an answer to CompleteMultipartUpload stands.
    ///
    /// Unlike a PUT's, its 409 is not for trying again: the upload is void (3).
    private static func completionOutcome(of answer: TransferAnswer) -> AttemptOutcome {
        let answer = S3PartsDocuments.completed(answer)
        return answer.status == 409 ? .answered : S3Answer.attemptOutcome(answer)
    }

    /// What to look for when an upload could be begun and not gone on with [documented: "Multipart upload API
    /// and permissions", "Protecting data with server-side encryption using KMS keys"].
    private static let afterBeginning =
        "the upload could be begun, so s3:PutObject is allowed: a bucket with a KMS key asks for kms:Decrypt"
        + " from here on, and a policy that asks for `s3:if-none-match` has to exempt parts"
        + " (`s3:ObjectCreationOperation`)"

    // MARK: Ends

    /// What becomes of the upload when the write ends like this.
    ///
    /// `isAttempted`: it may have been completed, by this write or an earlier one.
    private func settled(
        _ end: End,
        _ begun: UnfinishedUpload,
        isAttempted: Bool? = nil
    ) throws -> End {
        let isAttempted = isAttempted ?? begun.isCompleting
        if end.evidence?.code == "NoSuchUpload" {  // 2
            // Without a condition it does not matter whether an earlier one got through.
            if isAttempted, condition != .none {
                try upload.notes.ended()
                let why = "the upload is gone: it was completed, or somebody else has ended it"
                return End(outcome: .doubtful(why), evidence: end.evidence)
            }
            try upload.notes.gaveUp()
            let why = "the upload was ended by somebody else, a lifecycle rule perhaps"
            return End(outcome: .unavailable(why), evidence: end.evidence, isForAnew: true)
        }
        if end.evidence?.code == "ConditionalRequestConflict" {  // 3
            var end = try giveUp(begun, end, isAttempted: isAttempted, isVoid: true)
            if case .unavailable = end.outcome { end.isForAnew = true }
            return end
        }
        switch end.outcome {  // 4
        case .occupied, .changed: return try giveUp(begun, end, isAttempted: isAttempted)
        // A condition that did not hold: the upload is of no use whatever the lost answer was.
        case .doubtful where end.evidence?.status == 412:
            return try giveUp(begun, end, isAttempted: isAttempted)
        case .refused(let refusal):
            switch refusal.question {
            case .permission: return try giveUp(begun, end, isAttempted: isAttempted)
            case .bucket, .space, .request:
                return try giveUp(begun, end, isAttempted: isAttempted, isVoid: true)
            case .region, .accessKey, .secret, .session, .clock, .role: return end
            }
        case .stored, .vanished, .doubtful, .unavailable: return end
        }
    }

    /// Gives the upload up; `isVoid` when no other write could go on with it.
    private func giveUp(
        _ begun: UnfinishedUpload,
        _ end: End,
        isAttempted: Bool,
        isVoid: Bool = false
    ) throws -> End {
        let report = destination.abandon(upload: begun.id, key: key)
        requests.withLock { $0 += report.attempts }
        switch report.outcome {
        case .gone: try isAttempted ? upload.notes.ended() : upload.notes.gaveUp()
        case .refused(let refusal):
            try upload.notes.left(because: refusal.description, isVoid: isVoid)
        case .unavailable(let why): try upload.notes.left(because: why, isVoid: isVoid)
        }
        return end
    }

    // MARK: Counting

    private func perform(
        _ request: TransferRequest,
        _ safety: RepeatSafety,
        classify: (TransferAnswer) -> AttemptOutcome = S3Answer.attemptOutcome
    ) -> RetriedAnswer {
        let answer = destination.perform(request, safety, classify: classify)
        requests.withLock { $0 += answer.attempts }
        return answer
    }

    private func showProgress(of part: Int, _ bytes: Int64) {
        guard let progress = upload.progress else { return }
        progress(
            sentBytes.withLock {
                $0[part] = bytes
                return $0.values.reduce(0, +)
            }
        )
    }
}

extension WriteOutcome {
    /// The outcome with advice, where it is a refusal for want of permission.
    fileprivate func advised(_ advice: String) -> WriteOutcome {
        guard case .refused(let refusal) = self, refusal.question == .permission else {
            return self
        }
        return .refused(refusal.advised(advice))
    }
}
