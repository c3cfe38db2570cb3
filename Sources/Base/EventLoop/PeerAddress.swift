// Who is at the other end, in a few bytes; text is made on demand.

@preconcurrency import Glibc

/// An IPv4 or IPv6 address with its port.
package struct PeerAddress: Hashable, Sendable, CustomStringConvertible {
    /// The address in network order; IPv4 (also mapped into IPv6) as ::ffff:a.b.c.d.
    private let high: UInt64
    private let low: UInt64
    /// The TCP port.
    package let port: UInt16

    private static let mappedPrefix: UInt64 = 0xFFFF_0000_0000

    init(_ address: sockaddr_storage) {
        switch Int32(address.ss_family) {
        case AF_INET:
            let internet = withUnsafeBytes(of: address) { $0.loadUnaligned(as: sockaddr_in.self) }
            high = 0
            low = PeerAddress.mappedPrefix | UInt64(UInt32(bigEndian: internet.sin_addr.s_addr))
            port = UInt16(bigEndian: internet.sin_port)
        case AF_INET6:
            let internet = withUnsafeBytes(of: address) { $0.loadUnaligned(as: sockaddr_in6.self) }
            (high, low) = withUnsafeBytes(of: internet.sin6_addr) {
                (
                    UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)),
                    UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
                )
            }
            port = UInt16(bigEndian: internet.sin6_port)
        default:
            (high, low, port) = (0, 0, 0)
        }
    }

    /// An IPv4 address, for tests and for requests made inside the process.
    package init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, port: UInt16) {
        high = 0
        low =
            PeerAddress.mappedPrefix
            | UInt64(a) << 24 | UInt64(b) << 16 | UInt64(c) << 8 | UInt64(d)
        self.port = port
    }

    /// Whether this is an IPv4 address, mapped or not.
    package var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// 127.0.0.0/8 or ::1.
    package var isLoopback: Bool {
        isIPv4 ? low >> 24 & 0xFF == 127 : high == 0 && low == 1
    }

    /// The address without the port: `127.0.0.1`, `::1`.
    package var host: String {
        if isIPv4 {
            return "\(low >> 24 & 0xFF).\(low >> 16 & 0xFF).\(low >> 8 & 0xFF).\(low & 0xFF)"
        }
        var address = in6_addr()
        withUnsafeMutableBytes(of: &address) {
            $0.storeBytes(of: high.bigEndian, as: UInt64.self)
            $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(AF_INET6, &address, &text, socklen_t(text.count))
        return String(
            decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
    }

    /// `127.0.0.1:9000`, `[::1]:9000`.
    package var description: String { isIPv4 ? "\(host):\(port)" : "[\(host)]:\(port)" }
}
