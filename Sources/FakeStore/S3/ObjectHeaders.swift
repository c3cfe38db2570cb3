// The header fields that travel with an object: kept at PUT, given back at GET and HEAD.

import HTTP

/// What a PUT says about the object beside its bytes.
struct ObjectHeaders {
    /// Fields given back as they came, by their canonical names, Content-Type first.
    var fields: [(name: String, value: String)]
    /// User metadata by lower-case names without the `x-amz-meta-` prefix.
    var metadata: [(name: String, value: String)]
    var storageClass: String

    /// S3's content type for an object that was stored without one [recorded].
    static let defaultContentType = "binary/octet-stream"

    /// The storage classes of general purpose buckets [documented: PutObject, x-amz-storage-class].
    static let storageClasses: Set<String> = [
        "STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING",
        "GLACIER",
        "DEEP_ARCHIVE", "GLACIER_IR",
    ]

    private static let kept: [(field: StaticString, name: String)] = [
        ("cache-control", "Cache-Control"),
        ("content-disposition", "Content-Disposition"),
        ("content-encoding", "Content-Encoding"),
        ("content-language", "Content-Language"),
        ("expires", "Expires"),
        ("x-amz-website-redirect-location", "x-amz-website-redirect-location"),
    ]

    /// Whether a field could be one of those kept, judged by length and first letter: most heads hold none.
    private static func mayBeKept(_ name: Range<Int>, in head: [UInt8]) -> Bool {
        switch name.count {
        case 7: head[name.lowerBound] | 0x20 == UInt8(ascii: "e")
        case 13, 16: head[name.lowerBound] | 0x20 == UInt8(ascii: "c")
        case 19, 31: true
        default: false
        }
    }

    /// Collects the fields of a PUT's head.
    ///
    /// - Parameters:
    ///   - headers: The fields.
    ///   - isStreamed: Whether the body comes as `aws-chunked`; that coding is taken off here, and so it
    ///     is not kept.
    /// - Throws: `MetadataTooLarge`, `InvalidStorageClass`.
    init(_ headers: HeaderFields, isStreamed: Bool = false) throws(S3Error) {
        fields = [
            ("Content-Type", headers.first("content-type") ?? ObjectHeaders.defaultContentType)
        ]
        metadata = []
        storageClass = "STANDARD"
        // Most uploads carry none of these, so one pass over the head finds out before any look-up.
        var size = 0
        var others = false
        for index in headers.indices {
            let range = headers.nameRange(at: index)
            if range.count > metadataPrefixLength,
                headers.hasName(at: index, startingWith: metadataPrefix)
            {
                let field = headers[index]
                let name = String(field.loweredName.dropFirst(metadataPrefixLength))
                let value = field.valueText
                size += name.utf8.count + value.utf8.count
                if let index = metadata.firstIndex(where: { $0.name == name }) {
                    metadata[index].value += ",\(value)"
                } else {
                    metadata.append((name, value))
                }
            } else if ObjectHeaders.mayBeKept(range, in: headers.bytes) {
                others = true
            }
        }
        if size > S3Limits.metadataBytes { throw .metadataTooLarge(sizeBytes: size) }
        guard others else { return }
        for (field, name) in ObjectHeaders.kept {
            guard var value = headers.first(field) else { continue }
            if isStreamed, name == "Content-Encoding" {
                value = ObjectHeaders.encoding(value, without: "aws-chunked")
                if value.isEmpty { continue }
            }
            fields.append((name, value))
        }
        if let wanted = headers.first("x-amz-storage-class") {
            guard ObjectHeaders.storageClasses.contains(wanted) else {
                throw .invalidStorageClass(wanted)
            }
            storageClass = wanted
        }
    }
}

extension ObjectHeaders {
    /// A list of codings without one of them, wherever it stands [reported: OpenStack Swift's test suite,
    /// which is run against AWS as well].
    private static func encoding(_ value: String, without coding: String) -> String {
        value.split(separator: ",").map { part in
            var part = part.drop { $0 == " " }
            while part.last == " " { part.removeLast() }
            return part
        }
        .filter { !$0.isEmpty && $0.lowercased() != coding }
        .joined(separator: ", ")
    }
}

private let metadataPrefix: StaticString = "x-amz-meta-"
private let metadataPrefixLength = metadataPrefix.utf8CodeUnitCount
