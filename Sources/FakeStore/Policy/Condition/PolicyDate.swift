// Dates of conditions: the forms of ISO 8601 that the W3C note allows, or seconds since 1970
// (iam.md section 3).

/// A moment, as a policy or a context names it.
package struct PolicyDate: Sendable, Hashable, Comparable {
    /// Nanoseconds since 1970.
    private let nanoseconds: Int128

    /// Reads `2026`, `2026-11`, `2026-11-20`, `2026-11-20T09:00Z`, `2026-11-20T09:00:00.5+01:00`, or seconds
    /// since 1970 with or without a fraction; nil for anything else.
    ///
    /// A time without a zone is taken for UTC [inferred].
    package init?(_ text: String) {
        var scanner = DateScanner(text)
        if let epoch = scanner.epoch() {
            nanoseconds = epoch
            return
        }
        guard let moment = scanner.moment() else { return nil }
        nanoseconds = moment
    }

    package static func < (left: PolicyDate, right: PolicyDate) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}

/// Reads a date's text from left to right.
private struct DateScanner {
    private let bytes: [UInt8]
    private var index = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    private static let second: Int128 = 1_000_000_000

    /// Seconds since 1970; four digits alone are a year.
    mutating func epoch() -> Int128? {
        defer { index = 0 }
        let isNegative = take(UInt8(ascii: "-"))
        guard let (seconds, count) = digits(1...18), isNegative || count != 4 else { return nil }
        var value = Int128(seconds) * DateScanner.second
        if let fraction = fraction() { value += fraction }
        guard index == bytes.count else { return nil }
        return isNegative ? -value : value
    }

    mutating func moment() -> Int128? {
        guard let (year, _) = digits(4...4) else { return nil }
        var (month, day) = (1, 1)
        var hasDay = false
        if take(UInt8(ascii: "-")) {
            guard let (value, _) = digits(2...2), (1...12).contains(value) else { return nil }
            month = value
            if take(UInt8(ascii: "-")) {
                guard let (value, _) = digits(2...2),
                    (1...DateScanner.days(in: month, of: year)).contains(value)
                else { return nil }
                day = value
                hasDay = true
            }
        }
        let midnight =
            Int128(DateScanner.daysSince1970(year, month, day)) * 86_400 * DateScanner.second
        if index == bytes.count { return midnight }
        guard hasDay, take(UInt8(ascii: "T")), let time = time() else { return nil }
        return index == bytes.count ? midnight + time : nil
    }

    /// Hours and minutes, perhaps seconds and a fraction, and the zone.
    private mutating func time() -> Int128? {
        guard let (hour, _) = digits(2...2), hour < 24, take(UInt8(ascii: ":")),
            let (minute, _) = digits(2...2), minute < 60
        else { return nil }
        var time = Int128(hour * 3_600 + minute * 60) * DateScanner.second
        if take(UInt8(ascii: ":")) {
            guard let (seconds, _) = digits(2...2), seconds < 60 else { return nil }
            time += Int128(seconds) * DateScanner.second + (fraction() ?? 0)
        }
        if index == bytes.count || take(UInt8(ascii: "Z")) { return time }
        let isEast = take(UInt8(ascii: "+"))
        guard isEast || take(UInt8(ascii: "-")), let (hours, _) = digits(2...2), hours < 24 else {
            return nil
        }
        _ = take(UInt8(ascii: ":"))
        guard let (minutes, _) = digits(2...2), minutes < 60 else { return nil }
        let offset = Int128(hours * 3_600 + minutes * 60) * DateScanner.second
        return isEast ? time - offset : time + offset
    }

    /// A fraction of a second in nanoseconds; digits beyond the ninth don't count.
    private mutating func fraction() -> Int128? {
        let start = index
        guard take(UInt8(ascii: ".")) else { return nil }
        var value: Int128 = 0
        var count = 0
        while index < bytes.count, bytes[index] &- UInt8(ascii: "0") < 10 {
            if count < 9 { value = value * 10 + Int128(bytes[index] - UInt8(ascii: "0")) }
            count += 1
            index += 1
        }
        guard count > 0 else {
            index = start
            return nil
        }
        while count < 9 {
            value *= 10
            count += 1
        }
        return value
    }

    private mutating func digits(_ allowed: ClosedRange<Int>) -> (value: Int, count: Int)? {
        var value = 0
        var count = 0
        while index < bytes.count, count < allowed.upperBound,
            bytes[index] &- UInt8(ascii: "0") < 10
        {
            value = value * 10 + Int(bytes[index] - UInt8(ascii: "0"))
            count += 1
            index += 1
        }
        return allowed.contains(count) ? (value, count) : nil
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private static func days(in month: Int, of year: Int) -> Int {
        let isLeap =
            year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        switch month {
        case 2: return isLeap ? 29 : 28
        case 4, 6, 9, 11: return 30
        default: return 31
        }
    }

    /// Days of the proleptic Gregorian calendar, counted in eras of 400 years that begin in March.
    private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
