// The admin routes under `/_fakestore/`: look at the cloud and change it, without a signature and
// without a line in the journal.

import Cloud
import HTTP
import HTTPServer
import JSON
import Platform

/// Answers everything under `/_fakestore/`.
package final class AdminRoutes: Sendable {
    let cloud: Cloud
    /// The program's version, for `health`.
    let version: String
    private let guardian: AdminGuard
    private let started = monotonicNanoseconds()

    /// The largest body that is taken: a world with its policies.
    static let bodyBytes = 16 << 20

    package init(_ cloud: Cloud, token: String?, version: String) {
        self.cloud = cloud
        self.version = version
        guardian = AdminGuard(token: token)
    }

    /// Whether a request is for these routes; no bucket can have this name.
    @inline(__always)
    package static func isAddressed(by head: RequestHead) -> Bool {
        let path = head.rawPath
        // All but a few requests differ in the second byte.
        guard path.count >= 11, path[path.startIndex + 1] == UInt8(ascii: "_") else { return false }
        let rest = path.dropFirst(11)
        return path.prefix(11).elementsEqual("/_fakestore".utf8)
            && (rest.isEmpty || rest.first == UInt8(ascii: "/"))
    }

    /// Whole seconds since the start.
    var uptimeSeconds: UInt64 { (monotonicNanoseconds() - started) / 1_000_000_000 }

    /// Answers a request: who may, which route, do it.
    package func respond(to request: Request) async -> Response {
        let path = String(decoding: request.head.rawPath, as: UTF8.self)
        do throws(AdminError) {
            try guardian.check(request.head, peer: request.peer)
            let (route, rest) = try Route.find(request.head.method, path: path)
            let call = AdminCall(
                request: request,
                rest: rest,
                query: try AdminQuery(request.head.rawQuery, known: route.parameters)
            )
            return try await route.answer(self, call)
        } catch {
            return error.response(path: path)
        }
    }
}

/// One admin request on its way.
struct AdminCall {
    let request: Request
    /// What follows the route's name in the path.
    let rest: String
    let query: AdminQuery

    /// The body as a JSON value.
    func document() async throws(AdminError) -> JSONNode {
        let bytes = try await bytes()
        do {
            return try JSON.parse(bytes)
        } catch {
            throw AdminError(error)
        }
    }

    func bytes() async throws(AdminError) -> [UInt8] {
        do {
            return try await request.body.collect(limitBytes: AdminRoutes.bodyBytes)
        } catch {
            switch error {
            case .tooLarge:
                throw AdminError(413, "the body is larger than \(AdminRoutes.bodyBytes) bytes")
            case .timeout: throw AdminError(408, "the body did not arrive in time")
            case .cut, .malformed: throw AdminError(400, "the body is incomplete")
            }
        }
    }
}
