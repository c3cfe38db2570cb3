// What a row of AWS's report is: a line, or one of the totals that would count it again.

import CSV

/// The column RecordType.
enum RecordType {
    case lineItem
    /// What makes the lines of an invoice its total.
    case rounding
    case invoiceTotal
    case accountTotal
    case statementTotal

    @inline(__always)
    init?(_ text: UnsafeRawBufferPointer) {
        if text == "LineItem" {
            self = .lineItem
        } else if text == "Rounding" {
            self = .rounding
        } else if text == "InvoiceTotal" {
            self = .invoiceTotal
        } else if text == "AccountTotal" {
            self = .accountTotal
        } else if text == "StatementTotal" {
            self = .statementTotal
        } else {
            return nil
        }
    }
}
