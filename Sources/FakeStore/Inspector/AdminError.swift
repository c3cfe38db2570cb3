// Refusals of the admin routes: a status, and JSON with what is wrong and where.

import Cloud
import HTTP
import HTTPServer
import JSON
import Store

/// Why an admin request was refused.
struct AdminError: Error {
    var status: Int
    var message: String
    /// The way to the value that is wrong, in a document; nil when the request as a whole is.
    var path: String?
    /// The value of `Allow` or `WWW-Authenticate`, where the status asks for one.
    var field: (name: StaticString, value: String)?

    init(_ status: Int, _ message: String, path: String? = nil) {
        self.status = status
        self.message = message
        self.path = path
    }

    /// A document that is no JSON, or does not say what it should.
    init(_ error: JSONError) {
        self.init(
            400,
            (error.place == .none ? "" : "\(error.place): ") + error.message,
            path: error.path.isEmpty ? nil : error.path
        )
    }

    /// A change of the cloud that failed.
    init(changing error: any Error) {
        switch error {
        case WorldError.moves, WorldError.differs: self.init(409, "\(error)")
        case let error as WorldError: self.init(400, "\(error)")
        case StoreError.tooManySnapshots: self.init(409, "\(error)")
        case StoreError.noSpace: self.init(503, "\(error)")
        default: self.init(500, "\(error)")
        }
    }

    static func methodNotAllowed(_ method: Method, allowed: [Method]) -> AdminError {
        let names = allowed.map(\.name).joined(separator: ", ")
        var error = AdminError(405, "\(method.name) is not allowed here: it must be \(names)")
        error.field = ("Allow", names)
        return error
    }

    static var unauthorized: AdminError {
        var error = AdminError(401, "the admin token is missing or wrong")
        error.field = ("WWW-Authenticate", "Bearer")
        return error
    }

    /// The answer, `{"error","path"}`; `path` is the request's own when no value is to blame.
    func response(path: String) -> Response {
        var writer = JSONWriter()
        writer.object {
            $0.member("error", message)
            $0.member("path", self.path ?? path)
        }
        var response = Response(status: status, json: writer)
        if let field { response.fields.add(field.name, field.value) }
        return response
    }
}

extension Response {
    /// An answer with a JSON text, which ends with a line feed for the sake of terminals.
    init(status: Int = 200, json writer: JSONWriter) {
        var writer = writer
        writer.endLine()
        self.init(status: status, body: .bytes(writer.bytes))
        fields.add("Content-Type", constant: "application/json")
        fields.add("Cache-Control", constant: "no-store")
    }
}
