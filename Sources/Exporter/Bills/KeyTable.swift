// Numbers for the few different accounts and invoices that millions of lines name: found without making a
// String of each.

import Glibc

/// Gives each different key an index, counted from 0 in the order of their first appearance.
struct KeyTable {
    /// The keys in order.
    private(set) var keys: [[UInt8]] = []
    /// Open addressing; -1 is free.
    ///
    /// The count is a power of two and at most half used.
    private var slots = [Int32](repeating: -1, count: 64)
    private var last = -1

    var count: Int { keys.count }

    /// Forgets all keys.
    mutating func removeAll() { self = KeyTable() }

    /// The index of a key, which is added when it is new.
    mutating func index(of key: UnsafeRawBufferPointer) -> Int {
        // Bills often have many lines of one account or invoice in a row.
        if last >= 0, matches(last, key) { return last }
        var slot = KeyTable.hash(key) & (slots.count - 1)
        while slots[slot] >= 0 {
            let index = Int(slots[slot])
            if matches(index, key) {
                last = index
                return index
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        keys.append(Array(key))
        last = keys.count - 1
        slots[slot] = Int32(last)
        if keys.count * 2 > slots.count { grow() }
        return last
    }

    /// The index of a key, or nil.
    func existingIndex(of key: UnsafeRawBufferPointer) -> Int? {
        var slot = KeyTable.hash(key) & (slots.count - 1)
        while slots[slot] >= 0 {
            let index = Int(slots[slot])
            if matches(index, key) { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    private func matches(_ index: Int, _ key: UnsafeRawBufferPointer) -> Bool {
        let known = keys[index]
        guard known.count == key.count else { return false }
        guard let base = key.baseAddress else { return true }
        return known.withUnsafeBytes { memcmp($0.baseAddress ?? base, base, key.count) == 0 }
    }

    private mutating func grow() {
        slots = [Int32](repeating: -1, count: slots.count * 2)
        for (index, key) in keys.enumerated() {
            var slot = key.withUnsafeBytes { KeyTable.hash($0) } & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(index)
        }
    }

    /// Eight bytes at a time: the keys may be long texts, and differ in few bits.
    private static func hash(_ key: UnsafeRawBufferPointer) -> Int {
        var hash = UInt64(truncatingIfNeeded: key.count) &* 0x9E37_79B9_7F4A_7C15
        var index = 0
        while index + 8 <= key.count {
            hash = mix(hash, key.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            index += 8
        }
        var rest: UInt64 = 0
        while index < key.count {
            rest = rest << 8 | UInt64(key[index])
            index += 1
        }
        hash = mix(hash, rest)
        return Int(truncatingIfNeeded: (hash ^ hash >> 32) & 0x7FFF_FFFF)
    }

    @inline(__always)
    private static func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        let product = (hash ^ word).multipliedFullWidth(by: 0x9FB2_1C65_1E98_DF25)
        return product.high ^ product.low &+ 0x9E37_79B9_7F4A_7C15
    }
}
