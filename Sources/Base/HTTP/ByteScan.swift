// Finding the byte that ends a run, eight bytes at a time. A request head is some 700 bytes, nearly
// all of them uninteresting; one at a time they would cost more than everything else of a request's
// parsing together.
//
// The bit tricks are the usual ones ("Bit Twiddling Hacks": determine if a word has a byte less
// than n), each exact for the lowest byte found, which is the only one used.

extension UInt64 {
    fileprivate static func all(_ byte: UInt8) -> UInt64 { 0x0101_0101_0101_0101 &* UInt64(byte) }

    fileprivate static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// A high bit for each byte that is below `limit` (at most 128); bytes above the first one
    /// found may be wrong.
    @inline(__always)
    fileprivate func below(_ limit: UInt8) -> UInt64 {
        (self &- .all(limit)) & ~self & UInt64.highBits
    }

    /// A high bit for each byte equal to `byte`; bytes above the first one found may be wrong.
    @inline(__always)
    fileprivate func equal(_ byte: UInt8) -> UInt64 {
        let difference = self ^ .all(byte)
        return (difference &- .all(1)) & ~difference & UInt64.highBits
    }

    /// A high bit for each byte in `low...high`, exact for all bytes below 128; the others get none.
    @inline(__always)
    fileprivate func within(_ low: UInt8, _ high: UInt8) -> UInt64 {
        let ascii = self & ~UInt64.highBits
        let reachesLow = ascii &+ .all(0x80 - low)
        let exceedsHigh = ascii &+ .all(0x7F - high)
        return reachesLow & ~exceedsHigh & ~self & UInt64.highBits
    }
}

extension Span<UInt8> {
    @inline(__always)
    private func word(at index: Int) -> UInt64 {
        UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    /// The first place from `start` with a control character other than TAB, or `count`.
    @inline(__always)
    func firstControl(from start: Int) -> Int {
        var index = start
        // Values are most of a head's bytes, so two words at a time. (The standard library's SIMD
        // types took thirty times as long here: their masks are not specialized.)
        while index &+ 16 <= count {
            let (first, second) = (word(at: index), word(at: index &+ 8))
            let inFirst = first.below(0x20) | first.equal(0x7F)
            let inSecond = second.below(0x20) | second.equal(0x7F)
            if inFirst | inSecond == 0 {
                index &+= 16
                continue
            }
            index &+=
                inFirst != 0
                ? inFirst.trailingZeroBitCount >> 3 : 8 &+ inSecond.trailingZeroBitCount >> 3
            if self[index] != 0x09 { return index }
            index &+= 1
        }
        while index < count {
            if self[index].isControl { return index }
            index &+= 1
        }
        return count
    }

    /// The first place from `start` whose byte is not a token character (RFC 9110, 5.6.2), or `count`.
    @inline(__always)
    func firstNonToken(from start: Int) -> Int {
        var index = start
        while index &+ 8 <= count {
            let word = word(at: index)
            // Letters, digits and `-` make up nearly every name; the others are looked at singly.
            let lowercase = word | .all(0x20)
            let usual =
                (lowercase.within(0x61, 0x7A) | word.within(0x30, 0x39) | word.within(0x2D, 0x2D))
            let unusual = ~usual & UInt64.highBits
            if unusual == 0 {
                index &+= 8
                continue
            }
            index &+= unusual.trailingZeroBitCount >> 3
            if !self[index].isToken { return index }
            index &+= 1
        }
        while index < count {
            if !self[index].isToken { return index }
            index &+= 1
        }
        return count
    }

    /// The first place from `start` up to `end` with a byte that a request target can't hold: space,
    /// a control character, `#`, or one that is not ASCII; else `end`.
    @inline(__always)
    func firstNonTarget(from start: Int, to end: Int) -> Int {
        var index = start
        while index &+ 8 <= end {
            let word = word(at: index)
            let found =
                word.below(0x21) | word.equal(0x7F) | word.equal(0x23) | (word & UInt64.highBits)
            if found != 0 { return index &+ found.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        while index < end {
            let byte = self[index]
            if byte < 0x21 || byte >= 0x7F || byte == 0x23 { return index }
            index &+= 1
        }
        return end
    }

    /// The first place of `byte` from `start` up to `end`, else `end`.
    @inline(__always)
    func first(_ byte: UInt8, from start: Int, to end: Int) -> Int {
        var index = start
        while index &+ 8 <= end {
            let found = word(at: index).equal(byte)
            if found != 0 { return index &+ found.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        while index < end {
            if self[index] == byte { return index }
            index &+= 1
        }
        return end
    }

    /// Whether all bytes are below 128.
    @inline(__always)
    var isASCII: Bool {
        var index = 0
        var all: UInt64 = 0
        while index &+ 8 <= count {
            all |= word(at: index)
            index &+= 8
        }
        while index < count {
            all |= UInt64(self[index])
            index &+= 1
        }
        return all & UInt64.highBits == 0
    }

    /// Whether `length` bytes from `start` are `name`, which is lower case, whatever their case.
    @inline(__always)
    func matches(_ name: StaticString, from start: Int, length: Int) -> Bool {
        guard name.utf8CodeUnitCount == length else { return false }
        let wanted = name.utf8Start
        for offset in 0..<length where self[start &+ offset].lowercased != wanted[offset] {
            return false
        }
        return true
    }
}

extension UInt8 {
    /// A control character other than TAB.
    @inline(__always)
    var isControl: Bool { self < 0x20 && self != 0x09 || self == 0x7F }

    /// SP or TAB.
    @inline(__always)
    var isBlank: Bool { self == 0x20 || self == 0x09 }

    @inline(__always)
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }

    /// `A` to `Z` as `a` to `z`, everything else as it is.
    @inline(__always)
    package var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    /// token = 1*tchar (RFC 9110, 5.6.2).
    @inline(__always)
    var isToken: Bool {
        // One bit for each of the 128 characters: !#$%&'*+-. 0-9 | A-Z ^_` a-z |~
        let low: UInt64 = 0x03FF_6CFA_0000_0000
        let high: UInt64 = 0x57FF_FFFF_C7FF_FFFE
        if self < 64 { return low >> UInt64(self) & 1 == 1 }
        if self < 128 { return high >> UInt64(self - 64) & 1 == 1 }
        return false
    }

    /// The value of a hexadecimal digit.
    @inline(__always)
    package var hexadecimalValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x41 + 10
        case 0x61...0x66: self - 0x61 + 10
        default: nil
        }
    }
}
