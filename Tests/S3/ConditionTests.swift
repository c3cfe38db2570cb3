import HTTP
import Platform
import Store
import Testing

@testable import S3

/// The conditions of reads: RFC 9110 section 13.2.2, which S3's GetObject page repeats.
struct ConditionTests {
    @Test(arguments: [
        ("*", "a", true),
        ("\"a\"", "a", true),
        ("a", "a", true),
        ("\"a\", \"b\"", "b", true),
        ("W/\"a\"", "a", true),
        ("\"b\"", "a", false),
        ("\"A\"", "a", false),
        ("", "a", false),
    ])
    func entityTags(_ value: String, _ tag: String, _ matches: Bool) {
        #expect(EntityTagCondition(value).matches(tag) == matches)
    }

    private static let modified = "Fri, 20 Nov 2026 09:00:00 GMT"
    private static let before = "Fri, 20 Nov 2026 08:59:59 GMT"
    private static let after = "Fri, 20 Nov 2026 09:00:01 GMT"

    @Test(
        arguments: [
            ([:], .proceed),
            (["If-Match": "\"a\""], .proceed),
            (["If-Match": "\"b\""], .failed("If-Match")),
            (["If-None-Match": "\"a\""], .notModified),
            (["If-None-Match": "\"b\""], .proceed),
            (["If-None-Match": "*"], .notModified),
            (["If-Modified-Since": modified], .notModified),
            (["If-Modified-Since": before], .proceed),
            (["If-Modified-Since": after], .notModified),
            (["If-Unmodified-Since": modified], .proceed),
            (["If-Unmodified-Since": before], .failed("If-Unmodified-Since")),
            (["If-Unmodified-Since": after], .proceed),
            // What is no date is not there.
            (["If-Unmodified-Since": "yesterday"], .proceed),
            // An entity tag decides alone.
            (["If-Match": "\"a\"", "If-Unmodified-Since": before], .proceed),
            (["If-None-Match": "\"b\"", "If-Modified-Since": after], .proceed),
            (["If-None-Match": "\"a\"", "If-Modified-Since": before], .notModified),
            (["If-Match": "\"b\"", "If-None-Match": "\"a\""], .failed("If-Match")),
        ] as [(HeaderFields, ReadCondition.Outcome)]
    )
    func reads(_ headers: HeaderFields, _ expected: ReadCondition.Outcome) throws {
        let time = try #require(Timestamp(iso8601: "2026-11-20T09:00:00.5Z"))
        #expect(
            ReadCondition(headers, now: time).outcome(entityTag: "a", modified: time) == expected
        )
    }

    @Test(
        arguments: [
            ([:], .none),
            (["If-None-Match": "*"], .ifNoneExists),
            (["If-Match": "\"a\""], .ifMatch(etag: "a")),
            (["If-Match": "a"], .ifMatch(etag: "a")),
        ] as [(HeaderFields, WriteCondition)]
    )
    func writes(_ headers: HeaderFields, _ expected: WriteCondition) throws {
        #expect(try WriteCondition.read(headers) == expected)
    }

    /// Recorded: S3 takes `*` alone with If-None-Match, an entity tag alone with If-Match, and one of them.
    @Test(
        arguments: [
            (["If-None-Match": "\"a\""], "If-None-Match"),
            (["If-Match": "*"], "If-Match"),
            (["If-Match": "\"a\"", "If-None-Match": "*"], "If-Match,If-None-Match"),
        ] as [(HeaderFields, String)]
    )
    func refusesWritesThatS3Refuses(_ headers: HeaderFields, _ header: String) {
        let error = #expect(throws: S3Error.self) { try WriteCondition.read(headers) }
        #expect(error?.status == 501)
        #expect(error?.code == "NotImplemented")
        #expect(error?.extras.first?.value == header)
    }
}
