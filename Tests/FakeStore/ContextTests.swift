import Testing

@testable import FakeStore

/// iam.md section 8: which request sends which context key, and what conditions make of it.
@Suite("The context of a request")
struct ContextTests {
    /// A condition on an Allow of s3:PutObject, the headers of an upload, and whether it is taken.
    @Test(arguments: [
        (
            #"{"StringEquals":{"s3:x-amz-acl":"bucket-owner-full-control"}}"#,
            [("x-amz-acl", "bucket-owner-full-control")], true
        ),
        (#"{"StringEquals":{"s3:x-amz-acl":"bucket-owner-full-control"}}"#, [], false),
        (
            #"{"StringEquals":{"s3:RequestObjectTag/Project":"X"}}"#,
            [("x-amz-tagging", "Project=X&a=b")], true
        ),
        (
            #"{"ForAllValues:StringEquals":{"s3:RequestObjectTagKeys":["Project"]}}"#,
            [("x-amz-tagging", "Project=X&a=b")], false
        ),
        (#"{"Bool":{"aws:SecureTransport":"true"}}"#, [], true),
        (
            #"{"Bool":{"aws:SecureTransport":"true"}}"#,
            [("x-fakestore-context", "aws:SecureTransport=false")], false
        ),
        (#"{"IpAddress":{"aws:SourceIp":"127.0.0.0/8"}}"#, [], true),
        (
            #"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#,
            [("x-fakestore-context", "aws:SourceIp=203.0.113.9; aws:SourceVpce=")], true
        ),
        (#"{"Null":{"aws:SourceIp":"true"}}"#, [("x-fakestore-context", "aws:SourceIp")], true),
        (
            #"{"StringEquals":{"s3:authType":"REST-HEADER","aws:RequestedRegion":"us-east-1"}}"#,
            [], true
        ),
        (
            #"{"Bool":{"s3:ObjectCreationOperation":"true"},"Null":{"s3:if-none-match":"false"}}"#,
            [("If-None-Match", "*")], true
        ),
        (#"{"DateGreaterThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}}"#, [], true),
        (#"{"StringEquals":{"aws:username":"exporter"}}"#, [], true),
        (
            #"{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:user/exporter"}}"#, [],
            true
        ),
        (#"{"StringLike":{"aws:UserAgent":"bills/*"}}"#, [("User-Agent", "bills/1")], true),
    ])
    func meetsConditions(
        condition: String,
        headers: [(String, String)],
        isTaken: Bool
    ) async throws {
        let world = """
            {"accounts":[{"id":"111122223333","users":[{"name":"exporter",
            "accessKeys":[{"id":"AKIAEXAMPLE000000001","secret":"exporter-secret-exporter"}],
            "policies":[{"name":"Write","document":{"Version":"2012-10-17","Statement":[
            {"Effect":"Allow","Action":["s3:PutObject","s3:PutObjectAcl","s3:PutObjectTagging"],
            "Resource":"arn:aws:s3:::bbb/*","Condition":\(condition)}]}}]}],
            "buckets":[{"name":"bbb"}]}]}
            """
        try await withStore(.json(world)) { store in
            let client = try TestClient(port: store.port)
            let answer = try client.signed(
                "PUT",
                "/bbb/x",
                headers: headers,
                body: [1],
                signer: exporter
            )
            #expect((answer.status != 403) == isTaken, "\(answer.status)")
        }
    }
}
