// The request method: those that RFC 9110 names, and any other token.

/// A request method; names are case-sensitive (RFC 9110, 9.1).
package enum Method: Hashable, Sendable, CustomStringConvertible {
    case get, head, put, post, delete, options, patch, trace, connect
    case other(String)

    /// The method with this name.
    package init(_ name: String) {
        self = Method(name.utf8.span)
    }

    init(_ bytes: Span<UInt8>) {
        func matches(_ name: StaticString) -> Bool {
            name.utf8CodeUnitCount == bytes.count
                && name.withUTF8Buffer { buffer in
                    for index in 0..<buffer.count where buffer[index] != bytes[index] {
                        return false
                    }
                    return true
                }
        }
        switch bytes.count {
        case 3 where matches("GET"): self = .get
        case 3 where matches("PUT"): self = .put
        case 4 where matches("HEAD"): self = .head
        case 4 where matches("POST"): self = .post
        case 5 where matches("PATCH"): self = .patch
        case 5 where matches("TRACE"): self = .trace
        case 6 where matches("DELETE"): self = .delete
        case 7 where matches("OPTIONS"): self = .options
        case 7 where matches("CONNECT"): self = .connect
        default:
            self = .other(bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) })
        }
    }

    /// The method as it stands in the request line.
    package var name: String {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .put: "PUT"
        case .post: "POST"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .patch: "PATCH"
        case .trace: "TRACE"
        case .connect: "CONNECT"
        case .other(let name): name
        }
    }

    /// The name.
    package var description: String { name }
}
