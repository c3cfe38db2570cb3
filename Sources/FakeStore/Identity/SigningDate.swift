// When a request was signed: `x-amz-date`, or `Date` where that is missing.

import HTTP
import Platform

/// The time of a signature, as sent and as a point in time.
struct SigningDate {
    let time: Timestamp
    /// The header's value.
    let sent: ArraySlice<UInt8>
    /// The value for the string to sign: as sent, or made basic ISO 8601 from a date of HTTP [documented:
    /// "the timestamp must be in ISO 8601 format"].
    let signed: ArraySlice<UInt8>

    /// Reads the date; an unreadable `x-amz-date` is not made good by a `Date`.
    init(_ fields: HeaderFields, now: Timestamp) throws(SignatureError) {
        guard let value = fields.bytes(of: "x-amz-date") ?? fields.bytes(of: "date") else {
            throw .noDate
        }
        sent = value
        if let time = SigningDate.basic(value.span) {
            self.time = time
            signed = value
            return
        }
        guard let time = HTTPDate.parse(value, now: now) else { throw .noDate }
        self.time = time
        signed = SigningDate.basicText(time)[...]
    }

    /// Reads `20130524T000000Z`.
    private static func basic(_ value: Span<UInt8>) -> Timestamp? {
        guard value.count == 16, value[8] == UInt8(ascii: "T"), value[15] == UInt8(ascii: "Z"),
            let date = decimalValue(value, 0..<8), let time = decimalValue(value, 9..<15),
            let civil = CivilTime(
                year: date / 10_000,
                month: date / 100 % 100,
                day: date % 100,
                hour: time / 10_000,
                minute: time / 100 % 100,
                second: time % 100
            )
        else { return nil }
        return civil.timestamp
    }

    private static func basicText(_ time: Timestamp) -> [UInt8] {
        let civil = CivilTime(time)
        var text: [UInt8] = []
        text.appendDigits(civil.year * 10_000 + civil.month * 100 + civil.day, width: 8)
        text.append(UInt8(ascii: "T"))
        text.appendDigits(civil.hour * 10_000 + civil.minute * 100 + civil.second, width: 6)
        text.append(UInt8(ascii: "Z"))
        return text
    }
}
