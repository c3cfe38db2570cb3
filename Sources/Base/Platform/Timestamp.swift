// Points in time as microseconds since 1970 in UTC, and the calendar that turns them into text.
// Nothing here reads the clock but `Timestamp.now()`, which is called at the rim and passed in.

@preconcurrency import Glibc

/// A point in time, exact to the microsecond, in UTC.
package struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z; negative before.
    package var microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }

    package init(seconds: Int64) { self.microseconds = seconds * 1_000_000 }

    /// Whole seconds since 1970, rounded towards the past.
    package var seconds: Int64 {
        microseconds >= 0 ? microseconds / 1_000_000 : -((999_999 - microseconds) / 1_000_000)
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }

    package func adding(seconds: Int64) -> Timestamp {
        Timestamp(microseconds: microseconds + seconds * 1_000_000)
    }

    /// The real time.
    ///
    /// Only the rim asks for it; everything else is given its time.
    package static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }
}

/// Nanoseconds of the monotonic clock, for measuring spans; unrelated to the time of day.
package func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// A date and time of day of the proleptic Gregorian calendar in UTC.
package struct CivilTime: Hashable, Sendable {
    package var year: Int
    /// 1 to 12.
    package var month: Int
    /// 1 to 31.
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int

    /// The parts of a time, or nil when they name no time that exists (month 13, 30 February, second 60).
    package init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0)
    {
        guard (1...12).contains(month), (0...9999).contains(year),
            day >= 1, day <= CivilTime.days(inMonth: month, year: year),
            (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second)
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
        (self.hour, self.minute, self.second) = (hour, minute, second)
    }

    /// The calendar's view of a point in time; fractions of a second are dropped.
    package init(_ timestamp: Timestamp) {
        let seconds = timestamp.seconds
        var days = seconds / 86_400
        var rest = seconds % 86_400
        if rest < 0 {
            rest += 86_400
            days -= 1
        }
        // Howard Hinnant's civil_from_days, https://howardhinnant.github.io/date_algorithms.html
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * marchMonth + 2) / 5 + 1)
        month = Int(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
        (hour, minute, second) = (Int(rest / 3_600), Int(rest % 3_600 / 60), Int(rest % 60))
    }

    /// Days since 1970-01-01.
    package var daysSinceEpoch: Int64 {
        let shiftedYear = Int64(month <= 2 ? year - 1 : year)
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (Int64(month) + (month > 2 ? -3 : 9)) + 2) / 5 + Int64(day) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    package var timestamp: Timestamp {
        Timestamp(seconds: daysSinceEpoch * 86_400 + Int64(hour * 3_600 + minute * 60 + second))
    }

    /// 0 for Sunday to 6 for Saturday.
    package var weekday: Int {
        let day = Int((daysSinceEpoch + 4) % 7)
        return day < 0 ? day + 7 : day
    }

    package static func days(inMonth month: Int, year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }
}

extension Timestamp {
    /// `2026-11-20T09:00:00Z`, or with milliseconds `2026-11-20T09:00:00.000Z` as S3's XML has it.
    package func iso8601(milliseconds: Bool = false) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(24)
        text.append(iso8601: self, milliseconds: milliseconds)
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads `2026-11-20T09:00:00Z`, with an optional fraction, or nil when it is anything else.
    package init?(iso8601 text: some StringProtocol) {
        var bytes = Array(text.utf8)
        guard bytes.popLast() == UInt8(ascii: "Z"), bytes.count >= 19 else { return nil }
        let separators: [(Int, UInt8)] = [(4, 0x2D), (7, 0x2D), (10, 0x54), (13, 0x3A), (16, 0x3A)]
        guard separators.allSatisfy({ bytes[$0.0] == $0.1 }) else { return nil }
        func number(_ start: Int, _ count: Int) -> Int? {
            bytes[start..<start + count].decimalValue
        }
        guard let year = number(0, 4), let month = number(5, 2), let day = number(8, 2),
            let hour = number(11, 2), let minute = number(14, 2), let second = number(17, 2),
            let civil = CivilTime(
                year: year,
                month: month,
                day: day,
                hour: hour,
                minute: minute,
                second: second
            )
        else { return nil }
        self = civil.timestamp
        guard bytes.count > 19 else { return }
        let fraction = bytes[20...]
        guard bytes[19] == UInt8(ascii: "."), (1...9).contains(fraction.count),
            let digits = fraction.decimalValue
        else { return nil }
        var micros = digits
        if fraction.count < 6 {
            for _ in fraction.count..<6 { micros *= 10 }
        } else {
            for _ in 6..<fraction.count { micros /= 10 }
        }
        microseconds += Int64(micros)
    }
}

extension [UInt8] {
    /// Appends a time as `Timestamp.iso8601` writes it.
    package mutating func append(iso8601 timestamp: Timestamp, milliseconds: Bool = false) {
        let time = CivilTime(timestamp)
        appendDigits(time.year, width: 4)
        append(UInt8(ascii: "-"))
        appendDigits(time.month, width: 2)
        append(UInt8(ascii: "-"))
        appendDigits(time.day, width: 2)
        append(UInt8(ascii: "T"))
        appendDigits(time.hour, width: 2)
        append(UInt8(ascii: ":"))
        appendDigits(time.minute, width: 2)
        append(UInt8(ascii: ":"))
        appendDigits(time.second, width: 2)
        if milliseconds {
            append(UInt8(ascii: "."))
            let fraction = timestamp.microseconds - timestamp.seconds * 1_000_000
            appendDigits(Int(fraction / 1_000), width: 3)
        }
        append(UInt8(ascii: "Z"))
    }

    /// Appends a number in decimal, with leading zeros up to `width`.
    package mutating func appendDigits(_ value: Int, width: Int = 1) {
        if width == 2, value < 100 {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / 10))
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
            return
        }
        // From the last digit on; 20 are enough for any Int.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Swift.max(20, width)) { digits in
            var start = digits.count
            var rest = value
            repeat {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0 || digits.count - start < width
            append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
        }
    }
}

extension Collection<UInt8> {
    /// The value of one or more ASCII digits, or nil when there is anything else or it does not fit.
    @inlinable
    package var decimalValue: Int? {
        guard !isEmpty else { return nil }
        var value = 0
        for byte in self {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = shifted.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
            if overflow || carry { return nil }
            value = sum
        }
        return value
    }
}
