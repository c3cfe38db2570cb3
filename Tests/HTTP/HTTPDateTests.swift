import HTTP
import Platform
import Testing

@Suite struct HTTPDateTests {
    private static let example = Timestamp(seconds: 784_111_777)
    private static let now = Timestamp(seconds: 1_795_000_000)  // November 2026

    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (1_795_132_799, "Thu, 19 Nov 2026 23:59:59 GMT"),
        (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
    ])
    func writesAndReadsFixedDates(seconds: Int64, text: String) {
        #expect(HTTPDate.text(Timestamp(seconds: seconds)) == text)
        #expect(HTTPDate.parse(text, now: Self.now) == Timestamp(seconds: seconds))
    }

    /// The three forms of RFC 9110, 5.6.7.
    @Test(arguments: [
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
    ])
    func readsTheThreeForms(text: String) {
        #expect(HTTPDate.parse(text, now: Self.now) == Self.example)
    }

    @Test func readsTwoDigitDaysOfAsctime() {
        #expect(
            HTTPDate.parse("Thu Nov 10 00:00:00 1994", now: Self.now)
                == Timestamp(seconds: 784_425_600)
        )
    }

    /// In 2026, 76 is 2076 (50 years ahead) and 77 is 1977.
    @Test func putsTwoDigitYearsAtMostFiftyYearsAhead() {
        #expect(
            HTTPDate.parse("Sunday, 01-Nov-76 00:00:00 GMT", now: Self.now)?.iso8601()
                == "2076-11-01T00:00:00Z"
        )
        #expect(
            HTTPDate.parse("Tuesday, 01-Nov-77 00:00:00 GMT", now: Self.now)?.iso8601()
                == "1977-11-01T00:00:00Z"
        )
    }

    @Test func readsALeapSecondAsTheOneBefore() {
        #expect(
            HTTPDate.parse("Sat, 31 Dec 2016 23:59:60 GMT", now: Self.now)?.iso8601()
                == "2016-12-31T23:59:59Z"
        )
    }

    @Test(arguments: [
        "", "Sun", "Sun, 06 Nov 1994", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 GMT ", " Sun, 06 Nov 1994 08:49:37 GMT",
        "Mon, 06 Nov 1994 08:49:37 GMT",
        "sun, 06 nov 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT",
        "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:00 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 06 Nov 1994 8:49:37 GMT",
        "Sun,06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT", "Monday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov 06 08:49:37 94",
        "Sun Nov 6 08:49:37 1994", "1994-11-06T08:49:37Z", "784111777",
        "Sun, 0\u{E9} Nov 1994 08:49:37 GMT",
    ])
    func refusesAnythingElse(text: String) {
        #expect(HTTPDate.parse(text, now: Self.now) == nil)
    }
}

@Suite struct PercentEncodingTests {
    @Test(
        arguments: [
            ("", ""), ("abc", "abc"), ("a%20b", "a b"), ("%2f%2F", "//"), ("a+b", "a+b"),
            ("%25%", nil), ("%", nil),
            ("%4", nil), ("%zz", nil), ("%+1", nil), ("é", "é"), ("%C3%A9", "é"),
            ("x%00", "x\u{0}"),
        ] as [(String, String?)]
    )
    func decodes(encoded: String, decoded: String?) {
        #expect(PercentEncoding.decode(encoded) == decoded.map { Array($0.utf8) })
    }

    @Test func readsPlusAsSpaceOnlyWhereAsked() {
        #expect(PercentEncoding.decode("a+b%2B", plusIsSpace: true) == Array("a b+".utf8))
    }

    @Test(arguments: [
        ("", ""), ("AZaz09-._~", "AZaz09-._~"), ("a b", "a%20b"), ("a/b", "a%2Fb"), ("é", "%C3%A9"),
        ("+*", "%2B%2A"),
    ])
    func encodesAllButUnreserved(text: String, encoded: String) {
        #expect(PercentEncoding.encode(text) == encoded)
        #expect(PercentEncoding.decode(encoded) == Array(text.utf8))
    }

    @Test func keepsSlashesOfPaths() {
        #expect(PercentEncoding.encode("/a b/c", keepsSlash: true) == "/a%20b/c")
    }
}
