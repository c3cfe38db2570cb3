// Chunked bodies for tests, signed by a second reading of the documentation: of the code under test only
// HMAC and SHA-256 are used.

import Digest

@testable import Identity

/// A body in `aws-chunked`, to be built and then spoiled.
struct ChunkedBody {
    /// Which of S3's forms it has.
    var form = PayloadHash.Streaming.signed
    /// The contents of the chunks, without the last, empty one.
    var chunks: [[UInt8]]
    var trailers: [(name: String, value: String)] = []
    /// The signature of the head.
    var seed = String(repeating: "5", count: 64)

    static let date = "20130524T000000Z"
    static let scope = "20130524/us-east-1/s3/aws4_request"

    var content: [UInt8] { Array(chunks.joined()) }
    private var isSigned: Bool { form != .unsignedTrailer }

    /// The documented derivation of the signing key.
    static let key: HMACSHA256.Key = {
        var key = HMACSHA256.Key(Array("AWS4wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".utf8))
        for part in ["20130524", "us-east-1", "s3", "aws4_request"] {
            key = HMACSHA256.Key(key.code(for: part))
        }
        return key
    }()

    /// The bytes on the wire.
    var bytes: [UInt8] {
        var wire: [UInt8] = []
        var previous = seed
        for chunk in chunks + [[]] {
            var line = String(chunk.count, radix: 16)
            if isSigned {
                let string = [
                    "AWS4-HMAC-SHA256-PAYLOAD", ChunkedBody.date, ChunkedBody.scope, previous,
                    emptyBody, SHA256.hash(chunk).hex,
                ].joined(separator: "\n")
                previous = ChunkedBody.key.code(for: string).hex
                line += ";chunk-signature=\(previous)"
            }
            wire += Array("\(line)\r\n".utf8) + chunk
            if !chunk.isEmpty { wire += Array("\r\n".utf8) }
        }
        for (name, value) in trailers { wire += Array("\(name):\(value)\r\n".utf8) }
        if form == .signedTrailer {
            let canonical = trailers.map { "\($0.name):\($0.value)\n" }.joined()
            let string = [
                "AWS4-HMAC-SHA256-TRAILER", ChunkedBody.date, ChunkedBody.scope, previous,
                SHA256.hash(canonical).hex,
            ].joined(separator: "\n")
            wire += Array(
                "x-amz-trailer-signature:\(ChunkedBody.key.code(for: string).hex)\r\n".utf8
            )
        }
        return wire + Array("\r\n".utf8)
    }

    /// What the body's head would make of it.
    func decoder(decodedBytes: Int? = nil) -> ChunkedPayloadDecoder {
        ChunkedPayloadDecoder(
            decodedBytes: Int64(decodedBytes ?? content.count),
            trailers: trailers.map(\.name),
            signatures: isSigned
                ? ChunkSignatures(
                    accessKeyID: TestKey.documented.key.id,
                    key: ChunkedBody.key,
                    date: ChunkedBody.date.utf8,
                    scope: ChunkedBody.scope.utf8,
                    signature: seed.utf8,
                    canonicalRequest: Array("PUT\n".utf8)
                ) : nil,
            isTrailerSigned: form == .signedTrailer
        )
    }
}

extension ChunkedPayloadDecoder {
    /// The content of a body that arrives in pieces.
    ///
    /// - Throws: a `ChunkedPayloadFault`.
    mutating func decode(_ pieces: some Sequence<ArraySlice<UInt8>>) throws -> [UInt8] {
        var content: [UInt8] = []
        for piece in pieces {
            try piece.withUnsafeBytes { bytes in
                try take(bytes) { content.append(contentsOf: $0) }
            }
        }
        try finish()
        return content
    }

    /// Why a body is refused; nil when it isn't.
    func fault(of bytes: [UInt8]) -> ChunkedPayloadFault? {
        var copy = self
        do {
            _ = try copy.decode([bytes[...]])
            return nil
        } catch let fault as ChunkedPayloadFault {
            return fault
        } catch {
            fatalError("not a fault: \(error)")
        }
    }
}

/// Numbers that look random and are the same in every run.
struct Sequence64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 29
    }
}
