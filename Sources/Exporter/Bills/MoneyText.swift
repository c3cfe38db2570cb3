// Takes amounts of money out of the descriptions of lines: AWS writes its own price into them
// (`$0.052 per On Demand Linux …`, `USD 0.0624 hourly fee per …`), which a file at resale prices must not tell. They
// are taken out and not replaced: any amount put there would be the list price times the customer's percentage, and
// whoever knows AWS's price list could divide.

/// Descriptions without money.
enum MoneyText {
    private static let symbols = ["$", "¥", "￥", "€", "£"].map { Array($0.utf8) }
    private static let codes = [
        "USD", "CNY", "RMB", "EUR", "GBP", "JPY", "INR", "AUD", "BRL", "CAD", "CHF", "HKD", "KRW",
        "SGD", "SEK", "NOK", "DKK", "NZD", "MXN", "MYR", "TWD", "ZAR", "AED", "IDR", "ILS", "THB",
    ].map { Array($0.utf8) }

    /// The text without its amounts and the space behind each.
    ///
    /// An amount is a currency's sign or code and a number, in either order: `$1,000.50`, `$10K`, `USD 0.05`, `0.05 USD`.
    static func removed(from text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            if let end = amount(in: text, at: index) {
                index = end
                // One of two spaces goes with it.
                if index < text.count, text[index] == space, result.last ?? space == space {
                    index += 1
                }
            } else {
                result.append(text[index])
                index += 1
            }
        }
        return result
    }

    private static let space = UInt8(ascii: " ")

    /// The end of an amount that starts here.
    private static func amount(in text: [UInt8], at start: Int) -> Int? {
        let isWordStart = start == 0 || !isWord(text[start - 1])
        for symbol in symbols where text[start...].starts(with: symbol) {
            return number(in: text, at: skipSpace(text, start + symbol.count))
        }
        guard isWordStart else { return nil }
        for code in codes where text[start...].starts(with: code) {
            return number(in: text, at: skipSpace(text, start + code.count))
        }
        guard let end = number(in: text, at: start) else { return nil }
        let next = skipSpace(text, end)
        for mark in codes + symbols where next < text.count && text[next...].starts(with: mark) {
            // `5 USD 7` is `5` and an amount, but nobody writes that.
            let behind = next + mark.count
            return behind == text.count || !isWord(text[behind]) ? behind : nil
        }
        return nil
    }

    private static func skipSpace(_ text: [UInt8], _ index: Int) -> Int {
        index < text.count && text[index] == space ? index + 1 : index
    }

    /// The end of a number: `1,000.50`, `.5`, `10K`.
    private static func number(in text: [UInt8], at start: Int) -> Int? {
        var index = start
        if index < text.count, text[index] == UInt8(ascii: "-") { index += 1 }
        var digits = 0
        while index < text.count {
            if isDigit(text[index]) {
                digits += 1
            } else if text[index] == UInt8(ascii: ".") || text[index] == UInt8(ascii: ",") {
                // Only inside of the number.
                guard index + 1 < text.count, isDigit(text[index + 1]) else { break }
            } else {
                break
            }
            index += 1
        }
        guard digits > 0 else { return nil }
        if index < text.count, "KMB".utf8.contains(text[index]),
            index + 1 == text.count || !isWord(text[index + 1])
        {
            index += 1
        }
        return index
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    /// A letter or digit.
    private static func isWord(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
            || byte >= 0x80
    }
}
