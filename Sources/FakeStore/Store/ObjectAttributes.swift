// What a writer says about an object. Everything but size and ETag is kept in its stored form (see
// `AttributeList`): encoded once by the request that writes it, bound and read as one value, and taken
// apart only where somebody looks.

/// The attributes of a version.
package struct ObjectAttributes: Sendable, Equatable {
    /// The content's size in bytes; set by `Store.put`.
    package internal(set) var size: Int64
    /// The entity tag without quotes.
    package let etag: String
    var list: AttributeList

    /// The attributes of a new object.
    ///
    /// - Parameters:
    ///   - etag: The entity tag without quotes.
    ///   - md5: The content's MD5, where it is known (not for composed or multipart objects).
    ///   - checksums: The checksums that were sent and checked, in the wire's form.
    ///   - headers: Content-Type and the like, given back as they came.
    ///   - userMetadata: Names without `x-amz-meta-` or `x-goog-meta-`.
    ///   - storageClass: `STANDARD` when nothing else was asked for.
    ///   - encryption: The server-side encryption as the dialect writes it.
    ///   - properties: What the dialect keeps under names of its own; answers tell them only by its doing.
    ///   - owner: The account that owns the object.
    ///   - writer: The ARN (or e-mail) of the principal that wrote it.
    package init(
        etag: String,
        md5: [UInt8]? = nil,
        checksums: [StoredChecksum] = [],
        headers: [(name: String, value: String)] = [],
        userMetadata: [(name: String, value: String)] = [],
        storageClass: String = "STANDARD",
        encryption: String? = nil,
        properties: [(name: String, value: String)] = [],
        owner: String,
        writer: String
    ) {
        size = 0
        self.etag = etag
        var list = AttributeList()
        list.add(.owner, owner)
        list.add(.writer, writer)
        if let md5 { list.add(.md5, md5) }
        if storageClass != "STANDARD" { list.add(.storageClass, storageClass) }
        if let encryption { list.add(.encryption, encryption) }
        for checksum in checksums { list.add(checksum) }
        for (name, value) in headers { list.add(.header, name, value) }
        for (name, value) in userMetadata { list.add(.userMetadata, name, value) }
        for (name, value) in properties { list.add(.property, name, value) }
        self.list = list
    }

    /// The attributes of a row.
    init(size: Int64, etag: String, list: AttributeList) {
        self.size = size
        self.etag = etag
        self.list = list
    }

    /// The account that owns the object.
    package var owner: String { list.text(.owner) ?? "" }
    /// The principal that wrote it.
    package var writer: String { list.text(.writer) ?? "" }
    /// The MD5 of the content, 16 bytes, where it is known.
    package var md5: [UInt8]? { list.first(.md5).map { [UInt8]($0) } }
    /// The storage class; `STANDARD` when nothing else was asked for.
    package var storageClass: String { list.text(.storageClass) ?? "STANDARD" }
    /// The server-side encryption as the dialect wrote it.
    package var encryption: String? { list.text(.encryption) }

    /// Whether the encryption is this one, or none was noted; read without making a text.
    package func isEncrypted(as algorithm: StaticString) -> Bool {
        guard let written = list.first(.encryption) else { return true }
        return written.count == algorithm.utf8CodeUnitCount
            && written.elementsEqual(
                UnsafeBufferPointer(
                    start: algorithm.utf8Start,
                    count: algorithm.utf8CodeUnitCount
                )
            )
    }

    /// What the dialect keeps of the object under names of its own.
    package var properties: [(name: String, value: String)] { list.pairs(.property) }

    /// One of the properties; nil when it is not there.
    package func property(_ name: String) -> String? {
        properties.first { $0.name == name }?.value
    }

    /// The same attributes with another value for a property, or without it.
    package func setting(_ name: String, to value: String?) -> ObjectAttributes {
        var changed = self
        changed.list = list.without(.property)
        for property in properties where property.name != name {
            changed.list.add(.property, property.name, property.value)
        }
        if let value { changed.list.add(.property, name, value) }
        return changed
    }

    /// Content headers in the order in which they came.
    package var headers: [(name: String, value: String)] { list.pairs(.header) }
    /// User metadata in the order in which it came.
    package var userMetadata: [(name: String, value: String)] { list.pairs(.userMetadata) }

    /// Content headers as bytes, for an answer that just writes them out.
    package func eachHeader(
        _ use: (_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> Void
    ) { list.eachPair(.header, use) }

    /// User metadata as bytes, for an answer that just writes it out.
    package func eachUserMetadata(
        _ use: (_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> Void
    ) { list.eachPair(.userMetadata, use) }

    /// The checksums that came with the content.
    package var checksums: [StoredChecksum] {
        list.pairs(.checksum).map {
            StoredChecksum(algorithm: $0.name, value: $0.value, isComposite: false)
        }
            + list.pairs(.compositeChecksum).map {
                StoredChecksum(algorithm: $0.name, value: $0.value, isComposite: true)
            }
    }
}

/// A checksum that was sent with a content and proved right.
package struct StoredChecksum: Sendable, Equatable {
    /// The algorithm as the dialect names it, for example `CRC32C`.
    package let algorithm: String
    /// The value as it stands on the wire: base64, with `-N` behind it for N parts.
    package let value: String
    /// A checksum of the parts' checksums, and not of the whole object.
    package let isComposite: Bool

    /// A checksum in the wire's form.
    package init(algorithm: String, value: String, isComposite: Bool = false) {
        self.algorithm = algorithm
        self.value = value
        self.isComposite = isComposite
    }
}
