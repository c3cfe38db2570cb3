// `status` and `history`.

import JSON
import Jobs
import Platform
import Rating
import State

extension ExporterProgram {
    static func statusCommand(_ surroundings: Surroundings) throws -> CommandAnswer {
        let report = try statusReport(
            of: try surroundings.openState(),
            cycle: try surroundings.cycle(),
            customer: surroundings.arguments.text("customer")
        )
        return CommandAnswer(text: StatusText.text(report), json: report)
    }

    static func historyCommand(_ surroundings: Surroundings) throws -> CommandAnswer {
        let state = try surroundings.openState()
        let changes = try state.history(limit: surroundings.arguments.integer("limit") ?? 100)
        let deliveries = try state.allDeliveries(cycle: try surroundings.cycle())
        var events = changes.reversed().map { (time: $0.time, what: $0.subject, change: $0.change) }
        events += deliveries.map { delivery in
            let time = delivery.finished ?? delivery.started ?? delivery.planned
            return (time, delivery.plan.url, delivery.state.rawValue)
        }
        // Sorting keeps the order of equal times.
        var table = TextTable(("", .left), ("", .left), ("", .left))
        for event in events.sorted(by: { $0.time < $1.time }) {
            table.add(event.time.iso8601(), event.what, event.change)
        }
        return CommandAnswer(text: table.isEmpty ? "nothing has happened yet" : table.text()) {
            writer in
            writer.array("changes") { writer in
                for change in changes {
                    writer.object {
                        $0.member("time", change.time.iso8601())
                        $0.member("subject", change.subject)
                        $0.member("change", change.change)
                    }
                }
            }
            writer.member("deliveries", deliveries)
        }
    }
}

/// The status for people.
enum StatusText {
    static func text(_ report: StatusReport) -> String {
        var parts: [String] = []
        if !report.bills.isEmpty {
            var table = TextTable(
                ("bill", .left),
                ("cycle", .left),
                ("payer", .left),
                ("lines", .right),
                ("total", .right),
                ("", .left)
            )
            for version in report.bills {
                let bill = version.bill
                table.add(
                    "\(bill.provider.rawValue) version \(version.version)",
                    bill.cycle.description,
                    bill.payer,
                    grouped(bill.lines),
                    bill.total.text(minimumScale: 2),
                    bill.isFinal ? "final" : "estimated"
                )
            }
            parts.append(table.text())
        }
        if !report.exports.isEmpty {
            var table = TextTable(
                ("export", .left),
                ("destination", .left),
                ("verified", .left),
                ("", .left)
            )
            for export in report.exports {
                let verification = export.destination.verification
                table.add(
                    export.id + (export.isEnabled ? "" : " (disabled)"),
                    export.destination.setup.words,
                    verification.map {
                        $0.passed ? $0.time.iso8601() : "failed \($0.time.iso8601())"
                    } ?? "never",
                    export.destination.mode.rawValue
                )
            }
            parts.append(table.text())
        }
        if !report.files.isEmpty {
            var table = TextTable(("export", .left), ("cycle", .left), ("", .left), ("file", .left))
            for file in report.files {
                let parts = file.parts.map { ", \($0.done) of \($0.all) parts" } ?? ""
                table.add(
                    file.export.id,
                    file.cycle.description,
                    file.standing + parts,
                    file.url
                )
            }
            parts.append(table.text())
            for file in report.files {
                if let reason = file.delivery?.reason {
                    parts.append(
                        wrapped("\(file.export.id) \(file.cycle): \(reason)").joined(
                            separator: "\n"
                        )
                    )
                }
            }
        }
        if !report.unclaimedAccounts.isEmpty {
            var table = TextTable(
                ("no customer's account", .left),
                ("cycle", .left),
                ("lines", .right),
                ("total", .right)
            )
            for account in report.unclaimedAccounts {
                table.add(
                    "\(account.provider.rawValue) \(account.id)",
                    account.cycle.description,
                    grouped(account.lines),
                    account.total.text(minimumScale: 2)
                )
            }
            parts.append(table.text())
        }
        return parts.isEmpty
            ? "nothing is set up: `exporter apply SETUP.json`" : parts.joined(separator: "\n\n")
    }
}

