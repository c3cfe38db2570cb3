import Testing

@testable import Platform

struct TimestampTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_440_938_160, "2015-08-30T12:36:00Z"),
            (1_795_165_200, "2026-11-20T09:00:00Z"),
            (4_102_444_799, "2099-12-31T23:59:59Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (-86_400, "1969-12-31T00:00:00Z"),
        ] as [(Int64, String)]
    )
    func writesAndReads(_ seconds: Int64, _ text: String) {
        #expect(Timestamp(seconds: seconds).iso8601() == text)
        #expect(Timestamp(iso8601: text) == Timestamp(seconds: seconds))
    }

    @Test(
        arguments: [
            ("2026-11-20T09:00:00.5Z", 500_000),
            ("2026-11-20T09:00:00.000001Z", 1),
            ("2026-11-20T09:00:00.123456789Z", 123_456),
        ] as [(String, Int64)]
    )
    func readsFractions(_ text: String, _ microseconds: Int64) throws {
        let time = try #require(Timestamp(iso8601: text))
        #expect(time.microseconds - time.seconds * 1_000_000 == microseconds)
    }

    @Test(arguments: [
        "", "Z", "2026-11-20", "2026-11-20T09:00:00", "2026-11-20 09:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z", "2026-11-31T00:00:00Z", "2026-11-20T24:00:00Z",
        "2026-11-20T09:60:00Z",
        "2026-11-20T09:00:60Z", "2026-11-20T09:00:00.Z", "2026-11-20T09:00:00,5Z",
        "2026-11-2OT09:00:00Z",
        "+026-11-20T09:00:00Z",
    ])
    func refusesWhatIsNoTime(_ text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }

    @Test func knowsTheDaysOfTheWeek() throws {
        // 1970-01-01 was a Thursday, 2000-02-29 a Tuesday, 2026-11-24 a Tuesday.
        for (year, month, day, weekday) in [(1970, 1, 1, 4), (2000, 2, 29, 2), (2026, 11, 24, 2)] {
            #expect(try #require(CivilTime(year: year, month: month, day: day)).weekday == weekday)
        }
    }

    @Test func goesThroughEveryDayOf400Years() throws {
        var days = try #require(CivilTime(year: 1970, month: 1, day: 1)).daysSinceEpoch
        for year in 1970..<2370 {
            for month in 1...12 {
                for day in 1...CivilTime.days(inMonth: month, year: year) {
                    let civil = try #require(CivilTime(year: year, month: month, day: day))
                    #expect(civil.daysSinceEpoch == days)
                    #expect(CivilTime(civil.timestamp) == civil)
                    days += 1
                }
            }
        }
    }
}
