// `apply` and `verify`.

import CommandLine
import Destinations
import JSON
import Jobs
import Platform
import State

extension ExporterProgram {
    static func applyCommand(_ surroundings: Surroundings) throws -> CommandAnswer {
        let arguments = surroundings.arguments
        let path = arguments.requiredOperand("SETUP.json")
        let text = try OpenFile.contents(of: path == "-" ? "/dev/stdin" : path)
        let isDryRun = arguments.has("dry-run")
        let result = try apply(
            text,
            file: path,
            to: try surroundings.openState(),
            now: surroundings.now(),
            isDryRun: isDryRun,
            prune: arguments.has("prune")
        )

        var table = TextTable(("", .left), ("", .left))
        for change in result.changes { table.add(change.subject, change.change) }
        var lines = table.isEmpty ? [] : [table.text()]
        if result.changes.isEmpty {
            lines.append("nothing to change")
        } else {
            lines.append(isDryRun ? "nothing was changed: this was a dry run" : "applied")
        }
        if !result.kept.isEmpty {
            lines.append(
                "not in the file, and kept: \(result.kept.joined(separator: ", ")) (--prune removes them)"
            )
        }
        lines += result.warnings.map { "note: \($0)" }
        return CommandAnswer(text: lines.joined(separator: "\n")) { writer in
            writer.member("dryRun", isDryRun)
            writer.array("changes") { writer in
                for change in result.changes {
                    writer.object {
                        $0.member("subject", change.subject)
                        $0.member("change", change.change)
                    }
                }
            }
            writer.member("kept", result.kept)
            writer.member("warnings", result.warnings)
        }
    }

    static func verifyCommand(_ surroundings: Surroundings) throws -> CommandAnswer {
        let arguments = surroundings.arguments
        let state = try surroundings.openState()
        var exports = try state.exports()
        if let customer = arguments.text("customer") {
            exports = exports.filter { $0.owner.customer == customer }
            if exports.isEmpty { throw arguments.error("customer `\(customer)` has no export") }
        }
        if let view = arguments.text("reseller") {
            exports = exports.filter { $0.owner == .reseller && $0.view.rawValue == view }
            if exports.isEmpty {
                throw arguments.error("the reseller has no export of the view `\(view)`")
            }
        }
        let verify = Verify(platform: try surroundings.platform(state))
        let reports = try exports.map { try verify.run($0, state: state, now: surroundings.now()) }
        let text =
            reports.isEmpty
            ? "there is no export to verify"
            : reports.map(VerifyText.text).joined(separator: "\n\n")
        let isRefused = reports.contains { $0.mode == .refused }
        return CommandAnswer(text: text, status: isRefused ? .refused : .done) {
            $0.member("results", reports)
        }
    }
}

/// A Verify's report for people.
enum VerifyText {
    static func text(_ report: VerifyReport) -> String {
        var lines = wrapped("\(report.export) → \(report.url): \(conclusion(report))")
        lines += ["", stages(report)]
        for stage in report.stages where !stage.diagnosis.causes.isEmpty {
            lines.append("")
            lines.append(contentsOf: diagnosis(stage))
        }
        if !report.notProved.isEmpty {
            lines.append("")
            lines.append("  not proved:")
            lines += report.notProved.flatMap { wrapped($0, lead: "  - ") }
        }
        return lines.joined(separator: "\n")
    }

    static func conclusion(_ report: VerifyReport) -> String {
        switch report.mode {
        case _ where report.mode != .refused && report.replaceRule == .own:
            "files can be created, and those that our record says are ours are overwritten without a"
                + " condition (`replace: own`)"
        case .replace: "files can be created and replaced"
        case .createOnly:
            "files can be created and not replaced: each bill is delivered once, when it is final"
        case .refused: "refused"
        }
    }

    private static func stages(_ report: VerifyReport) -> String {
        var table = TextTable(("", .left), ("", .left), ("", .left))
        for stage in report.stages {
            let said = [stage.status.map(String.init), stage.code].compactMap { $0 }.joined(
                separator: " "
            )
            let words = [said, stage.message ?? ""].filter { !$0.isEmpty }.joined(separator: ": ")
            table.add(stage.name.rawValue, stage.outcome.rawValue, words)
        }
        return table.text(indent: 2)
    }

    private static func diagnosis(_ stage: VerifyStage) -> [String] {
        let causes = stage.diagnosis.causes
        var lines = [
            causes.count == 1
                ? "  \(stage.name.rawValue):"
                : "  \(stage.name.rawValue): the answer fits several causes, the likeliest first:"
        ]
        for (index, cause) in causes.enumerated() {
            lines += wrapped("\(cause.who.rawValue): \(cause.cause)", lead: "  \(index + 1). ")
            guard let fix = cause.fix else { continue }
            lines += wrapped("paste into the \(cause.place ?? "policy"):", lead: "     ")
            lines += fix.text(.pretty).split(separator: "\n").map { "       \($0)" }
        }
        if let question = stage.diagnosis.question { lines += wrapped(question, lead: "  ask: ") }
        return lines
    }
}
