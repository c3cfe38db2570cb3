import Testing

@testable import Transfer

/// URLs in the form that Signature Version 4 wants to see.
@Suite struct TransferURLTests {
    @Test(arguments: [
        ("/acme/a.csv", "/acme/a.csv"),
        ("/acme/a b.csv", "/acme/a%20b.csv"),
        ("/acme/a+b&c=d?e#f.csv", "/acme/a%2Bb%26c%3Dd%3Fe%23f.csv"),
        ("/acme/%41", "/acme/%2541"),
        ("/acme//a/../b", "/acme//a/../b"),
        ("/acme/ü€😀", "/acme/%C3%BC%E2%82%AC%F0%9F%98%80"),
        ("/acme/~user_-.", "/acme/~user_-."),
    ])
    func encodesPaths(path: String, encoded: String) {
        #expect(TransferURL(origin: "http://h", path: path).path == encoded)
    }

    @Test func sortsTheQueryAndGivesEveryNameAnEqualsSign() {
        let url = TransferURL(
            origin: "http://h",
            path: "/b",
            query: [("uploads", ""), ("prefix", "a/b"), ("a", "2"), ("A", "1"), ("a", "10")]
        )
        #expect(url.description == "http://h/b?A=1&a=10&a=2&prefix=a%2Fb&uploads=")
    }
}
