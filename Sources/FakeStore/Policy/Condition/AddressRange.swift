// IP addresses of conditions: CIDR ranges of both families (iam.md section 3).

/// An IP address; those of the two families never are the same, also not when one is mapped into the
/// other.
package struct IPAddress: Sendable, Hashable {
    let bits: UInt128
    /// 32 or 128.
    let width: Int

    /// Reads `203.0.113.9` or `2001:db8::1`; nil for anything else.
    package init?(_ text: some StringProtocol) {
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let groups = IPAddress.groups(String(text)) else { return nil }
            bits = groups.reduce(0) { $0 << 16 | UInt128($1) }
            width = 128
        } else {
            guard let value = IPAddress.dotted(text) else { return nil }
            bits = UInt128(value)
            width = 32
        }
    }

    private static func dotted(_ text: some StringProtocol) -> UInt32? {
        // In every request that a policy asks for its address, so without any array.
        var value: UInt32 = 0
        var (part, digits, dots): (UInt32, Int, Int) = (0, 0, 0)
        for byte in text.utf8 {
            if byte == UInt8(ascii: ".") {
                guard digits > 0, dots < 3 else { return nil }
                value = value << 8 | part
                (part, digits, dots) = (0, 0, dots + 1)
                continue
            }
            let digit = byte &- UInt8(ascii: "0")
            // A leading zero would be octal to some readers.
            guard digit < 10, digits == 0 || part > 0 else { return nil }
            part = part * 10 + UInt32(digit)
            digits += 1
            guard part < 256 else { return nil }
        }
        return dots == 3 && digits > 0 ? value << 8 | part : nil
    }

    /// The eight groups of an IPv6 address; `::` stands for as many zeros as are missing.
    private static func groups(_ text: String) -> [UInt16]? {
        func read(_ text: Substring) -> [UInt16]? {
            guard !text.isEmpty else { return [] }
            var groups: [UInt16] = []
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            for (index, part) in parts.enumerated() {
                if index == parts.count - 1, part.contains(".") {
                    guard let value = dotted(part) else { return nil }
                    groups += [UInt16(value >> 16), UInt16(value & 0xFFFF)]
                } else {
                    guard (1...4).contains(part.utf8.count), let value = UInt16(part, radix: 16),
                        part.first != "+", part.first != "-"
                    else { return nil }
                    groups.append(value)
                }
            }
            return groups
        }
        guard let gap = text.firstRange(of: "::") else {
            guard let groups = read(text[...]), groups.count == 8 else { return nil }
            return groups
        }
        guard let head = read(text[..<gap.lowerBound]), let tail = read(text[gap.upperBound...]),
            head.count + tail.count < 8
        else { return nil }
        return head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail
    }
}

/// A range of addresses, `203.0.113.0/24`; without a length it is one address.
package struct AddressRange: Sendable, Hashable {
    private let address: IPAddress
    private let prefixLength: Int

    /// Reads a range, in which bits beyond the length don't count; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(parts[0]) else { return nil }
        self.address = address
        guard parts.count == 2 else {
            prefixLength = address.width
            return
        }
        guard let length = Int(parts[1]), (0...address.width).contains(length),
            parts[1].utf8.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 })
        else { return nil }
        prefixLength = length
    }

    package func contains(_ other: IPAddress) -> Bool {
        guard other.width == address.width else { return false }
        let ignored = address.width - prefixLength
        guard ignored < 128 else { return true }
        return address.bits >> ignored == other.bits >> ignored
    }

    /// Whether the range is narrow enough to name somebody: at most a /8 of IPv4, a /32 of IPv6.
    var isFixed: Bool { prefixLength >= (address.width == 32 ? 8 : 32) }
}
