// The body of an upload: received once, hashed on the way, refused when it isn't what was announced.

import Digest
import HTTP
import HTTPServer
import Identity
import Store

/// What an upload's head says about its body.
struct UploadHead {
    /// The size of the content, without the framing of `aws-chunked`.
    let sizeBytes: Int64
    let contentMD5: MD5.Value?
    let checksum: AnnouncedChecksum?
    /// Takes the body apart when it comes as `aws-chunked`.
    fileprivate let decoder: ChunkedPayloadDecoder?

    /// Reads the head of the request.
    ///
    /// - Throws: `InvalidDigest`, `InvalidRequest`, `MissingContentLength`, `EntityTooLarge`, 501 for a
    ///   `Transfer-Encoding` around a body that is not `aws-chunked`.
    init(_ exchange: Exchange) throws(S3Error) {
        let headers = exchange.headers
        contentMD5 = try ContentMD5.read(headers)
        guard case .streaming(let form) = exchange.payload else {
            checksum = try AnnouncedChecksum.read(headers)
            decoder = nil
            switch exchange.request.head.framing {
            case .length(let declared): sizeBytes = declared
            // HTTP would read an empty body here; S3 asks for the length [documented].
            case .none: throw .missingContentLength
            case .chunked: throw .notImplemented(header: "Transfer-Encoding")
            }
            if sizeBytes > S3Limits.objectBytes { throw .entityTooLarge(proposedBytes: sizeBytes) }
            return
        }
        let checksum = try AnnouncedChecksum.read(headers, hasTrailer: form.hasTrailer)
        self.checksum = checksum
        // A size that is no number is none [reported: OpenStack Swift's test suite].
        guard exchange.request.head.framing != .none,
            let text = headers.first("x-amz-decoded-content-length"),
            let size = text.utf8.decimalValue
        else { throw .missingContentLength }
        sizeBytes = Int64(size)
        if sizeBytes > S3Limits.objectBytes { throw .entityTooLarge(proposedBytes: sizeBytes) }
        var trailers: [String] = []
        if let checksum, case .trailer = checksum.source {
            trailers = ["\(checksum.algorithm.field)"]
        }
        decoder = ChunkedPayloadDecoder(
            decodedBytes: sizeBytes,
            trailers: trailers,
            signatures: exchange.chunkSignatures,
            isTrailerSigned: form == .signedTrailer
        )
    }
}

extension PayloadHash.Streaming {
    /// Whether fields may follow the last chunk.
    fileprivate var hasTrailer: Bool {
        switch self {
        case .unsignedTrailer, .signedTrailer, .asymmetricTrailer: true
        case .signed, .asymmetric: false
        }
    }
}

/// A body that arrived whole and matches every digest its head announced.
struct ReceivedBody {
    let content: ContentWriter
    let size: Int64
    let md5: MD5.Value
    /// The checksum that was sent, or else the one that S3 computes itself.
    let checksum: ReceivedChecksum
}

/// A checksum of a body, computed and, where one was sent, compared.
struct ReceivedChecksum: Equatable {
    let algorithm: ChecksumAlgorithm
    /// In Base64.
    let value: String
}

enum Upload {
    /// Receives an upload's body into the store's spool, which is forgotten unless it is committed.
    ///
    /// The digests are judged in S3's order: the signed hash before Content-MD5 before the checksum
    /// [reported: another implementation that tests against AWS].
    ///
    /// - Parameters:
    ///   - exchange: The request.
    ///   - head: What its head says.
    ///   - preset: The checksum to compute when the head announces none.
    /// - Returns: The body, whole and as announced.
    /// - Throws: what S3 says of a body that is not.
    static func receive(
        _ exchange: Exchange,
        _ head: UploadHead,
        preset: ChecksumAlgorithm = .preset
    ) async throws(S3Error) -> ReceivedBody {
        let sink = UploadSink(
            exchange.cloud.store,
            sizeBytes: head.sizeBytes,
            includesSHA256: exchange.signedPayloadHash != nil,
            checksum: head.checksum?.algorithm ?? preset
        )
        var decoder = head.decoder
        do {
            while let piece = try await exchange.body.next() {
                exchange.receivedBytes += Int64(piece.count)
                if decoder == nil {
                    try await sink.take([piece], of: exchange.body)
                } else {
                    var contents: [UnsafeRawBufferPointer] = []
                    try decoder?.take(piece) { contents.append($0) }
                    try await sink.take(contents, of: exchange.body)
                }
            }
            try decoder?.finish()
        } catch {
            await sink.finish()
            throw S3Error(uploading: error)
        }
        await sink.finish()
        if let expected = exchange.signedPayloadHash, let computed = sink.hasher.sha256,
            computed != expected
        {
            throw .contentSHA256Mismatch(client: expected.hex, computed: computed.hex)
        }
        let digest = sink.hasher.md5
        if let contentMD5 = head.contentMD5, contentMD5 != digest {
            let isPart = exchange.operation?.name == "UploadPart"
            throw .badDigest(
                expected: isPart ? contentMD5.base64 : contentMD5.hex,
                calculatedBase64: digest.base64
            )
        }
        let computed = ReceivedChecksum(
            algorithm: head.checksum?.algorithm ?? preset,
            value: sink.checksum.base64()
        )
        if let announced = head.checksum {
            try check(announced, computed.value, decoder?.trailers ?? [])
        }
        return ReceivedBody(
            content: sink.content,
            size: sink.content.size,
            md5: digest,
            checksum: computed
        )
    }

    /// Compares the checksum that was sent with the one computed; of a trailer sent twice the last counts
    /// [reported].
    private static func check(
        _ announced: AnnouncedChecksum,
        _ computed: String,
        _ trailers: [(name: String, value: String)]
    ) throws(S3Error) {
        let algorithm = announced.algorithm
        let sent: String
        switch announced.source {
        case .header(let value): sent = value
        case .trailer:
            let name = "\(algorithm.field)"
            guard let value = trailers.last(where: { $0.name == name })?.value else {
                throw .malformedTrailer
            }
            guard algorithm.isValue(value) else {
                throw .invalidRequest("Value for \(name) trailing header is invalid.")
            }
            sent = value
        }
        if sent != computed { throw .badChecksum(algorithm.rawValue) }
    }
}

extension S3Error {
    /// What a client is told when its upload does not arrive, or can't be kept.
    fileprivate init(uploading error: any Error) {
        switch error {
        case let error as BodyError: self = S3Error(receiving: error)
        case let error as ChunkedPayloadFault: self = S3Error(error)
        default: self = S3Error(storing: error)
        }
    }

    /// What a client is told of a fault in its `aws-chunked` body.
    private init(_ fault: ChunkedPayloadFault) {
        switch fault {
        case .terminated: self = .bodyTerminated
        case .wrongLength(let expected, let provided):
            self = .incompleteBody(expectedBytes: expected, providedBytes: provided)
        case .smallChunk(let number, let size):
            self = .invalidChunkSize(number: number, sizeBytes: size)
        case .malformedTrailer: self = .malformedTrailer
        case .signature(let error): self = S3Error(error, region: nil)
        }
    }
}
