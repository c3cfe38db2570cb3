// The checksums a client sends beside its bytes: which, how they are checked, how they are given back.

import Digest
import HTTP
import Store

/// One running checksum of an upload, of the kind the client named.
enum RunningChecksum {
    case crc32(CRC32)
    case crc32c(CRC32C)
    case sha256(SHA256)

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch self {
        case .crc32(var state):
            state.update(bytes)
            self = .crc32(state)
        case .crc32c(var state):
            state.update(bytes)
            self = .crc32c(state)
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
        case .sha256(let state): state.finalize().base64
        }
    }
}

/// A checksum named in an upload's head: `x-amz-checksum-crc32` and its kin.
struct SentChecksum {
    let algorithm: ChecksumAlgorithm
    /// The digest in Base64, as it was sent and as it is given back.
    let value: String

    /// The kinds S3 has and this server does not check yet.
    private static let unknown: [StaticString] = [
        "x-amz-checksum-crc64nvme", "x-amz-checksum-sha1",
    ]
    private static let algorithmNames: Set<String> = [
        "CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256",
    ]

    /// Reads the head of an upload; nil when it names no checksum.
    ///
    /// - Throws: `InvalidRequest` for a malformed value, for two checksums at once, or for an
    ///   `x-amz-sdk-checksum-algorithm` without its checksum [recorded]; 501 for the kinds not modelled.
    static func read(_ headers: HeaderFields) throws(S3Error) -> SentChecksum? {
        guard
            headers.hasName(startingWith: "x-amz-checksum-")
                || headers.contains("x-amz-sdk-checksum-algorithm")
        else {
            return nil
        }
        for field in unknown where headers.contains(field) {
            throw .notImplemented(header: "\(field)")
        }
        var sent: SentChecksum?
        for algorithm in ChecksumAlgorithm.allCases {
            let field = algorithm.field
            guard let text = headers.first(field) else { continue }
            if sent != nil {
                throw .invalidRequest(
                    "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
                )
            }
            guard let value = Base64.decode(text), value.count == algorithm.lengthBytes else {
                throw .invalidRequest("Value for \(field) header is invalid.")
            }
            sent = SentChecksum(algorithm: algorithm, value: text)
        }
        if let name = headers.first("x-amz-sdk-checksum-algorithm") {
            guard algorithmNames.contains(name.uppercased()) else {
                throw .invalidRequest("Value for x-amz-sdk-checksum-algorithm header is invalid.")
            }
            if sent == nil {
                throw .invalidRequest(
                    "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* "
                        + "or x-amz-trailer headers were found."
                )
            }
        }
        return sent
    }

    /// The state that computes what was sent.
    var running: RunningChecksum {
        switch algorithm {
        case .crc32: .crc32(CRC32())
        case .crc32c: .crc32c(CRC32C())
        case .sha256: .sha256(SHA256())
        }
    }
}

/// A checksum that is computed here.
enum ChecksumAlgorithm: String, CaseIterable, Sendable {
    // The raw value is S3's name, as in messages and listings.
    case crc32 = "CRC32"
    case crc32c = "CRC32C"
    case sha256 = "SHA256"

    /// The header that carries its value.
    var field: StaticString {
        switch self {
        case .crc32: "x-amz-checksum-crc32"
        case .crc32c: "x-amz-checksum-crc32c"
        case .sha256: "x-amz-checksum-sha256"
        }
    }

    var lengthBytes: Int {
        switch self {
        case .crc32, .crc32c: 4
        case .sha256: 32
        }
    }
}
