// Numbers for the few different accounts and invoices that millions of lines name: found without making a
// String of each.

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
        var position = 0
        while position < key.count {
            if known[position] != key[position] { return false }
            position += 1
        }
        return true
    }

    private mutating func grow() {
        slots = [Int32](repeating: -1, count: slots.count * 2)
        for (index, key) in keys.enumerated() {
            var slot = key.withUnsafeBytes { KeyTable.hash($0) } & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(index)
        }
    }

    /// FNV-1a with a last mix: the keys are digits, which differ in few bits.
    private static func hash(_ key: UnsafeRawBufferPointer) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in key { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: (hash ^ hash >> 32) & 0x7FFF_FFFF)
    }
}
