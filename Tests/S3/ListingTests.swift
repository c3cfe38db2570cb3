import Testing

@testable import S3

struct ListingTests {
    @Test(arguments: ["", "a", "a/b c", "é/日本", "\u{1}"])
    func tokensComeBack(_ key: String) throws {
        #expect(
            try ContinuationToken.decode(ContinuationToken.encode(after: Array(key.utf8)))
                == Array(key.utf8)
        )
    }

    @Test(arguments: ["", "abc", "%%%", "Zm9v", "RlM="])
    func refusesForeignTokens(_ token: String) {
        #expect(throws: S3Error.self) { try ContinuationToken.decode(token) }
    }

    @Test(arguments: [
        ("a b", "a+b"), ("a+b", "a%2Bb"), ("a/b", "a/b"), ("é", "%C3%A9"), ("~", "%7E"), ("*", "*"),
        ("\u{1}", "%01"), ("a-b_c.d", "a-b_c.d"),
    ])
    func encodesKeysForURLs(_ key: String, _ expected: String) {
        #expect(ListingEncoding.url.text(Array(key.utf8)) == expected)
    }

    @Test func pageSizes() throws {
        #expect(try PageSize.parse(nil, name: "max-keys", limit: 1_000) == 1_000)
        #expect(try PageSize.parse("0", name: "max-keys", limit: 1_000) == 0)
        #expect(try PageSize.parse("7", name: "max-keys", limit: 1_000) == 7)
        #expect(try PageSize.parse("5000", name: "max-keys", limit: 1_000) == 1_000)
        for bad in ["-1", "x", "1.5", "99999999999"] {
            #expect(throws: S3Error.self) {
                try PageSize.parse(bad, name: "max-keys", limit: 1_000)
            }
        }
    }
}
