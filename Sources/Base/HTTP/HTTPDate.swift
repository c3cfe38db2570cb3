// Dates of HTTP (RFC 9110, 5.6.7): written in one form, read in all three.

import Platform

/// Reading and writing HTTP dates.
package enum HTTPDate {
    private static let days: [StaticString] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let longDays: [StaticString] = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]
    private static let months: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Appends the IMF-fixdate `Sun, 06 Nov 1994 08:49:37 GMT`, always 29 bytes.
    package static func append(_ time: Timestamp, to bytes: inout [UInt8]) {
        let civil = CivilTime(time)
        func add(_ text: StaticString) { bytes.append(contentsOf: text.buffer) }
        add(days[civil.weekday])
        add(", ")
        bytes.appendDigits(civil.day, width: 2)
        add(" ")
        add(months[civil.month - 1])
        add(" ")
        bytes.appendDigits(civil.year, width: 4)
        add(" ")
        bytes.appendDigits(civil.hour, width: 2)
        add(":")
        bytes.appendDigits(civil.minute, width: 2)
        add(":")
        bytes.appendDigits(civil.second, width: 2)
        add(" GMT")
    }

    /// The IMF-fixdate as text.
    package static func text(_ time: Timestamp) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(29)
        append(time, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads an IMF-fixdate, an RFC 850 date or an asctime date; nil when it is none of them, names
    /// no time that exists, or the wrong day of the week.
    ///
    /// The century of an RFC 850 date is the one that puts it at most 50 years after `now`.
    package static func parse(_ text: some Collection<UInt8>, now: Timestamp) -> Timestamp? {
        var reader = Reader(bytes: Array(text))
        if let day = reader.name(days) {
            if reader.literal(", ") {
                return reader.fixdate(weekday: day)
            }
            if reader.literal(" ") { return reader.asctime(weekday: day) }
            reader.index = 0
        }
        guard let day = reader.name(longDays), reader.literal(", ") else { return nil }
        return reader.rfc850(weekday: day, now: now)
    }

    /// As `parse`, for text.
    package static func parse(_ text: String, now: Timestamp) -> Timestamp? {
        parse(text.utf8, now: now)
    }

    private struct Reader {
        let bytes: [UInt8]
        var index = 0

        mutating func literal(_ text: StaticString) -> Bool {
            let wanted = text.buffer
            guard bytes[index...].starts(with: wanted) else { return false }
            index += wanted.count
            return true
        }

        /// The place in the list of the name that comes next.
        mutating func name(_ names: [StaticString]) -> Int? {
            names.firstIndex { literal($0) }
        }

        mutating func number(digits: Int) -> Int? {
            guard index + digits <= bytes.count,
                let value = bytes[index..<index + digits].decimalValue
            else { return nil }
            index += digits
            return value
        }

        mutating func timeOfDay() -> (hour: Int, minute: Int, second: Int)? {
            guard let hour = number(digits: 2), literal(":"), let minute = number(digits: 2),
                literal(":"), let second = number(digits: 2)
            else { return nil }
            return (hour, minute, second)
        }

        /// What follows the day in `06 Nov 1994 08:49:37 GMT`.
        mutating func fixdate(weekday: Int) -> Timestamp? {
            guard let day = number(digits: 2), literal(" "), let month = name(months), literal(" "),
                let year = number(digits: 4), literal(" "), let time = timeOfDay(), literal(" GMT")
            else { return nil }
            return finish(year, month, day, time, weekday)
        }

        /// What follows the day in `06-Nov-94 08:49:37 GMT`.
        mutating func rfc850(weekday: Int, now: Timestamp) -> Timestamp? {
            guard let day = number(digits: 2), literal("-"), let month = name(months), literal("-"),
                let shortYear = number(digits: 2), literal(" "), let time = timeOfDay(),
                literal(" GMT")
            else { return nil }
            // 5.6.7: a year "that appears to be more than 50 years in the future" is the most recent
            // one in the past with the same last two digits.
            let thisYear = CivilTime(now).year
            var year = thisYear / 100 * 100 + shortYear
            if year > thisYear + 50 { year -= 100 }
            return finish(year, month, day, time, weekday)
        }

        /// What follows the day in `Nov  6 08:49:37 1994`.
        mutating func asctime(weekday: Int) -> Timestamp? {
            guard let month = name(months), literal(" ") else { return nil }
            let day = literal(" ") ? number(digits: 1) : number(digits: 2)
            guard let day, literal(" "), let time = timeOfDay(), literal(" "),
                let year = number(digits: 4)
            else { return nil }
            return finish(year, month, day, time, weekday)
        }

        private func finish(
            _ year: Int,
            _ month: Int,
            _ day: Int,
            _ time: (hour: Int, minute: Int, second: Int),
            _ weekday: Int
        ) -> Timestamp? {
            // A leap second is written 60 and read as the second before it.
            guard index == bytes.count,
                let civil = CivilTime(
                    year: year,
                    month: month + 1,
                    day: day,
                    hour: time.hour,
                    minute: time.minute,
                    second: min(time.second, time.second == 60 ? 59 : time.second)
                ),
                civil.weekday == weekday
            else { return nil }
            return civil.timestamp
        }
    }
}

extension StaticString {
    fileprivate var buffer: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
    }
}
