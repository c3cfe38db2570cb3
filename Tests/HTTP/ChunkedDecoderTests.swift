import HTTP
import Testing

@Suite struct ChunkedDecoderTests {
    private struct Decoded: Equatable {
        var content = ""
        var isComplete = false
        var used = 0
        var trailers = HeaderFields()
    }

    /// Decodes `text`, given in pieces of `step` bytes.
    private func decode(
        _ text: String,
        step: Int,
        limits: HTTPLimits = HTTPLimits()
    ) throws(ChunkedError) -> Decoded {
        let bytes = Array(text.utf8)
        var decoder = ChunkedDecoder(limits: limits)
        var decoded = Decoded()
        var content: [UInt8] = []
        var start = 0
        while start < bytes.count, !decoded.isComplete {
            let end = min(start + step, bytes.count)
            while start < end, !decoded.isComplete {
                let given = bytes[start..<end]
                switch try decoder.decode(given.span) {
                case .content(let skip, let count):
                    content += bytes[start + skip..<start + skip + count]
                    start += skip + count
                case .needsMore: start = end
                case .end(let skip):
                    start += skip
                    decoded.isComplete = true
                }
            }
        }
        decoded.content = String(decoding: content, as: UTF8.self)
        decoded.used = start
        decoded.trailers = decoder.trailers
        return decoded
    }

    @Test(arguments: [
        ("0\r\n\r\n", ""),
        ("5\r\nhello\r\n0\r\n\r\n", "hello"),
        ("5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n", "hello, world"),
        ("A\r\n0123456789\r\n00a\r\n0123456789\r\n000\r\n\r\n", "01234567890123456789"),
        ("2;a\r\nab\r\n0;b=\"c d\"\r\n\r\n", "ab"),
        ("2 \t;a=b;c\r\nab\r\n0\r\n\r\n", "ab"),
        ("4\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n"),
    ])
    func decodesWholeOrCutAnywhere(text: String, content: String) throws {
        for step in [Int.max / 2, 1, 2, 3, 5] {
            let decoded = try decode(text + "GET", step: step)
            #expect(decoded.content == content)
            #expect(decoded.isComplete)
            #expect(decoded.used == text.utf8.count, "what follows is not the body's")
        }
    }

    @Test func readsTrailers() throws {
        for step in [Int.max / 2, 1, 4] {
            let decoded = try decode(
                "1\r\na\r\n0\r\nx-amz-checksum-crc32:  AAAA \r\nB: \r\n\r\n",
                step: step
            )
            #expect(decoded.isComplete)
            #expect(decoded.trailers == ["x-amz-checksum-crc32": "AAAA", "B": ""])
        }
    }

    @Test(arguments: [
        ("\r\n", ChunkedError.invalidSize),
        ("g\r\n", .invalidSize),
        ("-1\r\n", .invalidSize),
        ("+1\r\n", .invalidSize),
        (" 1\r\n", .invalidSize),
        ("1 \r\n", .invalidSize),
        ("1 2\r\n", .invalidSize),
        ("0x1\r\n", .invalidSize),
        ("1,\r\n", .invalidSize),
        ("5\n", .invalidSize),
        ("8000000000000000\r\n", .sizeOverflow),
        ("10000000000000000\r\n", .sizeOverflow),
        ("ffffffffffffffffffff\r\n", .sizeOverflow),
        ("1\rx", .missingLineEnd),
        ("1;a\rx", .missingLineEnd),
        ("1;a\n", .invalidExtension),
        ("1;\u{0}\r\n", .invalidExtension),
        ("1;\u{7F}\r\n", .invalidExtension),
        ("2\r\nabc\r\n", .missingLineEnd),
        ("3\r\nab\r\n0\r\n\r\n", .missingLineEnd),
        ("2\r\nab\n0\r\n\r\n", .missingLineEnd),
        ("2\r\nab\rx", .missingLineEnd),
        ("0\r\nx\r\n\r\n", .invalidTrailer),
        ("0\r\n: x\r\n\r\n", .invalidTrailer),
        ("0\r\nx : y\r\n\r\n", .invalidTrailer),
        ("0\r\n x: y\r\n\r\n", .invalidTrailer),
        ("0\r\nx: y\n\r\n", .invalidTrailer),
        ("0\r\nx: \u{0}\r\n\r\n", .invalidTrailer),
        ("0\r\nx: y\rz", .missingLineEnd),
        ("0\r\n\rx", .missingLineEnd),
    ])
    func refusesWholeOrCutAnywhere(text: String, error: ChunkedError) {
        for step in [Int.max / 2, 1, 2, 3] {
            #expect(throws: error) { try decode(text, step: step) }
        }
    }

    @Test func acceptsTheLargestSize() throws {
        let decoded = try decode("7fffffffffffffff\r\nx", step: .max / 2)
        #expect(decoded.content == "x")
        #expect(!decoded.isComplete)
    }

    // MARK: Both sides of every bound

    @Test func sizeLineBound() {
        var limits = HTTPLimits()
        limits.chunkLineBytes = 10
        #expect(throws: Never.self) {
            try decode("1;34567890\r\na\r\n0\r\n\r\n", step: 1, limits: limits)
        }
        #expect(throws: ChunkedError.lineTooLong) {
            try decode("1;345678901\r\na\r\n0\r\n\r\n", step: 1, limits: limits)
        }
        #expect(throws: ChunkedError.lineTooLong) {
            try decode("00000000001\r\na\r\n0\r\n\r\n", step: 1, limits: limits)
        }
    }

    @Test func trailerBounds() {
        var limits = HTTPLimits()
        limits.trailerBytes = 8
        limits.trailerCount = 2
        #expect(throws: Never.self) { try decode("0\r\na:\r\nb:\r\n\r\n", step: 1, limits: limits) }
        #expect(throws: ChunkedError.trailerTooLarge) {
            try decode("0\r\na:\r\nb: \r\n\r\n", step: 1, limits: limits)
        }
        limits.trailerBytes = 100
        #expect(throws: ChunkedError.trailerTooLarge) {
            try decode("0\r\na:\r\nb:\r\nc:\r\n\r\n", step: 1, limits: limits)
        }
    }
}
