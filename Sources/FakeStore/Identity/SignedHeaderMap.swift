// Which lines of a head belong to which name of the SignedHeaders list: found once, in one pass over
// the lines, for the check of what must be signed and for the canonical form.

import HTTP

/// The names of a SignedHeaders list with the first line of each.
///
/// Noncopyable because it is large: it is made once and lent.
struct SignedHeaderMap: ~Copyable {
    /// A list of more names is refused.
    static var namesAtMost: Int { 64 }

    private(set) var count = 0
    /// Whether a name has more than one line.
    private(set) var hasRepeatedLines = false
    /// Whether a line that must be signed is not in the list.
    private(set) var leavesOut = false
    /// Whether the list can't be one: it is empty, or too long to be kept.
    private(set) var isRefused = false

    private var starts = InlineArray<64, UInt16>(repeating: 0)
    private var ends = InlineArray<64, UInt16>(repeating: 0)
    private var lines = InlineArray<64, UInt16>(repeating: SignedHeaderMap.none)
    private static var none: UInt16 { .max }

    /// Cuts the list at its semicolons and finds the lines.
    init(_ list: Span<UInt8>, _ fields: HeaderFields) {
        guard !list.isEmpty, list.count < Int(UInt16.max) else {
            isRefused = true
            return
        }
        var start = 0
        for index in 0...list.count where index == list.count || list[index] == UInt8(ascii: ";") {
            guard count < SignedHeaderMap.namesAtMost else {
                isRefused = true
                return
            }
            starts[count] = UInt16(start)
            ends[count] = UInt16(index)
            count += 1
            start = index + 1
        }
        let bytes = fields.bytes.span
        // The places as spans: reading a stored InlineArray by index copies all of it each time.
        let (count, starts, ends) = (count, starts.span, ends.span)
        var found = lines.mutableSpan
        var (isRepeated, isLeftOut) = (false, false)
        for line in 0..<fields.count {
            let name = bytes.extracting(fields.nameRange(at: line))
            var index = 0
            while index < count {
                let place = Int(starts[index])..<Int(ends[index])
                if place.count == name.count, isSameName(name, list.extracting(place)) { break }
                index += 1
            }
            if index == count {
                if SignedHeaderMap.mustBeSigned(name) { isLeftOut = true }
            } else if found[index] == SignedHeaderMap.none {
                found[index] = UInt16(line)
            } else {
                isRepeated = true
            }
        }
        hasRepeatedLines = isRepeated
        leavesOut = isLeftOut
    }

    /// Where a name stands in the list.
    func range(at index: Int) -> Range<Int> { Int(starts[index])..<Int(ends[index]) }

    /// The first line with a name of the list.
    func firstLine(at index: Int) -> Int? {
        lines[index] == SignedHeaderMap.none ? nil : Int(lines[index])
    }

    @inline(__always)
    private func place(of name: Span<UInt8>, in list: Span<UInt8>) -> Int? {
        for index in 0..<count where Int(ends[index] - starts[index]) == name.count {
            if isSameName(name, list.extracting(range(at: index))) { return index }
        }
        return nil
    }

    /// The names, in lower case and in the order of the lines, that must be signed and are not.
    func namesLeftOut(of list: Span<UInt8>, _ fields: HeaderFields) -> [String] {
        let bytes = fields.bytes.span
        var names: [String] = []
        for line in 0..<fields.count {
            let name = bytes.extracting(fields.nameRange(at: line))
            guard SignedHeaderMap.mustBeSigned(name), place(of: name, in: list) == nil else {
                continue
            }
            let text = fields[line].loweredName
            if !names.contains(text) { names.append(text) }
        }
        return names
    }

    /// `Host`, `Content-MD5` and `x-amz-…` must be signed; `x-amz-content-sha256` is signed as the payload
    /// [reported: measured against S3 by another implementation].
    @inline(__always)
    private static func mustBeSigned(_ name: Span<UInt8>) -> Bool {
        switch name.count {
        case 4: isSameName(name, "host".utf8.span)
        case 11 where isSameName(name, "content-md5".utf8.span): true
        case 20 where isSameName(name, "x-amz-content-sha256".utf8.span): false
        case 7...: isSameName(name.extracting(..<6), "x-amz-".utf8.span)
        default: false
        }
    }
}

/// Whether a header's name, in any case, is the name in lower case.
@inline(__always)
func isSameName(_ name: Span<UInt8>, _ lowered: Span<UInt8>) -> Bool {
    guard name.count == lowered.count else { return false }
    for index in 0..<name.count {
        // Unchecked, because this runs over every byte of every name: both spans have `name.count` bytes.
        let byte = name[unchecked: index]
        let wanted = lowered[unchecked: index]
        if byte == wanted { continue }
        guard byte &- UInt8(ascii: "A") < 26, byte | 0x20 == wanted else { return false }
    }
    return true
}

@inline(__always)
func isEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    for index in left.indices where left[index] != right[index] { return false }
    return true
}
