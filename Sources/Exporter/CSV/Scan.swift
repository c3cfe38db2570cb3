// The inner loops: eight bytes at once in a machine word.
//
// `(x - 0x01…) & ~x & 0x80…` marks the bytes of `x` that are zero. It may also mark bytes above a marked one,
// never below, so the lowest mark is exact (Hacker's Delight, 6-1).

let quote = UInt8(ascii: "\"")
let comma = UInt8(ascii: ",")
let lineFeed = UInt8(ascii: "\n")
let carriageReturn = UInt8(ascii: "\r")

private let ones: UInt64 = 0x0101_0101_0101_0101
private let highs: UInt64 = 0x8080_8080_8080_8080

@inline(__always)
private func marks(_ word: UInt64, equalTo byte: UInt8) -> UInt64 {
    let difference = word ^ (ones &* UInt64(byte))
    return (difference &- ones) & ~difference & highs
}

/// The index of the first quote at or behind `start`, or `end`.
///
/// Seven bytes behind `end` must be readable.
@inline(__always)
func firstQuote(_ bytes: UnsafeRawPointer, from start: Int, to end: Int) -> Int {
    var index = start
    while index < end {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
        let found = marks(word, equalTo: quote)
        if found != 0 { return min(index + found.trailingZeroBitCount >> 3, end) }
        index += 8
    }
    return end
}

/// The index of the first comma, quote or line end at or behind `start`, or `end`.
///
/// Seven bytes behind `end` must be readable.
@inline(__always)
func firstSpecial(_ bytes: UnsafeRawPointer, from start: Int, to end: Int) -> Int {
    var index = start
    while index < end {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
        let found =
            marks(word, equalTo: comma) | marks(word, equalTo: quote)
            | marks(word, equalTo: lineFeed)
            | marks(word, equalTo: carriageReturn)
        if found != 0 { return min(index + found.trailingZeroBitCount >> 3, end) }
        index += 8
    }
    return end
}

/// How many line feeds there are.
func lineFeeds(in bytes: UnsafeRawBufferPointer) -> Int {
    let lows = ~highs
    let wordBytes = bytes.count & ~7
    var count = 0
    var index = 0
    while index < wordBytes {
        // Each byte of `lanes` counts its own column of bytes, up to 255 of them.
        var lanes: UInt64 = 0
        let end = min(wordBytes, index + 8 * 255)
        while index < end {
            // Here every mark must be exact: the high bit of a sum is clear only where all bits of the
            // byte were.
            let difference =
                bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                ^ (ones &* UInt64(lineFeed))
            let others = ((difference & lows) &+ lows) | difference | lows
            lanes &+= ~others >> 7
            index += 8
        }
        let pairs = (lanes & 0x00FF_00FF_00FF_00FF) &+ (lanes >> 8 & 0x00FF_00FF_00FF_00FF)
        count &+= Int((pairs &* 0x0001_0001_0001_0001) >> 48)
    }
    while index < bytes.count {
        if bytes[index] == lineFeed { count += 1 }
        index += 1
    }
    return count
}

/// The line and the column in characters of a byte of the buffer.
func position(
    of index: Int,
    in buffer: UnsafeRawBufferPointer,
    linesBefore: Int
) -> (line: Int, column: Int) {
    let before = UnsafeRawBufferPointer(rebasing: buffer[..<index])
    let line = linesBefore + lineFeeds(in: before) + 1
    let lineStart = (before.lastIndex(of: lineFeed) ?? -1) + 1
    // UTF-8 continuation bytes are no characters of their own, nor is a byte order mark.
    var column = 1
    for byte in before[lineStart...] where byte & 0xC0 != 0x80 { column += 1 }
    if line == 1, before.starts(with: [0xEF, 0xBB, 0xBF]) { column -= 1 }
    return (line, column)
}
