import Digest
import Glibc
import Testing

@testable import Identity

@Suite struct ChunkedPayloadTests {
    // "Example Calculations" of AWS's page "Signature calculations for the authorization header: transferring
    // payload in multiple chunks (chunked upload)": 65 KiB of `a` in chunks of 64 KiB.
    private static let head = """
        PUT /examplebucket/chunkObject.txt HTTP/1.1
        Host: s3.amazonaws.com
        x-amz-date: 20130524T000000Z
        x-amz-storage-class: REDUCED_REDUNDANCY
        Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class,Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9
        x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD
        Content-Encoding: aws-chunked
        x-amz-decoded-content-length: 66560
        Content-Length: 66824
        """

    private static let body =
        Array(
            "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n"
                .utf8
        ) + [UInt8](repeating: UInt8(ascii: "a"), count: 65_536)
        + Array(
            "\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n"
                .utf8
        ) + [UInt8](repeating: UInt8(ascii: "a"), count: 1_024)
        + Array(
            "\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n"
                .utf8
        )

    @Test func believesTheDocumentedExample() throws {
        let proof = try Verifier.s3.verify(ChunkedPayloadTests.head)
        #expect(proof.payload == .streaming(.signed))
        #expect(ChunkedPayloadTests.body.count == 66_824)
        var decoder = ChunkedPayloadDecoder(
            decodedBytes: 66_560,
            trailers: [],
            signatures: proof.chunks,
            isTrailerSigned: false
        )
        let content = try decoder.decode([ChunkedPayloadTests.body[...]])
        #expect(content == [UInt8](repeating: UInt8(ascii: "a"), count: 66_560))
    }

    // The example of AWS's page on trailing headers, from the signature of its head on.
    @Test func believesTheDocumentedExampleWithATrailer() throws {
        var body = ChunkedBody(
            form: .signedTrailer,
            chunks: [
                [UInt8](repeating: UInt8(ascii: "a"), count: 65_536),
                [UInt8](repeating: UInt8(ascii: "a"), count: 1_024),
            ],
            trailers: [("x-amz-checksum-crc32c", "sOO8/Q==")]
        )
        body.seed = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e"
        let wire =
            Array(
                "10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n"
                    .utf8
            ) + body.chunks[0]
            + Array(
                "\r\n400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n"
                    .utf8
            ) + body.chunks[1]
            + Array(
                """
                \r\n0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r
                x-amz-checksum-crc32c:sOO8/Q==\r
                x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r
                \r\n
                """.utf8
            )
        #expect(body.bytes == wire)
        var decoder = body.decoder()
        #expect(try decoder.decode([wire[...]]) == body.content)
        #expect(decoder.trailers.map(\.value) == ["sOO8/Q=="])
    }

