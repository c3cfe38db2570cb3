// `aws-chunked`: a body that comes as chunks with their sizes, and perhaps their signatures, in front:
//
//     10000;chunk-signature=ad80…CRLF ‹65536 bytes› CRLF 0;chunk-signature=b6c6…CRLF
//     x-amz-checksum-crc32c:sOO8/Q==CRLF x-amz-trailer-signature:d81f…CRLF CRLF
//
// How the parts look: "Signature calculations for the authorization header: transferring payload in multiple
// chunks". What S3 makes of faults: [reported] by OpenStack Swift's and versitygw's test suites, which are
// run against AWS as well; where they differ, Swift's, which is the more exact, was taken.

import Digest

/// Why a chunked body is refused.
package enum ChunkedPayloadFault: Error, Equatable, Sendable {
    /// It ends too early, or its framing is broken; S3 does not tell one from the other.
    case terminated
    /// It comes to another size than its head says.
    case wrongLength(expectedBytes: Int64, providedBytes: Int64)
    /// A chunk before the last has less than 8,192 bytes; found out, and numbered by, the one after it.
    case smallChunk(number: Int, sizeBytes: Int64)
    /// A trailer other than the announced ones, or not all of them.
    case malformedTrailer
    case signature(SignatureError)
}

/// Takes a chunked body apart, however it is cut into pieces, and checks its signatures.
///
/// What it gives out is checked only when `finish` has returned: whoever keeps it must wait for that.
package struct ChunkedPayloadDecoder {
    /// What a chunk that is not the last must have [reported].
    package static let smallestChunkBytes: Int64 = 8_192
    /// Ours: S3's own bound of a chunk's line or a trailer is not known.
    static let lineBytes = 4_096
    /// Ours: a body announces one trailer.
    static let trailerCount = 16

    private enum State {
        case chunkLine
        case data(remainingBytes: Int64)
        case dataCR
        case dataLF
        case trailerLine
        /// All that follows is ignored, as S3 does [reported].
        case ended
    }

    private var state = State.chunkLine
    /// The line that has begun.
    private var line: [UInt8] = []
    private let decodedBytes: Int64
    /// The names in `x-amz-trailer`, in lower case.
    private let announced: [String]
    private var signatures: ChunkSignatures?
    private let isTrailerSigned: Bool

    private var chunkNumber = 0
    private var chunkSizeBytes: Int64 = 0
    private var chunkSignature: ArraySlice<UInt8> = []
    private var chunkHash = SHA256()
    /// The sizes of all chunks that have begun.
    private var promisedBytes: Int64 = 0

    /// The trailer so far, names in lower case, blanks around the values taken away.
    package private(set) var trailers: [(name: String, value: String)] = []
    private var isTrailerMalformed = false
    private var sawTrailerSignature = false
    /// The last trailer's line ended without a CR; minio-go ends it with LF and lets CR LF follow.
    private var awaitsCRLF = false

    /// A decoder for one body.
    ///
    /// - Parameters:
    ///   - decodedBytes: What `x-amz-decoded-content-length` says.
    ///   - trailers: The names in `x-amz-trailer`, in lower case.
    ///   - signatures: What the chunks' signatures begin with; nil when they have none.
    ///   - isTrailerSigned: Whether the trailer has a signature too.
    package init(
        decodedBytes: Int64,
        trailers: [String],
        signatures: ChunkSignatures?,
        isTrailerSigned: Bool
    ) {
        self.decodedBytes = decodedBytes
        announced = trailers
        self.signatures = signatures
        self.isTrailerSigned = isTrailerSigned
    }

    /// Takes the next bytes of the body and gives the content in them to `use`.
    ///
    /// - Throws: a `ChunkedPayloadFault`, or what `use` throws.
    package mutating func take(
        _ input: UnsafeRawBufferPointer,
        _ use: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var place = 0
        while place < input.count {
            switch state {
            case .chunkLine:
                guard try takeLine(input, &place) else { return }
                try beginChunk()
                line.removeAll(keepingCapacity: true)
            case .data(let remainingBytes):
                let count = Int(min(remainingBytes, Int64(input.count - place)))
                let piece = UnsafeRawBufferPointer(rebasing: input[place..<place + count])
                if signatures != nil { chunkHash.update(piece) }
                try use(piece)
                place += count
                let rest = remainingBytes - Int64(count)
                state = rest == 0 ? .dataCR : .data(remainingBytes: rest)
            case .dataCR:
                try expect(UInt8(ascii: "\r"), input, &place)
                state = .dataLF
            case .dataLF:
                try expect(UInt8(ascii: "\n"), input, &place)
                try checkChunk()
                state = .chunkLine
            case .trailerLine:
                guard try takeLine(input, &place) else { return }
                try takeTrailer()
                line.removeAll(keepingCapacity: true)
            case .ended: return
            }
        }
    }

    /// The body is over.
    ///
    /// - Throws: what is wrong with it as a whole: its end, then its size, then its trailer.
    package func finish() throws(ChunkedPayloadFault) {
        switch state {
        case .ended: break
        // S3 does not miss the last CR LF of a body whose chunks bear no signatures [reported].
        case .trailerLine where signatures == nil && line.isEmpty: break
        default: throw .terminated
        }
        if isTrailerSigned, !sawTrailerSignature { throw .terminated }
        if promisedBytes != decodedBytes {
            throw .wrongLength(expectedBytes: decodedBytes, providedBytes: promisedBytes)
        }
        if isTrailerMalformed
            || !announced.allSatisfy({ name in trailers.contains { $0.name == name } })
        {
            throw .malformedTrailer
        }
    }

    // MARK: Chunks

    /// Collects a line with its LF; false when it goes on in the next piece.
    private mutating func takeLine(
        _ input: UnsafeRawBufferPointer,
        _ place: inout Int
    ) throws(ChunkedPayloadFault) -> Bool {
        while place < input.count {
            let byte = input[place]
            place += 1
            guard line.count < ChunkedPayloadDecoder.lineBytes else { throw .terminated }
            line.append(byte)
            if byte == UInt8(ascii: "\n") { return true }
        }
        return false
    }

    private mutating func expect(
        _ byte: UInt8,
        _ input: UnsafeRawBufferPointer,
        _ place: inout Int
    ) throws(ChunkedPayloadFault) {
        guard input[place] == byte else { throw .terminated }
        place += 1
    }

    /// Reads `10000;chunk-signature=…`, blanks allowed around its parts [reported].
    private mutating func beginChunk() throws(ChunkedPayloadFault) {
        guard line.suffix(2) == [UInt8(ascii: "\r"), UInt8(ascii: "\n")] else { throw .terminated }
        let text = line.dropLast(2)
        let semicolon = text.firstIndex(of: UInt8(ascii: ";")) ?? text.endIndex
        guard let size = hexadecimal(trimmed(text[..<semicolon])) else { throw .terminated }
        if signatures == nil {
            guard semicolon == text.endIndex else { throw .terminated }
        } else {
            chunkSignature = try signature(text[semicolon...].dropFirst())
        }
        chunkNumber += 1
        if size > 0, chunkNumber > 1, chunkSizeBytes < ChunkedPayloadDecoder.smallestChunkBytes {
            throw .smallChunk(number: chunkNumber, sizeBytes: chunkSizeBytes)
        }
        chunkSizeBytes = size
        chunkHash = SHA256()
        if size == 0 {
            try checkChunk()
            state = .trailerLine
            return
        }
        let (sum, overflow) = promisedBytes.addingReportingOverflow(size)
        if overflow { throw .terminated }
        promisedBytes = sum
        if sum > decodedBytes {
            throw .wrongLength(expectedBytes: decodedBytes, providedBytes: sum)
        }
        state = .data(remainingBytes: size)
    }

    /// Reads `chunk-signature=…`; any other parameter is taken for a signature that is wrong [reported].
    private func signature(
        _ parameter: ArraySlice<UInt8>
    ) throws(ChunkedPayloadFault) -> ArraySlice<UInt8> {
        guard let equals = parameter.firstIndex(of: UInt8(ascii: "=")) else { throw .terminated }
        guard trimmed(parameter[..<equals]).elementsEqual("chunk-signature".utf8) else {
            return parameter
        }
        let value = trimmed(parameter[(equals + 1)...])
        if value.isEmpty || value.contains(UInt8(ascii: ";")) { throw .terminated }
        return value
    }

    private mutating func checkChunk() throws(ChunkedPayloadFault) {
        do {
            try signatures?.checkChunk(hash: chunkHash.finalize(), sent: chunkSignature)
        } catch {
            throw .signature(error)
        }
    }

    // MARK: Trailer

    private mutating func takeTrailer() throws(ChunkedPayloadFault) {
        let endsInCRLF = line.dropLast().last == UInt8(ascii: "\r")
        let text = line.dropLast(endsInCRLF ? 2 : 1)
        if text.isEmpty {
            guard endsInCRLF else { throw .terminated }
            if awaitsCRLF { awaitsCRLF = false } else { state = .ended }
            return
        }
        awaitsCRLF = !endsInCRLF
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else {
            isTrailerMalformed = true
            return
        }
        let name = String(decoding: trimmed(text[..<colon]), as: UTF8.self).lowercased()
        let value = trimmed(text[(colon + 1)...])
        if isTrailerSigned, name == "x-amz-trailer-signature" {
            try checkTrailer(sent: value)
            return
        }
        // After its signature the trailer is complete.
        guard announced.contains(name), !sawTrailerSignature,
            trailers.count < ChunkedPayloadDecoder.trailerCount
        else {
            isTrailerMalformed = true
            return
        }
        trailers.append((name, String(decoding: value, as: UTF8.self)))
    }

    private mutating func checkTrailer(sent: ArraySlice<UInt8>) throws(ChunkedPayloadFault) {
        if sent.isEmpty || sawTrailerSignature { throw .terminated }
        var hash = SHA256()
        for (name, value) in trailers { hash.update("\(name):\(value)\n") }
        do {
            try signatures?.checkTrailer(hash: hash.finalize(), sent: sent)
        } catch {
            throw .signature(error)
        }
        sawTrailerSignature = true
    }
}

/// The bytes without the blanks at both ends.
private func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    var rest = bytes.drop(while: isBlank)
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    return rest
}

/// The value of up to 15 hexadecimal digits, or nil.
private func hexadecimal(_ digits: ArraySlice<UInt8>) -> Int64? {
    guard (1...15).contains(digits.count) else { return nil }
    var value: Int64 = 0
    for byte in digits {
        let digit: UInt8
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
        default: return nil
        }
        value = value << 4 | Int64(digit)
    }
    return value
}
