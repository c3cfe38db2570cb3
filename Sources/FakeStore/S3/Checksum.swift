// The checksums a client sends beside its bytes: which, how they are checked, how they are given back.

import Digest
import HTTP
import Store

/// One running checksum of an upload, of the kind the client named.
enum RunningChecksum {
    case crc32(CRC32)
    case crc32c(CRC32C)
    case crc64nvme(CRC64NVME)
    case sha1(SHA1)
    case sha256(SHA256)

    init(_ algorithm: ChecksumAlgorithm) {
        self =
            switch algorithm {
            case .crc32: .crc32(CRC32())
            case .crc32c: .crc32c(CRC32C())
            case .crc64nvme: .crc64nvme(CRC64NVME())
            case .sha1: .sha1(SHA1())
            case .sha256: .sha256(SHA256())
            }
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch self {
        case .crc32(var state):
            state.update(bytes)
            self = .crc32(state)
        case .crc32c(var state):
            state.update(bytes)
            self = .crc32c(state)
        case .crc64nvme(var state):
            state.update(bytes)
            self = .crc64nvme(state)
        case .sha1(var state):
            state.update(bytes)
            self = .sha1(state)
        case .sha256(var state):
            state.update(bytes)
            self = .sha256(state)
        }
    }

    /// The digest in Base64, a CRC's bytes big-endian, as S3 encodes them.
    func base64() -> String {
        switch self {
        case .crc32(let state): state.finalize().base64
        case .crc32c(let state): state.finalize().base64
        case .crc64nvme(let state): state.finalize().base64
        case .sha1(let state): state.finalize().base64
        case .sha256(let state): state.finalize().base64
        }
    }
}

/// A checksum that an upload's head announces: `x-amz-checksum-crc32` and its kin, or `x-amz-trailer`.
struct AnnouncedChecksum: Equatable {
    /// Where its value is.
    enum Source: Equatable {
        /// In the head, in Base64.
        case header(String)
        /// Behind the body, in the trailer of the same name.
        case trailer
    }

    let algorithm: ChecksumAlgorithm
    let source: Source

    /// The kinds S3 has and this server does not check [documented: PutObject, 2026].
    private static let unmodelled: Set<String> = [
        "md5", "sha512", "xxhash3", "xxhash64", "xxhash128",
    ]
    /// Fields of the prefix that hold no checksum.
    private static let others: Set<String> = ["type", "algorithm", "mode"]
    private static let prefix: StaticString = "x-amz-checksum-"

    /// Reads the head of an upload; nil when it announces no checksum.
    ///
    /// - Throws: `InvalidRequest` for a malformed value, for two checksums at once, or for an
    ///   `x-amz-sdk-checksum-algorithm` without its checksum [recorded; the order and the words of the
    ///   trailer's faults reported by OpenStack Swift's test suite, which is run against AWS as well];
    ///   501 for the kinds not modelled.
    static func read(
        _ headers: HeaderFields,
        hasTrailer: Bool = false
    ) throws(S3Error) -> AnnouncedChecksum? {
        let trailer = headers.first("x-amz-trailer")
        let wanted = headers.first("x-amz-sdk-checksum-algorithm")
        guard trailer != nil || wanted != nil || headers.hasName(startingWith: prefix) else {
            return nil
        }
        let sent = try inHeaders(headers)
        let trailing = try trailer.map(inTrailer) ?? []
        if sent.count > 1 || trailing.count > 1 { throw .severalChecksums }
        if !sent.isEmpty, !trailing.isEmpty {
            throw .invalidRequest("Expecting a single x-amz-checksum- header")
        }
        if !trailing.isEmpty, !hasTrailer { throw .malformedTrailer }
        let found =
            sent.first
            ?? trailing.first.map { AnnouncedChecksum(algorithm: $0, source: .trailer) }
        if let wanted {
            guard let algorithm = ChecksumAlgorithm(rawValue: wanted.uppercased()) else {
                throw .invalidRequest("Value for x-amz-sdk-checksum-algorithm header is invalid.")
            }
            guard let found else {
                throw .invalidRequest(
                    "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* "
                        + "or x-amz-trailer headers were found."
                )
            }
            if found.algorithm != algorithm {
                throw .invalidRequest("Value for x-amz-sdk-checksum-algorithm header is invalid.")
            }
        }
        if let found, case .header(let text) = found.source {
            guard found.algorithm.isValue(text) else {
                throw .invalidRequest("Value for \(found.algorithm.field) header is invalid.")
            }
        }
        return found
    }

    /// The checksums in the head itself.
    private static func inHeaders(_ headers: HeaderFields) throws(S3Error) -> [AnnouncedChecksum] {
        guard headers.hasName(startingWith: prefix) else { return [] }
        var found: [AnnouncedChecksum] = []
        for algorithm in ChecksumAlgorithm.allCases {
            guard let text = headers.first(algorithm.field) else { continue }
            found.append(AnnouncedChecksum(algorithm: algorithm, source: .header(text)))
        }
        guard found.isEmpty else { return found }
        for field in headers where field.name.prefix(prefix.utf8CodeUnitCount).isEqual(to: prefix) {
            let kind = String(field.loweredName.dropFirst(prefix.utf8CodeUnitCount))
            if others.contains(kind) { continue }
            if unmodelled.contains(kind) { throw .notImplemented(header: "\(prefix)\(kind)") }
            throw .invalidRequest(
                "The algorithm type you specified in x-amz-checksum- header is invalid."
            )
        }
        return []
    }

    /// The checksums that `x-amz-trailer` names; commas at its end are nothing, all else between them
    /// must be known [reported].
    private static func inTrailer(_ value: String) throws(S3Error) -> [ChecksumAlgorithm] {
        var names = value.split(separator: ",", omittingEmptySubsequences: false)
        while let last = names.last, last.isEmpty { names.removeLast() }
        var found: [ChecksumAlgorithm] = []
        for name in names {
            let name = name.lowercased().drop { $0 == " " }.prefix { $0 != " " }
            guard let algorithm = ChecksumAlgorithm.allCases.first(where: { "\($0.field)" == name })
            else {
                throw .invalidRequest(
                    "The value specified in the x-amz-trailer header is not supported"
                )
            }
            found.append(algorithm)
        }
        return found
    }
}

/// A checksum that is computed here.
enum ChecksumAlgorithm: String, CaseIterable, Sendable {
    // The raw value is S3's name, as in messages and listings.
    case crc32 = "CRC32"
    case crc32c = "CRC32C"
    case crc64nvme = "CRC64NVME"
    case sha1 = "SHA1"
    case sha256 = "SHA256"

    /// What S3 computes when a client sends none [recorded].
    static let preset = ChecksumAlgorithm.crc64nvme

    /// The header that carries its value.
    var field: StaticString {
        switch self {
        case .crc32: "x-amz-checksum-crc32"
        case .crc32c: "x-amz-checksum-crc32c"
        case .crc64nvme: "x-amz-checksum-crc64nvme"
        case .sha1: "x-amz-checksum-sha1"
        case .sha256: "x-amz-checksum-sha256"
        }
    }

    var lengthBytes: Int {
        switch self {
        case .crc32, .crc32c: 4
        case .crc64nvme: 8
        case .sha1: 20
        case .sha256: 32
        }
    }

    /// Whether a text can be a value of it.
    func isValue(_ text: String) -> Bool { Base64.decode(text)?.count == lengthBytes }
}
