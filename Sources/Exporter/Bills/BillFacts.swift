// What reading a bill once found out, so that nobody has to read it again to know.

import JSON
import Rating

/// The facts of a detailed billing report.
package struct BillFacts: Equatable, Sendable {
    /// One invoice of a bill.
    package struct Invoice: Equatable, Sendable {
        /// `Estimated` while the month is open.
        package let id: String
        package let lines: Int
        package let total: Amount
    }

    /// One linked account.
    package struct Account: Equatable, Sendable {
        package let id: String
        package let lines: Int
        /// Nil in a bill without consolidated billing.
        package let blended: Amount?
        /// At cost.
        package let total: Amount
        /// The indexes of the tag columns in which a line of the account has something.
        package let tags: [Int]
    }

    package let cycle: BillingCycle
    package let payer: String
    package let header: [String]
    /// In the order of their AccountTotal rows, then of their first lines.
    package let accounts: [Account]
    /// In the order of their first lines.
    package let invoices: [Invoice]
    package let lines: Int
    /// The StatementTotal.
    package let total: Amount
    /// The most decimals that a cost has.
    package let scale: Int
    /// Each invoice's lines come before its InvoiceTotal.
    package let isInvoiceByInvoice: Bool

    /// No line is `Estimated` any more: the month is final by what the bill says, not by the calendar.
    package var isFinal: Bool { !invoices.contains { $0.id == "Estimated" || $0.id.isEmpty } }

    /// It is the report with resources and tags.
    package var hasResources: Bool { header.contains("ResourceId") }

    /// The account with this id, if the bill has lines of it.
    package func account(_ id: String) -> Account? { accounts.first { $0.id == id } }
}

extension BillFacts: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("cycle", cycle.description)
            $0.member("payer", payer)
            $0.member("final", isFinal)
            $0.member("lines", lines)
            $0.member("total", total.text(minimumScale: 2))
            $0.member("scale", scale)
            $0.member("invoiceByInvoice", isInvoiceByInvoice)
            $0.member("header", header)
            $0.array("invoices") {
                for invoice in invoices {
                    $0.object {
                        $0.member("id", invoice.id)
                        $0.member("lines", invoice.lines)
                        $0.member("total", invoice.total.text(minimumScale: 2))
                    }
                }
            }
            $0.array("accounts") {
                for account in accounts {
                    $0.object {
                        $0.member("id", account.id)
                        $0.member("lines", account.lines)
                        $0.member(ifPresent: "blended", account.blended?.text())
                        $0.member("total", account.total.text())
                        $0.member("tags", account.tags)
                    }
                }
            }
        }
    }

    /// The facts as JSON text.
    package var json: String {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.text
    }

    /// Reads what `json` wrote.
    package init(json text: String) throws {
        self = try ObjectReader.read(JSON.parse(text)) { reader throws(JSONError) in
            _ = try reader.required("final", as: Bool.self)
            let cycleText = try reader.required("cycle", as: String.self)
            guard let cycle = BillingCycle(cycleText) else {
                throw reader.error(at: "cycle", "no cycle: `\(cycleText)`")
            }
            return BillFacts(
                cycle: cycle,
                payer: try reader.required("payer"),
                header: try reader.required("header"),
                accounts: try reader.objects("accounts") { reader throws(JSONError) in
                    Account(
                        id: try reader.required("id"),
                        lines: try reader.required("lines"),
                        blended: try reader.optional("blended"),
                        total: try reader.required("total"),
                        tags: try reader.required("tags")
                    )
                },
                invoices: try reader.objects("invoices") { reader throws(JSONError) in
                    Invoice(
                        id: try reader.required("id"),
                        lines: try reader.required("lines"),
                        total: try reader.required("total")
                    )
                },
                lines: try reader.required("lines"),
                total: try reader.required("total"),
                scale: try reader.required("scale"),
                isInvoiceByInvoice: try reader.required("invoiceByInvoice")
            )
        }
    }
}

extension Amount: JSONReadable {
    package init(json node: JSONNode, path: String) throws(JSONError) {
        let text = try String(json: node, path: path)
        do throws(AmountError) {
            self = try Amount(text)
        } catch {
            throw node.error("`\(text)`: \(error)", path: path)
        }
    }
}
