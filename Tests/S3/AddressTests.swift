import Testing

@testable import S3

/// How Host and path name a bucket and a key.
struct AddressTests {
    @Test(arguments: [
        ("127.0.0.1", "/", Address.service),
        ("localhost", "/", .service),
        ("s3.localhost", "/", .service),
        ("127.0.0.1", "/acme", .bucket("acme")),
        ("127.0.0.1", "/acme/", .bucket("acme")),
        ("127.0.0.1", "/acme/a.csv", .object(bucket: "acme", key: Array("a.csv".utf8))),
        ("localhost", "/acme/a/b", .object(bucket: "acme", key: Array("a/b".utf8))),
        ("acme.localhost", "/", .bucket("acme")),
        ("acme.localhost", "/a.csv", .object(bucket: "acme", key: Array("a.csv".utf8))),
        ("ACME.s3.LOCALHOST", "/a", .object(bucket: "ACME", key: Array("a".utf8))),
        (
            "my.dotted.bucket.localhost", "/k",
            .object(bucket: "my.dotted.bucket", key: Array("k".utf8))
        ),
        ("[::1]", "/acme/k", .object(bucket: "acme", key: Array("k".utf8))),
        // Path tricks are parts of the key's name.
        ("h", "/acme//a", .object(bucket: "acme", key: Array("/a".utf8))),
        ("h", "/acme/../b", .object(bucket: "acme", key: Array("../b".utf8))),
        ("h", "/acme/./b", .object(bucket: "acme", key: Array("./b".utf8))),
        ("h", "/acme/%2e%2e%2fb", .object(bucket: "acme", key: Array("../b".utf8))),
        ("h", "/acme/a%20b+c", .object(bucket: "acme", key: Array("a b+c".utf8))),
        ("h", "/acme/%C3%A9", .object(bucket: "acme", key: Array("é".utf8))),
        ("h", "/acme/%00", .object(bucket: "acme", key: [0])),
    ])
    func reads(_ host: String, _ path: String, _ expected: Address) throws {
        #expect(
            try Address(host: Array(host.utf8)[...], rawPath: Array(path.utf8)[...]) == expected
        )
    }

    @Test(arguments: ["/acme/%", "/acme/%2", "/acme/%zz", "/acme/%ff", "/acme/%c3"])
    func refusesWhatIsNoPercentEncodedUTF8(_ path: String) {
        #expect(throws: S3Error.invalidURI) {
            try Address(host: [0x68], rawPath: Array(path.utf8)[...])
        }
    }

    @Test func allowsKeysOf1024BytesAndNoMore() throws {
        let longest = String(repeating: "k", count: 1_024)
        #expect(
            try Address(host: [0x68], rawPath: Array("/acme/\(longest)".utf8)[...])
                == .object(bucket: "acme", key: Array(longest.utf8))
        )
        #expect(throws: S3Error.keyTooLong(sizeBytes: 1_025)) {
            try Address(host: [0x68], rawPath: Array("/acme/\(longest)k".utf8)[...])
        }
    }
}
