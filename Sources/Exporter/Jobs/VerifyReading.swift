// From what two conditional writes of one small file were answered to the stages. Pure: the table of what
// each answer proves, and no more than that.
//
// With `s3:PutObject` alone there is one thing to ask: write the marker, create-only. 200 and 412 both mean
// "may create", because S3 looks at the condition after the permission. The same marker with `If-Match`
// then tells whether our files can be replaced: 200 or 412 yes, 403 no.
//
// S3 checks in this order: is the key known, is the session good, does the clock agree, does the signature,
// is it this region, is there such a bucket, may they. A no to one of them is a yes to those before it
// (the sources of that order: the documentation of the errors; the ends of the list are [inferred]).

import Destinations
import Platform

/// What a Verify found out, before it is put into stages.
package struct VerifyReading: Sendable {
    /// Whose credentials the writes were to be made with, and what became of getting them.
    package enum Assumption: Sendable {
        /// The platform's own.
        case own
        /// The customer's role, in this session.
        case assumed(session: String)
        /// STS said no.
        case refused(Refusal, Diagnosis)
        /// STS could not be asked there.
        case unavailable(String, origin: String)

        /// Whether there is something to write with.
        var isGood: Bool {
            switch self {
            case .own, .assumed: true
            case .refused, .unavailable: false
            }
        }
    }

    package let identity: CallerIdentity
    package let assumption: Assumption
    /// nil when there was nothing to write with.
    package let create: WriteReport?
    /// nil when there was no reason to try.
    package let replace: WriteReport?
    package let diagnosis: S3Diagnosis
    /// Our clock when the answer came.
    package let now: Timestamp

    package init(
        identity: CallerIdentity,
        assumption: Assumption = .own,
        create: WriteReport?,
        replace: WriteReport?,
        diagnosis: S3Diagnosis,
        now: Timestamp
    ) {
        self.identity = identity
        self.assumption = assumption
        self.create = create
        self.replace = replace
        self.diagnosis = diagnosis
        self.now = now
    }

    /// All stages, in order.
    package var stages: [VerifyStage] {
        switch assumption {
        case .own, .assumed: break
        case .refused(let refusal, let causes): return notAssumed(refusal, causes)
        case .unavailable(let why, let origin):
            let cause = Cause(
                "\(origin) did not answer as STS does: the endpoint or the region in the set-up is wrong, or a"
                    + " firewall is in between",
                who: .platform,
                place: "`platform.endpoints.sts` and `platform.aws.region` in the set-up"
            )
            return filled([
                VerifyStage(.reach, .failed, message: why, diagnosis: Diagnosis([cause]))
            ])
        }
        guard let create else { return filled([]) }
        switch create.outcome {
        case .stored, .occupied, .changed, .vanished: return passed(create)
        case .refused(let refusal): return refused(refusal)
        case .unavailable(let why), .doubtful(let why):
            if create.evidence != nil {
                let failure = VerifyStage(
                    .write,
                    .failed,
                    status: create.evidence?.status,
                    code: create.evidence?.code,
                    message: why,
                    diagnosis: Diagnosis([
                        Cause("the service can't do it now: try again later", who: .network)
                    ])
                )
                return filled([VerifyStage(.reach, .ok), clock, failure])
            }
            let origin = diagnosis.address.origin
            let cause = Cause(
                "nothing answered at \(origin): the endpoint or region in the set-up is wrong, the name does"
                    + " not resolve, or a firewall is in between",
                who: .platform,
                place: "`platform.endpoints` and `destination` in the set-up"
            )
            return filled([
                VerifyStage(.reach, .failed, message: why, diagnosis: Diagnosis([cause]))
            ])
        }
    }

    /// What the answers leave open.
    package var notProved: [String] {
        var open: [String] = []
        switch create?.outcome {
        case nil: open.append("what the role may do: it could not be taken")
        case .stored, .occupied, .changed, .vanished:
            open.append("that the names of the bills are free: the first delivery finds out")
        case .refused(let refusal) where refusal.question == .permission:
            if let owner = diagnosis.owner {
                open.append("that the bucket belongs to account \(owner)")
            }
            open.append("whether more than one thing is in the way: AWS reports one at a time")
        default: break
        }
        if case .unknown(let why) = identity {
            let said = diagnosis.caller.map { "; the set-up says \($0)" } ?? ""
            open.append("who the credentials are (\(why)\(said))")
        }
        return open
    }

    private func passed(_ create: WriteReport) -> [VerifyStage] {
        let owner = diagnosis.owner.map { "it belongs to account \($0)" }
        let written = create.outcome == .occupied ? "the marker was there already: may create" : nil
        return [
            VerifyStage(.reach, .ok), clock, identityStage, assumeStage,
            VerifyStage(.region, .ok, message: diagnosis.address.region),
            VerifyStage(.bucket, .ok, message: owner), VerifyStage(.write, .ok, message: written),
            replaceStage,
        ]
    }

    /// STS said no: to our credentials, or to our taking the role.
    private func notAssumed(_ refusal: Refusal, _ causes: Diagnosis) -> [VerifyStage] {
        let reach = VerifyStage(.reach, .ok)
        switch refusal.question {
        case .clock: return filled([reach, VerifyStage(.clock, refusedBy: refusal, causes)])
        case .accessKey, .secret, .session:
            return filled([reach, clock, VerifyStage(.identity, refusedBy: refusal, causes)])
        case .role, .permission, .bucket, .region, .space, .request:
            return filled([
                reach, clock, identityStage, VerifyStage(.assume, refusedBy: refusal, causes),
            ])
        }
    }

    private func refused(_ refusal: Refusal) -> [VerifyStage] {
        let causes = diagnosis.causes(of: refusal)
        let reach = VerifyStage(.reach, .ok)
        switch refusal.question {
        case .clock: return filled([reach, VerifyStage(.clock, refusedBy: refusal, causes)])
        case .accessKey, .secret, .session:
            // A session that STS has just given is good: then S3 and STS are not of one cloud.
            guard case .assumed = assumption else {
                return filled([reach, clock, VerifyStage(.identity, refusedBy: refusal, causes)])
            }
            return filled([
                reach, clock, identityStage, VerifyStage(.assume, refusedBy: refusal, causes),
            ])
        // The role was taken a moment ago, and could not be once more.
        case .role:
            return filled([
                reach, clock, identityStage, VerifyStage(.assume, refusedBy: refusal, causes),
            ])
        case .region:
            return filled(
                [reach, clock] + whoStages + [VerifyStage(.region, refusedBy: refusal, causes)]
            )
        case .bucket:
            return filled([
                reach, clock, identityStage, assumeStage,
                VerifyStage(.region, .skipped, message: "there is no bucket to be in it"),
                VerifyStage(.bucket, refusedBy: refusal, causes),
            ])
        case .permission, .space, .request:
            let isPermission = refusal.question == .permission
            return filled([
                reach, clock, identityStage, assumeStage, VerifyStage(.region, .ok),
                VerifyStage(
                    .bucket,
                    .ok,
                    message: isPermission ? "the name is taken; by whom, this does not say" : nil
                ),
                VerifyStage(.write, refusedBy: refusal, causes),
            ])
        }
    }

    private var clock: VerifyStage {
        let skew = create?.evidence?.date.map { abs(now.seconds - $0.seconds) }
        let message = skew.map { "\($0) s between this clock and the server's" }
        // A signature that was accepted was not too old; S3's bound is 15 minutes
        // (RequestTimeTooSkewed, MaxAllowedSkewMilliseconds 900000).
        if isSignatureAccepted || skew.map({ $0 < 900 }) == true {
            return VerifyStage(.clock, .ok, message: message)
        }
        return VerifyStage(.clock, skew == nil ? .skipped : .failed, message: message)
    }

    private var isSignatureAccepted: Bool {
        let refusal: Refusal
        if case .refused(let no, _) = assumption {
            refusal = no
        } else if case .refused(let no)? = create?.outcome {
            refusal = no
        } else {
            return true
        }
        switch refusal.question {
        case .permission, .bucket, .space, .role: return true
        case .region, .accessKey, .secret, .session, .clock, .request: return false
        }
    }

    private var identityStage: VerifyStage {
        switch identity {
        case .known(let arn): VerifyStage(.identity, .ok, message: arn)
        case .unknown:
            VerifyStage(.identity, .ok, message: diagnosis.caller ?? "the signature is accepted")
        // The token service said no and S3 took the signature: S3 is who decides here.
        case .refused(let refusal):
            VerifyStage(
                .identity,
                .ok,
                message: "accepted by S3, not by the token service: \(refusal)"
            )
        }
    }

    /// Identity and assume where S3 did not come to look at them: what STS said of them still holds.
    private var whoStages: [VerifyStage] {
        guard case .assumed = assumption else { return [] }
        return [identityStage, assumeStage]
    }

    private var assumeStage: VerifyStage {
        guard case .assumed(let session) = assumption else {
            return VerifyStage(.assume, .skipped, message: "the platform's own credentials write")
        }
        return VerifyStage(.assume, .ok, message: session)
    }

    private var replaceStage: VerifyStage {
        guard let replace else { return VerifyStage(.replace, .skipped) }
        switch replace.outcome {
        case .stored, .changed, .vanished, .occupied: return VerifyStage(.replace, .ok)
        case .refused(let refusal):
            return VerifyStage(.replace, refusedBy: refusal, Diagnosis([diagnosis.replaceFix()]))
        case .unavailable(let why), .doubtful(let why):
            return VerifyStage(.replace, .skipped, message: "could not be found out: \(why)")
        }
    }

    /// Adds the stages that were not reached.
    private func filled(_ known: [VerifyStage]) -> [VerifyStage] {
        VerifyStage.Name.allCases.map { name in
            known.first { $0.name == name } ?? VerifyStage(name, .skipped)
        }
    }
}
