import Testing

@testable import S3

struct CopySourceTests {
    @Test(arguments: [
        ("bucket/key", "bucket", "key"),
        ("/bucket/key", "bucket", "key"),
        ("bucket/a/b", "bucket", "a/b"),
        ("bucket//", "bucket", "/"),
        ("bucket/a%20b%2Bc", "bucket", "a b+c"),
        ("bucket%2Fkey", "bucket", "key"),
        ("bucket/a+b%2Bc", "bucket", "a b+c"),
        ("bucket/%E6%97%A5", "bucket", "日"),
        ("bucket/a%3Fb", "bucket", "a?b"),
        ("bucket/key?versionId=null", "bucket", "key"),
    ])
    func readsBucketAndKey(_ value: String, _ bucket: String, _ key: String) throws {
        let source = try CopySource(value)
        #expect(source.bucket == bucket)
        #expect(source.key == Array(key.utf8))
    }

    @Test(arguments: [
        "", "/", "bucket", "bucket/", "/bucket", "/bucket/", "//key", "b/%zz", "b/%FF", "b/k?x=y",
    ])
    func refusesWhatNamesNoObject(_ value: String) {
        let error = #expect(throws: S3Error.self) { try CopySource(value) }
        #expect(error?.code == "InvalidArgument")
        #expect(
            error?.message
                == "Copy Source must mention the source bucket and key: sourcebucket/sourcekey"
        )
    }

    @Test func refusesVersionsAndKeysThatAreTooLong() {
        let versioned = #expect(throws: S3Error.self) { try CopySource("b/k?versionId=1") }
        #expect(versioned?.status == 501)
        #expect(throws: Never.self) { try CopySource("b/" + String(repeating: "k", count: 1_024)) }
        let long = #expect(throws: S3Error.self) {
            try CopySource("b/" + String(repeating: "k", count: 1_025))
        }
        #expect(long?.code == "KeyTooLongError")
    }
}