    /// A body whose chunks and pieces are cut at random.
    private func generated(_ random: inout Sequence64) -> ChunkedBody {
        let forms: [PayloadHash.Streaming] = [.signed, .signedTrailer, .unsignedTrailer]
        var chunks: [[UInt8]] = (0..<Int.random(in: 0...3, using: &random)).map { _ in
            let count = 8_192 + Int.random(in: 0...9_000, using: &random)
            return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
        chunks.append([UInt8](repeating: 7, count: Int.random(in: 1...9_000, using: &random)))
        if Bool.random(using: &random) { chunks.removeLast() }
        let form = forms[Int.random(in: 0...2, using: &random)]
        return ChunkedBody(
            form: form,
            chunks: chunks,
            trailers: form == .signed ? [] : [("x-amz-checksum-crc32", "AAAAAA==")]
        )
    }

    @Test func believesGeneratedChunkingsAndRefusesThemAltered() throws {
        let isLong = getenv("TEST_COUNTS").map { String(cString: $0) } == "long"
        var random = Sequence64(state: 1)
        for number in 0..<(isLong ? 1_000 : 200) {
            let body = generated(&random)
            let wire = body.bytes
            var cuts = (0..<Int.random(in: 0...20, using: &random)).map { _ in
                Int.random(in: 0...wire.count, using: &random)
            }
            cuts = [0] + cuts.sorted() + [wire.count]
            var decoder = body.decoder()
            let pieces = zip(cuts, cuts.dropFirst()).map { wire[$0..<$1] }
            #expect(try decoder.decode(pieces) == body.content, "chunking \(number)")

            // One bit anywhere; chunks without signatures are the checksum's matter, but for their framing.
            if body.form != .unsignedTrailer {
                var spoilt = wire
                // The last CR LF is told from others by nothing: a body may end at it.
                let place = Int.random(in: 0..<wire.count, using: &random)
                spoilt[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
                let isCase = spoilt[place] ^ wire[place] == 0x20 && isNameOrSize(wire, place)
                if !isCase {
                    #expect(body.decoder().fault(of: spoilt) != nil, "\(number), \(place)")
                }
            }
            let end = Int.random(in: 0..<wire.count - 2, using: &random)
            #expect(
                body.decoder().fault(of: Array(wire[..<end])) != nil,
                "\(number), cut at \(end)"
            )
            for length in [body.content.count - 1, body.content.count + 1] where length >= 0 {
                #expect(body.decoder(decodedBytes: length).fault(of: wire) != nil)
            }
        }
    }

    /// Whether a letter stands where case means nothing: a size in hexadecimal, a trailer's name.
    private func isNameOrSize(_ wire: [UInt8], _ place: Int) -> Bool {
        let before = wire[..<place].suffix(80)
        let line = before.lastIndex(of: UInt8(ascii: "\n")).map { before[($0 + 1)...] } ?? before
        return !line.contains(UInt8(ascii: "=")) && !line.contains(UInt8(ascii: ":"))
    }

    private static let large = [UInt8](repeating: 1, count: 8_192)

    /// Chunks out of order, left out, doubled: each is signed right, and none where it stands.
    @Test func refusesChunksOutOfOrder() {
        let body = ChunkedBody(chunks: [
            ChunkedPayloadTests.large, [UInt8](repeating: 2, count: 8_192), [3],
        ])
        let wire = body.bytes
        let size = "2000;chunk-signature=".utf8.count + 64 + 2 + 8_192 + 2
        let (first, second, rest) = (wire[..<size], wire[size..<2 * size], wire[(2 * size)...])
        let decoder = body.decoder()
        #expect(decoder.fault(of: Array(first + second + rest)) == nil)
        for (name, spoilt) in [
            ("swapped", second + first + rest), ("left out", first + rest),
            ("doubled", first + first + rest),
        ] {
            guard case .signature(.mismatch(let mismatch))? = decoder.fault(of: Array(spoilt))
            else {
                Issue.record("\(name): \(String(describing: decoder.fault(of: Array(spoilt))))")
                continue
            }
            let string = String(decoding: mismatch.stringToSign, as: UTF8.self)
            #expect(string.hasPrefix("AWS4-HMAC-SHA256-PAYLOAD\n20130524T000000Z\n"))
        }
    }

    // OpenStack Swift's s3api tests and versitygw's integration tests, each run against AWS.
    @Test(
        arguments: [
            ("5\r\nhello\r\n0\r\n\r\n", nil),
            ("5\r\nhello\r\n0\r\n", nil),
            ("5\r\nhello\r\n0\r\n\r\nanything", nil),
            ("5\r\nhello\r\n0\r\n\r", .terminated),
            ("5\r\nhello\r\n", .terminated),
            ("5\r\n", .terminated),
            ("", .terminated),
            ("hello", .terminated),
            ("5\nhello\n0\n\n", .terminated),
            ("5\rhello\r0\r\r", .terminated),
            ("5\r\nhello0\r\n\r\n", .terminated),
            ("5\r\nXYZ\r\nhello\r\n0\r\n\r\n", .terminated),
            ("J\r\nhello\r\n0\r\n\r\n", .terminated),
            ("-5\r\nhello\r\n0\r\n\r\n", .terminated),
            ("5;a=b\r\nhello\r\n0\r\n\r\n", .terminated),
            ("1000000000000005\r\nhello\r\n0\r\n\r\n", .terminated),
            ("A\r\nhellohello\r\n0\r\n\r\n", .wrongLength(expectedBytes: 5, providedBytes: 10)),
            (
                "4\r\nhell\r\n0\r\n\r\n1\r\no\r\n0\r\n\r\n",
                .wrongLength(expectedBytes: 5, providedBytes: 4)
            ),
            ("0\r\n\r\n", .wrongLength(expectedBytes: 5, providedBytes: 0)),
            ("4\r\nhell\r\n1\r\no\r\n0\r\n\r\n", .smallChunk(number: 2, sizeBytes: 4)),
            ("5\r\nhello\r\n0\r\nbonus:trailer\r\n\r\n", .malformedTrailer),
        ] as [(String, ChunkedPayloadFault?)]
    )
    func readsUnsignedChunksAsS3Does(_ wire: String, _ expected: ChunkedPayloadFault?) {
        let body = ChunkedBody(form: .unsignedTrailer, chunks: [Array("hello".utf8)])
        #expect(body.decoder().fault(of: Array(wire.utf8)) == expected)
    }

    @Test(
        arguments: [
            ("x-amz-checksum-crc32:NhCmhg==\r\n\r\n", nil),
            ("x-amz-checksum-crc32: NhCmhg== \r\n\r\n", nil),
            ("X-Amz-Checksum-CRC32:NhCmhg==\r\n\r\n", nil),
            ("x-amz-checksum-crc32:NhCmhg==\r\n", nil),
            // As minio-go writes it.
            ("x-amz-checksum-crc32:NhCmhg==\n\r\n\r\n", nil),
            ("x-amz-checksum-crc32:bad\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", nil),
            ("x-amz-checksum-crc32:NhCmhg==\r\n\r\nbonus:trailer\r\n", nil),
            ("\r\n", .malformedTrailer),
            (":NhCmhg==\r\n\r\n", .malformedTrailer),
            ("x-amz-checksum-crc32\r\n\r\n", .malformedTrailer),
            ("x-amz-checksum-crc32c:NhCmhg==\r\n\r\n", .malformedTrailer),
            ("x-amz-checksum-crc32:NhCmhg==\r\nbonus:trailer\r\n\r\n", .malformedTrailer),
            ("x-amz-checksum-crc32:NhCmhg==", .terminated),
        ] as [(String, ChunkedPayloadFault?)]
    )
    func readsTrailersAsS3Does(_ trailer: String, _ expected: ChunkedPayloadFault?) {
        let body = ChunkedBody(
            form: .unsignedTrailer,
            chunks: [Array("hello".utf8)],
            trailers: [("x-amz-checksum-crc32", "NhCmhg==")]
        )
        var decoder = body.decoder()
        let wire = Array("5\r\nhello\r\n0\r\n\(trailer)".utf8)
        #expect(decoder.fault(of: wire) == expected)
        if expected == nil {
            #expect(throws: Never.self) { try decoder.decode([wire[...]]) }
            #expect(decoder.trailers.last?.value == "NhCmhg==")
        }
    }

    private static let zeros = String(repeating: "0", count: 64)

    @Test(
        arguments: [
            ("1\r\nx\r\n0\r\n\r\n", "terminated"),
            ("1;chunk-signature=\r\nx\r\n0;chunk-signature=\r\n\r\n", "terminated"),
            ("1;chunk-signature=invalid\r\nx\r\n0;chunk-signature=invalid\r\n\r\n", "signature"),
            ("1;chunk-signature=\(zeros)\r\nx\r\n", "signature"),
            ("1;extra=param;chunk-signature=\(zeros)\r\nx\r\n", "signature"),
            ("1;chunk-signature=\(zeros);extra=param\r\nx\r\n", "terminated"),
        ]
    )
    func readsSignedChunksAsS3Does(_ wire: String, _ expected: String) {
        let fault = ChunkedBody(chunks: [[0x78]]).decoder().fault(of: Array(wire.utf8))
        switch fault {
        case .terminated: #expect(expected == "terminated")
        case .signature(.mismatch): #expect(expected == "signature")
        default: Issue.record("\(String(describing: fault))")
        }
    }

    @Test func takesBlanksAroundTheSignature() {
        let body = ChunkedBody(chunks: [[0x78]])
        let text = String(decoding: body.bytes, as: UTF8.self)
        for (old, new) in [(";", " ; "), ("=", " = "), ("\r\nx", " \r\nx")] {
            let spaced = text.replacing(old, with: new)
            #expect(body.decoder().fault(of: Array(spaced.utf8)) == nil, "`\(new)`")
        }
    }

    @Test func refusesASignedTrailerWithoutItsSignature() {
        let body = ChunkedBody(
            form: .signedTrailer,
            chunks: [[0x78]],
            trailers: [("x-amz-checksum-crc32", "AAAAAA==")]
        )
        let text = String(decoding: body.bytes, as: UTF8.self)
        let line =
            text.split(separator: "\r\n").first { $0.hasPrefix("x-amz-trailer-signature") } ?? ""
        #expect(body.decoder().fault(of: body.bytes) == nil)
        let unsigned = text.replacing("\(line)\r\n", with: "")
        #expect(body.decoder().fault(of: Array(unsigned.utf8)) == .terminated)
        // A trailer behind the signature is not covered by it.
        let later = text.replacing(
            "\(line)\r\n",
            with: "\(line)\r\nx-amz-checksum-crc32:BBBBBA==\r\n"
        )
        #expect(body.decoder().fault(of: Array(later.utf8)) == .malformedTrailer)
        let altered = text.replacing("AAAAAA==", with: "AAAAAQ==")
        guard
            case .signature(.mismatch(let mismatch))? = body.decoder().fault(
                of: Array(altered.utf8)
            )
        else {
            Issue.record("an altered trailer is believed")
            return
        }
        #expect(
            String(decoding: mismatch.stringToSign, as: UTF8.self).hasPrefix(
                "AWS4-HMAC-SHA256-TRAILER\n"
            )
        )
    }

    @Test func boundsALine() {
        let body = ChunkedBody(form: .unsignedTrailer, chunks: [[0x78]])
        let endless = [UInt8](
            repeating: UInt8(ascii: "0"),
            count: ChunkedPayloadDecoder.lineBytes + 1
        )
        #expect(body.decoder().fault(of: endless) == .terminated)
    }
}
