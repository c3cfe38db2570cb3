// `import`, `run` and `render`.

import Bills
import CommandLine
import Digest
@preconcurrency import Glibc
import JSON
import Jobs
import Platform
import Rating
import State

extension ExporterProgram {
    static func importCommand(_ surroundings: Surroundings) throws -> CommandAnswer {
        let arguments = surroundings.arguments
        guard let provider = Provider(rawValue: arguments.required("provider")) else {
            preconditionFailure("a provider that the table has and the state does not")
        }
        let cycle = try surroundings.cycle()
        let state = try surroundings.openState()
        let results = try arguments.operands("FILE").map {
            try importBill(
                $0,
                provider: provider,
                cycle: cycle,
                into: state,
                now: surroundings.now()
            )
        }
        var text = BillText.table(results)
        var report: DeliveryReport?
        var complaint: String?
        if !arguments.has("no-deliver") {
            do {
                let delivered = try deliverCycles(of: results, state, surroundings)
                text += "\n\n" + DeliveryText.text(delivered)
                report = delivered
            } catch let error as DeliveryPlatform.Unusable {
                // The bills are kept all the same; `run` delivers them when this is put right.
                complaint = "imported, and not delivered: \(error)"
            }
        }
        let status: ExitStatus =
            complaint != nil
            ? .usage : report.map { $0.needsAttention || $0.wasStopped } == true ? .refused : .done
        return CommandAnswer(text: text, complaint: complaint, status: status) { writer in
            writer.array("bills") { writer in
                for result in results { BillText.write(result, to: &writer) }
            }
            writer.member("deliveries", report?.entries ?? [])
            writer.member(ifPresent: "error", complaint)
        }
    }

    /// Delivers what is due by these bills; other cycles are `run`'s business.
    private static func deliverCycles(
        of results: [ImportResult],
        _ state: State,
        _ surroundings: Surroundings
    ) throws -> DeliveryReport {
        let delivered = try Set(results.map(\.bill.bill.cycle)).sorted().map { cycle in
            var options = Deliver.Options()
            options.cycle = cycle
            options.jobs = surroundings.arguments.integer("jobs") ?? 1
            return try deliver(state, options, surroundings)
        }
        return DeliveryReport(
            cycle: nil,
            entries: delivered.flatMap(\.entries),
            wasStopped: delivered.contains(where: \.wasStopped)
        )
    }

    static func runCommand(_ surroundings: Surroundings) throws -> CommandAnswer {
        let arguments = surroundings.arguments
        let state = try surroundings.openState()
        var options = Deliver.Options()
        options.cycle = try surroundings.cycle()
        options.customer = arguments.text("customer")
        options.jobs = arguments.integer("jobs") ?? 1
        options.takesEstimated = arguments.has("estimated")
        options.isDryRun = arguments.has("dry-run")
        if let customer = options.customer,
            try !state.setup().customers.contains(where: { $0.id == customer })
        {
            throw arguments.error("there is no customer `\(customer)`")
        }
        let report = try deliver(state, options, surroundings)
        return CommandAnswer(
            text: DeliveryText.text(report),
            json: report,
            status: report.needsAttention || report.wasStopped ? .refused : .done
        )
    }

    private static func deliver(
        _ state: State,
        _ options: Deliver.Options,
        _ surroundings: Surroundings
    ) throws -> DeliveryReport {
        let progress = UploadProgress(isShown: true)
        defer { progress.clear() }
        return try Deliver(
            platform: try surroundings.platform(state),
            options: options,
            now: surroundings.now,
            isStopping: { Signals.isStopping },
            onProgress: { progress.show($0, sent: $1, of: $2) }
        ).run(state)
    }

