// `rate`.

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
}

/// A rated bill for people.
enum RatedText {
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
