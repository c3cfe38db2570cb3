// `exporter verify`: may we write where an export goes, and may we replace what we wrote? Works with
// `s3:PutObject` alone, leaves one harmless marker, and writes what it found into the state.

import Destinations
import Digest
import JSON
import Platform
import State
import Transfer

/// What Verify found out about one export's destination.
package struct VerifyReport: Equatable, Sendable {
    /// What the destination allows.
    package enum Mode: String, Sendable {
        case replace
        case createOnly = "create-only"
        case refused
    }

    /// The export's id: `customer/acme`.
    package let export: String
    /// nil for the reseller's own.
    package let customer: String?
    /// Where the marker goes.
    package let url: String
    /// The customer's role that is taken to write there; nil when the platform writes as itself.
    package let role: String?
    package let stages: [VerifyStage]
    package let mode: Mode
    /// What the set-up says about files of ours that change.
    package let replaceRule: ReplaceRule
    package let notProved: [String]

    /// The stage that stands in the way of delivering; nil when nothing does.
    package var failure: VerifyStage? {
        mode == .refused ? stages.first { $0.outcome == .failed } : nil
    }
}

extension VerifyReport: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("customer", customer)
            $0.member("export", export)
            $0.member("url", url)
            $0.member(ifPresent: "role", role)
            $0.member("stages", stages)
            $0.member("mode", mode.rawValue)
            $0.member("replace", replaceRule.rawValue)
            $0.member("notProved", notProved)
        }
    }
}

/// Verifies destinations.
package struct Verify {
    /// The marker's name, after the destination's prefix.
    package static let markerName = "exporter-access-test.txt"
    /// Its content, always the same.
    package static let marker = Array(
        "written by a billing exporter to see that it may; safe to ignore\n".utf8
    )

    package let platform: DeliveryPlatform

    package init(platform: DeliveryPlatform) { self.platform = platform }

    /// Verifies the destination of an export and keeps the result in the state.
    ///
    /// - Throws: `DeliveryPlatform.Unusable` when there is nothing to verify with; an error of the state.
    package func run(_ export: ExportRecord, state: State, now: Timestamp) throws -> VerifyReport {
        let report = try report(on: export, now: now)
        var stages = JSONWriter()
        stages.value(report.stages)
        let replace = report.stages.first { $0.name == .replace }
        let mode: DestinationMode =
            switch report.mode {
            case .replace: .replace
            // A question that could not be asked leaves the known answer as it was.
            case .createOnly:
                replace?.outcome == .skipped && replace?.message != nil ? .unknown : .createOnly
            case .refused: .unknown
            }
        try state.record(
            Verification(time: now, passed: report.mode != .refused, stages: stages.text),
            mode: mode,
            for: export.destination.id
        )
        return report
    }

    private func report(on export: ExportRecord, now: Timestamp) throws -> VerifyReport {
        let setup = export.destination.setup
        let destination = try platform.destination(of: export)
        let key = setup.prefix + Verify.markerName
        guard let bucket = destination as? S3Destination else {
            let create = destination.create(Verify.upload, key: key)
            return folderReport(export, url: setup.url(key: key), create)
        }
        let identity = try platform.identity()
        var caller = platform.setup.principal
        if case .known(let arn) = identity { caller = arn }
        let role = try platform.role(of: export)
        let assumption = try role.map { try assume($0, caller) } ?? .own
        if role != nil { caller = role?.role.arn }
        var create: WriteReport?
        var replace: WriteReport?
        if assumption.isGood {
            let report = destination.create(Verify.upload, key: key)
            create = report
            switch report.outcome {
            case .stored(let tag):
                replace = destination.replace(Verify.upload, key: key, current: tag)
            case .occupied:
                let tag = MD5.hash(Verify.marker).hex
                replace = destination.replace(Verify.upload, key: key, current: tag)
            default: break
            }
        }
        let reading = VerifyReading(
            identity: identity,
            assumption: assumption,
            create: create,
            replace: replace,
            diagnosis: S3Diagnosis(
                address: bucket.address,
                prefix: setup.prefix,
                owner: setup.account,
                caller: caller,
                isCustomersRole: role != nil
            ),
            now: now
        )
        let stages = reading.stages
        let isOK = { (name: VerifyStage.Name) in
            stages.contains { $0.name == name && $0.outcome == .ok }
        }
        return VerifyReport(
            export: export.id,
            customer: export.owner.customer,
            url: setup.url(key: key),
            role: role?.role.arn,
            stages: stages,
            mode: isOK(.write) ? isOK(.replace) ? .replace : .createOnly : .refused,
            replaceRule: setup.replaceRule,
            notProved: reading.notProved
        )
    }

    private static let upload = Upload(
        body: .bytes(marker),
        sha256: SHA256.hash(marker).hex,
        contentType: "text/plain"
    )

    /// Takes the customer's role, and where that is refused asks what our own policies say of it.
    private func assume(
        _ role: AssumedRole,
        _ caller: String?
    ) throws -> VerifyReading.Assumption {
        do throws(CredentialsFailure) {
            return .assumed(session: try role.session().arn)
        } catch {
            guard case .refused(let status, let code, let message) = error else {
                return .unavailable(error.description, origin: role.origin)
            }
            let refusal = Refusal(
                status: status,
                code: code,
                message: message,
                permission: .role
            )
            var ownSide = RoleDiagnosis.OwnSide.unknown
            if refusal.question == .role, code == "AccessDenied", let caller {
                ownSide = try platform.ownSide(of: role.role, caller: caller)
            }
            let diagnosis = RoleDiagnosis(role: role.role, caller: caller, ownSide: ownSide)
            return .refused(refusal, diagnosis.causes(of: refusal))
        }
    }

    /// A folder has no network, no identity and no region; it can be written to or not.
    private func folderReport(
        _ export: ExportRecord,
        url: String,
        _ create: WriteReport
    ) -> VerifyReport {
        var write = VerifyStage(.write, .ok)
        var mode = VerifyReport.Mode.createOnly
        switch create.outcome {
        case .stored, .occupied, .changed, .vanished: break
        case .refused(let refusal):
            write = VerifyStage(
                .write,
                refusedBy: refusal,
                Diagnosis([Cause("this user can't write to that folder", who: .platform)])
            )
            mode = .refused
        case .unavailable(let why), .doubtful(let why):
            write = VerifyStage(.write, .failed, message: why)
            mode = .refused
        }
        let stages = VerifyStage.Name.allCases.map { name in
            name == .write ? write : VerifyStage(name, .skipped)
        }
        return VerifyReport(
            export: export.id,
            customer: export.owner.customer,
            url: url,
            role: nil,
            stages: stages,
            mode: mode,
            replaceRule: export.destination.setup.replaceRule,
            notProved: []
        )
    }
}
