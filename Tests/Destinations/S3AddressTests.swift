import Testing

@testable import Destinations

/// How a bucket is addressed.
@Suite struct S3AddressTests {
    @Test(arguments: [
        ("acme", "eu-west-1", nil, "https://acme.s3.eu-west-1.amazonaws.com/a%20b/c.csv"),
        ("acme", "cn-north-1", nil, "https://acme.s3.cn-north-1.amazonaws.com.cn/a%20b/c.csv"),
        (
            "acme.bills", "us-east-1", nil,
            "https://s3.us-east-1.amazonaws.com/acme.bills/a%20b/c.csv"
        ),
        ("acme", "us-east-1", "http://127.0.0.1:9000", "http://127.0.0.1:9000/acme/a%20b/c.csv"),
        ("acme", "us-east-1", "http://127.0.0.1:9000/", "http://127.0.0.1:9000/acme/a%20b/c.csv"),
        ("acme", "us-east-1", "http://localhost:9000", "http://localhost:9000/acme/a%20b/c.csv"),
        ("acme", "us-east-1", "http://[::1]:9000", "http://[::1]:9000/acme/a%20b/c.csv"),
        ("acme", "us-east-1", "https://s3.example.com", "https://acme.s3.example.com/a%20b/c.csv"),
        (
            "acme.bills", "us-east-1", "http://s3.example.com",
            "http://acme.bills.s3.example.com/a%20b/c.csv"
        ),
        ("acme", "us-east-1", "https://example.com/s3", "https://example.com/s3/acme/a%20b/c.csv"),
    ])
    func addresses(bucket: String, region: String, endpoint: String?, url: String) {
        let address = S3Address(bucket: bucket, region: region, endpoint: endpoint)
        #expect(address.url(of: "a b/c.csv").description == url)
    }
}
