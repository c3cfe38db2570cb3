// What the calls of multipart uploads share: upload ids, part numbers, the kind of checksum an upload is for,
// and the checksum and entity tag of the whole from those of the parts.

import Digest
import HTTP
import Platform
import Store

/// The id of an upload as clients see it: sixteen hex digits, in the order in which uploads began.
enum UploadID {
    static func text(_ id: Int64) -> String {
        let digits = String(id, radix: 16)
        return String(repeating: "0", count: max(0, 16 - digits.utf8.count)) + digits
    }

    /// The store's id, or nil when this server never gave out the text.
    static func parse(_ text: String) -> Int64? {
        guard text.utf8.count == 16, let id = Int64(text, radix: 16), id > 0,
            UploadID.text(id) == text
        else { return nil }
        return id
    }
}

/// The number of a part.
enum PartNumber {
    static let range = 1...10_000

    /// Reads the `partNumber` parameter.
    static func parse(_ text: String) throws(S3Error) -> Int {
        guard let number = text.utf8.decimalValue, range.contains(number) else {
            throw .invalidArgument(
                "Part number must be an integer between 1 and 10000, inclusive",
                name: "partNumber",
                value: text
            )
        }
        return number
    }
}

/// The checksum that an upload was begun for.
struct MultipartChecksum: Equatable {
    /// How the checksum of the whole comes from those of the parts.
    enum Kind: String {
        /// A checksum of the parts' checksums, with their number behind it.
        case composite = "COMPOSITE"
        /// The checksum of all bytes in a row.
        case fullObject = "FULL_OBJECT"
    }

    let algorithm: ChecksumAlgorithm
    let kind: Kind

    /// What S3 computes when a client names nothing [documented: "Checking object integrity"].
    static let preset = MultipartChecksum(algorithm: .preset, kind: .fullObject)

    /// The head of CreateMultipartUpload; nil when it names nothing.
    ///
    /// - Throws: `InvalidRequest` for what S3 does not have; its words are [recorded], for the type
    ///   alone [reported].
    static func read(_ headers: HeaderFields) throws(S3Error) -> MultipartChecksum? {
        let wanted = headers.first("x-amz-checksum-type")
        guard let name = headers.first("x-amz-checksum-algorithm") else {
            if wanted != nil {
                throw .invalidRequest(
                    "The x-amz-checksum-type header can only be used with the "
                        + "x-amz-checksum-algorithm header."
                )
            }
            return nil
        }
        guard let algorithm = ChecksumAlgorithm(rawValue: name.uppercased()) else {
            throw .invalidRequest(
                "Checksum algorithm provided is unsupported. Please try again with any of the valid "
                    + "types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]"
            )
        }
        let kind: Kind
        if let wanted {
            guard let named = Kind(rawValue: wanted.uppercased()) else {
                throw .invalidRequest("Value for x-amz-checksum-type header is invalid.")
            }
            kind = named
        } else {
            kind = algorithm == .crc64nvme ? .fullObject : .composite
        }
        guard algorithm.kinds.contains(kind) else {
            throw .invalidRequest(
                "The \(kind.rawValue) checksum type cannot be used with the "
                    + "\(name.lowercased()) checksum algorithm."
            )
        }
        return MultipartChecksum(algorithm: algorithm, kind: kind)
    }

    // MARK: The upload's note

    /// The form in which an upload remembers it.
    var note: String { "\(algorithm.rawValue) \(kind.rawValue)" }

    /// What an upload remembers; nil when it was begun without one.
    init?(note: String) {
        let words = note.split(separator: " ")
        guard words.count == 2, let algorithm = ChecksumAlgorithm(rawValue: String(words[0])),
            let kind = Kind(rawValue: String(words[1]))
        else { return nil }
        self.init(algorithm: algorithm, kind: kind)
    }

    init(algorithm: ChecksumAlgorithm, kind: Kind) {
        self.algorithm = algorithm
        self.kind = kind
    }

    // MARK: The whole

    /// The checksum of the whole; nil when a part lacks one of this algorithm.
    func whole(of parts: [PartRecord]) -> StoredChecksum? {
        var values: [(value: String, sizeBytes: Int64)] = []
        for part in parts {
            guard let value = part.checksum(algorithm) else { return nil }
            values.append((value, part.attributes.size))
        }
        let value: String?
        switch (kind, algorithm) {
        case (.composite, _):
            var running = RunningChecksum(algorithm)
            for (value, _) in values {
                (Base64.decode(value) ?? []).withUnsafeBytes { running.update($0) }
            }
            value = "\(running.base64())-\(parts.count)"
        case (.fullObject, .crc32): value = combined(values, CRC32.combined)
        case (.fullObject, .crc32c): value = combined(values, CRC32C.combined)
        case (.fullObject, .crc64nvme): value = combined(values, CRC64NVME.combined)
        case (.fullObject, .sha1), (.fullObject, .sha256): value = nil
        }
        return value.map {
            StoredChecksum(
                algorithm: algorithm.rawValue,
                value: $0,
                isComposite: kind == .composite
            )
        }
    }

    private func combined<Size>(
        _ parts: [(value: String, sizeBytes: Int64)],
        _ combine: (DigestValue<Size>, DigestValue<Size>, Int64) -> DigestValue<Size>
    ) -> String? {
        var whole: DigestValue<Size>?
        for (text, sizeBytes) in parts {
            guard let part = DigestValue<Size>(base64: text) else { return nil }
            whole = whole.map { combine($0, part, sizeBytes) } ?? part
        }
        return whole?.base64
    }
}

extension ChecksumAlgorithm {
    /// The ways in which it can speak for an object in parts [documented: "Checking object integrity"].
    fileprivate var kinds: Set<MultipartChecksum.Kind> {
        switch self {
        case .crc32, .crc32c: [.composite, .fullObject]
        case .crc64nvme: [.fullObject]
        case .sha1, .sha256: [.composite]
        }
    }

    /// The element that carries its value in documents.
    var element: String { "Checksum\(rawValue)" }
}

extension PartRecord {
    /// The part's checksum of an algorithm, in Base64.
    func checksum(_ algorithm: ChecksumAlgorithm) -> String? {
        attributes.checksums.first { $0.algorithm == algorithm.rawValue }?.value
    }
}

/// The entity tag of an object in parts: the MD5 of the parts' MD5s, and how many they are [documented].
enum MultipartEntityTag {
    /// Nil when a part's entity tag is no MD5.
    static func of(parts tags: [String]) -> String? {
        var md5 = MD5()
        for tag in tags {
            guard let value = MD5.Value(hex: tag) else { return nil }
            md5.update(value)
        }
        return "\(md5.finalize().hex)-\(tags.count)"
    }
}
