// Bodies in `aws-chunked`, through HTTP: stored when every signature and checksum is right, refused in S3's
// words when not, and then nothing is stored.

import Digest
import Platform
import Testing

@testable import FakeStore

@Suite("Chunked uploads")
struct StreamingTests {
    private static let content = Array("123456789".utf8)
    private static let path = "/reports/a.csv"

    private func withReports(_ body: (TestClient) throws -> Void) async throws {
        var options = FakeStore.Options()
        options.buckets = ["reports"]
        try await withStore(.empty, options) { store in
            try body(TestClient(port: store.port))
        }
    }

    /// Sends a PUT whose body is given as it is on the wire.
    private func put(
        _ client: TestClient,
        form: String = "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        wire: String,
        decoded: Int? = StreamingTests.content.count,
        headers: [(String, String)] = [],
        transferEncoding: Bool = false
    ) throws -> TestClient.Answer {
        var headers = headers + [("content-encoding", "aws-chunked")]
        if let decoded { headers.append(("x-amz-decoded-content-length", "\(decoded)")) }
        let fields = TestSigner().fields(
            "PUT",
            path: StreamingTests.path,
            host: "127.0.0.1:\(client.port)",
            headers: headers,
            payload: form
        )
        guard transferEncoding else {
            return try client.send(
                "PUT",
                StreamingTests.path,
                headers: fields,
                body: Array(wire.utf8)
            )
        }
        var head = "PUT \(StreamingTests.path) HTTP/1.1\r\nHost: 127.0.0.1:\(client.port)\r\n"
        for (name, value) in fields { head += "\(name): \(value)\r\n" }
        head += "Transfer-Encoding: chunked\r\n\r\n"
        for piece in [wire.prefix(4), wire.dropFirst(4)] {
            head += "\(String(piece.utf8.count, radix: 16))\r\n\(piece)\r\n"
        }
        try client.write(Array("\(head)0\r\n\r\n".utf8))
        return try client.readAnswer()
    }

    private func isStored(_ client: TestClient) throws -> Bool {
        let answer = try TestClient(port: Int(client.port)).signed("GET", StreamingTests.path)
        if answer.status == 200 { #expect(answer.body == StreamingTests.content) }
        return answer.status == 200
    }

    // Each checksum of `123456789`; the CRCs are the check values of their definitions.
    @Test(
        arguments: [
            ("crc32", "y/Q5Jg=="), ("crc32c", "4waSgw=="), ("crc64nvme", "rosUhgp5mIg="),
            ("sha1", "98O8HYCOBHMq32eZZczDTKeuNEE="),
            ("sha256", "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU="),
        ]
    )
    func keepsTheChecksumOfATrailer(_ name: String, _ value: String) async throws {
        try await withReports { client in
            let answer = try put(
                client,
                wire: "9\r\n123456789\r\n0\r\nx-amz-checksum-\(name):\(value)\r\n\r\n",
                headers: [("x-amz-trailer", "x-amz-checksum-\(name)")]
            )
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.header("x-amz-checksum-\(name)") == value)
            #expect(answer.header("x-amz-checksum-type") == "FULL_OBJECT")
            let got = try client.signed(
                "GET",
                StreamingTests.path,
                headers: [("x-amz-checksum-mode", "ENABLED")]
            )
            #expect(got.body == StreamingTests.content)
            #expect(got.header("x-amz-checksum-\(name)") == value)
            #expect(got.header("content-encoding") == nil)
        }
    }

