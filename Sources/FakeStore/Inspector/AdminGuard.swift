// Who may use the admin routes. They need no signature, so they must not be reachable from a web page
// that somebody opens on the same machine: such a page can send requests to 127.0.0.1, or have its own
// name lead there, but it can't choose Host and Origin.

import EventLoop
import HTTP

/// Decides who may use the admin routes.
struct AdminGuard: Sendable {
    private let token: [UInt8]?

    init(token: String?) { self.token = token.map { Array($0.utf8) } }

    /// Lets through two kinds of requests.
    ///
    /// 1. loopback peers whose Host is a loopback name and whose Origin, if any, is this server;
    /// 2. whoever has the token.
    func check(_ head: RequestHead, peer: PeerAddress) throws(AdminError) {
        // 1.
        if peer.isLoopback, AdminGuard.isLoopback(host: head.host), AdminGuard.isOurs(head) {
            return
        }
        // 2.
        guard let token else {
            throw AdminError(
                403,
                "the admin routes are open to programs on this machine only; "
                    + "start fakestore with --admin-token to open them to others"
            )
        }
        guard let given = AdminGuard.bearerToken(head), AdminGuard.isEqual(given, token) else {
            throw .unauthorized
        }
    }

    /// Whether a request came from a page of this server, or from no page at all.
    private static func isOurs(_ head: RequestHead) -> Bool {
        guard head.headers.contains("origin") else { return true }
        // Two Origins are nobody's honest request.
        guard head.headers.count(of: "origin") == 1, let origin = head.headers.bytes(of: "origin")
        else { return false }
        return origin.elementsEqual(Array("http://".utf8) + Array(head.authority))
    }

    /// `localhost`, an address of 127.0.0.0/8, or `[::1]`.
    private static func isLoopback(host: ArraySlice<UInt8>) -> Bool {
        if host.isEqual(to: "localhost") || host.isEqual(to: "[::1]") { return true }
        let parts = host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0].elementsEqual("127".utf8)
            && parts.allSatisfy { part in
                (1...3).contains(part.count) && part.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
            }
    }

    private static func bearerToken(_ head: RequestHead) -> ArraySlice<UInt8>? {
        guard let value = head.headers.bytes(of: "authorization"), value.count > 7,
            value.prefix(7).isEqual(to: "bearer ")
        else { return nil }
        return value.dropFirst(7).trimmingBlanks
    }

    /// Compares in a time that tells nothing about where the two differ.
    private static func isEqual(_ given: ArraySlice<UInt8>, _ token: [UInt8]) -> Bool {
        var difference = UInt(bitPattern: given.count ^ token.count)
        for (index, byte) in given.enumerated() {
            difference |= UInt(byte ^ token[index % token.count])
        }
        return difference == 0
    }
}
