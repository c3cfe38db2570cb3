// `exporter rate`: prices a bill by a config, without any state.

import Bills
import CSV
import JSON
import Platform
import Rating
import State

/// A bill as its customers see it.
package struct RatedBill {
    /// One line of a customer.
    package struct Line {
        package let line: BillLine
        /// Nil for a line that the view leaves out.
        package let priced: PricedLine?
    }

    /// One customer's lines and totals.
    package struct Customer {
        package let id: String
        package let lines: [Line]
        package let bill: CustomerBill
    }

    package let config: RatingConfig
    /// In the config's order.
    package let customers: [Customer]
}

/// Prices a bill.
///
/// - Parameters:
///   - path: the bill: plain, `.gz` or `.zip`.
///   - config: the settings.
/// - Returns: Every customer's lines and totals; lines of other accounts are left out.
/// - Throws: a `BillError` or `CSVError` with the place of what is wrong, an `ImportError`, a `SystemError`.
package func rateBill(_ path: String, config: RatingConfig) throws -> RatedBill {
    var owners: [String: Int] = [:]
    var sums: [CustomerBillSum] = []
    var pricers: [String: LinePricer] = [:]
    for (index, customer) in config.customers.enumerated() {
        sums.append(CustomerBillSum(config: config, customer: customer))
        for account in customer.accounts {
            owners[account] = index
            let book = customer.terms.book(of: account)
            pricers[account] = LinePricer(
                config: config,
                book: book.flatMap { config.pricebooks[$0] },
                adjustments: customer.terms.globals
            )
        }
    }
    var lines = [[RatedBill.Line]](repeating: [], count: sums.count)
    try withBill(path) { csv in
        try readLines(csv, file: path, format: config.format, period: config.period) {
            line,
            currency in
            guard let owner = owners[line.account], let pricer = pricers[line.account] else {
                return
            }
            if let currency, currency != config.currency {
                throw ImportError.file(
                    path,
                    cause: "record \(line.row) is in \(currency), the config in \(config.currency)"
                )
            }
            let priced = pricer.price(line)
            if let priced { sums[owner].add(line, priced) }
            lines[owner].append(RatedBill.Line(line: line, priced: priced))
        }
    }
    return RatedBill(
        config: config,
        customers: config.customers.indices.map {
            RatedBill.Customer(
                id: config.customers[$0].id,
                lines: lines[$0],
                bill: sums[$0].finish()
            )
        }
    )
}

/// Opens a bill that is not kept, unpacking it on the way.
private func withBill(_ path: String, _ body: (CSVReader) throws -> Void) throws {
    var head = [UInt8](repeating: 0, count: 4)
    let file = try OpenFile(path, .read)
    let count = try head.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
    do {
        let source = try BillSource(
            path: path,
            encoding: BillEncoding(firstBytes: head[..<count])
        )
        try body(CSVReader(name: path) { [source] in try source.read(into: $0) })
    } catch let failure as ChildProcess.Failure {
        throw ImportError.file(path, cause: "can't be unpacked: \(failure)")
    } catch let zip as ZipEntries {
        throw ImportError.file(
            path,
            cause: "the zip holds \(zip.count) files; a bill's zip holds one"
        )
    }
}

extension RatedBill: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("view", config.view.rawValue)
            $0.member("currency", config.currency)
            $0.object("customers") {
                for customer in customers {
                    $0.object(customer.id) { write(customer, to: &$0) }
                }
            }
        }
    }

    private func write(_ customer: Customer, to writer: inout JSONWriter) {
        let bill = customer.bill
        writer.array("lines") {
            for line in customer.lines { write(line, to: &$0) }
        }
        writer.array("added") {
            for line in bill.added {
                $0.object {
                    $0.member("kind", line.kind.rawValue)
                    $0.member("id", line.id)
                    $0.member("account", line.account)
                    $0.member("base", line.base.text(minimumScale: config.minorUnits))
                    $0.member("amount", money(line.amount))
                }
            }
        }
        writer.object("credit_balances") {
            for credit in bill.creditBalances { $0.member(credit.id, money(credit.balance)) }
        }
        writer.object("accounts") {
            for account in bill.accounts {
                $0.member(account.id, account.total.text(minimumScale: config.lineScale))
            }
        }
        writer.array("invoices") {
            for invoice in bill.invoices {
                $0.object {
                    $0.member("id", invoice.id)
                    $0.member("lines_sum", invoice.linesSum.text(minimumScale: config.lineScale))
                    $0.member("rounding", invoice.rounding.text(minimumScale: config.lineScale))
                    $0.member("total", money(invoice.total))
                }
            }
        }
        writer.member("statement_total", money(bill.statementTotal))
    }

    private func write(_ line: Line, to writer: inout JSONWriter) {
        writer.object {
            $0.member("row", line.line.row)
            $0.member("account", line.line.account)
            $0.member("class", line.line.lineClass.rawValue)
            $0.member("cost", line.line.cost.written)
            guard let priced = line.priced else {
                $0.member("dropped", true)
                return
            }
            $0.member("rule", priced.rule)
            $0.member("price", priced.price.written)
            $0.member(ifPresent: "rate", priced.rate?.written)
            if !priced.credits.isEmpty { $0.member("credits", priced.credits.map(\.written)) }
        }
    }

    private func money(_ amount: BigDecimal) -> String {
        amount.text(minimumScale: config.minorUnits)
    }
}