    static func renderCommand(_ surroundings: Surroundings) throws -> CommandAnswer {
        let arguments = surroundings.arguments
        let name = arguments.requiredOperand("CUSTOMER")
        let output = arguments.required("output")
        if output == "-", arguments.has("json") {
            throw arguments.error("`--json` and `--output -` both want standard output")
        }
        let state = try surroundings.openState()
        let owner: ExportOwner = name == "reseller" ? .reseller : .customer(name)
        let exports = try state.exports().filter { $0.owner == owner }
        let view = arguments.text("view").flatMap { BillView(rawValue: $0) }
        // A customer's export can be looked at in the other view; the reseller's are two.
        let own = exports.first { view == nil || $0.view == view }
        guard let export = own ?? (owner == .reseller ? nil : exports.first) else {
            let words = view.map { " of the view `\($0.rawValue)`" } ?? ""
            throw arguments.error("`\(name)` has no export\(exports.isEmpty ? "" : words)")
        }
        guard let cycle = try surroundings.cycle(),
            let provider = Provider(rawValue: arguments.required("provider")),
            let format = arguments.text("format").flatMap({ ExportFormat(rawValue: $0) })
                ?? export.formats[provider]?.first
        else {
            throw arguments.error("the export has nothing of `\(arguments.required("provider"))`")
        }
        guard
            let file = try dueFile(
                of: export.showing(view ?? export.view, format),
                provider: provider,
                format: format,
                cycle: cycle,
                in: state
            )
        else {
            throw arguments.error("no bill of \(cycle) has a line of `\(name)`")
        }
        let written = try write(file, to: output)
        let text =
            output == "-"
            ? "" : "\(output): \(grouped(written.bytes)) bytes, \(grouped(written.lines)) lines"
        return CommandAnswer(text: text) {
            $0.member("output", output)
            $0.member("bytes", written.bytes)
            $0.member("lines", written.lines)
            $0.member("sha256", written.sha256)
        }
    }

    private static func write(
        _ file: DueFile,
        to output: String
    ) throws -> (bytes: Int64, lines: Int, sha256: String) {
        var digest = SHA256()
        var bytes: Int64 = 0
        let target = output == "-" ? nil : try OpenFile(output, .replace)
        let summary = try render(file) { piece in
            digest.update(piece)
            if let target {
                try target.write(piece, at: bytes)
            } else {
                try Terminal.write(piece, to: 1)
            }
            bytes += Int64(piece.count)
        }
        return (bytes, summary.lines, digest.finalize().hex)
    }
}

/// Imported bills for people and programs.
enum BillText {
    static func table(_ results: [ImportResult]) -> String {
        var table = TextTable(
            ("bill", .left),
            ("cycle", .left),
            ("payer", .left),
            ("lines", .right),
            ("total", .right),
            ("", .left),
            ("", .left)
        )
        for result in results {
            let bill = result.bill.bill
            table.add(
                bill.source,
                bill.cycle.description,
                bill.payer,
                grouped(bill.lines),
                bill.total.text(minimumScale: 2),
                bill.isFinal ? "final" : "estimated",
                result.isNew
                    ? "version \(result.bill.version)" : "known as version \(result.bill.version)"
            )
        }
        return table.text()
    }

    static func write(_ result: ImportResult, to writer: inout JSONWriter) {
        let bill = result.bill.bill
        writer.object {
            $0.member("provider", bill.provider.rawValue)
            $0.member("cycle", bill.cycle.description)
            $0.member("payer", bill.payer)
            $0.member("lines", bill.lines)
            $0.member("total", bill.total.text(minimumScale: 2))
            $0.member("final", bill.isFinal)
            $0.member("version", result.bill.version)
            $0.member("new", result.isNew)
            $0.member("source", bill.source)
            $0.member("sha256", bill.sha256)
        }
    }
}

/// Deliveries for people.
enum DeliveryText {
    static func text(_ report: DeliveryReport) -> String {
        if report.entries.isEmpty { return "nothing is due: no enabled export has lines in a bill" }
        var table = TextTable(
            ("export", .left),
            ("cycle", .left),
            ("", .left),
            ("bytes", .right),
            ("file", .left)
        )
        for entry in report.entries {
            table.add(
                entry.export,
                entry.cycle.description,
                entry.outcome.word,
                entry.bytes.map { grouped($0) } ?? "",
                entry.url
            )
        }
        var lines = [table.text()]
        for entry in report.entries {
            guard let reason = entry.reason else { continue }
            lines.append("")
            lines += wrapped("\(entry.export) \(entry.cycle): \(reason)")
            if let fix = entry.fix {
                lines += wrapped(fix.lead)
                lines += fix.json.text(.pretty).split(separator: "\n").map { "  \($0)" }
            }
        }
        lines.append("")
        lines.append(report.counts.map { "\($0.count) \($0.word)" }.joined(separator: ", "))
        if report.wasStopped { lines.append("stopped: run again to deliver the rest") }
        return lines.joined(separator: "\n")
    }
}