    @Test func computesACRC64NVMEWhenNoChecksumIsSent() async throws {
        try await withReports { client in
            let answer = try put(client, wire: "9\r\n123456789\r\n0\r\n\r\n")
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.header("x-amz-checksum-crc64nvme") == "rosUhgp5mIg=")
            let plain = try client.signed("PUT", StreamingTests.path, body: StreamingTests.content)
            #expect(plain.header("x-amz-checksum-crc64nvme") == "rosUhgp5mIg=")
        }
    }

    @Test func takesTransferEncodingAroundTheChunks() async throws {
        try await withReports { client in
            let answer = try put(
                client,
                wire: "9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n",
                headers: [("x-amz-trailer", "x-amz-checksum-crc32")],
                transferEncoding: true
            )
            #expect(answer.status == 200, "\(answer.text)")
            #expect(try isStored(client))
        }
    }

    @Test func keepsTheOtherCodingsOfAChunkedBody() async throws {
        try await withReports { client in
            let fields = TestSigner().fields(
                "PUT",
                path: StreamingTests.path,
                host: "127.0.0.1:\(client.port)",
                headers: [
                    ("content-encoding", "foo, aws-chunked, bar"),
                    ("x-amz-decoded-content-length", "1"),
                ],
                payload: "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
            )
            let put = try client.send(
                "PUT",
                StreamingTests.path,
                headers: fields,
                body: Array("1\r\nx\r\n0\r\n\r\n".utf8)
            )
            #expect(put.status == 200)
            let got = try client.signed("GET", StreamingTests.path)
            #expect(got.header("content-encoding") == "foo, bar")
            // Where the payload is not chunked, the word means nothing and is kept [reported].
            _ = try client.signed(
                "PUT",
                StreamingTests.path,
                headers: [("content-encoding", "aws-chunked")],
                body: [1]
            )
            let plain = try client.signed("GET", StreamingTests.path)
            #expect(plain.header("content-encoding") == "aws-chunked")
        }
    }

    private static let good = "9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n"
    private static let announced = [("x-amz-trailer", "x-amz-checksum-crc32")]

    /// A refusal: what is sent, and the status, code and part of the document that come back.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let name: String
        var wire = StreamingTests.good
        var decoded: Int? = StreamingTests.content.count
        var headers = StreamingTests.announced
        var status = 400
        let code: String
        let text: String

        var testDescription: String { name }
    }

    // OpenStack Swift's s3api tests and versitygw's integration tests, each run against AWS.
    @Test(arguments: [
        Refusal(
            name: "another checksum",
            wire: "9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
            code: "BadDigest",
            text: "The CRC32 you specified did not match the calculated checksum."
        ),
        Refusal(
            name: "another content",
            wire: "9\r\n123456780\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n",
            code: "BadDigest",
            text: "The CRC32 you specified did not match the calculated checksum."
        ),
        Refusal(
            name: "no checksum's value",
            wire: "9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:invalid\r\n\r\n",
            code: "InvalidRequest",
            text: "Value for x-amz-checksum-crc32 trailing header is invalid."
        ),
        Refusal(
            name: "no trailer",
            wire: "9\r\n123456789\r\n0\r\n\r\n",
            code: "MalformedTrailerError",
            text:
                "The request contained trailing data that was not well-formed or did not conform to our "
                + "published schema."
        ),
        Refusal(
            name: "a trailer not announced",
            headers: [],
            code: "MalformedTrailerError",
            text: "The request contained trailing data"
        ),
        Refusal(
            name: "an unknown trailer",
            headers: [("x-amz-trailer", "foo")],
            code: "InvalidRequest",
            text: "The value specified in the x-amz-trailer header is not supported"
        ),
        Refusal(
            name: "two trailers",
            headers: [("x-amz-trailer", "x-amz-checksum-crc32, x-amz-checksum-sha1")],
            code: "InvalidRequest",
            text:
                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
        ),
        Refusal(
            name: "a header and a trailer",
            headers: announced + [("x-amz-checksum-crc32", "y/Q5Jg==")],
            code: "InvalidRequest",
            text: "<Message>Expecting a single x-amz-checksum- header</Message>"
        ),
        Refusal(
            name: "another algorithm",
            headers: announced + [("x-amz-sdk-checksum-algorithm", "SHA1")],
            code: "InvalidRequest",
            text: "Value for x-amz-sdk-checksum-algorithm header is invalid."
        ),
        Refusal(
            name: "cut",
            wire: "9\r\n123456789\r\n0\r\nx-amz-check",
            code: "IncompleteBody",
            text: "The request body terminated unexpectedly"
        ),
        Refusal(
            name: "not chunked",
            wire: "123456789",
            code: "IncompleteBody",
            text: "The request body terminated unexpectedly"
        ),
        Refusal(
            name: "too long",
            decoded: 8,
            code: "IncompleteBody",
            text: "<NumberBytesExpected>8</NumberBytesExpected>"
                + "<NumberBytesProvided>9</NumberBytesProvided>"
        ),
        Refusal(
            name: "too short",
            decoded: 10,
            code: "IncompleteBody",
            text: "<NumberBytesExpected>10</NumberBytesExpected>"
        ),
        Refusal(
            name: "no length",
            decoded: nil,
            status: 411,
            code: "MissingContentLength",
            text: "You must provide the Content-Length HTTP header."
        ),
        Refusal(
            name: "small chunks",
            wire: "4\r\n1234\r\n5\r\n56789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n",
            status: 403,
            code: "InvalidChunkSizeError",
            text: "<Chunk>2</Chunk><BadChunkSize>4</BadChunkSize>"
        ),
    ])
    func refusesAndStoresNothing(_ refusal: Refusal) async throws {
        try await withReports { client in
            let answer = try put(
                client,
                wire: refusal.wire,
                decoded: refusal.decoded,
                headers: refusal.headers
            )
            #expect(answer.status == refusal.status, "\(answer.text)")
            #expect(answer.text.contains("<Code>\(refusal.code)</Code>"), "\(answer.text)")
            #expect(answer.text.contains(refusal.text), "\(answer.text)")
            #expect(try !isStored(client))
        }
    }

    @Test func refusesATrailerWithoutChunks() async throws {
        try await withReports { client in
            let answer = try client.signed(
                "PUT",
                StreamingTests.path,
                headers: StreamingTests.announced,
                body: StreamingTests.content
            )
            #expect(answer.status == 400)
            #expect(answer.text.contains("<Code>MalformedTrailerError</Code>"))
        }
    }

    @Test func refusesAWrongChunkSignature() async throws {
        try await withReports { client in
            let zeros = String(repeating: "0", count: 64)
            let answer = try put(
                client,
                form: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                wire:
                    "9;chunk-signature=\(zeros)\r\n123456789\r\n0;chunk-signature=\(zeros)\r\n\r\n"
            )
            #expect(answer.status == 403)
            #expect(answer.text.contains("<Code>SignatureDoesNotMatch</Code>"))
            #expect(answer.text.contains("<StringToSign>AWS4-HMAC-SHA256-PAYLOAD\n"))
            #expect(answer.text.contains("<SignatureProvided>\(zeros)</SignatureProvided>"))
            #expect(answer.text.contains("<CanonicalRequest>PUT\n/reports/a.csv\n"))
            #expect(try !isStored(client))
        }
    }

    @Test func checksChunkSignaturesFromTheHeadsOn() async throws {
        try await withReports { client in
            for isSpoilt in [false, true] {
                let signer = TestSigner()
                let fields = signer.fields(
                    "PUT",
                    path: StreamingTests.path,
                    host: "127.0.0.1:\(client.port)",
                    headers: [("x-amz-decoded-content-length", "9")],
                    payload: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
                )
                let wire = signer.chunked(isSpoilt ? [1] : StreamingTests.content, after: fields)
                let answer = try client.send(
                    "PUT",
                    StreamingTests.path,
                    headers: fields,
                    body: wire
                )
                #expect(answer.status == (isSpoilt ? 400 : 200), "\(answer.text)")
            }
            #expect(try isStored(client))
        }
    }
}
