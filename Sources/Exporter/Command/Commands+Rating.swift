// `rate` and `explain-line`.

import JSON
import Jobs
import Platform
import Rating

extension ExporterProgram {
    static func rateCommand(_ surroundings: Surroundings) throws -> CommandAnswer {
        let path = surroundings.arguments.required("config")
        let text = try OpenFile.contents(of: path)
        let limits = JSON.Limits(bytes: 64 << 20)
        let config = try RatingConfig(json: JSON.parse(text, file: path, limits: limits))
        let bill = surroundings.arguments.requiredOperand("BILL")
        let rated = try rateBill(bill, config: config)
        return CommandAnswer(text: RatedText.text(rated), json: rated)
    }

    static func explainLineCommand(_ surroundings: Surroundings) throws -> CommandAnswer {
        let arguments = surroundings.arguments
        let cycleText = arguments.requiredOperand("CYCLE")
        guard let cycle = BillingCycle(cycleText) else {
            throw arguments.error("`\(cycleText)` is no cycle, as in 2026-10")
        }
        let text = arguments.requiredOperand("ROW")
        let address: LineAddress
        if arguments.has("record-id") {
            address = .recordID(text)
        } else if let row = Int(text), row > 1 {
            address = .row(row)
        } else {
            throw arguments.error("`\(text)` is no row of a line: 2 or more")
        }
        let explanation = try explainLine(
            address,
            customer: arguments.requiredOperand("CUSTOMER"),
            cycle: cycle,
            in: surroundings.openState()
        )
        return CommandAnswer(text: RatedText.text(explanation), json: explanation)
    }
}

/// A rated bill for people.
enum RatedText {
    static func text(_ explanation: LineExplanation) -> String {
        let line = explanation.line
        var table = TextTable(("", .left), ("", .left))
        let version = explanation.bill
        table.add(
            "line",
            "row \(line.row) of `\(version.bill.source)`, version \(version.version), RecordId \(line.recordID)"
        )
        table.add("account", "\(line.account), invoice \(line.invoice)")
        let sku = [line.product, line.usageType, line.operation, line.rateID]
        table.add("what", sku.filter { !$0.isEmpty }.joined(separator: ", "))
        table.add("class", "\(line.lineClass.rawValue): \(explanation.treatment.words)")
        let own = explanation.isAccountBook ? "the account's own" : "the customer's"
        table.add("pricebook", explanation.pricebook.map { "\($0), \(own)" } ?? "none")
        table.add("rule", explanation.ruleWords)
        table.add("price", explanation.arithmetic)
        if let rate = explanation.priced?.rate, let cost = line.rate {
            table.add("unit rate", "\(rate.written), the bill's is \(cost.written)")
        }
        return table.text()
    }

    static func text(_ rated: RatedBill) -> String {
        var parts: [String] = []
        func money(_ amount: BigDecimal) -> String {
            amount.text(minimumScale: rated.config.minorUnits)
        }
        for customer in rated.customers {
            var table = TextTable(("customer \(customer.id)", .left), ("", .left), ("", .right))
            var rules: [(id: String, lines: Int, price: BigDecimal)] = []
            for line in customer.lines {
                let id = line.priced?.rule ?? "left out"
                let total = line.priced?.total ?? .zero
                if let index = rules.firstIndex(where: { $0.id == id }) {
                    rules[index].lines += 1
                    rules[index].price += total
                } else {
                    rules.append((id, 1, total))
                }
            }
            for rule in rules {
                table.add("rule \(rule.id)", "\(grouped(Int64(rule.lines))) lines", "\(rule.price)")
            }
            for line in customer.bill.added {
                table.add(line.kind.rawValue, line.id ?? "", money(line.amount))
            }
            for invoice in customer.bill.invoices {
                table.add("invoice \(invoice.id)", "", money(invoice.total))
            }
            table.add("total", rated.config.currency, money(customer.bill.statementTotal))
            parts.append(table.text())
        }
        return parts.isEmpty ? "the config has no customers" : parts.joined(separator: "\n\n")
    }
}

extension Treatment {
    /// What happens to such a line.
    fileprivate var words: String {
        switch self {
        case .rate: "priced"
        case .passThrough: "at cost"
        case .drop: "left out"
        }
    }
}
