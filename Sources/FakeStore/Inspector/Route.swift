// The table of admin routes.

import HTTP
import HTTPServer
import Spelling

/// One route: a method and a name below `/_fakestore/`.
struct Route: Sendable {
    let method: Method
    let name: String
    /// Whether something follows the name: `requests/ID`.
    let hasRest: Bool
    /// The query parameters that it knows.
    let parameters: [String]
    let answer: @Sendable (AdminRoutes, AdminCall) async throws(AdminError) -> Response

    init(
        _ method: Method,
        _ name: String,
        hasRest: Bool = false,
        parameters: [String] = [],
        _ answer: @escaping @Sendable (AdminRoutes, AdminCall) async throws(AdminError) -> Response
    ) {
        self.method = method
        self.name = name
        self.hasRest = hasRest
        self.parameters = parameters
        self.answer = answer
    }

    /// The routes of this version.
    static let all: [Route] = [
        Route(.get, "health") { routes, _ throws(AdminError) in routes.health() },
        Route(.post, "reset") { routes, _ throws(AdminError) in try await routes.reset() },
        Route(.get, "world", parameters: ["secrets"]) { routes, call throws(AdminError) in
            try routes.world(call)
        },
        Route(.put, "world") { routes, call throws(AdminError) in
            try await routes.replaceWorld(call)
        },
        Route(.get, "requests", parameters: JournalQuery.parameters) {
            routes,
            call throws(AdminError) in try await routes.requests(call)
        },
        Route(.get, "requests", hasRest: true) { routes, call throws(AdminError) in
            try await routes.trace(call)
        },
        Route(.post, "requests/assert") { routes, call throws(AdminError) in
            try await routes.assert(call)
        },
        Route(.get, "faults") { routes, _ throws(AdminError) in routes.faults() },
        Route(.post, "faults") { routes, call throws(AdminError) in
            try await routes.addFault(call)
        },
        Route(.delete, "faults") { routes, _ throws(AdminError) in routes.removeFaults() },
        Route(.get, "faults", hasRest: true) { routes, call throws(AdminError) in
            try routes.fault(call)
        },
        Route(.delete, "faults", hasRest: true) { routes, call throws(AdminError) in
            try routes.removeFault(call)
        },
        Route(.get, "snapshots") { routes, _ throws(AdminError) in try await routes.snapshots() },
        Route(.get, "snapshots", hasRest: true) { routes, call throws(AdminError) in
            try await routes.snapshot(call)
        },
        Route(.put, "snapshots", hasRest: true) { routes, call throws(AdminError) in
            try await routes.makeSnapshot(call)
        },
        Route(.delete, "snapshots", hasRest: true) { routes, call throws(AdminError) in
            try await routes.removeSnapshot(call)
        },
        Route(.post, "snapshots", hasRest: true) { routes, call throws(AdminError) in
            try await routes.restoreSnapshot(call)
        },
        Route(.post, "explain") { routes, call throws(AdminError) in
            try await routes.explainCase(call)
        },
        Route(.get, "clock") { routes, _ throws(AdminError) in routes.clock() },
        Route(.post, "clock") { routes, call throws(AdminError) in try await routes.setClock(call)
        },
    ]

    /// What later versions answer; said in words instead of a 404.
    static let later: [String: String] = [
        "": "the page"
    ]

    /// Finds the route of a path.
    static func find(
        _ method: Method,
        path: String
    ) throws(AdminError) -> (route: Route, rest: String) {
        let name = path.dropFirst("/_fakestore/".count)
        var allowed: [Method] = []
        for route in all where route.matches(name) {
            // A HEAD is a GET whose body the server leaves out.
            if route.method == method || (route.method == .get && method == .head) {
                return (route, String(name.dropFirst(route.name.count + 1)))
            }
            // `requests/assert` is no request's id.
            if route.hasRest, all.contains(where: { !$0.hasRest && $0.name == name }) { continue }
            allowed.append(route.method)
        }
        guard allowed.isEmpty else { throw .methodNotAllowed(method, allowed: allowed) }
        let first = String(name.prefix { $0 != "/" })
        if let words = later[first] { throw AdminError(501, "\(words) is not in this version") }
        let names = all.filter { !$0.hasRest }.map(\.name)
        let suggestion = Spelling.suggestion(for: String(name), among: names)
        throw AdminError(404, "there is no route `\(path)`\(suggestion)")
    }

    private func matches(_ path: Substring) -> Bool {
        hasRest ? path.hasPrefix("\(name)/") && path.utf8.count > name.utf8.count + 1 : path == name
    }
}
