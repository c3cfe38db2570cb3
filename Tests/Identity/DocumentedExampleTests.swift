import Digest
import HTTP
import Platform
import Testing

@testable import Identity

/// The worked examples of AWS's page "Signature Calculations for the Authorization Header: Transferring
/// Payload in a Single Chunk (AWS Signature Version 4)".
@Suite struct DocumentedExampleTests {
    static let getObject = """
        GET /test.txt HTTP/1.1
        Host: examplebucket.s3.amazonaws.com
        Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
        SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,\
        Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41
        Range: bytes=0-9
        x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
        x-amz-date: 20130524T000000Z
        """

    static let putObject = """
        PUT /test%24file.text HTTP/1.1
        Host: examplebucket.s3.amazonaws.com
        Date: Fri, 24 May 2013 00:00:00 GMT
        Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
        SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class,\
        Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd
        x-amz-date: 20130524T000000Z
        x-amz-storage-class: REDUCED_REDUNDANCY
        x-amz-content-sha256: 44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072
        """

    static let getLifecycle = """
        GET /?lifecycle HTTP/1.1
        Host: examplebucket.s3.amazonaws.com
        Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
        SignedHeaders=host;x-amz-content-sha256;x-amz-date,\
        Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543
        x-amz-date: 20130524T000000Z
        x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
        """

    static let listObjects = """
        GET /?max-keys=2&prefix=J HTTP/1.1
        Host: examplebucket.s3.amazonaws.com
        Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
        SignedHeaders=host;x-amz-content-sha256;x-amz-date,\
        Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7
        x-amz-date: 20130524T000000Z
        x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
        """

    @Test(arguments: [getObject, putObject, getLifecycle, listObjects])
    func verifies(_ example: String) throws {
        let proof = try Verifier.s3.verify(example)
        #expect(proof.holder.key.id == "AKIAIOSFODNN7EXAMPLE")
        #expect(proof.time == documentedTime)
    }

    @Test func saysWhatIsSignedOfTheBody() throws {
        let proof = try Verifier.s3.verify(DocumentedExampleTests.putObject)
        #expect(proof.payload == .sha256(SHA256.hash("Welcome to Amazon S3.")))
    }

    /// The canonical request and string to sign are the ones the page prints.
    @Test func showsTheDocumentedTextsWhenTheSignatureIsWrong() throws {
        let wrong = DocumentedExampleTests.getObject.replacing("Signature=f0", with: "Signature=00")
        guard case .mismatch(let mismatch) = Verifier.s3.refusal(wrong) else {
            Issue.record("believed")
            return
        }
        #expect(
            String(decoding: mismatch.canonicalRequest, as: UTF8.self) == """
                GET
                /test.txt

                host:examplebucket.s3.amazonaws.com
                range:bytes=0-9
                x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
                x-amz-date:20130524T000000Z

                host;range;x-amz-content-sha256;x-amz-date
                e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
                """
        )
        #expect(
            String(decoding: mismatch.stringToSign, as: UTF8.self) == """
                AWS4-HMAC-SHA256
                20130524T000000Z
                20130524/us-east-1/s3/aws4_request
                7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972
                """
        )
        let answer = SignatureError.mismatch(mismatch).answer
        #expect(answer.status == 403)
        #expect(answer.code == "SignatureDoesNotMatch")
        #expect(
            answer.details.map(\.name) == [
                "AWSAccessKeyId", "StringToSign", "SignatureProvided", "StringToSignBytes",
                "CanonicalRequest", "CanonicalRequestBytes",
            ]
        )
        #expect(answer.details[3].text.hasPrefix("41 57 53 34 2d 48 4d 41 43"))
    }

    /// One changed byte in method, path, query, a signed header or the payload's hash is another request.
    @Test(arguments: [
        (getObject, "GET /test", "PUT /test"),
        (getObject, "/test.txt", "/test.txu"),
        (getObject, "/test.txt", "//test.txt"),
        (getObject, "/test.txt", "/./test.txt"),
        (getObject, "/test.txt", "/test.txt?a"),
        (getObject, "bytes=0-9", "bytes=0-8"),
        (getObject, "Host: examplebucket", "Host: examplebuckey"),
        (getObject, "20130524T000000Z", "20130524T000001Z"),
        (putObject, "REDUCED_REDUNDANCY", "STANDARD"),
        (putObject, "%24file", "%25file"),
        (putObject, "44ce7dd6", "44ce7dd7"),
        (putObject, "24 May 2013 00:00:00", "24 May 2013 00:00:01"),
        (getLifecycle, "?lifecycle", "?lifecycle=x"),
        (listObjects, "prefix=J", "prefix=K"),
        (listObjects, "max-keys=2&", ""),
    ])
    func refusesOneByteChanged(_ example: (text: String, old: String, new: String)) {
        let changed = example.text.replacing(example.old, with: example.new)
        #expect(changed != example.text)
        guard case .mismatch = Verifier.s3.refusal(changed) else {
            Issue.record("\(example.old) → \(example.new): believed, or refused for another reason")
            return
        }
    }

    /// What does not change the canonical request does not change the answer.
    @Test(arguments: [
        (putObject, "%24file", "$file"),
        (putObject, "test%24", "%74est%24"),
        (getLifecycle, "?lifecycle", "?lifecycle="),
        (listObjects, "max-keys=2&prefix=J", "prefix=J&max-keys=2"),
        (listObjects, "max-keys=2&prefix=J", "&prefix=%4A&&max-keys=2"),
        (getObject, "x-amz-date: 2", "X-AMZ-Date:   2"),
        (getObject, ",SignedHeaders", ", SignedHeaders"),
        (getObject, "\nRange:", "\nUser-Agent: x\nRange:"),
        (getObject, "AWS4-HMAC-SHA256 C", "aws4-hmac-sha256 C"),
    ])
    func takesTheSameRequestWrittenOtherwise(
        _ example: (text: String, old: String, new: String)
    ) throws {
        let changed = example.text.replacing(example.old, with: example.new)
        #expect(changed != example.text)
        _ = try Verifier.s3.verify(changed)
    }
}
