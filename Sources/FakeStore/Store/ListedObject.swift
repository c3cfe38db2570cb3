// A list's row where it lies, in the database's memory: a page of 1,000 keys is written out without making a
// value of any of them. Pointers, because rows are handed on one by one: they are valid until the next.

import Platform
import SQLite

/// Takes the entries of a list, in byte order.
package protocol ListSink {
    /// Takes the current version of a key; `object` is valid during the call.
    mutating func add(_ object: ListedObject)
    /// Takes what the delimiter rolled up, which ends with it; valid during the call.
    mutating func add(commonPrefix: UnsafeRawBufferPointer)
}

/// How a page of a list ended.
package struct ListEnd: Sendable, Equatable {
    /// How many entries were taken; objects and common prefixes count alike.
    package let count: Int
    /// Whether more follows.
    package let isTruncated: Bool
    /// The `after` of the next page; nil when this was the last.
    package let next: [UInt8]?
}

/// What a list says of an object.
package struct ListedObject {
    /// The columns that are read here, in their order.
    static let columns = "key, age, is_delete_marker, size, etag, modified, details"

    let row: Statement
    /// The column at which `columns` begin.
    let first: Int32

    /// The key's bytes.
    package var key: UnsafeRawBufferPointer { row.borrowedBytes(first) }
    /// Whether this is the newest version of its key.
    var isCurrent: Bool { row.integer(first + 1) == 0 }
    /// Whether it says that there is no object.
    var isDeleteMarker: Bool { row.integer(first + 2) != 0 }
    /// The content's size in bytes.
    package var size: Int64 { row.integer(first + 3) }
    /// The entity tag without quotes.
    package var etag: UnsafeRawBufferPointer { row.borrowedBytes(first + 4) }
    /// When it was written, by the store's clock.
    package var modified: Timestamp { Timestamp(microseconds: row.integer(first + 5)) }

    /// Calls `use` for each detail; the bytes are valid during the call of `add`.
    package func eachDetail(_ use: (ListedDetail) -> Void) {
        AttributeList.eachField(of: row.borrowedBytes(first + 6)) { tag, field in
            switch AttributeList.Tag(rawValue: tag) {
            case .storageClass: use(.storageClass(field))
            case .checksum:
                use(.checksum(algorithm: AttributeList.name(of: field), isComposite: false))
            case .compositeChecksum:
                use(.checksum(algorithm: AttributeList.name(of: field), isComposite: true))
            default: break
            }
        }
    }
}

/// What else a list shows of some objects.
package enum ListedDetail {
    /// Another storage class than `STANDARD`.
    case storageClass(UnsafeRawBufferPointer)
    /// A checksum that came with the content.
    case checksum(algorithm: UnsafeRawBufferPointer, isComposite: Bool)
}

extension AttributeList {
    /// Calls `use` for each field of a list in its stored form; stops at bytes that make no sense.
    fileprivate static func eachField(
        of stored: UnsafeRawBufferPointer,
        _ use: (UInt8, UnsafeRawBufferPointer) -> Void
    ) {
        var place = 0
        while place < stored.count {
            let tag = stored[place]
            place += 1
            guard let count = length(in: stored, at: &place) else { return }
            use(tag, UnsafeRawBufferPointer(rebasing: stored[place..<place + count]))
            place += count
        }
    }

    /// The name in a field that is a pair; empty when it makes no sense.
    fileprivate static func name(of field: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var place = 0
        guard let count = length(in: field, at: &place) else { return .init(start: nil, count: 0) }
        return UnsafeRawBufferPointer(rebasing: field[place..<place + count])
    }

    /// Reads a length as `appendLength` writes it, or nil when it is cut or reaches past the end.
    private static func length(in stored: UnsafeRawBufferPointer, at place: inout Int) -> Int? {
        var (value, shift) = (0, 0)
        while place < stored.count, shift < 56 {
            let byte = stored[place]
            place += 1
            value |= Int(byte & 0x7F) << shift
            if byte < 0x80 { return value <= stored.count - place ? value : nil }
            shift += 7
        }
        return nil
    }
}
