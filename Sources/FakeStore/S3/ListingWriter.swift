// The entries of a list as XML, written straight from the database's rows into bytes: what nearly every key
// consists of needs no escape and is copied as it is. A list names its end (the next token, the count) in front of
// its entries, and objects in front of common prefixes: so the entries are written first, and the head is put in
// front of them in the same memory.

import Platform
import Store
import XML

/// Writes a page's `Contents` and `CommonPrefixes`.
struct ListingWriter: ListSink {
    /// After so many entries the size of the page is foreseen, so that its memory is found once.
    private static let entriesToForesee = 8

    private let encoding: ListingEncoding
    private let limit: Int
    /// The bytes of a key that are written as they are.
    private let plain: InlineArray<256, Bool>
    /// What follows most objects' size: the owner, if wanted, and the usual storage class.
    private let usualEnd: [UInt8]
    /// The same without the storage class.
    private let unusualEnd: [UInt8]
    private var contents: [UInt8] = []
    private var prefixes: [UInt8] = []
    private var count = 0
    /// The last object's time to the second, and its text up to there: neighbours often share it.
    private var second = Second(number: .min, text: [])

    private struct Second {
        let number: Int64
        let text: [UInt8]
    }

    /// - Parameters:
    ///   - encoding: how keys are written.
    ///   - owner: the canonical id to be shown as every object's owner; nil for none.
    ///   - limit: how many entries there will be at most.
    init(encoding: ListingEncoding, owner: String?, limit: Int) {
        self.encoding = encoding
        self.limit = limit
        plain = encoding.plainBytes
        var xml = XMLWriter(hasDeclaration: false)
        xml.close("Size")
        if let owner { xml.element("Owner") { $0.element("ID", owner) } }
        xml.open("StorageClass")
        unusualEnd = xml.bytes
        xml.append("STANDARD")
        usualEnd = xml.bytes
    }

    mutating func add(_ object: ListedObject) {
        var storageClass: UnsafeRawBufferPointer?
        contents.append("<Contents><Key>")
        ListingWriter.write(object.key, encoding, plain, to: &contents)
        contents.append("</Key><LastModified>")
        append(object.modified)
        contents.append("Z</LastModified><ETag>&quot;")
        contents.append(contentsOf: object.etag)
        contents.append("&quot;</ETag>")
        object.eachDetail { detail in
            switch detail {
            case .storageClass(let name): storageClass = name
            case .checksum(let algorithm, let isComposite):
                contents.append("<ChecksumAlgorithm>")
                contents.append(contentsOf: algorithm)
                contents.append("</ChecksumAlgorithm><ChecksumType>")
                contents.append(isComposite ? "COMPOSITE" : "FULL_OBJECT")
                contents.append("</ChecksumType>")
            }
        }
        contents.append("<Size>")
        contents.appendDigits(Int(object.size))
        if let storageClass {
            contents.append(contentsOf: unusualEnd)
            // One of those that S3 has: `ObjectHeaders` lets no other in.
            contents.append(contentsOf: storageClass)
        } else {
            contents.append(contentsOf: usualEnd)
        }
        contents.append("</StorageClass></Contents>")
        foresee()
    }

    mutating func add(commonPrefix: UnsafeRawBufferPointer) {
        prefixes.append("<CommonPrefixes><Prefix>")
        ListingWriter.write(commonPrefix, encoding, plain, to: &prefixes)
        prefixes.append("</Prefix></CommonPrefixes>")
        foresee()
    }

    /// The whole document: what stands in front of the entries, these, and the end tag of the root element.
    consuming func document(head: XMLWriter, root: String) -> [UInt8] {
        var end = XMLWriter(hasDeclaration: false)
        end.close(root)
        contents.replaceSubrange(0..<0, with: head.bytes)
        contents.append(contentsOf: prefixes)
        contents.append(contentsOf: end.bytes)
        return contents
    }

    /// Reserves memory for the rest of a page whose first entries are there.
    private mutating func foresee() {
        count += 1
        if count != ListingWriter.entriesToForesee { return }
        let bytes = max(contents.count, prefixes.count)
        let foreseen = bytes / count * limit + bytes / count + 4_096
        if contents.count == bytes { contents.reserveCapacity(foreseen) }
        if prefixes.count == bytes { prefixes.reserveCapacity(foreseen) }
    }

    /// Appends a time as `iso8601(milliseconds: true)` writes it, but for the `Z` at its end.
    private mutating func append(_ time: Timestamp) {
        let number = time.seconds
        if second.number != number {
            var text: [UInt8] = []
            text.append(iso8601: time)
            text[text.count - 1] = UInt8(ascii: ".")
            second = Second(number: number, text: text)
        }
        contents.append(contentsOf: second.text)
        contents.appendDigits(Int((time.microseconds - number * 1_000_000) / 1_000), width: 3)
    }
}

extension ListingWriter {
    /// Appends a key or prefix to a document.
    private static func write(
        _ key: UnsafeRawBufferPointer,
        _ encoding: ListingEncoding,
        _ plain: borrowing InlineArray<256, Bool>,
        to bytes: inout [UInt8]
    ) {
        var isPlain = true
        for byte in key where !plain[Int(byte)] { isPlain = false }
        if isPlain {
            bytes.append(contentsOf: key)
        } else {
            var xml = XMLWriter(hasDeclaration: false)
            xml.append(encoding.text([UInt8](key)))
            bytes.append(contentsOf: xml.bytes)
        }
    }
}

extension ListingEncoding {
    /// ASCII without what this encoding or XML writes otherwise.
    fileprivate var plainBytes: InlineArray<256, Bool> {
        var table = InlineArray<256, Bool>(repeating: false)
        for byte: UInt8 in 0x20..<0x7F {
            table[Int(byte)] =
                switch self {
                case .plain: !"&<>\"".utf8.contains(byte)
                case .url: ListingEncoding.isUnreserved(byte)
                }
        }
        return table
    }
}

extension [UInt8] {
    /// Appends a constant text.
    @inline(__always)
    fileprivate mutating func append(_ text: StaticString) {
        append(
            contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        )
    }
}
