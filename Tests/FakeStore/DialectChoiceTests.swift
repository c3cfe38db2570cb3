import HTTP
import Testing

@testable import FakeStore

@Suite struct DialectChoiceTests {
    private static func signed(_ service: String) -> String {
        "Authorization: AWS4-HMAC-SHA256 Credential=AKIAX/20261120/us-east-1/\(service)/aws4_request, "
            + "SignedHeaders=host;x-amz-date, Signature=0\r\n"
    }

    private static let form = "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n"

    private static let requests: [(String, String, DialectChoice)] = [
        ("POST /", signed("sts"), .sts),
        ("POST /", signed("iam"), .iam),
        ("GET /?Action=GetCallerIdentity&Version=2011-06-15", signed("sts"), .sts),
        ("GET /", signed("s3"), .s3),
        ("GET /", signed("execute-api"), .s3),
        // The scope goes before the form.
        ("POST /", signed("s3") + form, .s3),
        ("GET /", "", .s3),
        ("GET /?Action=ListUsers&Version=2010-05-08", "", .iam),
        ("GET /?Action=AssumeRoleWithWebIdentity&Version=2011-06-15", "", .sts),
        ("POST /", form, .sts),
        ("POST /", "Content-Type: multipart/form-data\r\n", .s3),
        (
            "GET /?Action=A&X-Amz-Credential=AKIAX%2F20261120%2Fus-east-1%2Fiam%2Faws4_request", "",
            .iam
        ),
        // Only the root is theirs.
        ("POST /bucket?Action=A", signed("sts"), .s3),
        ("PUT /", signed("sts"), .s3),
    ]

    @Test(arguments: requests)
    func followsTheScopeThenTheForm(
        _ line: String,
        _ fields: String,
        _ choice: DialectChoice
    ) throws {
        let head = try RequestHead(parsing: "\(line) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n")
        #expect(DialectChoice(head) == choice)
    }
}
