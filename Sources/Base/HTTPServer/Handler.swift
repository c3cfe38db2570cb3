// What a dialect implements to be served.

import HTTP

/// Answers requests.
///
/// One handler serves all connections of a server, on all loops at once.
package protocol Handler: Sendable {
    /// Answers one request, on its connection's loop. May refuse before reading the body.
    func respond(to request: Request) async -> Response

    /// Words the answer to a head that is not a request. The connection ends after it.
    func refuse(_ error: HeadError) -> Response
}

extension Handler {
    /// The error's sentence as text.
    package func refuse(_ error: HeadError) -> Response {
        var response = Response(
            status: error.status,
            body: .bytes(Array("\(error.message)\n".utf8))
        )
        response.fields.add("Content-Type", "text/plain")
        return response
    }
}
