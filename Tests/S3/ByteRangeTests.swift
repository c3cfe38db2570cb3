import Testing

@testable import S3

struct ByteRangeTests {
    @Test(
        arguments: [
            ("bytes=0-0", 10, 0..<1),
            ("bytes=0-9", 10, 0..<10),
            ("bytes=0-99", 10, 0..<10),
            ("bytes=5-", 10, 5..<10),
            ("bytes=9-", 10, 9..<10),
            ("bytes=-3", 10, 7..<10),
            ("bytes=-99", 10, 0..<10),
        ] as [(String, Int64, Range<Int64>)]
    )
    func covers(_ value: String, _ size: Int64, _ expected: Range<Int64>) {
        #expect(ByteRange(value)?.resolved(size: size) == expected)
    }

    @Test(
        arguments: [
            ("bytes=10-", 10), ("bytes=10-20", 10), ("bytes=-0", 10), ("bytes=0-", 0),
            ("bytes=-5", 0),
        ] as [(String, Int64)]
    )
    func coversNothing(_ value: String, _ size: Int64) throws {
        let range = try #require(ByteRange(value))
        #expect(range.resolved(size: size) == nil)
    }

    @Test(arguments: [
        "", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-4", "bytes=0-1,3-4", "items=0-1",
        "bytes= 0-1", "bytes=0-1 ", "bytes=+0-1", "bytes=99999999999999999999-",
    ])
    func ignores(_ value: String) {
        #expect(ByteRange(value) == nil)
    }
}
