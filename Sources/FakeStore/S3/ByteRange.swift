// One byte range of a GET or HEAD, parsed from its header and resolved against an object's size.

import Platform

/// A range as asked for in a `Range` header of one range (RFC 9110 section 14.1.2).
enum ByteRange: Equatable {
    /// `bytes=first-last`, or to the end when `last` is nil.
    case span(first: Int64, last: Int64?)
    /// `bytes=-count`: the last `count` bytes.
    case suffix(count: Int64)

    /// Reads a header's value; nil means S3 ignores it and sends the whole object.
    ///
    /// RFC 9110 lets a server ignore any Range it doesn't understand, and S3 does: another unit, a
    /// syntax error, `last` before `first`, and more than one range [documented: GetObject, "Amazon S3
    /// doesn't support retrieving multiple ranges of data per GET request"].
    init?(_ value: String) {
        guard value.utf8.starts(with: "bytes=".utf8) else { return nil }
        let parts = value.utf8.dropFirst(6).split(
            separator: UInt8(ascii: "-"),
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        guard parts.count == 2 else { return nil }
        if parts[0].isEmpty {
            guard let count = parts[1].decimalValue else { return nil }
            self = .suffix(count: Int64(count))
            return
        }
        guard let first = parts[0].decimalValue else { return nil }
        if parts[1].isEmpty {
            self = .span(first: Int64(first), last: nil)
            return
        }
        guard let last = parts[1].decimalValue, last >= first else { return nil }
        self = .span(first: Int64(first), last: Int64(last))
    }

    /// The bytes the range covers in an object of `size` bytes, or nil when it covers none (416).
    func resolved(size: Int64) -> Range<Int64>? {
        switch self {
        case .span(let first, let last):
            guard first < size else { return nil }
            return first..<min(last ?? size - 1, size - 1) + 1
        case .suffix(let count):
            guard count > 0, size > 0 else { return nil }
            return max(0, size - count)..<size
        }
    }
}