extension DueFile {
    /// Where the file stands: its delivery's state, or what the next run does about it.
    fileprivate var standing: String {
        guard case .bill(let bill, _, let recipe) = source else { return "failed" }
        if isDelivered { return "delivered" }
        let isSame = delivery?.plan.recipe == recipe && delivery?.plan.url == url
        if let delivery, isSame || delivery.state == .uploading { return delivery.state.rawValue }
        let facts = DeliveryFacts(
            mode: export.destination.mode,
            replaceRule: export.destination.setup.replaceRule,
            isFinal: bill.bill.isFinal,
            sha256: "",
            written: written
        )
        if case .waiting = DeliveryDecision(facts) { return "waiting" }
        return "due"
    }
}

extension StatusReport: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.array("cycles") { writer in
                for cycle in cycles {
                    writer.object {
                        $0.member("cycle", cycle.cycle.description)
                        $0.member("state", cycle.state.rawValue)
                    }
                }
            }
            writer.array("bills") { writer in
                for version in bills {
                    writer.object {
                        $0.member("provider", version.bill.provider.rawValue)
                        $0.member("cycle", version.bill.cycle.description)
                        $0.member("payer", version.bill.payer)
                        $0.member("lines", version.bill.lines)
                        $0.member("total", version.bill.total.text(minimumScale: 2))
                        $0.member("final", version.bill.isFinal)
                        $0.member("version", version.version)
                        $0.member("imported", version.imported.iso8601())
                    }
                }
            }
            writer.array("exports") { writer in
                for export in exports { StatusReport.write(export, to: &writer) }
            }
            writer.array("deliveries") { writer in
                for file in files { StatusReport.write(file, to: &writer) }
            }
            writer.array("unclaimedAccounts") { writer in
                for account in unclaimedAccounts {
                    writer.object {
                        $0.member("provider", account.provider.rawValue)
                        $0.member("cycle", account.cycle.description)
                        $0.member("id", account.id)
                        $0.member("lines", account.lines)
                        $0.member("total", account.total.text(minimumScale: 2))
                    }
                }
            }
        }
    }

    private static func write(_ export: ExportRecord, to writer: inout JSONWriter) {
        let verification = export.destination.verification
        writer.object {
            $0.member("customer", export.owner.customer)
            $0.member("export", export.id)
            $0.member("enabled", export.isEnabled)
            $0.member(
                "destination",
                export.destination.setup.url(key: export.destination.setup.prefix)
            )
            $0.member("mode", export.destination.mode.rawValue)
            $0.member("replace", export.destination.setup.replaceRule.rawValue)
            $0.member("verified", verification?.time.iso8601())
            $0.member("passed", verification?.passed)
            $0.key("stages")
            $0.raw((verification?.stages ?? "[]").utf8)
        }
    }

    private static func write(_ file: DueFile, to writer: inout JSONWriter) {
        writer.object {
            $0.member("customer", file.export.owner.customer)
            $0.member("export", file.export.id)
            $0.member("view", file.export.view.rawValue)
            $0.member("provider", file.provider.rawValue)
            $0.member("format", file.format.rawValue)
            $0.member("cycle", file.cycle.description)
            $0.member("url", file.url)
            $0.member("state", file.standing)
            $0.member("reason", file.delivery?.reason)
            $0.member("sha256", file.written?.sha256)
            $0.member("bytes", file.written?.bytes)
            $0.member("delivered", file.written?.time.iso8601())
            $0.member("attempts", file.delivery?.attempts ?? 0)
            $0.member(ifPresent: "parts", file.parts)
        }
    }
}

extension Delivery: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("export", plan.export)
            $0.member("provider", plan.provider.rawValue)
            $0.member("format", plan.format.rawValue)
            $0.member("cycle", plan.cycle.description)
            $0.member("url", plan.url)
            $0.member("state", state.rawValue)
            $0.member("reason", reason)
            $0.member("bytes", plan.bytes)
            $0.member("sha256", plan.sha256)
            $0.member("etag", etag)
            $0.member("attempts", attempts)
            $0.member("planned", planned.iso8601())
            $0.member("started", started?.iso8601())
            $0.member("finished", finished?.iso8601())
        }
    }
}
