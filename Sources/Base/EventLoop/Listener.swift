// A listening socket: bound to one address, IPv4 or IPv6, in the words of the person who asked.

import CSystem
@preconcurrency import Glibc
import Platform

/// Why an address can't be listened on.
package enum ListenError: Error, Equatable, CustomStringConvertible {
    case notAnAddress(String)
    case invalidPort(Int)
    case inUse(address: String)
    case notPermitted(address: String)
    case notOurs(address: String)
    case failed(address: String, SystemError)

    /// What is wrong, with the address in the form it was understood.
    package var description: String {
        switch self {
        case .notAnAddress(let host):
            "can't listen on `\(host)`: not an IPv4 or IPv6 address"
        case .invalidPort(let port):
            "can't listen on port `\(port)`: a port is 0 to 65535"
        case .inUse(let address):
            "can't listen on `\(address)`: another program uses this port"
        case .notPermitted(let address):
            "can't listen on `\(address)`: not permitted; ports below 1024 belong to root"
        case .notOurs(let address):
            "can't listen on `\(address)`: this machine has no such address"
        case .failed(let address, let error):
            "can't listen on `\(address)`: \(error)"
        }
    }
}

/// A bound, listening descriptor, not yet on a loop.
///
/// No SO_REUSEPORT: a second server on the port would then start without an error and take half
/// of the connections.
package struct Listener: Sendable {
    /// The listening descriptor, which does not block; closed by whoever takes it over.
    package let descriptor: Int32
    /// The port that was bound; never 0.
    package let port: Int

    /// Binds and listens; port 0 takes a free one.
    ///
    /// `localhost` is 127.0.0.1, `*` is 0.0.0.0, and `::` also takes IPv4.
    package init(host: String, port: Int, backlog: Int32 = 4_096) throws(ListenError) {
        guard (0...65_535).contains(port) else { throw .invalidPort(port) }
        let name =
            switch host {
            case "localhost": "127.0.0.1"
            case "*": "0.0.0.0"
            default:
                host.hasPrefix("[") && host.hasSuffix("]")
                    ? String(host.dropFirst().dropLast()) : host
            }
        let address = name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)"
        var four = sockaddr_in()
        var six = sockaddr_in6()
        let family: Int32
        if inet_pton(AF_INET, name, &four.sin_addr) == 1 {
            family = AF_INET
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = UInt16(port).bigEndian
        } else if inet_pton(AF_INET6, name, &six.sin6_addr) == 1 {
            family = AF_INET6
            six.sin6_family = sa_family_t(AF_INET6)
            six.sin6_port = UInt16(port).bigEndian
        } else {
            throw .notAnAddress(host)
        }

        do throws(SystemError) {
            let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
            let descriptor = try retrying("socket") { socket(family, kind, 0) }
            do throws(SystemError) {
                // Only lets a restart reuse a port in TIME_WAIT; two listeners stay an error.
                Listener.set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
                if family == AF_INET6 {
                    Listener.set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, name == "::" ? 0 : 1)
                    try Listener.bind(descriptor, six)
                } else {
                    try Listener.bind(descriptor, four)
                }
                try retrying("listen") { listen(descriptor, backlog) }
                self.port = try Listener.port(of: descriptor)
                self.descriptor = descriptor
            } catch {
                close(descriptor)
                throw error
            }
        } catch {
            switch error.code {
            case EADDRINUSE: throw .inUse(address: address)
            case EACCES: throw .notPermitted(address: address)
            case EADDRNOTAVAIL: throw .notOurs(address: address)
            default: throw .failed(address: address, error)
            }
        }
    }

    private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func bind<Address>(_ descriptor: Int32, _ address: Address) throws(SystemError) {
        let result = withUnsafeBytes(of: address) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) {
                Glibc.bind(descriptor, $0.baseAddress, socklen_t(bytes.count))
            }
        }
        if result != 0 { throw SystemError(call: "bind") }
    }

    private static func port(of descriptor: Int32) throws(SystemError) -> Int {
        var address = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutableBytes(of: &address) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) {
                getsockname(descriptor, $0.baseAddress, &size)
            }
        }
        if result != 0 { throw SystemError(call: "getsockname") }
        return Int(PeerAddress(address).port)
    }
}
