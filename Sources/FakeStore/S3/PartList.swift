// The document of CompleteMultipartUpload: which parts make up the object, checked against those that are there.

import Platform
import Store
import XML

/// The parts that a CompleteMultipartUpload document names.
struct PartList {
    /// A part as it is named.
    struct Part: Equatable {
        let number: Int
        /// Without quotes.
        let etag: String
        /// The checksums beside it: the element's name without `Checksum`, and the value.
        let checksums: [String: String]
    }

    let parts: [Part]

    /// Reads the document.
    ///
    /// - Throws: `MalformedXML`, also for a list of nothing [reported: ceph/s3-tests].
    init(_ document: [UInt8]) throws(S3Error) {
        guard let root = try? XML.parse(document), root.name == "CompleteMultipartUpload",
            !root.children.isEmpty
        else { throw .malformedXML }
        var parts: [Part] = []
        for element in root.children {
            guard element.name == "Part" else { throw .malformedXML }
            var number: Int?
            var etag: String?
            var checksums: [String: String] = [:]
            for child in element.children {
                let text = child.trimmedText
                switch child.name {
                case "PartNumber": number = text.utf8.decimalValue
                case "ETag": etag = text
                default:
                    guard child.name.hasPrefix("Checksum") else { throw .malformedXML }
                    checksums[String(child.name.dropFirst(8))] = text
                }
            }
            guard let number, let etag else { throw .malformedXML }
            guard PartNumber.range.contains(number) else {
                throw .invalidArgument(
                    "PartNumber must be >= 1 and <= 10000",
                    name: "PartNumber",
                    value: "\(number)"
                )
            }
            parts.append(
                Part(number: number, etag: etag.withoutQuotes, checksums: checksums)
            )
        }
        self.parts = parts
    }

    /// The stored parts that are meant, in order.
    ///
    /// - Throws: `InvalidPartOrder`, `InvalidPart`, `EntityTooSmall` for any but the last below 5 MiB,
    ///   `InvalidRequest` when a part lacks the checksum that its upload is for [recorded].
    func check(
        against stored: [PartRecord],
        of upload: UploadRecord,
        id: String
    ) throws(S3Error) -> [PartRecord] {
        // A number that comes twice is out of order, too [inferred].
        for (before, after) in zip(parts, parts.dropFirst()) where before.number >= after.number {
            throw .invalidPartOrder(upload: id)
        }
        let declared = MultipartChecksum(note: upload.note)
        let byNumber = Dictionary(uniqueKeysWithValues: stored.map { ($0.number, $0) })
        var records: [PartRecord] = []
        for part in parts {
            guard let record = byNumber[part.number], record.attributes.etag == part.etag else {
                throw .invalidPart(upload: id, number: part.number, etag: part.etag)
            }
            try check(part, record, declared, id)
            if records.count < parts.count - 1, record.attributes.size < S3Limits.partBytes {
                throw .entityTooSmall(record)
            }
            records.append(record)
        }
        return records
    }

    private func check(
        _ part: Part,
        _ record: PartRecord,
        _ declared: MultipartChecksum?,
        _ id: String
    ) throws(S3Error) {
        guard let declared else {
            // S3 refuses any here [recorded], but for the one of its own choice or the part's own, which
            // clients give back as they got it [inferred].
            for (name, value) in part.checksums
            where !record.attributes.checksums.contains(where: {
                $0.algorithm == name && $0.value == value
            }) {
                throw .invalidPart(upload: id, number: part.number, etag: part.etag)
            }
            return
        }
        let name = declared.algorithm.rawValue
        if let value = part.checksums[name] {
            guard value == record.checksum(declared.algorithm) else {
                throw .invalidPart(upload: id, number: part.number, etag: part.etag)
            }
        } else if declared.kind == .composite {
            if let other = part.checksums.keys.min() {
                throw S3Error(
                    400,
                    "BadDigest",
                    "The \(other.lowercased()) you specified for part \(part.number) did not match what "
                        + "we received."
                )
            }
            throw .invalidRequest(
                "The upload was created using a \(name.lowercased()) checksum. The complete request must "
                    + "include the checksum for each part. It was missing for part \(part.number) in the "
                    + "request."
            )
        }
    }
}

extension String {
    /// An entity tag as it is compared: S3 takes it with and without its quotes [reported].
    fileprivate var withoutQuotes: String {
        guard hasPrefix("\""), hasSuffix("\""), utf8.count >= 2 else { return self }
        return String(dropFirst().dropLast())
    }
}
